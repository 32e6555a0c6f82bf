"""Digests of rows whose content must not stand in the log, over their columns in a fixed order."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, Protocol

from dutydesk.domain.events.digests import digest_of

_RECORD: Final = (
    "source",
    "origin",
    "item",
    "reference",
    "subject",
    "title",
    "names",
    "heard",
    "birth",
    "nationalities",
    "documents",
    "entered_at",
    "ends_at",
    "category",
)
_WATCHED: Final = ("entry", "item", "scope", "names", "birth", "nationalities", "documents", "exact")
_ENTRY: Final = ("register", "reference", "entered_on", "country", "matter", "decision", "in_force", "digest")
_COMMAND: Final = ("digest", "answer", "at")
_HIT_TEXTS: Final = ("query", "explanation", "title")


class RowLike(Protocol):
    """A row of the store, or what is to be written as one."""

    def __getitem__(self, column: str, /) -> Any: ...


def _digest(columns: Iterable[str], row: RowLike, *more: object) -> str:
    return digest_of(json.dumps([*(row[column] for column in columns), *more], default=repr))


def record_digest(row: RowLike) -> str:
    return _digest(_RECORD, row)


def watched_digest(row: RowLike) -> str:
    return _digest(_WATCHED, row)


def entry_digest(row: RowLike, keys: Iterable[tuple[str, str]]) -> str:
    """An entry of a register with its keys, each a mark and its detail."""
    return _digest(_ENTRY, row, sorted(keys))


def command_digest(row: RowLike) -> str:
    return _digest(_COMMAND, row)


def hit_text_digest(row: RowLike) -> str:
    """What a hit says of its query and its record."""
    return _digest(_HIT_TEXTS, row)


#: The tables whose numbers are never given twice.
NUMBERED_ONCE: Final = ("record", "watched")
#: The digest of a row of each table whose rows need nothing else.
DIGESTS: Final[Mapping[str, Callable[[RowLike], str]]] = {
    "record": record_digest,
    "watched": watched_digest,
    "command": command_digest,
}
