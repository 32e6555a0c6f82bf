"""The rules in force are read in each transaction; what is remembered of them is never stale."""

from __future__ import annotations

from dataclasses import replace

import pytest

from desks import Bench, diffusion
from dutydesk.domain.errors import Refused
from dutydesk.domain.supervision import Level
from dutydesk.store import measures
from dutydesk.store.transaction import Transaction


async def test_rules_that_were_rolled_back_are_never_remembered(bench: Bench) -> None:
    """An order that fails after the rules were read must not leave its rules behind for the next one."""
    ground = bench.desk.ground
    await bench.order("RU", Level.HELD)
    measure = await bench.desk.store.read(lambda handle: measures.get(handle, 1))

    def spoiled(transaction: Transaction) -> None:
        measures.save(transaction, replace(measure, country="RU", lift=None))
        measures.state_restriction(transaction, "RU", None, "PL", True, "Ines")
        assert ground.policy(transaction).standing
        raise Refused("no")

    with pytest.raises(Refused):
        await bench.desk.store.write(spoiled)
    await bench.desk.set_offline(bench.act("Jonas"), "UA", offline=True)
    policy = await bench.desk.store.read(ground.policy)
    assert not policy.standing
    assert policy.offline == {"UA"}
    item = await bench.sent(diffusion("DE", ("PL",)))
    assert await bench.deliveries(item) == {"PL": "queued"}
