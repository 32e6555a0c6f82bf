"""The search in a text."""

from __future__ import annotations

from typing import Final

HINT: Final = "search in this text; enter keeps the search, esc ends it"
NOT_FOUND: Final = "not found"


def found(place: int, count: int) -> str:
    return f"{place:,} of {count:,}"


def keys(following: str, previous: str, end: str) -> str:
    return f"{following} next, {previous} previous, {end} ends the search"
