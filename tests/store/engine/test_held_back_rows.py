"""Rows that are held back are written together, and always before a statement that may read them."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import replace
from itertools import groupby
from pathlib import Path

import pytest
from store_kit import AT, add_bureaus, held_item, make_store_file, open_store_file

from dutydesk.domain.delivery.states import DeliveryState
from dutydesk.domain.limits import StoreLimits
from dutydesk.store.engine.deferred import DEFERRED_INSERTS, DEFERRED_UPDATES, INDEPENDENT_QUERIES
from dutydesk.store.engine.queries import query_texts
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.store import Store
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import deliveries, items
from dutydesk.store.tables.deliveries import NewRows
from dutydesk.store.tables.items import PageFilter, StoredBody
from sqlite_files import trace

#: The tables that each held-back statement writes, itself or by a trigger.
WRITTEN = {
    "item_add": {"item"},
    "body_add": {"body"},
    "reference_take": {"reference"},
    "delivery_add": {"delivery"},
    "delivery_put": {"delivery"},
    "notice_add": {"notice"},
    "record_add": {"record", "sqlite_sequence"},
    "record_key_add": {"record_key"},
    "document_key_add": {"document_key"},
    "person_key_put": {"person_key"},
    "unfiled_add": {"unfiled"},
    "delivery_set": {"delivery"},
    "delivery_arrived": {"delivery"},
    "item_add_open": {"item"},
    "notice_set": {"notice"},
}
#: An item cannot end badly in the transaction that creates it; a transaction knows which references it has used; of
#: SQLite's sequences only that of the watch list is read.
SAFE = {(DEFERRED_INSERTS, name) for name in ("senders_ended_badly", "reference_known", "watched_newest")}


@pytest.fixture
def limits() -> dict[str, int]:
    """Limits of the store that differ from the defaults."""
    return {}


@pytest.fixture
async def store(tmp_path: Path, limits: dict[str, int]) -> AsyncIterator[Store]:
    async with open_store_file(make_store_file(tmp_path / "desk.db"), **limits) as store:
        await store.write(add_bureaus)
        yield store


@pytest.mark.parametrize("held_back", [DEFERRED_INSERTS, DEFERRED_UPDATES])
def test_what_may_be_asked_meanwhile_looks_at_nothing_that_is_held_back(held_back: tuple[str, ...]) -> None:
    written = set().union(*(WRITTEN[query] for query in held_back))
    for query in INDEPENDENT_QUERIES[held_back]:
        asked = set(re.findall(r"\b(?:FROM|JOIN|INTO|UPDATE)\s+(\w+)", query_texts("sqlite")[query]))
        assert asked, query
        assert (held_back, query) in SAFE or not asked & written, query


def test_every_row_that_is_held_back_is_known() -> None:
    assert set(WRITTEN) == {*DEFERRED_INSERTS, *DEFERRED_UPDATES}


async def test_what_looks_for_a_row_finds_it(store: Store) -> None:
    def work(tx: Transaction) -> tuple[int, int]:
        number = items.add(tx, held_item("A-1"))
        seen = len(items.page(tx, PageFilter(), 10))
        return seen, items.get(tx, number).number

    assert await store.write(work) == (1, 1)


async def test_references_are_written_in_one_order(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else two writers that have the same two, each first with the other's, would wait for each other."""
    written: list[str] = []
    plain = Handle.run_many

    def noted(self: Handle, query: str, /, rows: Iterable[Mapping[str, object]]) -> None:
        kept = list(rows)
        written.extend(f"{row['sender']} {row['reference']}" for row in kept if query == "reference_take")
        plain(self, query, kept)

    monkeypatch.setattr(Handle, "run_many", noted)
    taken = [("PL", "2"), ("AT", "9"), ("PL", "1")]

    def work(tx: Transaction) -> None:
        for sender, reference in taken:
            tx.defer("reference_take", sender=sender, reference=reference, content_hash="", item=None, receipt="{}")

    await store.write(work)
    assert written == ["AT 9", "PL 1", "PL 2"]


async def test_rows_of_many_jobs_are_one_statement_and_stand_in_their_order(store: Store) -> None:
    seen: list[str] = []
    await store._write_connection.run(lambda raw: trace(raw, seen.append))

    def work(tx: Transaction) -> None:
        for serial in range(5):
            number = items.add(tx, held_item(f"A-{serial}"))
            items.add_body(tx, StoredBody(number, 1, AT, "0" * 64, (), (), b"{}"))
            rows = [NewRows(DeliveryState.QUEUED, None, waiting=False, due_at=AT, recipients=("AT", "BE"))]
            deliveries.add_first(tx, number, rows)

    await store.write(work)
    written = [match[1] for sql in seen if (match := re.match(r"INSERT INTO (item|body|delivery)\b", sql))]
    assert [table for table, _ in groupby(written)] == ["item", "body", "delivery"]
    found = await store.read(lambda handle: [items.get(handle, number).reference for number in range(1, 6)])
    assert found == [f"A-{serial}" for serial in range(5)]


async def test_a_change_of_a_row_comes_after_the_row_and_before_the_next_new_one(store: Store) -> None:
    def work(tx: Transaction) -> list[tuple[str, ...]]:
        number = items.add(tx, held_item("A-1"))
        put = [NewRows(DeliveryState.QUEUED, None, waiting=False, due_at=AT, recipients=("AT",))]
        deliveries.add_first(tx, number, put)
        (row,) = deliveries.of_item(tx, number)
        deliveries.save(tx, number, [row], [replace(row, state=DeliveryState.SENDING, due_at=None)])
        items.add(tx, held_item("A-2"))
        return [(row.recipient, str(row.state)) for row in deliveries.of_item(tx, number)]

    assert await store.write(work) == [("AT", "sending")]


@pytest.mark.parametrize(
    ("officers_were_here", "limits"), [(False, {"deferred_inserts": 3}), (True, {"brief_deferred_inserts": 3})]
)
async def test_never_more_of_them_wait_than_an_officer_can_wait_for(store: Store, officers_were_here: bool) -> None:
    assert StoreLimits().brief_deferred_inserts < StoreLimits().deferred_inserts
    if officers_were_here:
        store._writer._small_batches_until = time.monotonic() + 3600
    seen: list[int] = []

    def work(tx: Transaction) -> None:
        for serial in range(7):
            items.add(tx, held_item(f"A-{serial}"))
            seen.append(tx.connection.execute("SELECT count(*) FROM item").fetchone()[0])

    await store.write(work)
    assert seen == [0, 0, 3, 3, 3, 6, 6]


async def test_a_row_that_can_not_be_written_fails_its_own_job_alone(store: Store) -> None:
    def good(tx: Transaction) -> int:
        return items.add(tx, held_item("A-1"))

    def bad(tx: Transaction) -> None:
        for _ in range(2):  # of one version
            items.add_body(tx, StoredBody(99, 1, AT, "0" * 64, (), (), b"{}"))

    found = await asyncio.gather(store.write(good), store.write(bad), store.write(good), return_exceptions=True)
    assert [isinstance(one, Exception) for one in found] == [False, True, False]
    assert found[::2] == [1, 2]


async def test_what_is_no_row_of_these_is_refused(store: Store) -> None:
    with pytest.raises(KeyError):
        await store.write(lambda tx: tx.defer("item_save", number=1))
