"""The entries of the word lists: what a lawyer writes, and the pattern that it is searched with.

An entry is a sequence of words: ``word`` matches that word alone, ``stem*`` any word that begins with the stem,
``(a|b)`` either of two words, ``word?`` is optional, and ``...`` allows up to five words of the same sentence in
between, in Arabic of the same clause. The brackets may be left out where ``a|b`` is the whole entry. ``^`` at the
beginning and ``$`` at the end of an entry are the beginning and the end of the field. Arabic entries also match after
the article and the particles that are joined to a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from dutydesk.domain.frozen import value
from dutydesk.domain.rules.common_words import COMMON_WORDS
from dutydesk.domain.rules.folded_text import WORD, fold

_SHORTEST_STEM = 3
#: Letters by which words are told apart before a pattern is tried; no stem is shorter.
BEGINNING = _SHORTEST_STEM
_WORDS_IN_GAP = 5
#: Joined particles and an article have at most so many letters.
_LONGEST_JOINED = 4
#: Many entries share their words, and folding them costs most of reading a list.
_ALTERNATIVES_KEPT = 20_000
_FIELD_BEGINS, _FIELD_ENDS = "^", "$"
_ALTERNATIVE = re.compile(r"[^\W_][\w'’-]*\*?")
_IN_BRACKETS = re.compile(r"\([^()]*\)\??")
_ARABIC = re.compile("[\u0621-\u064a]")
_BETWEEN = r"[^\w.;:!?,؟؛،]{1,3}"
_GAP = r"(?:[^\w.;:!?؟؛]{1,3}\w+){0,5}?[^\w.;:!?؟؛]{1,3}"
#: In Arabic a comma ends a clause with a verb of its own, and a negation before it says nothing about what follows.
_ARABIC_BETWEEN = r"(?:[^\w.;:!?,؟؛،]|,(?=\d)){1,3}"
_ARABIC_GAP = rf"(?:{_ARABIC_BETWEEN}\w+){{0,5}}?{_ARABIC_BETWEEN}"
_END = r"(?=\W*\Z)"
_PARTICLES = "(?:[وف]?(?:[بكل]?ال|لل|[بكل])?)"
_ARTICLES = ("ال", "بال", "كال", "لل", "ب", "ك", "ل")


@value(frozen=True, slots=True)
class Words:
    """Alternative words of one part of an entry; ``stems`` are those that are stems."""

    words: frozenset[str]
    stems: tuple[str, ...]

    def include(self, word: str) -> bool:
        return word in self.words or word.startswith(self.stems)


@value(frozen=True, slots=True, eq=False)
class Entry:
    """One entry, for folded text.

    ``first`` are the words with which it may begin, ``keys`` those by which it is found: its first part that is no
    common word such as "the". ``lead`` is how many words may stand in the entry before its key. ``begins_field``: it
    matches only at the first word of a field.
    """

    written: str
    first: Words
    keys: Words
    lead: int
    begins_field: bool

    @property
    def pattern(self) -> str:
        """The regular expression of the entry; built when it is first needed, because few entries ever are."""
        return _pattern(self.written)

    @property
    def needs(self) -> tuple[frozenset[str], ...]:
        """For each part that must stand beside the key, the beginnings of its words; the rarest part first.

        A text without a word that begins so (see :func:`word_beginnings`) does not match the entry.
        """
        return _needs(self.written)


#: Words of one alternative, and whether the last of them is a stem.
_Alternative = tuple[Sequence[str], bool]


def parse_entry(written: str) -> Entry:
    """Raises ``ValueError``, with the entry, if it does not begin and end with a word, can't be searched for, or leaves
    open what a bar stands between."""
    _reject_ambiguous(written)
    atoms, begins_field, _ = _atoms(written)
    if not atoms or atoms[0] == "..." or atoms[0].endswith("?") or atoms[-1] == "...":
        raise ValueError(f"{written!r} must begin and end with a word")
    parts = [_words(written, atom.removesuffix("?")) for atom in atoms]
    key, lead = _key(atoms, parts)
    first = _beginnings(parts[0])
    return Entry(written, first, first if key is parts[0] else _beginnings(key), lead, begins_field)


def _reject_ambiguous(written: str) -> None:
    """Beside other words it must be seen that a bar stands between words; an author may mean it between phrases."""
    parts = written.split()
    for part in parts:
        words, is_optional = part.removesuffix("?"), part.endswith("?")
        alternatives = _without_brackets(words).split("|")
        if len(alternatives) == 1 or not all(map(_ALTERNATIVE.fullmatch, alternatives)):
            continue
        if not _IN_BRACKETS.fullmatch(words) and (is_optional or len(parts) > 1):
            bracketed = f"({words})?" if is_optional else f"({words})"
            raise ValueError(
                f"{written!r}: write {bracketed!r} if the bar stands between words, "
                "and write phrases as entries of their own"
            )
        if len(set(alternatives)) < len(alternatives):
            raise ValueError(f"{written!r} has a word twice in {part!r}")


def _without_brackets(part: str) -> str:
    return part.replace("(", "", 1).replace(")", "", 1) if _IN_BRACKETS.fullmatch(part) is not None else part


def _atoms(written: str) -> tuple[list[str], bool, bool]:
    """The parts of an entry, without brackets, and whether it is bound to the beginning and to the end of a field."""
    atoms = [_without_brackets(part) for part in written.split()]
    begins_field, ends_field = atoms[:1] == [_FIELD_BEGINS], atoms[-1:] == [_FIELD_ENDS]
    return atoms[begins_field : len(atoms) - ends_field], begins_field, ends_field


def _beginnings(alternatives: Iterable[_Alternative]) -> Words:
    stems = (words[0] for words, is_stem in alternatives if is_stem and len(words) == 1)
    return Words(frozenset(words[0] for words, _ in alternatives), tuple(dict.fromkeys(stems)))


def _key(atoms: Sequence[str], parts: Sequence[Sequence[_Alternative]]) -> tuple[Sequence[_Alternative], int]:
    """The first part without common words, or else the first part; and the most words that may stand before it."""
    lead = 0
    for atom, alternatives in zip(atoms, parts, strict=True):
        if atom == "...":
            lead += _WORDS_IN_GAP
        elif not atom.endswith("?") and COMMON_WORDS.isdisjoint(words[0] for words, _ in alternatives):
            return alternatives, lead
        else:
            lead += max(len(words) for words, _ in alternatives)
    return parts[0], 0


def _words(written: str, atom: str) -> Sequence[_Alternative]:
    """The alternatives of an atom, none for a gap."""
    if atom == "...":
        return ()
    found = [_alternative(alternative) for alternative in atom.split("|")]
    for alternative, (words, is_stem) in zip(atom.split("|"), found, strict=True):
        if not words or (is_stem and len(words[-1]) < _SHORTEST_STEM):
            raise ValueError(f"{alternative!r} in {written!r} can't be searched for")
    return found


@lru_cache(maxsize=_ALTERNATIVES_KEPT)
def _alternative(written: str) -> _Alternative:
    """The words of one alternative, none if it can't be searched for."""
    words = WORD.findall(fold(written)) if _ALTERNATIVE.fullmatch(written) is not None else ()
    return tuple(words), written.endswith("*")


@lru_cache(maxsize=_ALTERNATIVES_KEPT)
def _needs(written: str) -> tuple[frozenset[str], ...]:
    atoms = _atoms(written)[0]
    parts = [_words(written, atom.removesuffix("?")) for atom in atoms]
    key, _ = _key(atoms, parts)
    needed = [
        frozenset([words[0] for words, _ in part])
        for atom, part in zip(atoms, parts, strict=True)
        if part is not key and part and not atom.endswith("?")
    ]
    if all(len(words) > 1 for words, _ in key):
        needed.append(frozenset([words[1] for words, _ in key]))
    needed.sort(key=lambda words: (not COMMON_WORDS.isdisjoint(words), len(words)))
    return tuple(frozenset([word[:BEGINNING] for word in words]) for words in needed)


def word_beginnings(words: Sequence[str], *, with_arabic: bool) -> set[str]:
    """How the words of a text begin, in Arabic also behind whatever may be joined to them."""
    found = {word[:BEGINNING] for word in words}
    if with_arabic:
        found.update(
            word[start : start + BEGINNING]
            for word in words
            if "\u0621" <= word[0] <= "\u064a"
            for start in range(1, _LONGEST_JOINED + 1)
        )
    return found


def _pattern(written: str) -> str:
    parts: list[str] = []
    join = ""
    gap = _ARABIC_GAP if _ARABIC.search(written) else _GAP
    atoms, _, ends_field = _atoms(written)
    for atom in atoms:
        if atom == "...":
            join = gap
            continue
        particles = _PARTICLES if parts and _ARABIC.search(atom) else ""
        alternatives = (
            particles + _BETWEEN.join(words) + (r"\w*" if is_stem else "")
            for words, is_stem in _words(written, atom.removesuffix("?"))
        )
        word = f"{join}(?:{'|'.join(alternatives)})(?!\\w)"
        parts.append(f"(?:{word})?" if atom.endswith("?") else word)
        join = _BETWEEN
    return "".join(parts) + (_END if ends_field else "")


def start_offsets(word: str) -> Iterable[int]:
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
