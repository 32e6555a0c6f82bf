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
_FIGURE: Final = re.compile(r"[^\D0-9]")
_PLAIN_FIGURE: Final = re.compile("[0-9]")
#: The zeros of Arabic, Persian and Urdu, Devanagari, Bengali, and full-width figures.
_SPELLINGS: Final = tuple(
    {ord("0") + figure: ord(zero) + figure for figure in range(10)} for zero in "\u0660\u06f0\u0966\u09e6\uff10"
)


def normalize(form: Literal["NFC", "NFD", "NFKC", "NFKD"], text: str) -> str:
    """The normal form of ``text``, without the marks after the thirtieth in a row."""
    return unicodedata.normalize(form, text if len(text) <= MOST_MARKS else _LONG_RUN.sub(_limit_marks, text))


def plain_figures(text: str) -> str:
    """The text with the figures of every script as 0 to 9, one for one: Arabic, Persian, Devanagari, full-width …"""
    return text if text.isascii() else _FIGURE.sub(_plain_figure, text)


def _plain_figure(figure: re.Match[str]) -> str:
    return str(unicodedata.decimal(figure[0]))


def figure_spellings(text: str) -> tuple[str, ...]:
    """The text with its figures in each of the scripts whose figures are most used, plain ones first."""
    plain = plain_figures(text)
    if _PLAIN_FIGURE.search(plain) is None:
        return (plain,)
    return (plain, *(plain.translate(table) for table in _SPELLINGS))


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
