"""The grammar of the feed's filter: ``state:held from:RU kind:red words -x``; ``-`` or ``!`` in front negates.

``claimed:me`` are rows that the officer has claimed. ``re:`` begins a pattern, ``~`` a word that may be misspelt.
``kind:hit`` are hits of checks; their sender is the bureau that checked, and they have no state.
"""

from __future__ import annotations

import re
from dataclasses import field
from enum import StrEnum

from dutydesk.desk.base.hit_rows import FeedRow, HitRow
from dutydesk.desk.views.hits import HitFilter, LineFilter
from dutydesk.desk.views.items import PageFilter
from dutydesk.domain.delivery.states import ItemState
from dutydesk.domain.frozen import value
from dutydesk.domain.messages.message import Kind
from dutydesk.domain.messages.normal_forms import plain_figures
from dutydesk.tui.feed.patterns import BadPatternError, NearWord, TextPattern, compile_pattern
from dutydesk.tui.feed.texts import texts
from dutydesk.wire.text.search_text import fts_query


class FilterField(StrEnum):
    STATE = "state"
    SENDER = "from"
    KIND = "kind"
    CLAIMED = "claimed"


#: The words that begin a part of the filter, as they are listed and completed.
FIELD_WORDS = ("state:", "kind:", "from:", "claimed:", "re:", "~")
#: Values of ``claimed:`` beside the names of officers.
ME, NOBODY = "me", "none"
_PATTERN, _NEAR = "re:", "~"
_ALIASES = {
    "state": FilterField.STATE,
    "is": FilterField.STATE,
    "from": FilterField.SENDER,
    "sender": FilterField.SENDER,
    "cc": FilterField.SENDER,
    "kind": FilterField.KIND,
    "claimed": FilterField.CLAIMED,
    "holder": FilterField.CLAIMED,
}
#: Words for states that an officer may type beside their names.
_SHORT_STATES = {"asked": ItemState.INFORMATION_REQUESTED}
#: The kind of a row that is a hit, not an item.
HIT_KIND = "hit"
#: Bounds the cost of a text that is pasted by mistake.
MAX_CHARACTERS = 500
_PART = re.compile(r'[-!]?(?:re:|~)?"[^"]*"?|[^\s"]+', re.IGNORECASE)
_FIELD_LIKE = re.compile(r"[a-z]{2,12}", re.IGNORECASE)
_WORD = re.compile(r"\w+")


@value(frozen=True, slots=True)
class FeedFilter:
    """A parsed filter. Several values of one field are alternatives; everything else must hold together.

    ``problems`` are sentences about parts that are not understood and are ignored.
    """

    text: str = ""
    states: frozenset[ItemState] = frozenset()
    senders: frozenset[str] = frozenset()
    kinds: frozenset[Kind] = frozenset()
    words: tuple[str, ...] = ()
    not_states: frozenset[ItemState] = frozenset()
    not_senders: frozenset[str] = frozenset()
    not_kinds: frozenset[Kind] = frozenset()
    not_words: tuple[str, ...] = ()
    claimed: frozenset[str] = frozenset()
    not_claimed: frozenset[str] = frozenset()
    looks: tuple[TextPattern | NearWord, ...] = ()
    not_looks: tuple[TextPattern | NearWord, ...] = ()
    hits: bool = False
    not_hits: bool = False
    problems: tuple[str, ...] = field(default=(), compare=False)

    @property
    def is_empty(self) -> bool:
        return self == FeedFilter(text=self.text)

    def page_filter(self, before: int | None = None) -> PageFilter:
        """The part that the store filters by; ``accepts`` filters by the rest."""
        narrow = PageFilter(
            state=next(iter(self.states)) if len(self.states) == 1 else None,
            sender=next(iter(self.senders)) if len(self.senders) == 1 else None,
            kind=next(iter(self.kinds)) if len(self.kinds) == 1 else None,
            words=fts_query(" ".join(self.words)) if self.words else None,
        )
        if before is None:
            return narrow
        return PageFilter(narrow.state, narrow.sender, narrow.kind, narrow.words, before)

    def line_filter(self) -> LineFilter:
        """The filter for the feed's query."""
        page = self.page_filter()
        return LineFilter(
            items=page if self.kinds or not self.hits else None,
            hits=HitFilter(page.sender, page.words) if self._takes_hits else None,
        )

    @property
    def _takes_hits(self) -> bool:
        return (self.hits or not self.kinds) and not self.states and not self.claimed and not self.not_hits

    def accepts(self, row: FeedRow) -> bool:
        """Whether a row passes everything but the words, which the store filters by."""
        if isinstance(row, HitRow):
            return self._takes_hits and self._accepts_sender(row.requester) and self._accepts_text(row.hit, row.title)
        if self.hits and not self.kinds:
            return False
        if (self.states and row.state not in self.states) or row.state in self.not_states:
            return False
        if (self.kinds and row.kind not in self.kinds) or row.kind in self.not_kinds:
            return False
        holder = (row.claimed_by or NOBODY).casefold()
        if (self.claimed and holder not in self.claimed) or holder in self.not_claimed:
            return False
        return self._accepts_sender(row.sender) and self._accepts_text(
            row.item, row.title, row.original_script or "", row.reference or ""
        )

    def _accepts_sender(self, sender: str | None) -> bool:
        return (not self.senders or sender in self.senders) and sender not in self.not_senders

    def _accepts_text(self, *texts: str) -> bool:
        phrases = [word for word in self.words if " " in word]
        if not (self.not_words or phrases or self.looks or self.not_looks):
            return True
        shown = " ".join(texts)
        if not all(look.matches(shown) for look in self.looks) or any(look.matches(shown) for look in self.not_looks):
            return False
        whole = plain_figures(shown.casefold())
        return all(_contains(whole, phrase) for phrase in phrases) and not any(
            _contains(whole, no) for no in self.not_words
        )


def _contains(text: str, words: str) -> bool:
    """One word matches as a substring; several match as a phrase, ignoring separators."""
    return _fold(words) in _fold(text) if " " in words else plain_figures(words.casefold()) in text


def _fold(text: str) -> str:
    """Without case and punctuation: ``VARELO, Tomas`` becomes ``varelo tomas``."""
    return " ".join(_WORD.findall(plain_figures(text.casefold())))


class _Parts:
    """What the parts of a filter are, by whether they are negated."""

    def __init__(self, officer: str) -> None:
        self._officer = officer
        self.sets: dict[tuple[FilterField, bool], set[str]] = {
            (name, no): set() for name in FilterField for no in (False, True)
        }
        self.words: dict[bool, list[str]] = {False: [], True: []}
        self.looks: dict[bool, list[TextPattern | NearWord]] = {False: [], True: []}
        self.problems: list[str] = []

    def add(self, part: str) -> None:
        no = len(part) > 1 and part[0] in "-!"
        text = part[1:] if no else part
        if text.casefold().startswith(_PATTERN):
            self._add_pattern(text[len(_PATTERN) :].strip('"'), no)
        elif text.startswith(_NEAR):
            near = NearWord(text[len(_NEAR) :].strip('"'))
            self.looks[no] += [near] if near.words else []
        else:
            self._add_field_or_word(text, no)

    def _add_pattern(self, source: str, no: bool) -> None:
        try:
            self.looks[no] += [compile_pattern(source)] if source else []
        except BadPatternError as error:
            self.problems.append(str(error))

    def _add_field_or_word(self, text: str, no: bool) -> None:
        name, colon, value = text.partition(":")
        known = _ALIASES.get(name.casefold()) if colon else None
        if known is None:
            if colon and _FIELD_LIKE.fullmatch(name):
                self.problems.append(texts.no_such_field(name, FIELD_WORDS))
            self.words[no].append(text.strip('"'))
            return
        for one in filter(None, value.split(",")):
            found = self._parse_value(known, one)
            if found is None:
                self.problems.append(_value_problem(known, one))
            else:
                self.sets[known, no].add(found)

    def _parse_value(self, name: FilterField, text: str) -> str | None:
        if name is FilterField.CLAIMED:
            return self._officer.casefold() if text.casefold() == ME else text.casefold()
        return _parse_value(name, text)


def parse_filter(text: str, officer: str = "") -> FeedFilter:
    """Never raises: what is not understood, or beyond ``MAX_CHARACTERS``, is ignored and named in ``problems``.

    ``officer`` is whom ``claimed:me`` means.
    """
    whole = text.strip()
    text = whole[:MAX_CHARACTERS].strip()
    parts = _Parts(officer)
    if len(whole) > MAX_CHARACTERS:
        parts.problems.append(texts.filter_too_long(MAX_CHARACTERS))
    for part in _split(text):
        parts.add(part)
    sets = parts.sets
    return FeedFilter(
        text=text,
        states=frozenset(map(ItemState, sets[FilterField.STATE, False])),
        senders=frozenset(sets[FilterField.SENDER, False]),
        kinds=frozenset(map(Kind, sets[FilterField.KIND, False] - {HIT_KIND})),
        words=tuple(parts.words[False]),
        not_states=frozenset(map(ItemState, sets[FilterField.STATE, True])),
        not_senders=frozenset(sets[FilterField.SENDER, True]),
        not_kinds=frozenset(map(Kind, sets[FilterField.KIND, True] - {HIT_KIND})),
        not_words=tuple(parts.words[True]),
        claimed=frozenset(sets[FilterField.CLAIMED, False]),
        not_claimed=frozenset(sets[FilterField.CLAIMED, True]),
        looks=tuple(parts.looks[False]),
        not_looks=tuple(parts.looks[True]),
        hits=HIT_KIND in sets[FilterField.KIND, False],
        not_hits=HIT_KIND in sets[FilterField.KIND, True],
        problems=tuple(parts.problems),
    )


def _split(text: str) -> list[str]:
    """Words and quoted phrases; an open quotation mark ends with the line."""
    return [part for part in _PART.findall(text) if part.strip('"-!~')]


def _parse_value(name: FilterField, text: str) -> str | None:
    """The full value; an unambiguous beginning of a state or kind is enough."""
    if name is FilterField.SENDER:
        return text.upper()
    lowered = text.casefold()
    if name is FilterField.STATE and lowered in _SHORT_STATES:
        return _SHORT_STATES[lowered]
    names = known_values(name)
    if lowered in names:
        return lowered
    begun = [candidate for candidate in names if candidate.startswith(lowered)]
    return begun[0] if len(begun) == 1 else None


def _value_problem(name: FilterField, text: str) -> str:
    return texts.no_such_value(name, text, known_values(name))


def known_values(name: FilterField) -> tuple[str, ...]:
    """The values that can be listed: of senders and officers there are too many."""
    match name:
        case FilterField.STATE:
            return tuple(ItemState)
        case FilterField.KIND:
            return (*Kind, HIT_KIND)
        case FilterField.CLAIMED:
            return (ME, NOBODY)
        case FilterField.SENDER:
            return ()


def field_of(word: str) -> FilterField | None:
    """The field that a word before a colon names."""
    return _ALIASES.get(word.casefold())
