"""A transaction is freed with its commit, not by the collector, which looks seldom in a process that dispatches."""

from __future__ import annotations

import gc

import pytest

from desks import Bench, diffusion
from dutydesk.domain.supervision.measures import Level
from dutydesk.store.engine.transaction import Transaction
from uncollected import uncollected

__all__ = ["uncollected"]


def transactions() -> int:
    return sum(isinstance(each, Transaction) for each in gc.get_objects())


@pytest.mark.usefixtures("uncollected")
async def test_a_transaction_that_has_leased_is_freed(bench: Bench) -> None:
    bench.desk.delivery.open_direct_leases(lambda: None)
    await bench.order("RU", Level.HELD)
    before = transactions()
    for _ in range(5):
        await bench.sent(diffusion("DE", ("PL",)))
        await bench.sent(diffusion("RU", ("PL",)))
    assert bench.desk.delivery.next_direct_batch(100) is not None
    assert transactions() <= before + 1  # the latest one may be asked for its outbox again
