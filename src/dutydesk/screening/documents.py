"""Numbers of travel documents in the form in which they are compared (ICAO 9303: letters and digits only)."""

from __future__ import annotations

import re

from dutydesk.domain.messages.normal_forms import normalize, plain_figures

#: Shorter numbers do not identify a document.
SHORTEST = 4
_OTHER = re.compile("[^A-Z0-9]")
_CONFUSED = str.maketrans("OIQ", "010")


def number_key(number: str | None) -> str | None:
    """The number in capitals and digits, without spaces, hyphens and fillers; figures of any script become plain.

    ``None`` for a number that is too short or has no letter or digit. O and 0, I and 1 stay different.
    """
    if not number:
        return None
    plain = number if number.isascii() else plain_figures(normalize("NFKC", number))
    key = plain.upper()
    if not key.isalnum() or not key.isascii():
        key = _OTHER.sub("", key)
    return key if len(key) >= SHORTEST else None


def likeness_key(key: str) -> str:
    """The same key for numbers that are easily misread for each other; it is evidence, not equality."""
    return key.translate(_CONFUSED)
