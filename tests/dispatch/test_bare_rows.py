"""The rows that a benchmark writes by SQLite alone equal the desk's rows, column by column."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from dispatch_kit import Works

from desks import diffusion
from dutydesk_bench import bare_rows
from dutydesk_bench.bare_rows import ADDED, TABLES
from dutydesk_bench.peers.postgres_rows import OWN_WORDS, read_tables
from sqlite_files import opened_file

pytestmark = pytest.mark.sqlite_only("the benchmark of its file")

#: Rows of the desk as a whole, each written anew by every transaction.
COUNTERS = {"desk", "counter", "bureau"}


def all_rows(path: Path, table: str) -> list[tuple[Any, ...]]:
    with opened_file(path) as store:
        rows = store.execute(f"SELECT * FROM {table}")
    return sorted(rows, key=repr)


def changed_tables(first: Path, second: Path) -> set[str]:
    with opened_file(second) as store:
        names = {name for (name,) in store.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    return {name for name in names if all_rows(first, name) != all_rows(second, name)}


async def test_it_writes_every_row_that_the_messages_have_left(works: Works) -> None:
    copy = works.folder / "copy.db"
    await works.desk.store.copy_to(copy, lambda _done, _all: None)
    async with works.dispatching() as dispatcher:
        for sender in ("DE", "FR", "DE"):
            await works.bench.sent(diffusion(sender, ("PL", "UA")))
        await dispatcher.wait_until_dispatched()
    await works.desk.store.file_waiting()
    batches = bare_rows.read_rows(works.desk.store.path, copy)
    assert {row[4] for batch in batches for row in batch.tables["delivery"]} == {"sending"}, "as they were under way"
    assert bare_rows.write_rows(copy, batches) > 0
    assert changed_tables(copy, works.desk.store.path) <= COUNTERS, "nothing else is left"
    for table in (*TABLES, ADDED, "event"):
        written = all_rows(copy, table)
        assert written, table
        assert written == all_rows(works.desk.store.path, table), table


def test_postgresql_gets_every_column_and_index(works: Works) -> None:
    path = works.desk.store.path
    tables = {table.name: table for table in read_tables(path)}
    assert tables.keys() >= {*TABLES, ADDED, "event"}
    with opened_file(path) as store:
        for name, table in tables.items():
            columns = [column for (column,) in store.execute("SELECT name FROM pragma_table_info(?)", (name,))]
            assert list(table.columns) == columns
        indexes = [
            (name, table)
            for name, table in store.execute("SELECT name, tbl_name FROM sqlite_master WHERE type = 'index'")
            if table in tables and not name.startswith("sqlite_")
        ]
    assert indexes
    for name, table in indexes:
        assert f"INDEX {name} ON {table} " in tables[table].definition + OWN_WORDS, name
