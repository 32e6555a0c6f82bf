"""Names in the form in which they are compared: Latin letters, split into parts, without optional particles."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from dutydesk.domain.frozen import value
from dutydesk.screening.scripts import has_diacritics, is_without_vowels, latin, syllables

#: Parts of a name that are compared; the rest is ignored.
MOST_PARTS = 6
#: Conjunctions between two family names; elsewhere they are initials.
_AND = frozenset({"y", "e", "i"})
_APOSTROPHES = re.compile("['`´’ʼʻ‘]")
_WORD = re.compile("[a-z]+")
_PARTICLES = frozenset(
    (
        *("al", "el", "ul", "ad", "an", "ar", "as", "ash", "at", "az", "bin", "ibn", "bint", "ould"),
        *("van", "von", "vom", "zu", "zur", "der", "den", "ter", "ten", "te", "af", "av"),
        *("de", "del", "della", "di", "da", "do", "dos", "das", "du", "la", "le", "las", "los"),
        *("of", "the", "st", "mr", "mrs", "dr"),
    )
)
#: Particles that form one part with the next one, whether written apart or together.
_JOINED = frozenset({"abd", "abdul", "abdel", "abdal", "abdu", "abu", "abou", "umm", "mc", "mac"})
_MAC = re.compile("^mac(?=[bcdfghjklmnpqrstvw][a-z]{2})")
_ABD = re.compile("^abd[aeou]?l?(?=[a-z]{2})")


@value(frozen=True, slots=True)
class FoldedName:
    """``family`` and ``given`` are parts in the order written; a name without that distinction is all ``given``.

    ``vowelless``: it was written in a script that omits vowels.
    """

    family: tuple[str, ...]
    given: tuple[str, ...]
    vowelless: bool = False

    @property
    def parts(self) -> tuple[str, ...]:
        return self.family + self.given

    def to_text(self) -> str:
        """The name as text, for the store."""
        return f"{'*' if self.vowelless else ''}{' '.join(self.family)}/{' '.join(self.given)}"


@lru_cache(maxsize=1_024)  # for records that searches one after the other find; most are found once
def name_from_text(text: str) -> FoldedName:
    """The name of a text of :meth:`FoldedName.to_text`."""
    vowelless = text.startswith("*")
    family, _, given = text.lstrip("*").partition("/")
    return FoldedName(tuple(family.split()), tuple(given.split()), vowelless)


def parts_of(text: str, *, by_signs: bool = False) -> tuple[str, ...]:
    words = _WORD.findall(_APOSTROPHES.sub("", latin(text, with_diacritics=by_signs)))
    found: list[str] = []
    before = ""
    for place, word in enumerate(words):
        if word in _JOINED and not before:
            before = word
        elif word in _PARTICLES or (word in _AND and 0 < place < len(words) - 1):
            continue
        else:
            found.append(_MAC.sub("mc", _joined(before, word)))
            before = ""
    if before:
        found.append(before)
    return tuple(found[:MOST_PARTS]) if found else tuple(words[:MOST_PARTS])


def _joined(before: str, word: str) -> str:
    if before.startswith("abd"):
        return _ABD.sub("abd", "abd" + word)
    joined = before + word
    return _ABD.sub("abd", joined) if joined.startswith("abd") else joined


def fold_name(family: str | None, given: str | None) -> tuple[FoldedName, ...]:
    """One folded name; two if it has diacritics that are often left out; none if it has no letter."""
    whole = f"{family or ''} {given or ''}"
    vowelless = is_without_vowels(whole)
    ways = (False, True) if has_diacritics(whole) else (False,)
    found = (
        FoldedName(parts_of(family or "", by_signs=way), parts_of(given or "", by_signs=way), vowelless) for way in ways
    )
    return unique_names(name if name.parts else None for name in found)


def possible_names(text: str) -> tuple[FoldedName, ...]:
    """The readings of a whole name in one text: two if it is unclear which syllables are the family name."""
    found = syllables(text)
    if found is None:
        return fold_name(None, text)
    cuts = (1, 2) if len(found) > 2 else (1,)
    return tuple(FoldedName(("".join(found[:cut]),), ("".join(found[cut:]),)) for cut in cuts)


def unique_names(names: Iterable[FoldedName | None]) -> tuple[FoldedName, ...]:
    return tuple(dict.fromkeys(name for name in names if name is not None))
