"""What an officer types into a search box, as a full-text query that only ever means its words."""

from __future__ import annotations

import re
from typing import Final

CHARACTERS: Final = 1_000
WORDS: Final = 32
_BAREWORD: Final = re.compile("[0-9A-Za-z_\u0080-\ud7ff\ue000-\U0010ffff]+")


def fts_query(text: str) -> str | None:
    """An FTS5 query for rows that hold every word of ``text``, the last one as a beginning.

    Words are made of letters, digits, ``_`` and everything from U+0080 on; all else only parts them, so no operator,
    column or quote can be typed. ``None`` where nothing can be searched for. Beyond 1,000 characters or 32 words the
    rest is left out.
    """
    words = [word for word in _BAREWORD.findall(text[:CHARACTERS]) if any(map(str.isalnum, word))][:WORDS]
    if not words:
        return None
    return " ".join(f'"{word}"' for word in words) + "*"
