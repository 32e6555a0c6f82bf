"""Two stores with the same rows, one on each engine, and what one statement gives on both."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from recorded import Call, Step

from dutydesk.domain.limits import DEFAULT_LIMITS
from dutydesk.domain.proof.projection.columns import SCHEMA
from dutydesk.store.engine.reader import from_us
from dutydesk.store.engine.rows import Connection
from dutydesk.store.engines.postgresql import schema
from dutydesk.store.engines.postgresql.connection import PostgresConnection
from dutydesk.store.engines.postgresql.session import connect, reader_settings
from dutydesk.store.engines.sqlite import binding, database

_WORD = re.compile(r"[a-z]\w*")
_READS = re.compile(r"\s*(?:--.*\n\s*)*\(?(?:SELECT|WITH)\b")
MADE_AT = from_us(1_646_899_200_000_000)


@dataclass(frozen=True)
class Given:
    """What a statement gave: its rows, with the type of each value, or how many rows it changed."""

    rows: tuple[tuple[tuple[type, Any], ...], ...] = ()
    columns: tuple[str, ...] = ()
    changed: int | None = None


@dataclass(frozen=True)
class Pair:
    sqlite: Connection
    postgresql: Connection

    def __iter__(self) -> Iterator[Connection]:
        return iter((self.sqlite, self.postgresql))

    def run(self, call: Call) -> tuple[Given, Given]:
        """What the call gives on each engine."""
        first, second = given(self.sqlite, call), given(self.postgresql, call)
        return first, replace(second, columns=_named_as(first, second))

    def differing_tables(self) -> dict[str, tuple[list[Any], list[Any]]]:
        """The tables whose rows are not the same."""
        found = {}
        for table in sorted({*SCHEMA, "event"}):
            first, second = (_sorted_rows(connection, table) for connection in self)
            if first != second:
                found[table] = (
                    [row for row in first if row not in second][:3],
                    [row for row in second if row not in first][:3],
                )
        return found


def given(connection: Connection, call: Call) -> Given:
    text = connection.texts.get(call.query, call.query)
    if call.is_many:
        connection.executemany(text, call.values)
        return Given()
    if call.step is not Step.NOTHING:
        connection.execute(text if call.step is not Step.BEGIN else "BEGIN")
        return Given()
    result = connection.execute(text, call.values[0])
    if not _READS.match(text):
        return Given(changed=result.rowcount)
    rows = result.fetchall()
    return Given(tuple(tuple((type(value), value) for value in row) for row in rows), _columns(rows))


def _columns(rows: list[Any]) -> tuple[str, ...]:
    """Engines name a column without a name as they like."""
    return tuple(name if _WORD.fullmatch(name) else "" for name in [*rows[0].keys()]) if rows else ()


def _named_as(first: Given, second: Given) -> tuple[str, ...]:
    if len(first.columns) != len(second.columns):
        return second.columns
    return tuple(name if plain else "" for plain, name in zip(first.columns, second.columns, strict=True))


def _sorted_rows(connection: Connection, table: str) -> list[Any]:
    rows = connection.execute(f"SELECT * FROM {table}").fetchall()
    return sorted(([*zip(row.keys(), map(type, row), row, strict=True)] for row in rows), key=repr)


@contextmanager
def pair(folder: Path, url: str) -> Iterator[Pair]:
    """Two empty stores."""
    file = folder / "pair.db"
    database.create_store(file, "exercise", MADE_AT)
    schema.create_store(url, "exercise", MADE_AT)
    limits = DEFAULT_LIMITS.store
    settings = reader_settings(limits).replace(", READ ONLY", "").replace("REPEATABLE READ", "READ COMMITTED")
    with (
        closing(binding.connect(file)) as first,
        closing(PostgresConnection(lambda: connect(url, limits, settings, as_owner=True))) as second,
    ):
        yield Pair(first, second)
