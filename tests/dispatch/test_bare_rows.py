"""The rows that a benchmark writes by SQLite alone equal the desk's rows, column by column."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dispatch_kit import Works

from desks import diffusion
from dutydesk_bench import bare_rows
from dutydesk_bench.bare_rows import _ROWS
from sqlite_files import opened_file


def all_rows(path: Path, table: str) -> list[tuple[Any, ...]]:
    with opened_file(path) as store:
        rows = store.execute(f"SELECT * FROM {table}")
    return sorted(rows, key=repr)


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
    for table in (*_ROWS, "event"):
        written = all_rows(copy, table)
        assert written, table
        assert written == all_rows(works.desk.store.path, table), table
