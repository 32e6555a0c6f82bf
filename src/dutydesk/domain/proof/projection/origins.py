"""Where the value of a column comes from, as data."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeAlias

from dutydesk.domain.frozen import value


class ColumnSource(StrEnum):
    """``EVENT``: an event has the value, or its digest. ``RECOMPUTED``: it follows from other columns or from bodies.

    ``IRRELEVANT``: no value of it changes what the desk decides, sends or shows as proof. ``PENDING``: nothing compares
    it yet.
    """

    EVENT = "event"
    RECOMPUTED = "recomputed"
    IRRELEVANT = "irrelevant"
    PENDING = "pending"


@value(frozen=True, slots=True)
class ColumnOrigin:
    """``words`` name the kinds of events and their fields, or say how a value follows, or why none matters."""

    source: ColumnSource
    words: str


TableOrigins: TypeAlias = Mapping[str, ColumnOrigin]


def by_event(kinds: str, field: str) -> ColumnOrigin:
    """A value that a field of these kinds of events has."""
    return ColumnOrigin(ColumnSource.EVENT, f"{kinds}: {field}")


def recomputed(words: str) -> ColumnOrigin:
    return ColumnOrigin(ColumnSource.RECOMPUTED, words)


def irrelevant(reason: str) -> ColumnOrigin:
    return ColumnOrigin(ColumnSource.IRRELEVANT, reason)


def pending(words: str) -> ColumnOrigin:
    return ColumnOrigin(ColumnSource.PENDING, words)


def all_by_event(kinds: str, /, **columns: str) -> dict[str, ColumnOrigin]:
    """Columns of which each has a field of the same kinds of events."""
    return {column: by_event(kinds, field) for column, field in columns.items()}
