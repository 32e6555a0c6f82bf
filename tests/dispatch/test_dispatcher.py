"""The dispatcher: retries, bureaus offline, delays, faults of transport and store, and a stop that loses nothing."""

from __future__ import annotations

import asyncio
import threading

import pytest
from dispatch_kit import SECONDS, Works, until

from desks import diffusion, notice_request
from dutydesk.desk.delivery.lease import Batch, TransportResult
from dutydesk.desk.review.decide import Deciding
from dutydesk.desk.service.dispatching import DeliveryService
from dutydesk.dispatch.dispatcher_state import Phase
from dutydesk.dispatch.inbox import Inbox
from dutydesk.dispatch.transport import keys_of
from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.errors import StoreUnusable
from dutydesk.domain.limits import DispatchLimits
from dutydesk.domain.review.guards import Decision
from dutydesk.domain.supervision.measures import Level

QUICK = "delivery_tries = 3\nbackoff_first_seconds = 60\nbackoff_most_seconds = 120\n"


async def test_it_takes_in_hands_over_and_ends_when_idle(works: Works) -> None:
    works.write("x.json", diffusion("DE", ("PL", "FR")))
    dispatcher = await works.dispatch(inbox=Inbox(works.inbox))
    assert await works.bench.deliveries(1) == {"PL": "delivered", "FR": "delivered"}
    assert works.bureaus.got("PL") == works.bureaus.got("FR") == ["D-000001"]
    assert works.bureaus.got("DE", "receipt") == ["D-000001"]
    state = dispatcher.state
    assert (state.phase, state.received, state.delivered, state.failed, state.error) == (
        Phase.STOPPED,
        1,
        3,
        0,
        None,
    )


async def test_while_it_runs_new_files_and_new_items_go_out(works: Works) -> None:
    async with works.dispatching(inbox=Inbox(works.inbox)) as dispatcher:
        works.write("x.json", diffusion("DE", ("PL",)))
        await until(lambda: works.bureaus.got("PL") == ["D-000001"])
        await works.bench.sent(diffusion("DE", ("PL",)))
        await until(lambda: works.bureaus.got("PL") == ["D-000001", "D-000002"])
        assert dispatcher.state.phase is Phase.RUNNING
    assert dispatcher.state.phase is Phase.STOPPED


@pytest.mark.parametrize("settings", [QUICK])
async def test_a_faulty_bureau_is_tried_again_ever_later_and_ends_dead_in_front_of_an_officer(works: Works) -> None:
    works.bureaus.faulty = {"FR"}
    item = await works.bench.sent(diffusion("DE", ("PL", "FR")))
    async with works.dispatching() as dispatcher:
        await dispatcher.wait_until_dispatched()
        assert await works.bench.deliveries(item) == {"PL": "delivered", "FR": "failed"}
        assert works.bureaus.tries["D-000001/1.1/FR"] == 1, "it backs off"
        works.bench.clock.move(seconds=60)
        await dispatcher.wait_until_dispatched()
        assert works.bureaus.tries["D-000001/1.1/FR"] == 2
        works.bench.clock.move(seconds=59)
        await dispatcher.wait_until_dispatched()
        assert works.bureaus.tries["D-000001/1.1/FR"] == 2, "the second wait is longer"
        works.bench.clock.move(seconds=61)
        await dispatcher.wait_until_dispatched()
        assert await works.bench.deliveries(item) == {"PL": "delivered", "FR": "dead"}
        works.bench.clock.move(days=1)
        await dispatcher.wait_until_dispatched()
        assert works.bureaus.tries["D-000001/1.1/FR"] == 3
        assert not await works.desk.delivery.has_open_deliveries()
        works.bureaus.faulty.clear()
        await works.desk.review.retry(works.bench.actor("Jonas"), item, "FR")
        await until(lambda: works.bureaus.got("FR") == ["D-000001"])
        assert dispatcher.state.failed == 3
    assert await works.bench.deliveries(item) == {"PL": "delivered", "FR": "delivered"}
    assert works.bureaus.got("PL") == ["D-000001"]
    assert await works.bench.verified()


async def test_a_bureau_off_the_network_gets_its_lines_when_it_is_back(works: Works) -> None:
    actor = works.bench.actor("Jonas")
    await works.desk.supervision.set_offline(actor, "FR", offline=True)
    item = await works.bench.sent(diffusion("DE", ("PL", "FR")))
    await works.bench.sent(diffusion("FR", ("PL",)))
    await works.dispatch()
    assert works.bureaus.got("FR") == []
    assert await works.bench.deliveries(item) == {"PL": "delivered", "FR": "queued"}
    async with works.dispatching():
        await works.desk.supervision.set_offline(actor, "FR", offline=False)
        await until(lambda: len(works.bureaus.got("FR")) == 2)
    assert sorted(works.bureaus.got("FR")) == ["D-000001", "D-000002"]


@pytest.mark.parametrize("settings", ["dispatch_delay_seconds = 30\n"])
async def test_a_release_can_be_undone_until_its_delay_is_over(works: Works) -> None:
    await works.bench.order("RU", Level.HELD)
    undone = await works.bench.sent(diffusion("RU", ("PL",)))
    kept = await works.bench.sent(diffusion("RU", ("PL",)))
    async with works.dispatching() as dispatcher:
        await works.bench.release(undone)
        await works.bench.release(kept)
        await dispatcher.wait_until_dispatched()
        assert works.bureaus.got("PL") == []
        await works.desk.review.undo(works.bench.actor("Jonas"), undone)
        works.bench.clock.move(seconds=31)
        await until(lambda: works.bureaus.got("PL") == ["D-000002"])
        await dispatcher.wait_until_dispatched()
    assert await works.bench.state(undone) == "held"
    assert works.bureaus.got("PL") == ["D-000002"]


@pytest.mark.parametrize("settings", [QUICK])
async def test_a_transport_that_hangs_fails_in_time_and_what_it_took_counts(works: Works) -> None:
    works.bureaus.hanging = {"PL"}
    item = await works.bench.sent(diffusion("DE", ("FR", "PL", "UA")))
    async with works.dispatching(limits=DispatchLimits(transport_seconds=0.2)) as dispatcher:
        await until(lambda: dispatcher.state.failed > 0)
        states = await works.bench.deliveries(item)
        assert states["FR"] == "delivered"
        assert states["PL"] == "failed"
        works.bureaus.hanging.clear()
        works.bench.clock.move(minutes=2)
        await dispatcher.wait_until_dispatched()
    assert await works.bench.deliveries(item) == {"FR": "delivered", "PL": "delivered", "UA": "delivered"}
    assert [len(works.bureaus.got(bureau)) for bureau in ("FR", "PL", "UA")] == [1, 1, 1]


class CarelessTransport:
    """A transport that returns no results, or fails."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error

    async def deliver(self, batch: Batch) -> TransportResult:
        if self.error is not None:
            raise self.error
        return TransportResult({})

    async def already_delivered(self, keys: frozenset[str]) -> frozenset[str]:
        if self.error is not None:
            raise self.error
        return frozenset()


@pytest.mark.parametrize("error", [None, RuntimeError("bug in the transport")])
@pytest.mark.parametrize("settings", [QUICK])
async def test_of_what_a_transport_says_nothing_nothing_counts_as_delivered(
    works: Works, error: Exception | None
) -> None:
    item = await works.bench.sent(diffusion("DE", ("PL",)))
    async with works.dispatching(CarelessTransport(error)) as dispatcher:
        await dispatcher.wait_until_dispatched()
        assert await works.bench.deliveries(item) == {"PL": "failed"}
        assert dispatcher.state.phase is Phase.RUNNING
    (row,) = (await works.desk.queries.show(item)).deliveries
    assert row.error == (str(error) if error else "the transport gave no answer")


class MuteTransport:
    """A transport that takes everything, and says nothing of it until it may."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.speaks = asyncio.Event()

    async def deliver(self, batch: Batch) -> TransportResult:
        self.taken += keys_of(batch)
        await self.speaks.wait()
        return TransportResult(dict.fromkeys(keys_of(batch)))

    async def already_delivered(self, keys: frozenset[str]) -> frozenset[str]:
        await self.speaks.wait()
        return keys & frozenset(self.taken)


async def test_of_what_a_transport_says_nothing_in_time_nobody_knows_that_it_waits(works: Works) -> None:
    """It stays leased, so that a recall reaches who may have it, and no other outbox gets it."""
    transport = MuteTransport()
    item = await works.bench.sent(diffusion("DE", ("PL",)))
    limits = DispatchLimits(transport_seconds=0.1, first_backoff_seconds=0.01, max_backoff_seconds=0.02)
    async with works.dispatching(transport, limits=limits) as dispatcher:
        await until(lambda: "hand-over" in dispatcher.state.faults, "it was asked again, in vain")
        assert await works.bench.deliveries(item) == {"PL": "sending"}
        transport.speaks.set()
        await dispatcher.wait_until_dispatched()
    assert await works.bench.deliveries(item) == {"PL": "delivered"}
    assert len(transport.taken) == len(set(transport.taken))
    assert await works.bench.verified()


async def test_a_fault_of_the_store_is_said_and_tried_again(works: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    lease, mark = DeliveryService.lease, DeliveryService.acknowledge

    async def failing_lease(self: DeliveryService, most: int) -> Batch:
        if not said:
            raise StoreUnusable(StoreCode.DISK_FULL, "the store could not be written (disk full); nothing was changed")
        return await lease(self, most)

    marked = 0

    async def failing_mark(self: DeliveryService, *arguments) -> None:
        nonlocal marked
        marked += 1
        if marked < 3:
            raise StoreUnusable(StoreCode.DISK_FULL, "disk full")
        await mark(self, *arguments)

    monkeypatch.setattr(DeliveryService, "lease", failing_lease)
    monkeypatch.setattr(DeliveryService, "acknowledge", failing_mark)
    item = await works.bench.sent(diffusion("DE", ("PL",)))
    limits = DispatchLimits(first_backoff_seconds=0.001, max_backoff_seconds=0.01)
    async with works.dispatching(limits=limits) as dispatcher:
        await until(lambda: "disk full" in str(dispatcher.state.error), "the fault is said")
        said.append(str(dispatcher.state.error))

        def delivered() -> bool:
            return works.bureaus.got("PL") == ["D-000001"] and marked >= 3 and dispatcher.state.error is None

        await until(delivered)
    assert await works.bench.deliveries(item) == {"PL": "delivered"}
    assert works.bureaus.tries["D-000001/1.1/PL"] == 1, "what could not be recorded is not handed over again"


async def test_what_the_last_dispatcher_had_in_hand_is_neither_lost_nor_sent_twice(works: Works) -> None:
    item = await works.bench.sent(diffusion("DE", ("PL", "FR")))
    works.bureaus.faulty = {"FR"}
    batch = await works.desk.delivery.lease(10)
    await works.bureaus.transport.deliver(batch)
    works.bureaus.faulty.clear()
    assert await works.bench.deliveries(item) == {"PL": "sending", "FR": "sending"}
    await works.dispatch()
    assert await works.bench.deliveries(item) == {"PL": "delivered", "FR": "delivered"}
    assert works.bureaus.tries["D-000001/1.1/PL"] == 1
    assert works.bureaus.got("FR") == ["D-000001"]


async def test_a_withdrawal_while_the_dispatcher_was_dead_reaches_who_holds_a_copy(works: Works) -> None:
    from desks import act_message

    message = diffusion("DE", ("PL",))
    await works.bench.sent(message)
    await works.bureaus.transport.deliver(await works.desk.delivery.lease(10))
    await works.bench.send(act_message("withdrawal", "DE", of=message["reference"], reason="Found."))
    await works.dispatch()
    assert works.bureaus.got("PL", "diffusion") == ["D-000001"]
    assert works.bureaus.got("PL", "withdrawal") == ["D-000001"]


async def test_a_stop_from_another_thread_finishes_what_is_leased(works: Works) -> None:
    reached, go_on = asyncio.Event(), asyncio.Event()

    class Slow(CarelessTransport):
        async def deliver(self, batch: Batch) -> TransportResult:
            reached.set()
            await go_on.wait()
            return await works.bureaus.transport.deliver(batch)

    item = await works.bench.sent(diffusion("DE", ("PL",)))
    dispatcher = works.dispatcher(Slow())
    running = asyncio.create_task(dispatcher.run())
    await reached.wait()
    thread = threading.Thread(target=dispatcher.stop)
    thread.start()
    thread.join()
    later = await works.bench.sent(diffusion("DE", ("PL",)))
    go_on.set()
    async with asyncio.timeout(SECONDS):
        await running
    assert await works.bench.deliveries(item) == {"PL": "delivered"}
    assert await works.bench.deliveries(later) == {"PL": "queued"}, "after a stop nothing more is leased"
    assert works.desk.delivery.dispatcher_lock().try_exclusive()


@pytest.mark.sqlite_only("its write-ahead log")
async def test_the_log_that_is_written_ahead_is_folded_in_also_while_a_transport_hangs(works: Works) -> None:
    works.bureaus.hanging.add("PL")
    grew = False
    async with works.dispatching(limits=DispatchLimits(transport_seconds=0.5, wal_bytes=200_000)) as dispatcher:
        await works.bench.sent(diffusion("DE", ("PL",)))
        await until(lambda: works.bureaus.tries.total() > 0, "the bureau has the first and does not answer")
        for _ in range(40):
            await works.bench.sent(diffusion("DE"))
            grew |= works.desk.store.housekeeping.bytes() > 100_000
        await until(lambda: works.desk.store.housekeeping.bytes() <= 200_000, "the log is folded in")
        works.bureaus.hanging.clear()
        await dispatcher.wait_until_dispatched()
        await until(lambda: works.desk.store.housekeeping.bytes() <= 200_000, "the log is folded in once more")
    assert grew
    assert await works.bench.verified()


async def test_only_who_dispatches_folds_the_log_behind_an_officer(works: Works) -> None:
    writer = works.desk.store
    assert not writer.housekeeping.owned
    async with works.dispatching():
        await until(lambda: writer.housekeeping.owned, "it keeps the log")
    assert not writer.housekeeping.owned


async def test_told_to_stop_before_it_starts_it_does_nothing(works: Works) -> None:
    await works.bench.sent(diffusion("DE", ("PL",)))
    dispatcher = works.dispatcher()
    dispatcher.stop()
    await dispatcher.run()
    assert works.bureaus.lines == []


async def test_what_falls_due_by_time_alone_comes_about_while_nobody_writes(works: Works) -> None:
    item = await works.bench.sent(notice_request("BR"))
    await works.desk.review.claim(works.bench.actor("Jonas"), item)
    await works.desk.review.decide(works.bench.actor("Jonas"), item, Deciding(Decision.ASK, "Which court?"))
    async with works.dispatching(limits=DispatchLimits(idle_seconds=0.01)):
        works.bench.clock.move(days=8)

        async def escalated() -> bool:
            return (await works.desk.queries.show(item)).row.escalated

        await until(escalated, "the silence escalates")


async def test_a_recall_follows_each_copy_into_the_spool(works: Works) -> None:
    item = await works.bench.sent(diffusion("DE", ("PL", "FR")))
    await works.dispatch()
    await works.desk.review.recall(works.bench.actor("Jonas"), item, "Bad.")
    await works.dispatch()
    await works.desk.review.confirm(works.bench.actor("Ines"), item)
    await works.dispatch()
    for bureau in ("PL", "FR"):
        notices = [line.notice for line in works.bureaus.lines if line.recipient == bureau]
        assert notices == ["diffusion", "caveat", "recall"]


@pytest.mark.parametrize("settings", [QUICK])
async def test_a_clock_that_was_ahead_delays_nothing_once_it_is_right_again(works: Works) -> None:
    works.bureaus.faulty = {"FR"}
    works.bench.clock.move(days=30)
    item = await works.bench.sent(diffusion("DE", ("PL", "FR"), retention_until=None))
    async with works.dispatching() as dispatcher:
        await dispatcher.wait_until_dispatched()
        assert await works.bench.deliveries(item) == {"PL": "delivered", "FR": "failed"}
        works.bureaus.faulty.clear()
        works.bench.clock.move(days=-30)
        await dispatcher.wait_until_dispatched()
        works.bench.clock.move(seconds=121)
        await dispatcher.wait_until_dispatched()
        assert await works.bench.deliveries(item) == {"PL": "delivered", "FR": "delivered"}, (
            "in minutes, not in a month"
        )
        works.bench.clock.move(days=365)
        later = await works.bench.sent(diffusion("DE", ("PL",)))
        await until(lambda: works.bureaus.got("PL")[-1] == f"D-{later:06d}", "a jump ahead stops nothing")
    assert "clock.stepped_back" in {event.kind for event in await works.desk.queries.events_after(0)}
    assert await works.bench.verified()
