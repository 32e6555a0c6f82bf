"""Each transaction reads the policy in force; the cached policy is never stale."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from desks import AT, Bench, act_message, diffusion
from dutydesk.desk.service.desk import open_desk
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.errors import Refused
from dutydesk.domain.supervision.measures import Level
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import measures
from refusals import raises_code


async def test_a_rolled_back_policy_is_never_cached(bench: Bench) -> None:
    """An order that fails after the policy was read must not leave its policy behind in the cache."""
    context = bench.desk.context
    await bench.order("RU", Level.HELD)
    measure = await bench.desk.store.read(lambda handle: measures.get(handle, 1))

    def spoiled(transaction: Transaction) -> None:
        measures.save(transaction, replace(measure, country="RU", lift=None))
        measures.state_restriction(transaction, "RU", None, "PL", True, "Ines")
        assert context.policy(transaction).owner_denials
        raise Refused(RefusedCode.NOT_IN_REVIEW, "no")

    with raises_code(RefusedCode.NOT_IN_REVIEW):
        await bench.desk.store.write(spoiled)
    await bench.desk.supervision.set_offline(bench.actor("Jonas"), "UA", offline=True)
    policy = await bench.desk.store.read(context.policy)
    assert not policy.owner_denials
    assert policy.offline == {"UA"}
    item = await bench.sent(diffusion("DE", ("PL",)))
    assert await bench.deliveries(item) == {"PL": "queued"}


async def test_a_reader_sees_a_measure_from_its_start(bench: Bench) -> None:
    """Nothing has been written since; the level depends on the time, not on a timer."""
    await bench.order("RU", Level.HELD, effective=AT + timedelta(hours=1))

    async def shown() -> tuple[str, str | None, str, bool]:
        country = next(row for row in await bench.desk.queries.countries() if row.code == "RU")
        (measure,) = await bench.desk.queries.measures("RU")
        return country.level, country.measure, measure.state, measure.in_force

    assert await shown() == ("direct", None, "ordered", False)
    bench.clock.move(hours=1)
    assert await shown() == ("held", "M-0001", "effective", True)


async def test_a_reader_sees_the_later_of_two_measures(bench: Bench) -> None:
    await bench.order("RU", Level.MONITORED)
    await bench.order("RU", Level.SUSPENDED, effective=AT + timedelta(hours=1))
    bench.clock.move(hours=2)
    states = [(row.level, row.state, row.in_force) for row in await bench.desk.queries.measures("RU")]
    assert states == [("monitored", "replaced", False), ("suspended", "effective", True)]
    assert await bench.state(await bench.sent(diffusion("RU"))) == "blocked"
    assert [(row.level, row.state, row.in_force) for row in await bench.desk.queries.measures("RU")] == states


async def test_a_restriction_stands_for_a_process_that_starts_after_the_clock_stepped_back(bench: Bench) -> None:
    await bench.desk.supervision.restrict(bench.actor("Ines"), "DE", ("PL",), None)
    bench.clock.move(hours=-1)
    other = await open_desk(bench.desk.store.path, bench.clock)
    item = await Bench(other, bench.clock).sent(diffusion("DE", ("PL", "FR")))
    await other.close()
    assert await bench.deliveries(item) == {"PL": "restricted", "FR": "queued"}


async def test_tightening_and_restricting_also_suppress_dead_deliveries(bench: Bench) -> None:
    """An officer's retry puts a dead delivery back into the queue."""
    held, denied = await bench.sent(diffusion("DE", ("PL",))), await bench.sent(diffusion("FR", ("PL",)))
    for _ in range(8):
        await bench.dispatch(fail={"PL": "line down"})
        bench.clock.move(minutes=11)
    assert await bench.deliveries(held) == await bench.deliveries(denied) == {"PL": "dead"}
    await bench.order("DE", Level.HELD)
    await bench.send(act_message("restriction", "FR", deny=["PL"]))
    assert (await bench.state(held), await bench.deliveries(held)) == ("held", {"PL": "measure"})
    assert await bench.deliveries(denied) == {"PL": "restricted"}
