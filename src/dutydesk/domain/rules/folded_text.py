"""Folds texts for comparison, and maps a folded range back to the original text.

Folding ignores case, accents, Arabic vowel signs, tatweel, the variants of alef, hamza, yaa and taa marbuta, and
invisible characters. Each character is folded separately, so that a position in the folded text maps to one in the
original.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from dutydesk.domain.messages.normal_forms import normalize

_INVISIBLE = frozenset({"Mn", "Me", "Cf"})
_VARIANTS = {
    "ٱ": "ا", "ى": "ي", "ی": "ي", "ې": "ي", "ک": "ك", "ة": "ه", "ہ": "ه", "ھ": "ه", "ء": None, "ـ": None,
    "’": "'", "ʼ": "'", "`": "'", "´": "'", "‐": "-", "‑": "-", "–": "-", "—": "-", "_": " ",
}  # fmt: skip


class _FoldingTable(dict[int, "int | str | None"]):
    """A translation table that drops combining signs and invisible characters; caches each character."""

    def __missing__(self, code: int) -> int | None:
        folded = self[code] = None if unicodedata.category(chr(code)) in _INVISIBLE else code
        return folded


_TABLE = _FoldingTable({ord(variant): folded for variant, folded in _VARIANTS.items()})
WORD = re.compile(r"\w+")
#: Longer texts are folded each time; the texts of one message are asked for several times.
_LONGEST_KEPT = 2_000
_TEXTS_KEPT = 256


def fold(text: str) -> str:
    """The text in lower case without accents and invisible characters, with variants of letters unified."""
    if text.isascii():
        return text.lower().replace("_", " ")
    try:
        western = text.encode("latin-1")
    except UnicodeEncodeError:
        return _fold_any(text)
    if len(western.translate(None, _NOT_ONE_FOR_ONE)) < len(western):
        return _fold_any(text)
    return western.translate(_WESTERN).decode("latin-1")


def _fold_any(text: str) -> str:
    return normalize("NFKD", text.casefold()).translate(_TABLE)


def _western_table() -> tuple[bytes, bytes]:
    """What each byte of ISO 8859-1 folds to, and those that fold to no one byte of it, such as ``ß``."""
    folded = [_fold_any(chr(code)) for code in range(256)]
    special = bytes([code for code, text in enumerate(folded) if len(text) != 1 or ord(text) > 255])
    return bytes([code if code in special else ord(folded[code]) for code in range(256)]), special


#: No mark is among these characters, so that each folds by itself.
_WESTERN, _NOT_ONE_FOR_ONE = _western_table()


def folded_words(text: str) -> tuple[str, Sequence[str]]:
    """The folded text, and its words."""
    return _kept_words(text) if len(text) <= _LONGEST_KEPT else _words(text)


def _words(text: str) -> tuple[str, Sequence[str]]:
    folded = fold(text)
    return folded, WORD.findall(folded)


_kept_words = lru_cache(maxsize=_TEXTS_KEPT)(_words)


def original_text(text: str, start: int, end: int) -> str:
    """The part of ``text`` that folds to ``fold(text)[start:end]``, including its combining signs."""
    if text.isascii():
        return text[start:end]
    at, first, last = 0, len(text), len(text)
    for index, character in enumerate(text):
        width = len(fold(character))
        if first == len(text) and at + width > start:
            first = index
        if at >= end and width:
            last = index
            break
        at += width
    return text[first:last]
