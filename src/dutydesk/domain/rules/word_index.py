"""The index of the entries that are searched for in one group of fields, and its search."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Generic, TypeVar

from dutydesk.domain.frozen import value
from dutydesk.domain.rules.folded_text import fold
from dutydesk.domain.rules.word_entries import WORD, Entry, start_offsets

_KEY_LENGTH = 3
_LONGEST_CACHED = 40
_LONGEST_TEXT_CACHED = 120
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


@value(frozen=True, slots=True)
class _Candidates(Generic[List]):
    """Forms whose key is ``offset`` letters into a word.

    ``combined`` matches if any of ``begun``, which begin with the key, does. ``led`` have words before their key.
    """

    offset: int
    combined: re.Pattern[str] | None
    begun: tuple[ListedEntry[List], ...]
    led: tuple[ListedEntry[List], ...]


class WordIndex(Generic[List]):
    """Searches text for the entries of several lists at once.

    Words that are the key of no entry are remembered, because most words of a text are and they are frequent; so are
    the findings in short texts, because charges, laws, authorities and what is asked for are often the same.
    ``known_words`` is how many words, and short texts, are remembered.
    """

    def __init__(self, forms: Iterable[ListedEntry[List]], known_words: int) -> None:
        self.forms = tuple(forms)
        self.known: dict[str, tuple[_Candidates[List], ...]] = {}
        self._without_entries: set[str] = set()
        self._known_words = known_words
        self._known_texts: dict[str, tuple[tuple[List, int, int], ...]] = {}

    def search(self, text: str) -> Iterable[tuple[List, int, int]]:
        """The list, start and end in the folded text of the first match of each list that has one."""
        if len(text) > _LONGEST_TEXT_CACHED:
            return self._search(text)
        found = self._known_texts.get(text)
        if found is None:
            if len(self._known_texts) >= self._known_words:
                self._known_texts.clear()
            found = self._known_texts[text] = tuple(self._search(text))
        return found

    def _search(self, text: str) -> Iterator[tuple[List, int, int]]:
        folded = fold(text)
        if self._without_entries.issuperset(WORD.findall(folded)):
            return
        matches: dict[List, list[Span]] = defaultdict(list)
        covered: dict[List, list[Span]] = defaultdict(list)
        for form, span in self._matches(folded):
            (covered if form.is_unless else matches)[form.of].append(span)
        for found, spans in matches.items():
            for start, end in sorted(spans):
                if not any(first < end and start < last for first, last in covered[found]):
                    yield found, start, end
                    break

    def _matches(self, folded: str) -> Iterator[tuple[ListedEntry[List], Span]]:
        words = list(WORD.finditer(folded))
        without_entries, known_words = self._without_entries, self.known
        for number, word in enumerate(words):
            word_text = word.group()
            if word_text in without_entries:
                continue
            known = known_words.get(word_text)
            for candidates in self._candidates_in(word_text) if known is None else known:
                begin = word.start()
                at = begin + candidates.offset
                if candidates.combined is not None and candidates.combined.match(folded, at) is not None:
                    for form in candidates.begun:
                        if form.entry.begins_field and number:
                            continue
                        match = compiled(form.entry).match(folded, at)
                        if match is not None:
                            yield form, (begin, match.end())
                for form in candidates.led:
                    span = _led_match(form.entry, folded, words, number)
                    if span is not None:
                        yield form, span

    def _candidates_in(self, word: str) -> tuple[_Candidates[List], ...]:
        """The forms whose key a word may be; cached."""
        by_offset = ((start, self._forms_for(word[start:])) for start in start_offsets(word))
        found = tuple(_candidates(start, forms) for start, forms in by_offset if forms)
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
            for key in {word[:_KEY_LENGTH] for word in form.entry.keys.words}:
                by_key[key].append(form)
        return dict(by_key)

    def _forms_for(self, word: str) -> tuple[ListedEntry[List], ...]:
        return tuple(form for form in self._by_key.get(word[:_KEY_LENGTH], ()) if form.entry.keys.include(word))


def _candidates(offset: int, forms: Iterable[ListedEntry[List]]) -> _Candidates[List]:
    begun: list[ListedEntry[List]] = []
    led: list[ListedEntry[List]] = []
    for form in forms:
        (led if form.entry.lead else begun).append(form)
    combined = compiled(*[form.entry for form in begun]) if begun else None
    return _Candidates(offset, combined, tuple(begun), tuple(led))


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
