"""Invented persons who do not resemble each other: each has other names, dates of birth and documents."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

_SYLLABLES = (
    *("bra", "kel", "mon", "tiv", "sor", "dun", "pax", "rul", "gos", "wem"),
    *("fyl", "hab", "jor", "nel", "quis", "zad", "lup", "cer", "vim", "tos"),
)


def _name(n: int) -> tuple[str, str]:
    part = [_SYLLABLES[(n * step + shift) % 20] for step, shift in ((7, 0), (3, 5), (13, 11), (9, 2))]
    more = [_SYLLABLES[n // step % 20] if n >= step else "" for step in (400, 8_000, 160_000)]
    family = part[0] + _SYLLABLES[n // 20 % 20] + part[1] + more[1]
    return family.title(), (part[2] + more[0] + part[3] + more[2]).title()


def persons(status: str = "suspect", since: int = 1) -> Iterator[dict[str, Any]]:
    """Yields subjects in the wire format."""
    for n in count(since):
        family, given = _name(n)
        yield {
            "type": "person",
            "status": status,
            "name": {"family": family, "given": given},
            "sex": "M",
            "date_of_birth": f"{1950 + n % 45}-{1 + n % 12:02d}-{1 + n % 28:02d}",
            "nationalities": ["FI"],
            "minor": False,
            "identity_documents": [{"type": "passport", "number": f"ZX{n:07d}", "issuer": "FI"}],
            "biometrics": ["photo"],
        }
