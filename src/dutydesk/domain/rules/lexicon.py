"""Words that point: lists by rule and sense, found in a text by their forms in any of the four languages.

A word list is data. One entry is a row of words: ``word`` is that word alone, ``stem*`` also what grows from it,
``a|b`` either, ``word?`` may be missing, and ``...`` lets up to five words of the same sentence stand between.
Arabic entries are found behind the article and the particles that are written in one with a word.
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
_KEY = 3
_SHORTEST_STEM = 3
_LONGEST_MET = 40
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
    """What one list of words points to.

    ``name`` completes the sentence "the words point to". ``use``: what the rule does with a hit, ``points`` for most.
    ``unless``: where such an entry covers a hit, another sense is meant. ``fields``: the last names of the fields that
    are looked at, all where it is empty. ``kinds``: those for which the words say something, ``None`` for all.
    """

    rule: str
    name: str
    entries: tuple[str, ...]
    use: str = POINTS
    unless: tuple[str, ...] = ()
    fields: frozenset[str] = frozenset()
    kinds: frozenset[Kind] | None = None

    def applies_to(self, path: str, kind: Kind) -> bool:
        name = path.rsplit(".", 1)[-1]
        return (not self.fields or name in self.fields) and (self.kinds is None or kind in self.kinds)


@dataclass(frozen=True, slots=True)
class WordHit:
    """The first words of a sense in a field, as they are written there; ``also`` names further fields with some."""

    sense: str
    field: str
    words: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WordHits:
    """What the lists found in one body. ``form_words``: folded words that say nothing of what somebody did."""

    hits: Mapping[tuple[str, str], tuple[WordHit, ...]] = field(default_factory=dict, hash=False)
    form_words: frozenset[str] = frozenset()

    def of_rule(self, rule: str, use: str = POINTS) -> tuple[WordHit, ...]:
        """The hits of a rule's lists, each sense once."""
        return self.hits.get((rule, use), ())


NO_WORD_HITS = WordHits()


@dataclass(frozen=True, slots=True)
class _Form:
    """``first`` are the words that may begin the entry, ``stems`` those of them that may grow."""

    sense: WordList
    pattern: str
    is_unless: bool
    first: frozenset[str]
    stems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Begun:
    """Entries that may begin so many letters into a word, and a pattern that matches where one of them does."""

    offset: int
    any_of: str
    forms: tuple[_Form, ...]


@lru_cache(maxsize=_MOST_COMPILED)
def _compiled(pattern: str) -> re.Pattern[str]:
    """Compiled when its first letters are first met: few of the entries ever are."""
    return re.compile(pattern)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All word lists. Raises ``ValueError``, naming sense and entry, for one that can't be looked for."""

    senses: tuple[WordList, ...] = ()
    known_words: int = field(default=DEFAULT_LIMITS.memory.known_words, repr=False, compare=False)
    _forms: Mapping[str, tuple[_Form, ...]] = field(init=False, repr=False, compare=False)
    _form_words: frozenset[str] = field(init=False, repr=False, compare=False)
    _met: dict[str, tuple[_Begun, ...]] = field(init=False, repr=False, compare=False)
    _begins_nothing: set[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        forms: dict[str, list[_Form]] = defaultdict(list)
        for sense in self.senses:
            if sense.use == FILLER:
                continue
            for is_unless, entries in ((False, sense.entries), (True, sense.unless)):
                for entry in entries:
                    first, stems = _beginnings(sense, entry)
                    form = _Form(sense, _pattern(sense, entry), is_unless, first, stems)
                    for key in {word[:_KEY] for word in first}:
                        forms[key].append(form)
        object.__setattr__(self, "_forms", {key: tuple(found) for key, found in forms.items()})
        fillers = (entry for sense in self.senses if sense.use == FILLER for entry in sense.entries)
        object.__setattr__(self, "_form_words", frozenset(map(fold, fillers)))
        object.__setattr__(self, "_met", {})
        object.__setattr__(self, "_begins_nothing", set())

    def search_body(self, body: Body) -> WordHits:
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
        """The first words of each sense in one text."""
        folded = fold(text)
        nothing = self._begins_nothing
        if nothing.issuperset(_WORD.findall(folded)):
            return
        meant: dict[WordList, list[tuple[int, int]]] = defaultdict(list)
        covered: dict[WordList, list[tuple[int, int]]] = defaultdict(list)
        for word in _WORD.finditer(folded):
            begun = word.group()
            if begun in nothing:
                continue
            known = self._met.get(begun)
            for entries in self._begun_by(begun) if known is None else known:
                at = word.start() + entries.offset
                if _compiled(entries.any_of).match(folded, at) is None:
                    continue
                for form in entries.forms:
                    match = _compiled(form.pattern).match(folded, at)
                    if match is not None and form.sense.applies_to(path, kind):
                        (covered if form.is_unless else meant)[form.sense].append((word.start(), match.end()))
        for sense, spans in meant.items():
            for start, end in spans:
                if not any(first < end and start < last for first, last in covered[sense]):
                    yield sense, quoted(original_text(text, start, end))
                    break

    def _begun_by(self, word: str) -> tuple[_Begun, ...]:
        """The entries that may begin in a word. Most words begin none, and come again."""
        found = tuple(
            _Begun(start, "|".join(f"(?:{form.pattern})" for form in forms), forms)
            for start in _starts(word)
            if (forms := self._beginning_with(word[start:]))
        )
        if len(word) <= _LONGEST_MET:
            if len(self._met) >= self.known_words:
                self._met.clear()
                self._begins_nothing.clear()
            self._met[word] = found
            if not found:
                self._begins_nothing.add(word)
        return found

    def _beginning_with(self, word: str) -> tuple[_Form, ...]:
        forms = self._forms.get(word[:_KEY], ())
        return tuple(form for form in forms if word in form.first or word.startswith(form.stems))


def texts_of(body: Body) -> Iterator[tuple[str, str]]:
    """The fields in which words point, the charge before what is told about it, and none of what names somebody."""
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


def _starts(word: str) -> Iterable[int]:
    """Where an entry may begin in a word: at its beginning, and in Arabic behind what is written in one with it."""
    if not "\u0621" <= word[0] <= "\u064a":
        return (0,)
    begins = [0] + ([1] if word[0] in "وف" else [])
    return dict.fromkeys(
        [
            *begins,
            *(
                begin + len(article)
                for begin in begins
                for article in _ARTICLES
                if word.startswith(article, begin) and begin + len(article) < len(word)
            ),
        ]
    )


def _atoms(sense: WordList, entry: str) -> list[str]:
    atoms = entry.split()
    if not atoms or atoms[0] == "..." or atoms[0].endswith("?") or atoms[-1] == "...":
        raise ValueError(f"{sense.rule}, {sense.name}: {entry!r} must begin and end with a word")
    return atoms


def _words(sense: WordList, entry: str, atom: str) -> list[tuple[list[str], bool]]:
    """Each alternative of an atom: its folded words, and whether the last one may grow."""
    found = []
    for alternative in atom.split("|"):
        grows = alternative.endswith("*")
        words = _WORD.findall(fold(alternative))
        if _ALTERNATIVE.fullmatch(alternative) is None or (grows and len(words[-1]) < _SHORTEST_STEM):
            raise ValueError(f"{sense.rule}, {sense.name}: {alternative!r} in {entry!r} can't be looked for")
        found.append((words, grows))
    return found


def _beginnings(sense: WordList, entry: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """The first words of an entry, and those of them from which more may grow."""
    first = _words(sense, entry, _atoms(sense, entry)[0])
    stems = (words[0] for words, grows in first if grows and len(words) == 1)
    return frozenset(words[0] for words, _ in first), tuple(dict.fromkeys(stems))


def _pattern(sense: WordList, entry: str) -> str:
    parts: list[str] = []
    join = ""
    for atom in _atoms(sense, entry):
        if atom == "...":
            join = _GAP
            continue
        particles = _PARTICLES if parts and _ARABIC.search(atom) else ""
        alternatives = (
            particles + _BETWEEN.join(words) + (r"\w*" if grows else "")
            for words, grows in _words(sense, entry, atom.removesuffix("?"))
        )
        word = f"{join}(?:{'|'.join(alternatives)})(?!\\w)"
        parts.append(f"(?:{word})?" if atom.endswith("?") else word)
        join = _BETWEEN
    return "".join(parts)
