"""Messages over NATS: acknowledged after the durable receipt, taken again after a loss, bound to their subject."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from time import monotonic
from types import SimpleNamespace
from typing import Any

import pytest
from dispatch_kit import Works, until

from desks import diffusion
from dutydesk.dispatch.loopback import LoopbackTransport
from dutydesk.dispatch.nats import streams
from dutydesk.dispatch.nats.inbox import NatsInbox
from dutydesk.dispatch.nats.outbox import NatsTransport
from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.errors import StoreUnusable
from nats_server import QUICK, NatsServer, read_outbox

#: Seconds before the server sends a message again.
ACK_WAIT_SECONDS = 1.0


@pytest.fixture
async def inbox(streams_of: NatsServer) -> AsyncIterator[NatsInbox]:
    link = streams_of.link()
    yield NatsInbox(link)
    await link.close()


async def send(server: NatsServer, bureau: str, *messages: dict[str, Any] | bytes) -> list[int]:
    """Publishes as the bureau does; the numbers that the server answers."""
    client = await server.client(bureau)
    try:
        stream = client.jetstream()
        data = [message if isinstance(message, bytes) else json.dumps(message).encode() for message in messages]
        return [(await stream.publish(streams.inbox_subject(bureau), each)).seq for each in data]
    finally:
        await client.close()


async def receipts(server: NatsServer, bureau: str) -> list[dict[str, Any]]:
    lines = [json.loads(message.data) for message in await read_outbox(server, bureau)]
    return [line for line in lines if line["notice"] == "intake_receipt"]


async def take_in(inbox: NatsInbox, works: Works, messages: int = 1) -> None:
    """Takes in so many messages; one request may be over before they come."""
    taken = 0

    async def all_taken() -> bool:
        nonlocal taken
        taken += await inbox.receive_all(works.desk)
        return taken >= messages

    await until(all_taken, f"{messages} messages are taken in")
    assert taken == messages


async def waiting(server: NatsServer) -> tuple[int, int]:
    """What waits for the desk, and what it has and has not acknowledged."""
    client = await server.client("desk")
    try:
        info = await client.jetstream().consumer_info(streams.INBOX, streams.DESK)
        return info.num_pending or 0, info.num_ack_pending or 0
    finally:
        await client.close()


async def test_a_message_is_taken_in_acknowledged_and_answered_with_a_receipt(
    works: Works, streams_of: NatsServer, inbox: NatsInbox
) -> None:
    (number,) = await send(streams_of, "DE", diffusion("DE", ("PL",), reference="A-1"))
    assert not await inbox.is_empty()
    await take_in(inbox, works)
    assert await inbox.is_empty()
    assert await waiting(streams_of) == (0, 0)
    (receipt,) = await receipts(streams_of, "DE")
    assert (receipt["sequence"], receipt["reference"], receipt["outcome"]) == (number, "A-1", "accepted")
    assert receipt["delivery"].startswith(f"receipt/{number}-")
    assert receipt["delivery"].endswith("/DE")


async def test_a_dispatcher_takes_in_over_nats_and_delivers_over_nats(
    works: Works, streams_of: NatsServer, inbox: NatsInbox
) -> None:
    link = streams_of.link()
    await send(streams_of, "DE", *(diffusion("DE", ("PL", "FR"), reference=f"A-{n}") for n in range(40)))
    await works.dispatch(NatsTransport(link), inbox)
    for bureau in ("PL", "FR"):
        lines = [json.loads(message.data) for message in await read_outbox(streams_of, bureau)]
        assert sorted(line["item"] for line in lines) == [f"D-{n:06}" for n in range(1, 41)]
    assert [each["outcome"] for each in await receipts(streams_of, "DE")] == ["accepted"] * 40
    await link.close()


async def test_the_order_of_a_bureaus_messages_is_kept(works: Works, streams_of: NatsServer, inbox: NatsInbox) -> None:
    await send(streams_of, "DE", *(diffusion("DE", ("PL",), reference=f"A-{n:03}") for n in range(60)))
    await take_in(inbox, works, 60)
    found = [(await works.desk.queries.show(number)).row.reference for number in range(1, 61)]
    assert found == [f"A-{n:03}" for n in range(60)]


async def test_a_message_belongs_to_the_bureau_of_its_subject_whatever_it_says(
    works: Works, streams_of: NatsServer, inbox: NatsInbox
) -> None:
    await send(streams_of, "FR", diffusion("DE", ("PL",), reference="A-1"))
    await take_in(inbox, works)
    (receipt,) = await receipts(streams_of, "FR")
    assert receipt["outcome"] == "rejected"
    assert await receipts(streams_of, "DE") == []
    assert (await works.desk.queries.header()).items == 0


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff\xfe\x00", b"not json", b"[" * 2_000, b'{"schema": "dutydesk/1"', b"\x00" * 1_000],
    ids=["empty", "no text", "no json", "deep", "cut off", "zeros"],
)
async def test_what_cant_be_decoded_is_quarantined_and_acknowledged(
    works: Works, streams_of: NatsServer, inbox: NatsInbox, data: bytes
) -> None:
    await send(streams_of, "DE", data)
    await take_in(inbox, works)
    assert await waiting(streams_of) == (0, 0)
    (receipt,) = await receipts(streams_of, "DE")
    assert receipt["outcome"] in ("quarantined", "rejected")
    assert (await works.desk.queries.figures()).states in ({"quarantined": 1}, {})


async def test_a_message_above_the_limit_of_the_wire_is_rejected_by_its_size(
    works: Works, streams_of: NatsServer, inbox: NatsInbox
) -> None:
    await send(streams_of, "DE", diffusion("DE", ("PL",), text="x" * 300_000))
    await take_in(inbox, works)
    (receipt,) = await receipts(streams_of, "DE")
    assert receipt["outcome"] == "rejected"


async def test_a_message_whose_receipt_is_not_durable_is_not_acknowledged_and_comes_again(
    works: Works, streams_of: NatsServer, inbox: NatsInbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dutydesk.desk.service.acts import IntakeService

    receive = IntakeService.receive

    async def full(*_: object) -> None:
        raise StoreUnusable(StoreCode.DISK_FULL, "full")

    await send(streams_of, "DE", diffusion("DE", ("PL",)))
    monkeypatch.setattr(IntakeService, "receive", full)
    with pytest.raises(StoreUnusable):
        await take_in(inbox, works)
    assert sum(await waiting(streams_of)) == 1
    assert await receipts(streams_of, "DE") == []
    monkeypatch.setattr(IntakeService, "receive", receive)

    await take_in(inbox, works)
    assert [each["outcome"] for each in await receipts(streams_of, "DE")] == ["accepted"]


async def test_a_message_that_was_taken_but_not_acknowledged_is_answered_with_repeat_once(
    works: Works, streams_of: NatsServer, inbox: NatsInbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after a kill between the receipt and its acknowledgement: the first receipt stays the only one."""
    from nats.aio.msg import Msg

    acknowledge = Msg.ack_sync

    async def lost(*_: object, **__: object) -> None:
        raise TimeoutError

    message = diffusion("DE", ("PL",), reference="A-1")
    await send(streams_of, "DE", message)
    monkeypatch.setattr(Msg, "ack_sync", lost)

    async def is_lost() -> bool:
        await inbox.receive_all(works.desk)
        return bool(inbox.problems)

    await until(is_lost, "its acknowledgement is lost")
    monkeypatch.setattr(Msg, "ack_sync", acknowledge)

    await take_in(inbox, works)
    assert inbox.problems == ()
    assert [each["outcome"] for each in await receipts(streams_of, "DE")] == ["accepted"]
    assert (await works.desk.queries.header()).items == 1


async def test_a_slow_desk_keeps_its_messages(works: Works, server: NatsServer) -> None:
    """The server would send them to the next reader after its wait; signs of progress keep it from that.

    Where this machine let one sign wait for long it may send them, and the desk is slow once more.
    """
    limits = replace(QUICK, ack_wait_seconds=ACK_WAIT_SECONDS, progress_seconds=0.1)
    await server.make_streams(limits)
    link = server.link(limits=limits)
    inbox = NatsInbox(link)
    begun, release = asyncio.Event(), asyncio.Event()
    await send(server, "DE", diffusion("DE", ("PL",)))

    class SlowDesk:
        class intake:  # noqa: N801
            @staticmethod
            async def receive(*arguments: Any) -> Any:
                begun.set()
                await release.wait()
                return await works.desk.intake.receive(*arguments)

    jetstream = (await link.ready()).jetstream
    slow = SimpleNamespace(desk=SlowDesk())
    receiving = asyncio.create_task(take_in(inbox, slow))  # type: ignore[arg-type]
    await begun.wait()
    disturbed = True
    while disturbed:
        before = (await jetstream.consumer_info(streams.INBOX, streams.DESK)).num_redelivered
        disturbed = await longest_pause(2 * ACK_WAIT_SECONDS) > ACK_WAIT_SECONDS / 4
        info = await jetstream.consumer_info(streams.INBOX, streams.DESK)
        disturbed = disturbed and info.num_redelivered != before
    assert (info.num_redelivered, info.num_ack_pending) == (before, 1)
    release.set()
    await receiving
    await link.close()


async def longest_pause(seconds: float) -> float:
    """The longest time, of so many seconds, in which this process did not come to run."""
    longest, begun = 0.0, monotonic()
    while (now := monotonic()) < begun + seconds:
        await asyncio.sleep(0.02)
        longest = max(longest, monotonic() - now)
    return longest


async def test_a_server_that_goes_and_comes_back_is_a_problem_that_passes(
    works: Works, streams_of: NatsServer, inbox: NatsInbox
) -> None:
    await send(streams_of, "DE", diffusion("DE", ("PL",)))
    async with works.dispatching(LoopbackTransport(works.bureaus.take), inbox=inbox) as dispatcher:
        await until(lambda: dispatcher.state.received == 1, "the first is taken in")
        streams_of.kill()
        await until(lambda: any("NATS at" in each for each in dispatcher.state.problems), "it is a problem")
        assert dispatcher.state.error is None
        streams_of.start()
        await send(streams_of, "DE", diffusion("DE", ("PL",)))
        await until(lambda: dispatcher.state.received == 2, "the second is taken in")
        await until(lambda: not dispatcher.state.problems, "the problem is over")


async def test_a_server_without_streams_is_a_problem(works: Works, server: NatsServer) -> None:
    link = server.link()
    inbox = NatsInbox(link)
    assert await inbox.receive_all(works.desk) == 0
    assert len(inbox.problems) == 1
    assert not await inbox.is_empty()
    await link.close()


async def test_a_full_outbox_leaves_messages_in_the_inbox(works: Works, server: NatsServer) -> None:
    await server.make_streams(room=30_000)
    link = server.link(limits=replace(QUICK, room_bytes=29_000))
    inbox = NatsInbox(link)
    await send(server, "DE", diffusion("DE", ("PL",)))

    async def is_full() -> bool:
        await inbox.receive_all(works.desk)
        return any("is full" in problem for problem in inbox.problems)

    await until(is_full, "the outbox is full")
    assert sum(await waiting(server)) == 1
    await link.close()


async def test_receipts_are_signed_as_everything_that_the_desk_hands_over(works: Works, streams_of: NatsServer) -> None:
    from dutydesk.desk.base.context import Actor
    from dutydesk.dispatch.signing import BatchSigner
    from dutydesk.wire.signed.lines import verify_line

    await works.desk.keys.make_desk_key(Actor("root", "root"))
    link = streams_of.link()
    signer = BatchSigner(works.desk.store.path, works.desk.delivery.sealing_now)
    await send(streams_of, "DE", diffusion("DE", ("PL",)), b"no json")
    await take_in(NatsInbox(link, signer=signer), works, 2)
    ring = await works.desk.store.read(works.desk.context.keys.current)
    keys = {key.fingerprint: key.public for key in ring.desk_keys}
    lines = [message.data for message in await read_outbox(streams_of, "DE")]
    assert [verify_line(line, keys, "DE").notice for line in lines] == ["intake_receipt"] * 2
    await link.close()
