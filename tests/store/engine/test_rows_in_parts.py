"""Inserts of many rows in few statements, by both bindings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from dutydesk.store.engines.sqlite.apsw_connection import ApswConnection
from dutydesk.store.engines.sqlite.many_rows import SIZES, in_parts
from dutydesk.store.engines.sqlite.sqlite3_connection import Sqlite3Connection
from dutydesk.store.engines.sqlite.sqlite_connection import SqliteConnection

_TABLE = "CREATE TABLE figure (name TEXT PRIMARY KEY, n INTEGER, fixed INTEGER)"
_NAMED = (
    "INSERT INTO figure (name, fixed, n) VALUES (:name, 7, :n)\nON CONFLICT (name) DO UPDATE SET n = n + excluded.n;"
)
_PLACED = "INSERT INTO figure VALUES (?, ?, 7)"
_WIDE, _NARROW = SIZES


@pytest.fixture(params=[ApswConnection, Sqlite3Connection])
def connection(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqliteConnection]:
    with closing(request.param.open(f"file:{tmp_path / 'figures.db'}", 5.0)) as opened:
        opened.execute(_TABLE)
        yield opened


@pytest.mark.parametrize("number", [1, _NARROW, _WIDE, 2 * _WIDE + 2 * _NARROW + 3])
def test_each_row_is_inserted_once(number: int, connection: SqliteConnection) -> None:
    connection.executemany(_PLACED, ((f"f{place}", place) for place in range(number)))
    connection.executemany(_NAMED, [{"n": 1, "name": f"f{place}"} for place in range(number)])
    rows = [tuple(row) for row in connection.execute("SELECT name, n, fixed FROM figure ORDER BY n")]
    assert rows == [(f"f{place}", place + 1, 7) for place in range(number)]


def test_an_insert_takes_several_rows_at_a_time_and_other_statements_one() -> None:
    rows = [(place, place) for place in range(_WIDE + _NARROW + 1)]
    assert [len(part) for _, part in in_parts(_PLACED, rows)] == [1, 1, 1]
    assert [len(part[0]) for _, part in in_parts(_PLACED, rows)] == [2 * _WIDE, 2 * _NARROW, 2]
    other = "UPDATE figure SET n = ? WHERE name = ?"
    assert list(in_parts(other, rows)) == [(other, rows)]


def test_rows_of_one_statement_may_meet(connection: SqliteConnection) -> None:
    connection.executemany(_NAMED, [{"name": "same", "n": 2} for _ in range(_WIDE)])
    assert connection.execute("SELECT n FROM figure").fetchone()[0] == 2 * _WIDE
