"""Direct leases: what intake's own commit leases, what it leaves to a separate lease, and that nothing is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

import pytest
from dispatch_kit import Works, spool_lines, until

from desks import act_message, diffusion
from dutydesk.desk.delivery import acknowledge
from dutydesk.desk.delivery.lease import Batch, TransportResult
from dutydesk.dispatch.spool import SpoolTransport
from dutydesk.dispatch.transport import TransportDown, keys_of
from dutydesk.domain.limits import DeliveryLimits, DispatchLimits, Limits
from dutydesk.domain.supervision.measures import Level
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import deliveries

ROUTED = ["intake.accepted", "item.routed"]
STRAIGHT = [*ROUTED, "deliveries.sending"]


@contextmanager
def leasing(works: Works) -> Iterator[None]:
    """Intake that leases directly, as with an idle dispatcher."""
    works.desk.delivery.direct_lease.open(lambda: None)
    try:
        yield
    finally:
        works.desk.delivery.direct_lease.close()


async def test_the_commit_that_takes_a_message_in_leases_it_and_its_receipt(works: Works) -> None:
    with leasing(works):
        item = await works.bench.sent(diffusion("DE", ("PL", "FR")))
    assert await works.bench.deliveries(item) == {"PL": "sending", "FR": "sending"}
    assert await works.bench.kinds(item) == STRAIGHT
    batch = works.desk.delivery.direct_lease.next_batch(10)
    assert batch is not None
    assert works.desk.delivery.direct_lease.next_batch(10) is None
    assert batch.segment == await works.desk.backups.latest_segment() == 1
    assert not await works.desk.delivery.lease(10), "all of it is in hand"
    await works.desk.delivery.acknowledge(batch, TransportResult(dict.fromkeys(keys_of(batch))), lambda: 0.5)
    assert await works.bench.deliveries(item) == {"PL": "delivered", "FR": "delivered"}
    assert await works.bench.kinds(item) == [*STRAIGHT, "deliveries.made"]
    assert not await works.desk.delivery.has_open_deliveries()
    assert await works.bench.verified()


async def test_a_bureau_gets_the_same_line_either_way(works: Works) -> None:
    message = diffusion("DE", ("PL", "FR", "UA"), confidentiality="confidential", restricted_from=["UA"])
    await works.bench.sent(message)
    usual = await works.desk.delivery.lease(10)
    await works.desk.delivery.acknowledge(usual, TransportResult(dict.fromkeys(keys_of(usual))), lambda: 0.5)
    with leasing(works):
        await works.bench.sent(message | {"reference": "DE-again"})
    straight = works.desk.delivery.direct_lease.next_batch(10)
    assert straight is not None
    (first,), (second,) = usual.leased_items, straight.leased_items
    assert [code for code, _ in second.keys] == [code for code, _ in first.keys]
    assert [key for _, key in second.keys] == [key.replace("D-000001", "D-000002") for _, key in first.keys]
    for told in ("sender", "disseminated_by", "notice", "notice_number"):
        assert getattr(second, told) == getattr(first, told)
    (told_first,), (told_second,) = usual.notices, straight.notices
    assert told_second.key == told_first.key.replace("D-000001", "D-000002").replace("receipt.1", "receipt.2")
    assert (told_second.disseminated_by, told_second.attempts) == (told_first.disseminated_by, told_first.attempts)
    rows = [(await works.desk.queries.show(number)).deliveries for number in (1, 2)]
    await works.desk.delivery.acknowledge(straight, TransportResult(dict.fromkeys(keys_of(straight))), lambda: 0.5)
    rows[1] = (await works.desk.queries.show(2)).deliveries
    assert rows[0] == rows[1]


async def test_a_sampled_item_is_leased_to_nobody_and_its_sender_gets_the_receipt(works: Works) -> None:
    object.__setattr__(works.desk.context, "settings", replace(works.desk.context.settings, sample_review=2))
    object.__setattr__(works.desk.context, "draw_sample", lambda _one_in: True)
    with leasing(works):
        item = await works.bench.sent(diffusion("DE", ("PL", "FR")))
    assert await works.bench.state(item) == "held"
    assert await works.bench.deliveries(item) == {}
    batch = works.desk.delivery.direct_lease.next_batch(10)
    assert batch is not None
    assert (batch.leased_items, [notice.recipient for notice in batch.notices]) == ((), ["DE"])


async def test_what_is_due_already_is_not_overtaken(works: Works) -> None:
    first = await works.bench.sent(diffusion("DE", ("PL",)))
    with leasing(works):
        second = await works.bench.sent(diffusion("DE", ("PL",)))
    assert works.desk.delivery.direct_lease.next_batch(10) is None
    batch = await works.desk.delivery.lease(10)
    assert [leased.item for leased in batch.leased_items] == [first, second]


@pytest.mark.parametrize("limits", [Limits(delivery=DeliveryLimits(direct_leases=1))])
async def test_what_finds_no_room_is_not_overtaken_either(works: Works) -> None:
    with leasing(works):
        items = await asyncio.gather(*(works.bench.sent(diffusion("DE", ("PL",))) for _ in range(3)))
    states = [(await works.bench.deliveries(item))["PL"] for item in sorted(items)]
    assert states == ["sending", "queued", "queued"]
    batch = works.desk.delivery.direct_lease.next_batch(10)
    assert batch is not None
    with leasing(works):
        later = await works.bench.sent(diffusion("DE", ("PL",)))
    assert await works.bench.deliveries(later) == {"PL": "queued"}


@pytest.mark.parametrize("settings", ["dispatch_delay_seconds = 30\n"])
async def test_with_a_delay_everything_waits_for_it(works: Works) -> None:
    with leasing(works):
        item = await works.bench.sent(diffusion("DE", ("PL",)))
    assert await works.bench.deliveries(item) == {"PL": "queued"}
    assert await works.bench.kinds(item) == ROUTED


async def test_who_is_off_the_network_waits_and_who_is_kept_out_is(works: Works) -> None:
    actor = works.bench.actor("Jonas")
    for bureau in ("FR", "DE"):
        await works.desk.supervision.set_offline(actor, bureau, offline=True)
    with leasing(works):
        item = await works.bench.sent(diffusion("DE", ("PL", "FR", "UA"), restricted_from=["UA"]))
    assert await works.bench.deliveries(item) == {"PL": "sending", "FR": "queued", "UA": "restricted"}
    batch = works.desk.delivery.direct_lease.next_batch(10)
    assert batch is not None
    assert (list(keys_of(batch)), batch.notices) == ([f"D-{item:06d}/1.1/PL"], ()), "its sender is off the network too"
    await works.desk.supervision.set_offline(actor, "FR", offline=False)
    await works.desk.delivery.acknowledge(batch, TransportResult(dict.fromkeys(keys_of(batch))), lambda: 0.5)
    assert await works.bench.deliveries(item) == {"PL": "delivered", "FR": "queued", "UA": "restricted"}
    assert [code for leased in (await works.desk.delivery.lease(10)).leased_items for code, _ in leased.keys] == ["FR"]


async def test_what_is_held_or_blocked_is_not_leased(works: Works) -> None:
    await works.bench.order("RU", Level.HELD)
    await works.bench.order("BY", Level.SUSPENDED)
    with leasing(works):
        for sender in ("RU", "BY"):
            item = await works.bench.sent(diffusion(sender, ("PL",)))
            assert await works.bench.deliveries(item) == {}
    batch = works.desk.delivery.direct_lease.next_batch(10)
    assert batch is not None
    assert batch.leased_items == ()
    assert {notice.notice for notice in batch.notices} == {"receipt"}


async def test_a_batch_that_is_rolled_back_leases_nothing(works: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    from dutydesk.store.engine.transaction import Transaction

    finish, failing = Transaction.finish, True

    def finish_later(self: Transaction) -> int:
        nonlocal failing
        if failing:
            failing = False
            raise RuntimeError("spoilt")
        return finish(self)

    with leasing(works):
        monkeypatch.setattr(Transaction, "finish", finish_later)
        await asyncio.gather(*(works.bench.sent(diffusion("DE", ("PL",))) for _ in range(4)))
    found: list[int] = []
    while batch := works.desk.delivery.direct_lease.next_batch(1):
        found += [leased.item for leased in batch.leased_items]
    assert found == [1, 2, 3, 4]


async def test_batches_that_wait_are_one_under_the_latest_number(works: Works) -> None:
    with leasing(works):
        for _ in range(3):
            await works.bench.sent(diffusion("DE", ("PL",)))
    batch = works.desk.delivery.direct_lease.next_batch(2)
    assert batch is not None
    assert ([leased.item for leased in batch.leased_items], batch.segment, len(batch.notices)) == ([1, 2], 2, 2)
    batch = works.desk.delivery.direct_lease.next_batch(2)
    assert batch is not None
    assert ([leased.item for leased in batch.leased_items], batch.segment, len(batch.notices)) == ([3], 3, 1)


async def test_a_withdrawal_meanwhile_follows_the_copy_that_lands(works: Works) -> None:
    message = diffusion("DE", ("PL", "FR"))
    with leasing(works):
        item = await works.bench.sent(message)
    batch = works.desk.delivery.direct_lease.next_batch(10)
    assert batch is not None
    await works.bench.send(act_message("withdrawal", "DE", of=message["reference"], reason="Found."))
    await works.desk.delivery.acknowledge(batch, TransportResult(dict.fromkeys(keys_of(batch))), lambda: 0.5)
    assert await works.bench.deliveries(item) == {"PL": "delivered", "FR": "delivered"}
    told = (await works.desk.delivery.lease(10)).notices
    assert sorted(notice.recipient for notice in told if notice.notice == "withdrawal") == ["FR", "PL"]
    assert await works.bench.verified()


async def test_a_restriction_meanwhile_follows_the_copy_that_lands(works: Works) -> None:
    with leasing(works):
        item = await works.bench.sent(diffusion("DE", ("PL", "FR")))
    batch = works.desk.delivery.direct_lease.next_batch(10)
    assert batch is not None
    await works.desk.supervision.restrict(works.bench.actor("Ines"), "DE", ("PL",), None)
    await works.desk.delivery.acknowledge(batch, TransportResult(dict.fromkeys(keys_of(batch))), lambda: 0.5)
    assert await works.bench.deliveries(item) == {"PL": "delivered", "FR": "delivered"}
    told = (await works.desk.delivery.lease(10)).notices
    assert [notice.recipient for notice in told if notice.notice == "access_withdrawn"] == ["PL"]


async def test_what_fails_backs_off_and_the_rest_is_delivered(works: Works) -> None:
    works.bureaus.faulty = {"FR"}
    async with works.dispatching() as dispatcher:
        await dispatcher.wait_until_dispatched()
        item = await works.bench.sent(diffusion("DE", ("PL", "FR")))
        await dispatcher.wait_until_dispatched()
        assert (await works.bench.kinds(item))[:3] == STRAIGHT
        assert await works.bench.deliveries(item) == {"PL": "delivered", "FR": "failed"}
        works.bureaus.faulty.clear()
        works.bench.clock.move(minutes=10)
        await dispatcher.wait_until_dispatched()
    assert await works.bench.deliveries(item) == {"PL": "delivered", "FR": "delivered"}
    assert works.bureaus.tries[f"D-{item:06d}/1.1/PL"] == 1


STALE_AT_ONCE = Limits(delivery=DeliveryLimits(stale_lease_seconds=0.0))


class DownTransport:
    """A transport that is down until the test restores it; then it takes everything, and counts."""

    def __init__(self) -> None:
        self.down = True
        self.taken: list[str] = []

    async def deliver(self, batch: Batch) -> TransportResult:
        if self.down:
            raise TransportDown("nobody can be reached")
        self.taken += keys_of(batch)
        return TransportResult(dict.fromkeys(keys_of(batch)))

    async def already_delivered(self, keys: frozenset[str]) -> frozenset[str]:
        return keys & frozenset(self.taken)


async def test_while_the_transport_is_down_what_intake_leased_waits_and_goes_out_once(works: Works) -> None:
    transport = DownTransport()
    async with works.dispatching(
        transport, limits=DispatchLimits(first_backoff_seconds=0.001, max_backoff_seconds=0.002)
    ) as dispatcher:
        items = await asyncio.gather(*(works.bench.sent(diffusion("DE", ("PL",))) for _ in range(20)))
        await until(lambda: dispatcher.state.error is not None, "the fault is said")
        items += await asyncio.gather(*(works.bench.sent(diffusion("DE", ("PL",))) for _ in range(20)))
        transport.down = False
        await dispatcher.wait_until_dispatched()
    rows = [(await works.desk.queries.show(item)).deliveries[0] for item in items]
    assert {(row.state, row.attempts) for row in rows} == {("delivered", 1)}
    assert len(transport.taken) == len(set(transport.taken)) == 80
    assert await works.bench.verified()


class SlowTransport(DownTransport):
    """A transport that holds its first batch until the test lets it go on."""

    def __init__(self) -> None:
        super().__init__()
        self.down = False
        self.reached, self.let_go = asyncio.Event(), asyncio.Event()

    async def deliver(self, batch: Batch) -> TransportResult:
        self.reached.set()
        await self.let_go.wait()
        return await super().deliver(batch)


@pytest.mark.parametrize("limits", [STALE_AT_ONCE])
async def test_what_has_waited_behind_a_slow_transport_is_leased_anew_under_the_rules_of_then(works: Works) -> None:
    transport = SlowTransport()
    async with works.dispatching(transport) as dispatcher:
        await dispatcher.wait_until_dispatched()
        first = await works.bench.sent(diffusion("DE", ("PL",)))
        await transport.reached.wait()
        held, free = [await works.bench.sent(diffusion(sender, ("PL", "FR"))) for sender in ("RU", "DE")]
        assert await works.bench.deliveries(held) == {"PL": "sending", "FR": "sending"}
        await works.bench.order("RU", Level.HELD)
        transport.let_go.set()
        await until(lambda: f"D-{free:06d}/1.1/PL" in transport.taken, "what may go has gone")
        await dispatcher.wait_until_dispatched()
        later = await works.bench.sent(diffusion("DE", ("PL",)))
        await dispatcher.wait_until_dispatched()
    assert not [key for key in transport.taken if key.startswith(f"D-{held:06d}/1.1/PL")]
    assert set((await works.bench.deliveries(held)).values()) == {"measure"}
    for item in (first, free, later):
        assert set((await works.bench.deliveries(item)).values()) == {"delivered"}
    assert len(transport.taken) == len(set(transport.taken))
    assert await works.bench.verified()


@pytest.mark.parametrize("limits", [STALE_AT_ONCE])
async def test_a_stop_waits_for_no_more_than_what_the_transport_has(works: Works) -> None:
    """What the transport has is waited for no longer than it may take."""
    transport, stopped = SlowTransport(), asyncio.Event()
    async with works.dispatching(transport, limits=DispatchLimits(transport_seconds=0.2)) as dispatcher:
        hand_over = dispatcher._transport_results

        async def hand_over_once_stopped(batch: Batch) -> TransportResult:
            transport.reached.set()
            await stopped.wait()
            return await hand_over(batch)

        dispatcher._transport_results = hand_over_once_stopped  # type: ignore[method-assign]
        await dispatcher.wait_until_dispatched()
        first = await works.bench.sent(diffusion("DE", ("PL",)))
        await transport.reached.wait()
        second = await works.bench.sent(diffusion("DE", ("PL",)))
        dispatcher.stop()
        stopped.set()
    assert await works.bench.deliveries(first) == {"PL": "failed"}
    assert await works.bench.deliveries(second) == {"PL": "queued"}
    (row,) = (await works.desk.queries.show(second)).deliveries
    assert row.attempts == 0


async def test_a_stop_hands_over_what_was_leased_before_the_lock_is_free(works: Works) -> None:
    async with works.dispatching() as dispatcher:
        sending = [asyncio.create_task(works.bench.sent(diffusion("DE", ("PL",)))) for _ in range(50)]
        await until(lambda: bool(works.bureaus.got("PL")), "some of it went out")
        dispatcher.stop()
    items = [await each for each in sending]
    states = {(await works.bench.deliveries(item))["PL"] for item in items}
    assert "sending" not in states
    await works.dispatch()
    assert sorted(works.bureaus.got("PL")) == [f"D-{item:06d}" for item in sorted(items)]


async def test_each_batch_is_a_segment_of_its_own_in_the_spool(works: Works) -> None:
    async with works.dispatching(SpoolTransport(works.outbox)) as dispatcher:
        for _ in range(3):
            await works.bench.sent(diffusion("DE", ("PL", "FR")))
            await dispatcher.wait_until_dispatched()
    names = sorted(path.name for path in (works.outbox / "PL").iterdir())
    assert len(names) == 3
    assert int(names[-1][:12]) == await works.desk.backups.latest_segment()
    assert [line["item"] for line in spool_lines(works.outbox, "PL")] == ["D-000001", "D-000002", "D-000003"]


async def test_what_another_process_did_meanwhile_is_leased_as_ever(works: Works) -> None:
    """The next dispatcher finds deliveries that the previous one's intake leased and did not deliver."""
    with leasing(works):
        item = await works.bench.sent(diffusion("DE", ("PL", "FR")))
    works.desk.delivery.direct_lease.discard()
    await works.dispatch()
    assert await works.bench.deliveries(item) == {"PL": "delivered", "FR": "delivered"}
    assert "deliveries.requeued" in await works.bench.kinds(item)
    assert works.bureaus.got("PL") == works.bureaus.got("FR") == [f"D-{item:06d}"]


async def test_what_is_leased_is_read_once_for_all_parts_of_a_batch_and_again_after_a_change(
    works: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    plain = deliveries.count_sending

    def counted(handle: Handle, numbers: Sequence[int]) -> dict[int, int]:
        read.append(len(numbers))
        return plain(handle, numbers)

    monkeypatch.setattr(deliveries, "count_sending", counted)
    with leasing(works):
        for _ in range(4):
            await works.bench.sent(diffusion("DE", ("PL", "FR")))
    batch = works.desk.delivery.direct_lease.next_batch(10)
    assert batch is not None
    parts = [[each] for each in batch.leased_items]

    def mark(transaction: Transaction) -> list[bool]:
        counts = acknowledge.LeasedCounts(batch.leased_items)
        first = [acknowledge.acknowledge_batch(transaction, works.desk.context, part, counts) for part in parts[:2]]
        transaction.connection.execute("UPDATE item SET revision = 2 WHERE number = ?", (parts[2][0].item,))
        return first + [
            acknowledge.acknowledge_batch(transaction, works.desk.context, part, counts) for part in parts[2:]
        ]

    assert await works.desk.store.write(mark) == [True, True, False, True]
    assert read == [4, 2, 1]
