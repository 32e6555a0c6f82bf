"""Walks the schema: whatever is changed, deleted or planted in a store's file by hand is named.

The store is one in which everything has happened that a desk does, and each change is rolled back.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from desks import AT, Bench, MovedClock, diffusion
from dutydesk.desk.audit.state.report import StateReport
from dutydesk.desk.audit.tree_heads import make_checkpoint
from dutydesk.desk.base.context import Context
from dutydesk.desk.service.desk import open_desk
from dutydesk.domain.proof.projection.columns import SCHEMA
from dutydesk.domain.proof.projection.origins import ColumnSource
from dutydesk.store.engine.location import is_in_database
from dutydesk.wire.files.signatures import new_key
from edited_store import EditedStore, RefusedByStore, columns_of_schema
from engine_under_test import make_store
from eventful_log import eventful
from invented import persons
from sqlite_files import SqliteFile, opened_file

COMPARED = (ColumnSource.EVENT, ColumnSource.RECOMPUTED)
COLUMNS = [
    (table, column)
    for table, columns in SCHEMA.items()
    for column, origin in columns.items()
    if origin.source in COMPARED
]
#: Further columns by which rows are told apart.
OTHER_KEYS = ("id", "code", "item", "version", "entry", "record")
#: The columns that are one difference of a table, because the log has one value of them.
NAMED_TOGETHER = {
    ("check_reference", "reference"): "reference, digest",
    ("check_reference", "digest"): "reference, digest",
    ("counter", "name"): "value",
}
#: What a planted row has besides another key, so that the schema takes it.
PLANTED: dict[str, dict[str, Any]] = {
    "bureau": {"code": "ZZ"},
    "measure": {"state": "lifted"},
    "officer": {"name": "Nobody"},
    "record": {"item": None, "reference": "planted"},
    "register_entry": {"reference": "planted"},
    "watched": {"item": None, "entry": None},
}
#: Values that no other row has.
CHANGED = {("tree_tile", "number"): 1_000}
TABLES = sorted({table for table, _ in COLUMNS})


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EditedStore]:
    folder = tmp_path_factory.mktemp("walk")

    async def context() -> Context:
        await eventful(folder, edited=False)
        clock = MovedClock(AT)
        desk = await open_desk(folder / "desk.db", clock)
        try:
            bench = Bench(desk, clock)
            last = await bench.sent(diffusion("FI", subject=next(persons("wanted_for_prosecution"))))
            assert await bench.state(last) == "released"
            await make_checkpoint(desk.store, new_key())
            return desk.context
        finally:
            await desk.store.close()  # as a process that is killed: the keys of its last item still wait

    found = asyncio.run(context())
    with opened_file(folder / "desk.db") as file:
        file.execute("PRAGMA foreign_keys = OFF")
        file.execute("PRAGMA ignore_check_constraints = ON")
        if is_in_database(folder / "desk.db"):
            drop_checks(file)
        yield EditedStore(file.connection, found)


def drop_checks(database: SqliteFile) -> None:
    """As the owner of the tables may do before a change."""
    for table, name in database.execute(
        "SELECT CAST(CAST(conrelid AS regclass) AS text), conname FROM pg_constraint "
        "WHERE contype = 'c' AND conrelid <> 0 AND connamespace = CAST('public' AS regnamespace)"
    ):
        database.change(f"ALTER TABLE {table} DROP CONSTRAINT {name}")


def test_the_store_is_as_its_log_says(store: EditedStore) -> None:
    report = store.compare()
    assert report.holds, "\n".join(each.words for each in report.differences)
    assert not report.unsaid


def test_each_column_of_the_schema_has_its_origin(tmp_path: Path) -> None:
    make_store(tmp_path / "new.db", "exercise")
    with opened_file(tmp_path / "new.db") as file:
        columns = columns_of_schema(file.connection)
    assert {(table, column) for table, origins in SCHEMA.items() for column in origins} == columns
    without = [origin.words for origins in SCHEMA.values() for origin in origins.values() if not origin.words]
    assert not without
    irrelevant = [
        (table, column)
        for table, origins in SCHEMA.items()
        for column, origin in origins.items()
        if origin.source is ColumnSource.IRRELEVANT
    ]
    assert len(irrelevant) <= 5, irrelevant


@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_a_changed_column_is_named(store: EditedStore, table: str, column: str) -> None:
    row, keys = store.row(table), store.keys(table)
    where, values = store.where(table, row)
    statement = f"UPDATE {table} SET {column} = ? WHERE {where}"
    changed = CHANGED.get((table, column), store.other(table, column, row[column]))
    with suppress(RefusedByStore), store.edited(statement, changed, *values) as report:
        named = {(each.table, each.column) for each in report.differences}
        assert (
            (table, column) in named
            or (column in (*keys, *OTHER_KEYS) and (table, "*") in named)
            or ((table, column) in NAMED_TOGETHER and (table, NAMED_TOGETHER[table, column]) in named)
        ), report.differences


@pytest.mark.parametrize("table", ["record", "watched"])
def test_a_number_that_would_be_given_again_is_named(store: EditedStore, table: str) -> None:
    if store.is_in_database:  # the row of the highest number keeps it; without its trigger nothing does
        with store.edited(f"DELETE FROM {table} WHERE id = (SELECT max(id) FROM {table})") as report:
            assert ("sqlite_sequence", table) in {(each.table, each.key) for each in report.differences}
        return
    with store.edited("UPDATE sqlite_sequence SET seq = seq - 1 WHERE name = ?", table) as report:
        assert [(each.table, each.key) for each in report.differences] == [("sqlite_sequence", table)]


@pytest.mark.parametrize("table", TABLES)
def test_a_deleted_row_is_named(store: EditedStore, table: str) -> None:
    where, values = store.where(table, store.row(table))
    with store.edited(f"DELETE FROM {table} WHERE {where}", *values) as report:
        assert is_row_named(table, report), report.differences


@pytest.mark.parametrize("table", TABLES)
def test_a_planted_row_is_named(store: EditedStore, table: str) -> None:
    row, keys = store.row(table), store.keys(table)
    if not store.has_key(table):
        row.pop("rowid", None)
        row["version"] += 100
    else:
        row[keys[-1]] = row[keys[-1]] + 1_000 if isinstance(row[keys[-1]], int) else f"{row[keys[-1]]}x"
    marks = ", ".join("?" for _ in row)
    row |= PLANTED.get(table, {})
    with store.edited(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", *row.values()) as report:
        assert is_row_named(table, report), report.differences


def is_row_named(table: str, report: StateReport) -> bool:
    """A row, or a counter's value."""
    named = {(each.table, each.column) for each in report.differences}
    return bool(named & {(table, "*"), (table, "value"), (table, "n")})
