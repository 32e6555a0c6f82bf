"""Unicode's normal forms in time that grows with the text.

They sort the marks that stand on one letter, and take the square of their number for it: 100,000 marks in a row, which
one message can bring, take seconds.
"""

from __future__ import annotations

import unicodedata
from typing import Final, Literal

#: No writing puts more marks on one letter (Unicode Standard Annex 15, Stream-Safe Text Format).
MOST_MARKS: Final = 30
#: The marks of a text of this length cost nothing to speak of, whatever they are.
_SHORT: Final = 1_000


def normalized(form: Literal["NFC", "NFD", "NFKC", "NFKD"], text: str) -> str:
    """The normal form; of a long text without the marks that follow the thirtieth in a row."""
    return unicodedata.normalize(form, text if len(text) <= _SHORT else _with_few_marks(text))


def _with_few_marks(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for character in text:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks <= MOST_MARKS:
            kept.append(character)
    return "".join(kept)
