"""Searches a body for word lists in four languages; each list belongs to a rule and a sense.

Word lists are data; :mod:`dutydesk.domain.rules.word_entries` says how an entry is written.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field

from dutydesk.domain.frozen import value
from dutydesk.domain.limits import DEFAULT_LIMITS
from dutydesk.domain.messages.message import Body, Kind
from dutydesk.domain.messages.subjects import Person
from dutydesk.domain.rules.act_words import ActWords, WordSet
from dutydesk.domain.rules.folded_text import fold, original_text
from dutydesk.domain.rules.values import quoted
from dutydesk.domain.rules.word_entries import Entry, parse_entry
from dutydesk.domain.rules.word_index import FieldSearch, ListedEntry, WordIndex

POINTS = "points"
FILLER = "filler"
CIRCUMSTANCE = "circumstance"
#: Uses of the lists of JUD-05: words of a role or a loss; verbs of an act, and those of none; nouns for the person, and
#: for others who may do something in an account.
ROLE, ACT, NO_ACT, PERSON, OTHER = "role", "act", "no_act", "person", "other"
_NOT_SEARCHED = frozenset({FILLER, CIRCUMSTANCE, ACT, NO_ACT, PERSON, OTHER})
_FIELD_NAMES = (
    *("charge", "category", "law", "summary", "authority"),
    *("occupation", "marks", "title", "description", "text"),
)


@value(frozen=True, slots=True, eq=False)
class WordList:
    """One list of words and the sense that it points to.

    ``name`` completes the sentence "the words point to". ``use`` is what the rule does with a hit, mostly ``points``.
    ``unless``: a hit that overlaps a match of such an entry has another sense and is dropped. ``lifted_by`` names
    circumstances: a hit does not count where one of them stands anywhere in the body. ``fields`` are the last parts of
    the field paths that are searched, empty for all. ``kinds`` are the kinds to which the list applies, ``None`` for
    all. ``source`` says where the words are from.
    """

    rule: str
    name: str
    entries: tuple[str, ...]
    use: str = POINTS
    unless: tuple[str, ...] = ()
    lifted_by: tuple[str, ...] = ()
    fields: frozenset[str] = frozenset()
    kinds: frozenset[Kind] | None = None
    source: str = ""

    def applies_to(self, path: str, kind: Kind) -> bool:
        """Whether the list is searched in this field of an item of this kind."""
        return self.is_searched_in(_name_of(path)) and (self.kinds is None or kind in self.kinds)

    def is_searched_in(self, name: str) -> bool:
        """Whether the list is searched in fields of this name."""
        return not self.fields or name in self.fields


@value(frozen=True, slots=True)
class WordHit:
    """The first match of a sense in a body, as written; ``also`` names further fields with a match."""

    sense: str
    field: str
    words: str
    also: tuple[str, ...] = ()


@value(frozen=True, slots=True)
class LiftedHit:
    """A hit that does not count, and the circumstance that gives its words another sense."""

    hit: WordHit
    circumstance: WordHit


@value(frozen=True, slots=True)
class WordHits:
    """The hits of all lists in one body, and by rule those that a circumstance has lifted.

    ``form_words`` are folded formal words that say nothing about an act, ``act_words`` the verbs by which an act of the
    person is known.
    """

    hits: Mapping[tuple[str, str], tuple[WordHit, ...]] = field(default_factory=dict, hash=False)
    lifted: Mapping[str, tuple[LiftedHit, ...]] = field(default_factory=dict, hash=False)
    form_words: frozenset[str] = frozenset()
    act_words: ActWords = field(default=ActWords(), repr=False)

    def of_rule(self, rule: str, use: str = POINTS) -> tuple[WordHit, ...]:
        """The hits of a rule's lists with this use, one for each sense."""
        return self.hits.get((rule, use), ())

    def lifted_of(self, rule: str) -> tuple[LiftedHit, ...]:
        """The hits of a rule that a circumstance has lifted."""
        return self.lifted.get(rule, ())


NO_WORD_HITS = WordHits()
_Found = dict[WordList, WordHit]


@value(frozen=True, slots=True)
class _Searches:
    """What a lexicon looks texts up in, by name of field."""

    words: Mapping[str, FieldSearch[WordList]]
    circumstances: Mapping[str, FieldSearch[WordList]]
    form_words: frozenset[str]
    act_words: ActWords


@value(frozen=True, slots=True)
class Lexicon:
    """All word lists. Raises ``ValueError``, with the sense and the entry, for an invalid entry or circumstance.

    ``is_checked``: every entry is known to be valid, and is read at the first search only. That takes longer than
    most commands, which search nothing.
    """

    senses: tuple[WordList, ...] = ()
    known_words: int = field(default=DEFAULT_LIMITS.memory.known_words, repr=False, compare=False)
    is_checked: bool = field(default=False, repr=False, compare=False)
    _made: list[_Searches] = field(init=False, default_factory=list, repr=False, compare=False)

    def __post_init__(self) -> None:
        named = {sense.name for sense in self.senses if sense.use == CIRCUMSTANCE}
        for sense in self.senses:
            unknown = set(sense.lifted_by) - named
            if unknown:
                raise ValueError(f"{sense.rule}, {sense.name}: {min(unknown)!r} is no circumstance")
        if not self.is_checked:
            self.prepare()

    @property
    def is_prepared(self) -> bool:
        """Whether every entry has been read."""
        return bool(self._made)

    def prepare(self) -> None:
        """Reads every entry now, in place of at the first search: some tenths of a second."""
        if not self._made:
            self._made.append(self._searches())

    def _searches(self) -> _Searches:
        searched = [sense for sense in self.senses if sense.use not in _NOT_SEARCHED]
        circumstances = [sense for sense in self.senses if sense.use == CIRCUMSTANCE]
        return _Searches(
            _indexes(searched, self.known_words),
            _indexes(circumstances, self.known_words),
            frozenset(map(fold, self._words_of(FILLER))),
            ActWords(*(WordSet.of(self._words_of(use)) for use in (ACT, NO_ACT, PERSON, OTHER))),
        )

    @property
    def searches(self) -> _Searches:
        self.prepare()
        return self._made[0]

    def _words_of(self, use: str) -> Iterator[str]:
        return (entry for sense in self.senses if sense.use == use for entry in sense.entries)

    def search_body(self, body: Body) -> WordHits:
        """The hits of all lists in the texts of a body."""
        texts, searches = tuple(texts_of(body)), self.searches
        found = _search(searches.words, texts, body.kind)
        lifted: dict[str, list[LiftedHit]] = defaultdict(list)
        if any(sense.lifted_by for sense in found):
            standing = {sense.name: hit for sense, hit in _search(searches.circumstances, texts, body.kind).items()}
            for sense in list(found):
                circumstance = next((standing[name] for name in sense.lifted_by if name in standing), None)
                if circumstance is not None:
                    lifted[sense.rule].append(LiftedHit(found.pop(sense), circumstance))
        hits: dict[tuple[str, str], list[WordHit]] = defaultdict(list)
        for sense, hit in found.items():
            hits[sense.rule, sense.use].append(hit)
        return WordHits(
            {key: tuple(row) for key, row in hits.items()},
            {rule: tuple(row) for rule, row in lifted.items()},
            searches.form_words,
            searches.act_words,
        )

    def search_text(self, path: str, text: str, kind: Kind) -> Iterator[tuple[WordList, str]]:
        """The first match of each sense in one text, as written; circumstances are not considered."""
        return _search_text(self.searches.words, path, text, kind)


def _name_of(path: str) -> str:
    return path.rsplit(".", 1)[-1]


def _search(indexes: Mapping[str, FieldSearch[WordList]], texts: Iterable[tuple[str, str]], kind: Kind) -> _Found:
    """The first hit of each list, in the order of the texts."""
    found: _Found = {}
    for path, text in texts:
        for sense, words in _search_text(indexes, path, text, kind):
            known = found.get(sense)
            if known is None:
                found[sense] = WordHit(sense.name, path, words)
            else:
                found[sense] = WordHit(known.sense, known.field, known.words, (*known.also, path))
    return found


def _search_text(
    indexes: Mapping[str, FieldSearch[WordList]], path: str, text: str, kind: Kind
) -> Iterator[tuple[WordList, str]]:
    for sense, start, end in indexes[_name_of(path)].search(text):
        if sense.kinds is None or kind in sense.kinds:
            yield sense, quoted(original_text(text, start, end))


def _indexes(senses: Iterable[WordList], known_words: int) -> Mapping[str, FieldSearch[WordList]]:
    """A search by name of field; names in which the same lists are searched share one."""
    searched = tuple(senses)
    index = WordIndex((form for sense in searched for form in _forms(sense)), known_words)
    by_lists: dict[tuple[WordList, ...], FieldSearch[WordList]] = {}
    found = {}
    for name in _FIELD_NAMES:
        lists = tuple(sense for sense in searched if sense.is_searched_in(name))
        if lists not in by_lists:
            by_lists[lists] = FieldSearch(index, lists, known_words)
        found[name] = by_lists[lists]
    return found


def _forms(sense: WordList) -> Iterator[ListedEntry[WordList]]:
    for is_unless, entries in ((False, sense.entries), (True, sense.unless)):
        for entry in entries:
            yield ListedEntry(sense, _entry(sense, entry), is_unless)


def _entry(sense: WordList, written: str) -> Entry:
    try:
        return parse_entry(written)
    except ValueError as fault:
        raise ValueError(f"{sense.rule}, {sense.name}: {fault}") from fault


def texts_of(body: Body) -> Iterator[tuple[str, str]]:
    """The path and text of each searched field: charges first, then facts; names of persons are not searched."""
    judicial, subject = body.judicial, body.subject
    found: list[tuple[str, str | None]] = []
    if judicial is not None:
        for index, offence in enumerate(judicial.offences):
            at = f"judicial.offences[{index}]"
            found += [
                (f"{at}.charge", offence.charge),
                (f"{at}.category", offence.category),
                (f"{at}.law", offence.law),
            ]
        if judicial.facts is not None:
            found.append(("judicial.facts.summary", judicial.facts.summary))
        if judicial.warrant is not None:
            found.append(("judicial.warrant.authority", judicial.warrant.authority))
    if isinstance(subject, Person):
        found.append(("subject.occupation", subject.occupation))
        if subject.description is not None:
            found.append(("subject.description.marks", subject.description.marks))
    else:
        found += [("subject.title", subject.title), ("subject.description", subject.description)]
    found.append(("text", body.text))
    return ((path, text) for path, text in found if text)
