"""What a connection caches about skeletons on record, and what it must not cache."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from store_kit import make_store_file, open_store_file

from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.store import Store
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import skeleton_index
from sqlite_files import trace


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with open_store_file(make_store_file(tmp_path / "desk.db")) as store:
        yield store


def insert_record(*skeletons: int):
    def work(transaction: Transaction) -> set[int]:
        skeleton_index.add(transaction, [(skeleton, skeleton) for skeleton in skeletons])
        return skeleton_index.missing_skeletons(transaction, skeletons)

    return work


async def test_what_is_on_record_is_asked_for_once(store: Store) -> None:
    assert await store.write(lambda tx: skeleton_index.missing_skeletons(tx, (1, 2))) == {1, 2}
    assert await store.write(insert_record(1, 2)) == set()
    asked: list[str] = []
    await store._write_connection.run(lambda raw: trace(raw, asked.append))
    assert await store.write(lambda tx: skeleton_index.missing_skeletons(tx, (1, 2))) == set()
    assert not [sql for sql in asked if "neighbour" in sql]
    assert await store.write(lambda tx: skeleton_index.missing_skeletons(tx, (2, 3))) == {3}
    assert [sql for sql in asked if "neighbour" in sql]


async def test_what_was_rolled_back_is_not_remembered(store: Store) -> None:
    def spoilt(transaction: Transaction) -> None:
        insert_record(7)(transaction)
        raise RuntimeError("spoilt")

    with pytest.raises(RuntimeError):
        await store.write(spoilt)
    assert await store.write(lambda tx: skeleton_index.missing_skeletons(tx, (7,))) == {7}


async def test_a_reader_knows_what_a_writer_has_entered(store: Store) -> None:
    def unknown(handle: Handle) -> set[int]:
        return skeleton_index.missing_skeletons(handle, (4,))

    assert await store.read(unknown) == {4}
    await store.write(insert_record(4))
    assert await store.read(unknown) == set()


async def test_the_memory_is_bounded(tmp_path: Path) -> None:
    async with open_store_file(make_store_file(tmp_path / "desk.db"), known_skeletons=3) as store:
        for skeleton in range(20):
            await store.write(insert_record(skeleton))
        (known,) = [known for known in skeleton_index._known.values() if 19 in known]
        assert len(known) <= 4
