"""Searches texts for word lists in four languages; each list belongs to a rule and a sense.

Word lists are data. An entry is a sequence of words: ``word`` matches that word alone, ``stem*`` any word that begins
with the stem, ``a|b`` either of two, ``word?`` is optional, and ``...`` allows up to five words of the same sentence in
between. Arabic entries also match after the article and the particles that are joined to a word.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from dutydesk.domain.limits import DEFAULT_LIMITS
from dutydesk.domain.messages.message import Body, Kind
from dutydesk.domain.messages.subjects import Person
from dutydesk.domain.rules.folded_text import fold, original_text
from dutydesk.domain.rules.values import quoted

POINTS = "points"
FILLER = "filler"
_KEY_LENGTH = 3
_SHORTEST_STEM = 3
_LONGEST_CACHED = 40
#: Patterns that are kept, some ten megabytes.
_MOST_COMPILED = 4_096
_WORD = re.compile(r"\w+")
_ALTERNATIVE = re.compile(r"[^\W_][\w'’-]*\*?")
_ARABIC = re.compile("[\u0621-\u064a]")
_BETWEEN = r"[^\w.;:!?,؟؛،]{1,3}"
_GAP = r"(?:[^\w.;:!?؟؛]{1,3}\w+){0,5}?[^\w.;:!?؟؛]{1,3}"
_PARTICLES = "(?:[وف]?(?:[بكل]?ال|لل|[بكل])?)"
_ARTICLES = ("ال", "بال", "كال", "لل", "ب", "ك", "ل")


@dataclass(frozen=True, slots=True)
class WordList:
    """One list of words and the sense that it points to.

    ``name`` completes the sentence "the words point to". ``use`` is what the rule does with a hit, mostly ``points``.
    ``unless``: a hit that overlaps a match of such an entry has another sense and is dropped. ``fields`` are the last
    parts of the field paths that are searched, empty for all. ``kinds`` are the kinds to which the list applies,
    ``None`` for all.
    """

    rule: str
    name: str
    entries: tuple[str, ...]
    use: str = POINTS
    unless: tuple[str, ...] = ()
    fields: frozenset[str] = frozenset()
    kinds: frozenset[Kind] | None = None

    def applies_to(self, path: str, kind: Kind) -> bool:
        """Whether the list is searched in this field of an item of this kind."""
        name = path.rsplit(".", 1)[-1]
        return (not self.fields or name in self.fields) and (self.kinds is None or kind in self.kinds)


@dataclass(frozen=True, slots=True)
class WordHit:
    """The first match of a sense in a body, as written; ``also`` names further fields with a match."""

    sense: str
    field: str
    words: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WordHits:
    """The hits of all lists in one body. ``form_words`` are folded formal words that say nothing about an act."""

    hits: Mapping[tuple[str, str], tuple[WordHit, ...]] = field(default_factory=dict, hash=False)
    form_words: frozenset[str] = frozenset()

    def of_rule(self, rule: str, use: str = POINTS) -> tuple[WordHit, ...]:
        """The hits of a rule's lists with this use, one for each sense."""
        return self.hits.get((rule, use), ())


NO_WORD_HITS = WordHits()


@dataclass(frozen=True, slots=True)
class _Form:
    """One entry. ``first`` are the words with which it may begin, ``stems`` those of them that are stems."""

    sense: WordList
    pattern: str
    is_unless: bool
    first: frozenset[str]
    stems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Candidates:
    """Entries that may begin ``offset`` letters into a word, and a pattern that matches any of them."""

    offset: int
    combined_pattern: str
    forms: tuple[_Form, ...]


@lru_cache(maxsize=_MOST_COMPILED)
def _compiled(pattern: str) -> re.Pattern[str]:
    """The compiled pattern. Patterns compile on first use, because few of them are ever used."""
    return re.compile(pattern)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All word lists. Raises ``ValueError``, with the sense and the entry, for an invalid entry."""

    senses: tuple[WordList, ...] = ()
    known_words: int = field(default=DEFAULT_LIMITS.memory.known_words, repr=False, compare=False)
    _forms: Mapping[str, tuple[_Form, ...]] = field(init=False, repr=False, compare=False)
    _form_words: frozenset[str] = field(init=False, repr=False, compare=False)
    _cached: dict[str, tuple[_Candidates, ...]] = field(init=False, repr=False, compare=False)
    _without_entries: set[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        forms: dict[str, list[_Form]] = defaultdict(list)
        for sense in self.senses:
            if sense.use == FILLER:
                continue
            for is_unless, entries in ((False, sense.entries), (True, sense.unless)):
                for entry in entries:
                    first, stems = _first_words(sense, entry)
                    form = _Form(sense, _pattern(sense, entry), is_unless, first, stems)
                    for key in {word[:_KEY_LENGTH] for word in first}:
                        forms[key].append(form)
        object.__setattr__(self, "_forms", {key: tuple(found) for key, found in forms.items()})
        fillers = (entry for sense in self.senses if sense.use == FILLER for entry in sense.entries)
        object.__setattr__(self, "_form_words", frozenset(map(fold, fillers)))
        object.__setattr__(self, "_cached", {})
        object.__setattr__(self, "_without_entries", set())

    def search_body(self, body: Body) -> WordHits:
        """The hits of all lists in the texts of a body."""
        found: dict[tuple[str, str], dict[str, WordHit]] = defaultdict(dict)
        for path, text in texts_of(body):
            for sense, words in self.search_text(path, text, body.kind):
                hits = found[sense.rule, sense.use]
                known = hits.get(sense.name)
                if known is None:
                    hits[sense.name] = WordHit(sense.name, path, words)
                else:
                    hits[sense.name] = WordHit(known.sense, known.field, known.words, (*known.also, path))
        return WordHits({key: tuple(hits.values()) for key, hits in found.items()}, self._form_words)

    def search_text(self, path: str, text: str, kind: Kind) -> Iterator[tuple[WordList, str]]:
        """The first match of each sense in one text, as written."""
        folded = fold(text)
        without_entries = self._without_entries
        if without_entries.issuperset(_WORD.findall(folded)):
            return
        matches: dict[WordList, list[tuple[int, int]]] = defaultdict(list)
        covered: dict[WordList, list[tuple[int, int]]] = defaultdict(list)
        for word in _WORD.finditer(folded):
            word_text = word.group()
            if word_text in without_entries:
                continue
            known = self._cached.get(word_text)
            for entries in self._candidates_in(word_text) if known is None else known:
                at = word.start() + entries.offset
                if _compiled(entries.combined_pattern).match(folded, at) is None:
                    continue
                for form in entries.forms:
                    match = _compiled(form.pattern).match(folded, at)
                    if match is not None and form.sense.applies_to(path, kind):
                        (covered if form.is_unless else matches)[form.sense].append((word.start(), match.end()))
        for sense, spans in matches.items():
            for start, end in spans:
                if not any(first < end and start < last for first, last in covered[sense]):
                    yield sense, quoted(original_text(text, start, end))
                    break

    def _candidates_in(self, word: str) -> tuple[_Candidates, ...]:
        """The entries that may begin in a word; cached, because most words begin none and are frequent."""
        found = tuple(
            _Candidates(start, "|".join(f"(?:{form.pattern})" for form in forms), forms)
            for start in _start_offsets(word)
            if (forms := self._entries_for(word[start:]))
        )
        if len(word) <= _LONGEST_CACHED:
            if len(self._cached) >= self.known_words:
                self._cached.clear()
                self._without_entries.clear()
            self._cached[word] = found
            if not found:
                self._without_entries.add(word)
        return found

    def _entries_for(self, word: str) -> tuple[_Form, ...]:
        forms = self._forms.get(word[:_KEY_LENGTH], ())
        return tuple(form for form in forms if word in form.first or word.startswith(form.stems))


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


def _start_offsets(word: str) -> Iterable[int]:
    """The offsets at which an entry may begin in a word: 0, and in Arabic also after joined particles and articles."""
    if not "\u0621" <= word[0] <= "\u064a":
        return (0,)
    prefix_ends = [0] + ([1] if word[0] in "وف" else [])
    return dict.fromkeys(
        [
            *prefix_ends,
            *(
                prefix_end + len(article)
                for prefix_end in prefix_ends
                for article in _ARTICLES
                if word.startswith(article, prefix_end) and prefix_end + len(article) < len(word)
            ),
        ]
    )


def _atoms(sense: WordList, entry: str) -> list[str]:
    """The parts of an entry. Raises ``ValueError`` if it does not begin and end with a word."""
    atoms = entry.split()
    if not atoms or atoms[0] == "..." or atoms[0].endswith("?") or atoms[-1] == "...":
        raise ValueError(f"{sense.rule}, {sense.name}: {entry!r} must begin and end with a word")
    return atoms


def _words(sense: WordList, entry: str, atom: str) -> list[tuple[list[str], bool]]:
    """Each alternative of an atom: its folded words, and whether the last one is a stem."""
    found = []
    for alternative in atom.split("|"):
        is_stem = alternative.endswith("*")
        words = _WORD.findall(fold(alternative))
        if _ALTERNATIVE.fullmatch(alternative) is None or (is_stem and len(words[-1]) < _SHORTEST_STEM):
            raise ValueError(f"{sense.rule}, {sense.name}: {alternative!r} in {entry!r} can't be searched for")
        found.append((words, is_stem))
    return found


def _first_words(sense: WordList, entry: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """The first words of an entry, and those of them that are stems."""
    first = _words(sense, entry, _atoms(sense, entry)[0])
    stems = (words[0] for words, is_stem in first if is_stem and len(words) == 1)
    return frozenset(words[0] for words, _ in first), tuple(dict.fromkeys(stems))


def _pattern(sense: WordList, entry: str) -> str:
    """The regular expression of an entry, for folded text."""
    parts: list[str] = []
    join = ""
    for atom in _atoms(sense, entry):
        if atom == "...":
            join = _GAP
            continue
        particles = _PARTICLES if parts and _ARABIC.search(atom) else ""
        alternatives = (
            particles + _BETWEEN.join(words) + (r"\w*" if is_stem else "")
            for words, is_stem in _words(sense, entry, atom.removesuffix("?"))
        )
        word = f"{join}(?:{'|'.join(alternatives)})(?!\\w)"
        parts.append(f"(?:{word})?" if atom.endswith("?") else word)
        join = _BETWEEN
    return "".join(parts)
