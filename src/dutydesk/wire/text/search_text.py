"""Turns what an officer types into a search box into a full-text query for its words."""

from __future__ import annotations

import re
from typing import Final

from dutydesk.domain.messages.normal_forms import figure_spellings

CHARACTERS: Final = 1_000
WORDS: Final = 32
_BAREWORD: Final = re.compile("[0-9A-Za-z_\u0080-\ud7ff\ue000-\U0010ffff]+")


def fts_query(text: str) -> str | None:
    """An FTS5 query for rows that hold every word of ``text``, the last one as a prefix.

    Words consist of letters, digits, ``_`` and everything from U+0080 on; other characters separate them, so that no
    operator, column or quote can be typed. ``None`` if there is no word. Text beyond 1,000 characters or 32 words is
    ignored.
    """
    words = [word for word in _BAREWORD.findall(text[:CHARACTERS]) if any(map(str.isalnum, word))][:WORDS]
    if not words:
        return None
    *before, last = words
    parts = (*(_any_spelling(word, "") for word in before), _any_spelling(last, "*"))
    return (" AND " if any(part[0] == "(" for part in parts) else " ").join(parts)


def _any_spelling(word: str, prefix: str) -> str:
    """The word, whatever script its figures are written in."""
    spellings = [f'"{spelling}"{prefix}' for spelling in figure_spellings(word)]
    return spellings[0] if len(spellings) == 1 else f"({' OR '.join(spellings)})"
