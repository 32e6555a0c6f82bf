"""Unicode's normal forms in linear time.

Python's own function sorts the marks on one letter in quadratic time: 100,000 marks in a row, which fit into one
message, take seconds. This one limits the marks first.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final, Literal

#: No script needs more marks on one letter (Unicode Standard Annex 15, Stream-Safe Text Format).
MOST_MARKS: Final = 30
#: Characters with combining class 0 whose normal forms begin with a mark.
_BECOMING_MARKS: Final = frozenset("\u0f73\u0f75\u0f81\uff9e\uff9f")
#: Matches a run long enough to hold too many marks. No mark is a letter, a digit or a space, except two half-width
#: signs, which count as letters.
_LONG_RUN: Final = re.compile(rf"(?:[^\w\s]|[\uff9e\uff9f]){{{MOST_MARKS + 1},}}")


def normalize(form: Literal["NFC", "NFD", "NFKC", "NFKD"], text: str) -> str:
    """The normal form of ``text``, without the marks after the thirtieth in a row."""
    return unicodedata.normalize(form, _LONG_RUN.sub(_limit_marks, text))


def is_mark(character: str) -> bool:
    """Whether the character, or its normal form, is a mark on the character before it."""
    return unicodedata.combining(character) > 0 or character in _BECOMING_MARKS


def _limit_marks(run: re.Match[str]) -> str:
    kept: list[str] = []
    marks = 0
    for character in run[0]:
        marks = marks + 1 if is_mark(character) else 0
        if marks <= MOST_MARKS:
            kept.append(character)
    return "".join(kept)
