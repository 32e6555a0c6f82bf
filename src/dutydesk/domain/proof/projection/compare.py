"""Compares rows of the store with the rows that the log gives."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any, Final

from dutydesk.domain.proof.projection.said import UNSAID, Column

#: What stands in place of a column's name where a whole row differs.
WHOLE_ROW: Final = "*"
NO_ROW: Final = "no row"
A_ROW: Final = "a row"


@dataclass(frozen=True, slots=True)
class StateDifference:
    """A column that differs from the log. ``key`` is the row's key in words, ``stands`` what the store has."""

    table: str
    key: str
    column: str
    stands: str
    log_says: str

    @property
    def words(self) -> str:
        if self.column == WHOLE_ROW:
            return f"{self.table} {self.key}: the store has {self.stands}, the log says {self.log_says}"
        return f"{self.table} {self.key}, {self.column}: the store has {self.stands}, the log says {self.log_says}"


def missing_row(table: str, key: str) -> StateDifference:
    return StateDifference(table, key, WHOLE_ROW, NO_ROW, A_ROW)


def surplus_row(table: str, key: str) -> StateDifference:
    return StateDifference(table, key, WHOLE_ROW, A_ROW, NO_ROW)


@dataclass(slots=True)
class Comparison:
    """Counts compared rows and the columns that a log of an earlier release does not say.

    ``together`` are the rows of which such a log has one digest, so that a difference would name no column.
    """

    rows: int = 0
    unsaid: int = 0
    together: int = 0

    def compare_row(
        self, table: str, key: str, stands: Mapping[str, Any], log_says: Mapping[str, Column]
    ) -> Iterator[StateDifference]:
        """The columns of one row that differ; ``log_says`` names those that are compared."""
        self.rows += 1
        for column, value in log_says.items():
            if value is UNSAID:
                self.unsaid += 1
            elif not is_same(stands[column], value):
                yield StateDifference(table, key, column, shown(stands[column]), shown(value))

    def compare_rows(
        self,
        table: str,
        stands: Iterable[tuple[str, Mapping[str, Any]]],
        log_says: Mapping[str, Mapping[str, Column]],
    ) -> Iterator[StateDifference]:
        """The same for a whole table, or a part of it, by the rows' keys."""
        found = set()
        for key, row in stands:
            found.add(key)
            expected = log_says.get(key)
            if expected is None:
                yield surplus_row(table, key)
            else:
                yield from self.compare_row(table, key, row, expected)
        for key in log_says:
            if key not in found:
                yield missing_row(table, key)


def is_same(stands: object, log_says: object) -> bool:
    """Equal in value and in type: a column of SQLite takes any type."""
    return type(stands) is type(log_says) and stands == log_says


def shown(value: object) -> str:
    """A value on one line, not longer than a reader wants."""
    if value is None:
        return "nothing"
    text = value.hex() if isinstance(value, bytes) else str(value)
    text = text if text.isprintable() else repr(text)
    return f"{text[:77]}..." if len(text) > 80 else text


class ColumnReader:
    """The columns of rows of one type by name."""

    def __init__(self, type: type[Any], *without: str) -> None:
        self.names = tuple(each.name for each in fields(type) if each.name not in without)
        self._get: Callable[[Any], tuple[Column, ...]] = attrgetter(*self.names)

    def of(self, row: object) -> dict[str, Column]:
        return dict(zip(self.names, self._get(row), strict=True))
