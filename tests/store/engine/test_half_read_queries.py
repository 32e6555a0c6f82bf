"""A query that an error interrupts ends with it, although its caller keeps the error with all its frames."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from store_kit import add_bureaus, make_store_file, open_store_file, write_note

from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.store import Store
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import log


@pytest.fixture
async def stores(tmp_path: Path) -> AsyncIterator[tuple[Store, Store]]:
    """The same store, opened twice."""
    path = make_store_file(tmp_path / "desk.db")
    async with open_store_file(path, busy_seconds=0.2) as one, open_store_file(path) as other:
        await one.write(add_bureaus)
        yield one, other


def half_read(handle: Handle) -> Any:
    rows = handle.stream("bureaus_all")
    next(rows)
    raise LookupError


@pytest.mark.parametrize("has_written", [False, True])
async def test_the_writer_begins_its_next_transaction(stores: tuple[Store, Store], has_written: bool) -> None:
    one, other = stores

    def fail(transaction: Transaction) -> None:
        if has_written:
            write_note("a")(transaction)
        half_read(transaction)

    with pytest.raises(LookupError) as kept:
        await one.write(fail)
    await other.write(write_note("b"))
    await one.write(write_note("c"))
    assert await one.read(log.head_seq) == 2
    assert kept.tb is not None


async def test_the_reader_sees_what_others_have_committed(stores: tuple[Store, Store]) -> None:
    one, other = stores
    with pytest.raises(LookupError) as kept:
        await one.read(half_read)
    await other.write(write_note("b"))
    assert await one.read(log.head_seq) == 1
    assert kept.tb is not None
