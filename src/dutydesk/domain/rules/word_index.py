"""The index of the entries of all word lists, and the search for those of one group of fields."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Generic, TypeVar

from dutydesk.domain.frozen import value
from dutydesk.domain.rules.folded_text import WORD, folded_words
from dutydesk.domain.rules.word_entries import BEGINNING, Entry, start_offsets, word_beginnings

_LONGEST_CACHED = 40
_LONGEST_TEXT_CACHED = 120
#: More forms than these are tried together before each is tried by itself.
_MOST_TRIED_ALONE = 3
#: Patterns that are kept, some thirty megabytes: more than all entries together, or a full search compiles them anew.
_MOST_COMPILED = 12_288

List = TypeVar("List")
Span = tuple[int, int]


@lru_cache(maxsize=_MOST_COMPILED)
def compiled(*entries: Entry) -> re.Pattern[str]:
    """The compiled pattern that matches any of the entries; compiled on first use, because few are ever used."""
    return re.compile("|".join(f"(?:{entry.pattern})" for entry in entries))


@value(frozen=True, slots=True)
class ListedEntry(Generic[List]):
    """One entry of a list. ``is_unless``: it takes hits of its list away."""

    of: List
    entry: Entry
    is_unless: bool


class _Candidates(Generic[List]):
    """Forms whose key is ``offset`` letters into a word.

    ``needs`` are the beginnings of words of which each form needs one beside its key, ``None`` if a form needs none.
    Most texts have none of these.
    """

    __slots__ = ("_always", "_by_need", "_combined", "_forms", "needs", "offset")

    def __init__(self, offset: int, forms: Iterable[ListedEntry[List]]) -> None:
        self.offset = offset
        self._forms = tuple([(form, form.entry.needs) for form in sorted(forms, key=_has_lead)])
        by_need: dict[str, list[int]] = defaultdict(list)
        for place, (_, needs) in enumerate(self._forms):
            for beginning in needs[0] if needs else ():
                by_need[beginning].append(place)
        self._by_need = dict(by_need)
        self._always = [place for place, (_, needs) in enumerate(self._forms) if not needs]
        self.needs = None if self._always else frozenset(by_need)
        self._combined: re.Pattern[str] | None = None

    def possible(self, folded: str, at: int, beginnings: set[str]) -> Iterable[ListedEntry[List]]:
        """The forms that may match in a text whose words begin so, those that begin ``at`` this place first."""
        forms = self._forms if len(self._forms) <= _MOST_TRIED_ALONE else self._needed(beginnings)
        found = [form for form, needs in forms if not any(map(beginnings.isdisjoint, needs))]
        if len(found) <= _MOST_TRIED_ALONE or self._may_begin(folded, at):
            return found
        return filter(_has_lead, found)

    def _needed(self, beginnings: set[str]) -> list[tuple[ListedEntry[List], Sequence[frozenset[str]]]]:
        """The forms whose rarest need one of these beginnings meets."""
        by_need, forms = self._by_need, self._forms
        places = {place for beginning in by_need.keys() & beginnings for place in by_need[beginning]}
        return [forms[place] for place in sorted(places.union(self._always))]

    def _may_begin(self, folded: str, at: int) -> bool:
        """Whether any form begins at this place."""
        if self._combined is None:
            self._combined = compiled(*[form.entry for form, _ in self._forms if not form.entry.lead])
        return self._combined.match(folded, at) is not None


def _has_lead(form: ListedEntry[List]) -> bool:
    """Whether words stand in the entry before its key."""
    return form.entry.lead > 0


class WordIndex(Generic[List]):
    """The entries of all lists by the words that they are found by.

    Words that are the key of no entry are remembered, because most words of a text are and they are frequent.
    ``known_words`` is how many words are remembered.
    """

    def __init__(self, forms: Iterable[ListedEntry[List]], known_words: int) -> None:
        self.forms = tuple(forms)
        self.known: dict[str, tuple[_Candidates[List], ...]] = {}
        self._without_entries: set[str] = set()
        self._known_words = known_words

    def search(self, text: str, lists: frozenset[List]) -> Iterable[tuple[List, int, int]]:
        """The list, start and end in the folded text of the first match of each of these lists that has one."""
        folded, words = folded_words(text)
        without_entries = self._without_entries
        keys = [(number, word) for number, word in enumerate(words) if word not in without_entries]
        if not keys:
            return ()
        matches: dict[List, list[Span]] = defaultdict(list)
        covered: dict[List, list[Span]] = defaultdict(list)
        for form, span in self._matches(folded, keys, word_beginnings(words, with_arabic=not folded.isascii())):
            if form.of in lists:
                (covered if form.is_unless else matches)[form.of].append(span)
        return list(_uncovered(matches, covered)) if matches else ()

    def _matches(
        self, folded: str, keys: Iterable[tuple[int, str]], beginnings: set[str]
    ) -> Iterator[tuple[ListedEntry[List], Span]]:
        """The matches of forms with one of these ``keys``, in a text whose words begin so."""
        known_words = self.known
        places: list[re.Match[str]] = []
        for number, word in keys:
            known = known_words.get(word)
            for candidates in self._candidates_in(word) if known is None else known:
                if candidates.needs is not None and candidates.needs.isdisjoint(beginnings):
                    continue
                places = places or list(WORD.finditer(folded))
                begin = places[number].start()
                at = begin + candidates.offset
                for form in candidates.possible(folded, at, beginnings):
                    if form.entry.lead:
                        span = _led_match(form.entry, folded, places, number)
                    elif form.entry.begins_field and number:
                        continue
                    else:
                        match = compiled(form.entry).match(folded, at)
                        span = None if match is None else (begin, match.end())
                    if span is not None:
                        yield form, span

    def _candidates_in(self, word: str) -> tuple[_Candidates[List], ...]:
        """The forms whose key a word may be; cached."""
        by_offset = ((start, self._forms_for(word[start:])) for start in start_offsets(word))
        found = tuple(_Candidates(start, forms) for start, forms in by_offset if forms)
        if len(word) <= _LONGEST_CACHED:
            if len(self.known) >= self._known_words:
                self.known.clear()
                self._without_entries.clear()
            self.known[word] = found
            if not found:
                self._without_entries.add(word)
        return found

    @cached_property
    def _by_key(self) -> Mapping[str, Sequence[ListedEntry[List]]]:
        """The forms by the first letters of their keys; made at the first search, which most commands never do."""
        by_key: dict[str, list[ListedEntry[List]]] = defaultdict(list)
        for form in self.forms:
            for key in {word[:BEGINNING] for word in form.entry.keys.words}:
                by_key[key].append(form)
        return dict(by_key)

    def _forms_for(self, word: str) -> tuple[ListedEntry[List], ...]:
        return tuple(form for form in self._by_key.get(word[:BEGINNING], ()) if form.entry.keys.include(word))


class FieldSearch(Generic[List]):
    """Searches the texts of some fields for those lists that are searched for in them.

    The findings in short texts are remembered, because charges, laws, authorities and what is asked for are often the
    same; ``known_texts`` is how many.
    """

    def __init__(self, index: WordIndex[List], lists: Iterable[List], known_texts: int) -> None:
        self.index = index
        self._lists = frozenset(lists)
        self._known_texts: dict[str, Iterable[tuple[List, int, int]]] = {}
        self._most_texts = known_texts

    def search(self, text: str) -> Iterable[tuple[List, int, int]]:
        """The list, start and end in the folded text of the first match of each list that has one."""
        if len(text) > _LONGEST_TEXT_CACHED:
            return self.index.search(text, self._lists)
        found = self._known_texts.get(text)
        if found is None:
            if len(self._known_texts) >= self._most_texts:
                self._known_texts.clear()
            found = self._known_texts[text] = self.index.search(text, self._lists)
        return found


def _uncovered(
    matches: Mapping[List, Iterable[Span]], covered: Mapping[List, Iterable[Span]]
) -> Iterator[tuple[List, int, int]]:
    """The first match of each list that does not overlap a match which takes it away."""
    for found, spans in matches.items():
        taken = covered.get(found, ())
        for start, end in sorted(spans):
            if not any(first < end and start < last for first, last in taken):
                yield found, start, end
                break


def _led_match(entry: Entry, folded: str, words: Sequence[re.Match[str]], number: int) -> Span | None:
    """The match of an entry that begins before its key, the word of this number."""
    pattern, key_at = compiled(entry), words[number].start()
    first = max(0, number - entry.lead)
    for word in words[first : number + 1]:
        if entry.begins_field and word is not words[0]:
            break
        begin = word.group()
        for offset in start_offsets(begin):
            if not entry.first.include(begin[offset:]):
                continue
            match = pattern.match(folded, word.start() + offset)
            if match is not None and match.end() > key_at:
                return word.start(), match.end()
    return None
