"""The dispatcher's long transactions end early while an officer waits, and the rest of their work follows."""

from __future__ import annotations

import asyncio

import pytest

from desks import Bench, diffusion
from dutydesk.desk.delivery.lease import TransportResult
from dutydesk.domain.limits import DeliveryLimits, Limits, StoreLimits
from sqlite_files import trace


@pytest.fixture
def limits() -> Limits:
    """The writer ends a batch as soon as an officer waits, and few rows are acknowledged together."""
    return Limits(store=StoreLimits(intake_seconds=0.0), delivery=DeliveryLimits(rows_per_acknowledgement=3))


@pytest.fixture
def pressed(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """A bench on which an officer of another process always waits."""
    monkeypatch.setattr(bench.desk.store.engine, "is_officer_waiting", lambda: True)
    return bench


async def _with_an_officer_waiting(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Make an officer always wait from now on; return a list that grows with each transaction that begins in its turn.

    What is filed after intake is filed before, because it has transactions of its own.
    """
    while (await bench.desk.queries.health()).unfiled:
        await asyncio.sleep(0.005)
    monkeypatch.setattr(bench.desk.store.engine, "is_officer_waiting", lambda: True)
    began: list[str] = []
    await bench.desk.store._write_connection.run(
        lambda raw: trace(
            raw, lambda sql: began.append(sql) if sql.startswith("BEGIN") and "ISOLATION LEVEL" not in sql else None
        ),
    )
    return began


async def test_a_lease_takes_one_item_at_a_time(pressed: Bench) -> None:
    for _ in range(3):
        await pressed.sent(diffusion("DE", ("PL", "FR")))
    taken = []
    while batch := await pressed.desk.delivery.lease(100):
        taken.append((len(batch.leased_items), len(batch.notices)))
        await pressed.desk.delivery.acknowledge(batch, TransportResult(dict.fromkeys(keys_of(batch))), lambda: 0.5)
    assert taken == [(1, 0), (1, 0), (1, 0), (0, 3)]
    figures = await pressed.desk.queries.figures()
    assert figures.deliveries == {"delivered": 6}


async def test_a_batch_is_marked_in_pieces(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(5):
        await bench.sent(diffusion("DE", ("PL", "FR")))
    batch = await bench.desk.delivery.lease(100)
    began = await _with_an_officer_waiting(bench, monkeypatch)
    await bench.desk.delivery.acknowledge(batch, TransportResult(dict.fromkeys(keys_of(batch))), lambda: 0.5)
    assert len(began) == 3 + 1  # two items, two items, one item; then the receipts
    assert (await bench.desk.queries.figures()).deliveries == {"delivered": 10}
    before = await bench.desk.queries.head_seq()
    await bench.desk.delivery.acknowledge(batch, TransportResult(dict.fromkeys(keys_of(batch))), lambda: 0.5)
    assert await bench.desk.queries.head_seq() == before, "what is marked already is not marked twice"


def keys_of(batch) -> list[str]:
    keys = [key for leased in batch.leased_items for _, key in leased.keys]
    return [*keys, *(notice.key for notice in batch.notices)]


async def test_taking_back_lets_officers_in_between(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(5):
        await bench.sent(diffusion("DE", ("PL", "FR")))
    await bench.desk.delivery.lease(100)
    began = await _with_an_officer_waiting(bench, monkeypatch)
    assert await bench.desk.delivery.requeue_leased(frozenset()) == 5 * 2 + 5  # with a receipt each
    assert len(began) == 5
    assert set((await bench.deliveries(3)).values()) == {"queued"}
    assert await bench.desk.delivery.leased_keys() == frozenset()
