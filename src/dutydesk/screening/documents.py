"""Numbers of travel documents as they are compared (ICAO 9303: letters and figures, nothing between them)."""

from __future__ import annotations

import re

from dutydesk.domain.messages.normal_forms import normalize

#: Shorter numbers tell no document from another.
SHORTEST = 4
_OTHER = re.compile("[^A-Z0-9]")
_CONFUSED = str.maketrans("OIQ", "010")


def number_key(number: str | None) -> str | None:
    """Capitals and figures, without spaces, hyphens and fillers, full-width ones made plain.

    ``None`` for what is too short or has no figure or letter. O and 0, I and 1 stay different.
    """
    if not number:
        return None
    plain = number if number.isascii() else normalize("NFKC", number)
    key = plain.upper()
    if not key.isalnum() or not key.isascii():
        key = _OTHER.sub("", key)
    return key if len(key) >= SHORTEST else None


def likeness_key(key: str) -> str:
    """The same for numbers that are easily misread for each other; evidence, never equality."""
    return key.translate(_CONFUSED)
