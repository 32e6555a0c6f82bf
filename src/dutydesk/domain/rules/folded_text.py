"""Texts brought to one form for comparing, and the way back to what was written.

Case, accents, Arabic vowel signs, tatweel, the variants of alef, hamza, yaa and taa marbuta, and characters that are
not seen make no difference. Each character is folded for itself, so that a place in the folded text has one in the
text.
"""

from __future__ import annotations

import unicodedata

from dutydesk.domain.messages.normal_forms import normalize

_UNSEEN = frozenset({"Mn", "Me", "Cf"})
_VARIANTS = {
    "ٱ": "ا", "ى": "ي", "ی": "ي", "ې": "ي", "ک": "ك", "ة": "ه", "ہ": "ه", "ھ": "ه", "ء": None, "ـ": None,
    "’": "'", "ʼ": "'", "`": "'", "´": "'", "‐": "-", "‑": "-", "–": "-", "—": "-", "_": " ",
}  # fmt: skip


class _Folded(dict[int, "int | str | None"]):
    """Signs on letters, and what is not seen, are left out; each character is looked up in Unicode once."""

    def __missing__(self, code: int) -> int | None:
        folded = self[code] = None if unicodedata.category(chr(code)) in _UNSEEN else code
        return folded


_TABLE = _Folded({ord(variant): folded for variant, folded in _VARIANTS.items()})
_UNDERSCORE = {ord("_"): " "}


def fold(text: str) -> str:
    if text.isascii():
        return text.lower().translate(_UNDERSCORE)
    return normalize("NFKD", text.casefold()).translate(_TABLE)


def original_text(text: str, start: int, end: int) -> str:
    """The part of ``text`` that became ``fold(text)[start:end]``, with the signs that stand on it."""
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
