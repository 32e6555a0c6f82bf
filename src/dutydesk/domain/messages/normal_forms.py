"""Unicode's normal forms in time that grows with the text.

They sort the marks that stand on one letter, and take the square of their number for it: 100,000 marks in a row, which
one message can bring, take seconds.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final, Literal

#: No writing puts more marks on one letter (Unicode Standard Annex 15, Stream-Safe Text Format).
MOST_MARKS: Final = 30
#: These become marks, though Unicode does not order them as such.
_BECOMING_MARKS: Final = frozenset("\u0f73\u0f75\u0f81\uff9e\uff9f")
#: No mark is a letter, a digit or a space, but for two half-width signs, which count as letters.
_HEAP: Final = re.compile(rf"(?:[^\w\s]|[\uff9e\uff9f]){{{MOST_MARKS + 1},}}")


def normalize(form: Literal["NFC", "NFD", "NFKC", "NFKD"], text: str) -> str:
    """The normal form, without the marks that follow the thirtieth in a row."""
    return unicodedata.normalize(form, _HEAP.sub(_limit_marks, text))


def is_mark(character: str) -> bool:
    """Whether it stands on what comes before it, or its normal form does."""
    return unicodedata.combining(character) > 0 or character in _BECOMING_MARKS


def _limit_marks(heap: re.Match[str]) -> str:
    kept: list[str] = []
    marks = 0
    for character in heap[0]:
        marks = marks + 1 if is_mark(character) else 0
        if marks <= MOST_MARKS:
            kept.append(character)
    return "".join(kept)
