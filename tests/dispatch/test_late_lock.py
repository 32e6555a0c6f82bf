"""Work before the turn, on a cluster: what another box writes before this one has its turn is heeded as if it had come
first.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from desks import AT, Bench, MovedClock, act_message, diffusion, officer, raw
from dutydesk.desk.audit.log_export import prove_store
from dutydesk.desk.base.context import Actor
from dutydesk.desk.delivery.lease import TransportResult
from dutydesk.desk.service.desk import make_store, open_desk
from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.errors import StoreReplaced, TermLost
from dutydesk.domain.limits import Limits, StoreLimits
from dutydesk.domain.review.officers import Role
from dutydesk.domain.supervision.measures import Level
from dutydesk.store.engine.location import locate
from dutydesk.store.engines.postgresql import schema
from postgres_cluster import PostgresCluster, postgres_cluster

__all__ = ["postgres_cluster"]
#: What comes between waits for a row of the first box, until the cluster ends that one's transaction.
waits_for_a_row = pytest.mark.parametrize("idle_seconds", [2.0])
Act = Callable[[], Awaitable[Any]]


@dataclass
class TwoBoxes:
    """Two boxes on one desk. ``turns`` says of each work of the first one before its turn whether it then had that."""

    one: Bench
    two: Bench
    url: str
    turns: list[bool] = field(default_factory=list)
    #: What came between.
    between: list[Future[Any]] = field(default_factory=list)

    async def before_the_turn(self, act: Act) -> None:
        """Has ``act`` come between the next work of the first box and its turn.

        The first box has written last: where others write it has its turn first.
        """
        await self.one.order("CH", Level.MONITORED)
        engine = self.one.desk.store.engine
        take, loop = engine.take_turn, asyncio.get_running_loop()
        waiting = [act]

        def take_later(line: Any) -> bool:
            self.turns.append(False)
            while waiting:
                self.between.append(asyncio.run_coroutine_threadsafe(_run(waiting.pop()), loop))
                self.between[-1].result()
            self.turns[-1] = take(line)
            return self.turns[-1]

        engine.take_turn = take_later  # type: ignore[method-assign]

    async def proof_holds(self) -> bool:
        proof = await prove_store(self.one.desk.store, self.one.desk.context)
        assert not proof.breaches, [breach.words for breach in proof.breaches]
        return proof.chain.fault is None


async def _run(act: Act) -> None:
    await act()


async def _nothing() -> None:
    pass


@pytest.fixture
def idle_seconds() -> float:
    """Seconds that a transaction of a box may stand still."""
    return 600.0


@pytest.fixture
async def boxes(tmp_path: Path, postgres_cluster: PostgresCluster, idle_seconds: float) -> AsyncIterator[TwoBoxes]:
    url = postgres_cluster.database()
    places = [locate(url, tmp_path / name) for name in ("one", "two")]
    clock = MovedClock(AT)
    limits = Limits(
        store=StoreLimits(
            connect_seconds=60.0,
            term_seconds=600.0,
            term_renewal_seconds=600.0,
            idle_transaction_seconds=idle_seconds,
            late_lock_pause_seconds=600.0,
            late_lock_box_pause_seconds=600.0,
        )
    )
    make_store(places[0], "exercise", clock)
    one = await open_desk(places[0], clock, founder="root", limits=limits)
    for each in (officer("Ines", Role.SUPERVISOR), officer("Jonas", Role.OFFICER)):
        await one.people.add_officer(Actor("root", "root"), each)
    two = await open_desk(places[1], clock, limits=limits)
    pair = TwoBoxes(Bench(one, clock), Bench(two, clock), url)
    yield pair
    for done in pair.between:
        done.result()
    await two.close()
    await one.close()


def _lease_directly(box: Bench) -> list[bool]:
    """Has intake lease for a dispatcher of this box; the list grows with each batch that it leases."""
    woken: list[bool] = []
    assert box.desk.store.dispatcher_lock.try_exclusive()
    box.desk.delivery.open_direct_leases(lambda: woken.append(True))
    return woken


async def test_where_nobody_writes_meanwhile_it_has_its_turn_at_the_end(boxes: TwoBoxes) -> None:
    woken = _lease_directly(boxes.one)
    await boxes.before_the_turn(_nothing)
    item = await boxes.one.sent(diffusion("RU"))
    batch = boxes.one.desk.delivery.next_direct_batch(1_000)
    assert batch is not None
    keys = {key: None for leased in batch.leased_items for _, key in leased.keys}
    await boxes.one.desk.delivery.acknowledge(batch, TransportResult(keys), lambda: 0.5)
    assert set((await boxes.two.deliveries(item)).values()) == {"delivered"}
    assert boxes.turns == [True, True]
    assert woken == [True]
    assert await boxes.proof_holds()


@waits_for_a_row
async def test_a_measure_that_comes_between_holds_the_message(boxes: TwoBoxes) -> None:
    _lease_directly(boxes.one)
    await boxes.before_the_turn(lambda: boxes.two.order("RU", Level.HELD))
    item = await boxes.one.sent(diffusion("RU"))
    assert await boxes.two.state(item) == "held"
    assert boxes.turns == [False]
    batch = boxes.one.desk.delivery.next_direct_batch(1_000)
    assert batch is None or not batch.leased_items, "only what the sender is told"
    assert await boxes.proof_holds()


async def test_a_restriction_that_comes_between_withholds_it(boxes: TwoBoxes) -> None:
    restriction = act_message("restriction", "DE", deny=["PL"])
    await boxes.before_the_turn(lambda: boxes.two.desk.intake.receive(raw(restriction)))
    item = await boxes.one.sent(diffusion("DE", ("PL", "FR")))
    assert await boxes.two.deliveries(item) == {"PL": "restricted", "FR": "queued"}
    assert boxes.turns == [False]
    assert await boxes.proof_holds()


@waits_for_a_row
async def test_a_reference_that_another_box_takes_between_is_a_repeat(boxes: TwoBoxes) -> None:
    message = diffusion("DE")
    await boxes.before_the_turn(lambda: boxes.two.send(message))
    receipt = await boxes.one.send(message)
    assert receipt.outcome == "repeat"
    assert [row.item for row in await boxes.two.desk.queries.feed(limit=5)] == ["D-000001"]
    assert boxes.turns == [False]
    assert await boxes.proof_holds()


@waits_for_a_row
async def test_an_item_that_another_box_takes_in_between_has_the_lower_number(boxes: TwoBoxes) -> None:
    await boxes.before_the_turn(lambda: boxes.two.sent(diffusion("FR")))
    assert await boxes.one.sent(diffusion("DE")) == 2
    assert (await boxes.two.desk.queries.show(1)).row.sender == "FR"
    assert await boxes.proof_holds()


async def test_a_term_that_another_box_takes_between_fences_the_marks(
    boxes: TwoBoxes, postgres_cluster: PostgresCluster
) -> None:
    lock = boxes.one.desk.store.dispatcher_lock
    assert lock.try_exclusive()
    item = await boxes.one.sent(diffusion("DE"))
    batch = await boxes.one.desk.delivery.lease(1_000)

    async def take_over() -> None:
        postgres_cluster.sql("UPDATE role SET until = 0", database=boxes.url.rpartition("/")[2])
        assert await asyncio.to_thread(boxes.two.desk.store.dispatcher_lock.try_exclusive)

    await boxes.before_the_turn(take_over)
    keys = {key: None for leased in batch.leased_items for _, key in leased.keys}
    with pytest.raises(TermLost):
        await boxes.one.desk.delivery.acknowledge(batch, TransportResult(keys), lambda: 0.5)
    assert set((await boxes.two.deliveries(item)).values()) == {"sending"}
    assert boxes.turns == [False]


@waits_for_a_row
async def test_a_withdrawal_that_comes_between_goes_to_all_who_have_it(boxes: TwoBoxes) -> None:
    message = diffusion("DE")
    await boxes.one.sent(message)
    batch = await boxes.one.desk.delivery.lease(1_000)
    withdrawal = act_message("withdrawal", "DE", of=message["reference"], reason="The person was found.")
    await boxes.before_the_turn(lambda: boxes.two.send(withdrawal))
    keys = {key: None for leased in batch.leased_items for _, key in leased.keys}
    await boxes.one.desk.delivery.acknowledge(batch, TransportResult(keys), lambda: 0.5)
    told = await boxes.two.desk.delivery.lease(1_000)
    assert {notice.recipient for notice in told.notices if notice.notice == "withdrawal"} == {"PL", "FR", "UA"}
    assert boxes.turns == [False]
    assert await boxes.proof_holds()


async def test_an_upgrade_that_comes_between_ends_the_writing(boxes: TwoBoxes, monkeypatch: pytest.MonkeyPatch) -> None:
    version = schema.latest_schema_version()
    newer = (*schema.migrations(), (version + 1, "CREATE TABLE later (n bigint)"))

    async def upgrade() -> None:
        with monkeypatch.context() as patched:
            patched.setattr(schema, "migrations", lambda: newer)
            schema.upgrade_store(boxes.url, version, StoreLimits())

    await boxes.before_the_turn(upgrade)
    with pytest.raises(StoreReplaced) as refused:
        await boxes.one.send(diffusion("DE"))
    assert refused.value.code is StoreCode.STORE_UPGRADED


async def test_where_another_box_has_written_it_has_its_turn_first(boxes: TwoBoxes) -> None:
    await boxes.before_the_turn(_nothing)
    await boxes.two.order("RU", Level.HELD)
    await boxes.one.sent(diffusion("DE"))
    assert boxes.turns == []


async def test_after_others_came_between_it_pauses_and_takes_its_turn_first(boxes: TwoBoxes) -> None:
    await boxes.before_the_turn(lambda: boxes.two.order("RU", Level.HELD))
    for _ in range(3):
        await boxes.one.sent(diffusion("DE"))
    assert boxes.turns == [False]
