"""Inserts of many rows in few statements: each costs a message, a plan to look up and a trigger of the log."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, Final

from dutydesk.domain.frozen import value
from dutydesk.store.engines.postgresql.statements import Statement

#: Rows of one statement: few sizes, so that few statements are prepared.
SIZES: Final = (128, 32, 8, 2)
#: PostgreSQL takes so many values in one statement.
_MOST_VALUES: Final = 65_535
#: An insert of one row of values.
_INSERT: Final = re.compile(
    r"(?P<head>\s*INSERT INTO \w+(?:\s*\((?P<columns>[^()]*)\))?\s+VALUES\s*)"
    r"(?P<row>\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))"
    r"(?P<tail>\s*(?:ON CONFLICT(?: \((?P<key>[^()]*)\))? DO (?:NOTHING|UPDATE\b(?:(?!RETURNING).)*))?\s*)"
    r"(?:RETURNING \w+)?;?\s*",
    re.IGNORECASE | re.DOTALL,
)
_UPDATES: Final = "DO UPDATE"
_PLACE: Final = re.compile(r"\$(\d+)")
_KEPT_STATEMENTS: Final = 512


@value(frozen=True, slots=True)
class ManyRows:
    """A statement for ``rows`` rows."""

    rows: int
    sql: str


@lru_cache(maxsize=_KEPT_STATEMENTS)
def sizes_of(statement: Statement, columns: int) -> tuple[ManyRows, ...]:
    """The statement for several rows at once, the largest first; none if it must run for each row by itself."""
    found = _INSERT.fullmatch(statement.sql)
    if found is None or not columns:
        return ()
    if _UPDATES in found["tail"] and not _key_places(found):
        return ()
    return tuple(
        ManyRows(rows, found["head"] + ", ".join(_rows(found["row"], columns, rows)) + found["tail"])
        for rows in SIZES
        if rows * columns <= _MOST_VALUES
    )


def _key_places(found: re.Match[str]) -> tuple[int, ...]:
    """Where the values of the key that rows may be in conflict by are; empty where that is not seen from the text."""
    columns = [name.strip() for name in (found["columns"] or "").split(",")]
    values = [value.strip() for value in found["row"][1:-1].split(",")]
    if len(columns) != len(values):
        return ()
    of_column = dict(zip(columns, values, strict=True))
    places = [_PLACE.fullmatch(of_column.get(name.strip(), "")) for name in (found["key"] or "").split(",")]
    return tuple(int(place[1]) - 1 for place in places if place is not None) if all(places) else ()


@lru_cache(maxsize=_KEPT_STATEMENTS)
def _key_of(statement: Statement) -> tuple[int, ...]:
    found = _INSERT.fullmatch(statement.sql)
    return () if found is None or _UPDATES not in found["tail"] else _key_places(found)


def _may_share(statement: Statement, rows: Sequence[Sequence[Any]]) -> bool:
    """Whether no two of the rows update the same row, which one statement can't do."""
    places = _key_of(statement)
    return len(rows) > 1 and (not places or len({tuple(row[place] for place in places) for row in rows}) == len(rows))


def _rows(row: str, columns: int, rows: int) -> Iterator[str]:
    for number in range(rows):
        offset = number * columns
        yield _PLACE.sub(lambda place, offset=offset: f"${int(place[1]) + offset}", row)  # type: ignore[misc]


def grouped(statement: Statement, rows: Sequence[Sequence[Any]]) -> Iterator[tuple[str, list[Sequence[Any]]]]:
    """What is sent for these rows: texts, each with the values of the times that it runs."""
    begun = 0
    for many in sizes_of(statement, len(rows[0])) if _may_share(statement, rows) else ():
        parts = (len(rows) - begun) // many.rows
        if parts:
            ends = range(begun, begun + parts * many.rows, many.rows)
            yield many.sql, [[each for row in rows[end : end + many.rows] for each in row] for end in ends]
            begun += parts * many.rows
    if begun < len(rows):
        yield statement.sql, list(rows[begun:])
