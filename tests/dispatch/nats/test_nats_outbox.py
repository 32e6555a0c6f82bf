"""Deliveries into the stream: each key once for ever; a server that is full, gone or slow loses and doubles nothing."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from dispatch_kit import Works, until

from desks import diffusion, notice_request
from dutydesk.dispatch.dispatcher import Dispatcher
from dutydesk.dispatch.nats import streams
from dutydesk.dispatch.nats.outbox import NatsTransport
from dutydesk.dispatch.nats.publish import Outcome, read_answer
from dutydesk.dispatch.transport import OutcomeUnknown, TransportDown
from nats_server import QUICK, NatsServer, read_outbox, stored_subjects


@pytest.fixture
async def transport(streams_of: NatsServer) -> AsyncIterator[NatsTransport]:
    link = streams_of.link()
    yield NatsTransport(link)
    await link.close()


async def states(works: Works) -> dict[str, int]:
    return dict((await works.desk.queries.figures()).deliveries)


def told(dispatcher: Dispatcher, words: str) -> bool:
    return any(words in trouble for trouble in dispatcher.state.troubles)


async def test_each_line_is_stored_once_under_its_key(
    works: Works, streams_of: NatsServer, transport: NatsTransport
) -> None:
    await works.bench.sent(diffusion("DE", ("PL", "FR")))
    await works.bench.sent(diffusion("DE", ("PL",)))
    await works.dispatch(transport)
    assert await stored_subjects(streams_of) == dict.fromkeys(
        (
            "dd.out.PL.D-000001.1-1",
            "dd.out.FR.D-000001.1-1",
            "dd.out.PL.D-000002.1-1",
            "dd.out.DE.D-000001.1-1.receipt-1",
            "dd.out.DE.D-000002.1-1.receipt-2",
        ),
        1,
    )
    lines = await read_outbox(streams_of, "PL")
    assert [json.loads(line.data)["delivery"] for line in lines] == ["D-000001/1.1/PL", "D-000002/1.1/PL"]
    assert [line.headers[streams.KEY_HEADER] for line in lines] == ["D-000001/1.1/PL", "D-000002/1.1/PL"]
    assert await states(works) == {"delivered": 3}
    assert await works.bench.verified()


async def test_a_bureau_gets_the_bytes_that_the_spool_would_have(works: Works, streams_of: NatsServer) -> None:
    link = streams_of.link()
    await works.bench.sent(diffusion("DE", ("PL",), text="Zażółć gęślą jaźń \u0627\u0644"))
    batch = await works.desk.delivery.lease(10)
    await NatsTransport(link).deliver(batch)
    from dutydesk.dispatch.lines import bureau_lines

    (line,) = await read_outbox(streams_of, "PL")
    assert line.data + b"\n" == b"".join(bureau_lines(batch)["PL"])
    await link.close()


async def test_a_key_that_comes_again_is_refused_by_the_stream_and_counts_as_delivered(
    works: Works, streams_of: NatsServer, transport: NatsTransport
) -> None:
    await works.bench.sent(diffusion("DE", ("PL",)))
    batch = await works.desk.delivery.lease(10)
    assert set((await transport.deliver(batch)).results.values()) == {None}
    again = replace(batch, segment=batch.segment + 1)
    assert set((await transport.deliver(again)).results.values()) == {None}
    assert set((await stored_subjects(streams_of)).values()) == {1}


async def test_a_key_after_the_window_of_the_servers_own_check_is_refused_too(works: Works, server: NatsServer) -> None:
    """The server's check by ``Nats-Msg-Id`` forgets after a while; one message a subject does not."""
    from nats.js.api import StreamConfig

    await server.make_streams()
    link = server.link()
    connection = await link.ready()
    config: StreamConfig = (await connection.jetstream.stream_info(streams.OUTBOX)).config
    await connection.jetstream.update_stream(replace(config, duplicate_window=0.1))
    await works.bench.sent(diffusion("DE", ("PL",)))
    batch = await works.desk.delivery.lease(10)
    transport = NatsTransport(link)
    await transport.deliver(batch)
    await asyncio.sleep(0.5)
    again = replace(batch, segment=batch.segment + 1)
    assert set((await transport.deliver(again)).results.values()) == {None}
    assert set((await stored_subjects(server)).values()) == {1}
    await link.close()


async def test_another_message_under_a_known_key_is_an_error_and_not_taken_for_delivered(
    works: Works, streams_of: NatsServer, transport: NatsTransport
) -> None:
    """As from a store that was put back without --restored and gives its numbers a second time."""
    desk = await streams_of.client("desk")
    await desk.jetstream().publish("dd.out.PL.D-000001.1-1", b"{}", headers={streams.CONTENT_HEADER: "other"})
    await desk.close()
    await works.bench.sent(diffusion("DE", ("PL",)))
    batch = await works.desk.delivery.lease(10)
    results = (await transport.deliver(batch)).results
    assert results["D-000001/1.1/PL"] is not None
    assert [words for key, words in results.items() if key != "D-000001/1.1/PL"] == [None]


async def test_a_store_that_is_older_than_its_outbox_delivers_nothing(
    works: Works, streams_of: NatsServer, transport: NatsTransport
) -> None:
    await works.bench.sent(diffusion("DE", ("PL",)))
    batch = await works.desk.delivery.lease(10)
    await transport.deliver(replace(batch, segment=7))
    other = streams_of.link()
    with pytest.raises(TransportDown, match="older"):
        await NatsTransport(other).deliver(replace(batch, segment=7))
    assert await NatsTransport(other).newest_segment() == 7
    await other.close()


async def test_what_was_delivered_after_a_copy_is_found_again(
    works: Works, streams_of: NatsServer, transport: NatsTransport
) -> None:
    await works.bench.sent(diffusion("DE", ("PL",)))
    await works.dispatch(transport)
    before = await transport.newest_segment()
    await works.bench.sent(diffusion("DE", ("FR",)))
    await works.bench.sent(notice_request("PL"))
    await works.dispatch(transport)
    found = await transport.contents_after(before)
    assert {"D-000002/1.1/FR", "D-000002/1.1/DE/receipt.2"} <= found.keys
    assert "D-000001/1.1/PL" not in found.keys
    assert (found.item, found.segment) == (3, await transport.newest_segment())
    assert found.notice >= 2
    everything = await transport.contents_after(0)
    assert {"D-000001/1.1/PL", "D-000002/1.1/FR"} <= everything.keys


async def test_a_full_stream_keeps_all_waiting_and_no_try_counts(works: Works, server: NatsServer) -> None:
    await server.make_streams(room=200_000)
    link = server.link(limits=replace(QUICK, room_bytes=20_000))
    for _ in range(12):
        await works.bench.sent(diffusion("DE", ("PL", "FR"), text="x" * 20_000))
    async with works.dispatching(NatsTransport(link)) as dispatcher:
        await until(lambda: told(dispatcher, "is full"), "the fault is said")
        assert len(dispatcher.state.troubles) == 1
        found = await states(works)
        assert set(found) <= {"delivered", "queued", "sending"}
        connection = await link.ready()
        await asyncio.sleep(0)
        config = (await connection.jetstream.stream_info(streams.OUTBOX)).config
        await connection.jetstream.update_stream(replace(config, max_bytes=64 * 1024**2))

        async def all_out() -> bool:
            return await states(works) == {"delivered": 24}

        await until(all_out, "all is delivered")
        await until(lambda: not dispatcher.state.troubles, "the fault is over")
    subjects = await stored_subjects(server)
    assert len([name for name in subjects if name.count(".") == 4]) == 24
    assert set(subjects.values()) == {1}
    rows = [row for number in range(1, 13) for row in (await works.desk.queries.show(number)).deliveries]
    assert {row.attempts for row in rows} == {1}
    assert await works.bench.verified()
    await link.close()


async def test_a_server_that_is_gone_keeps_all_waiting(works: Works, streams_of: NatsServer) -> None:
    link = streams_of.link()
    await works.bench.sent(diffusion("DE", ("PL",)))
    streams_of.kill()
    async with works.dispatching(NatsTransport(link)) as dispatcher:
        await until(lambda: told(dispatcher, "can't be reached"), "the fault is said")
        assert await states(works) == {"queued": 1}
        streams_of.start()

        async def out() -> bool:
            return await states(works) == {"delivered": 1}

        await until(out, "it is delivered")
    assert set((await stored_subjects(streams_of)).values()) == {1}
    await link.close()


async def test_lines_without_an_answer_stay_leased_until_the_stream_says_what_it_has(
    works: Works, streams_of: NatsServer
) -> None:
    """The server hangs with the lines in its buffers, and has them all once it goes on: none counts as waiting."""
    link = streams_of.link()
    transport = NatsTransport(link)
    await transport.probe()
    for _ in range(5):
        await works.bench.sent(diffusion("DE", ("PL",)))
    batch = await works.desk.delivery.lease(10)
    await transport._refuse_older_store(await link.ready(), batch.segment)
    streams_of.pause()
    link.limits = transport._limits = replace(QUICK, answer_seconds=0.3, connect_seconds=1.0)
    with pytest.raises(TransportDown):
        await transport.deliver(batch)
    with pytest.raises(OutcomeUnknown) as unknown:
        await transport.already_delivered(frozenset(key for each in batch.leased_items for _, key in each.keys))
    assert len(unknown.value.open_keys) == 5
    link.limits = transport._limits = QUICK
    streams_of.resume()

    async def known() -> bool:
        with suppress(OutcomeUnknown):
            keys = frozenset(key for each in batch.leased_items for _, key in each.keys)
            return len(await transport.already_delivered(keys)) == 5
        return False

    await until(known, "the stream says that it has them")
    await link.close()


async def test_a_dispatcher_leaves_unanswered_lines_leased_and_records_them_later(
    works: Works, streams_of: NatsServer
) -> None:
    link = streams_of.link(limits=replace(QUICK, answer_seconds=0.4, connect_seconds=1.0))
    transport = NatsTransport(link)
    async with works.dispatching(transport) as dispatcher:
        await works.bench.sent(diffusion("DE", ("PL",)))

        async def delivered(number: int) -> bool:
            return (await states(works)).get("delivered") == number

        async def sending() -> bool:
            return (await states(works)).get("sending") == 1

        await until(lambda: delivered(1), "the line works")
        await until(lambda: not dispatcher.state.troubles, "nothing is wrong yet")
        streams_of.pause()
        await works.bench.sent(diffusion("DE", ("FR",)))
        await until(lambda: bool(dispatcher.state.troubles), "the fault is said")
        await until(sending, "it was handed to the server")
        await asyncio.sleep(0.5)
        assert await sending(), "nobody knows whether the server has it"
        streams_of.resume()
        await until(lambda: delivered(2), "its outcome is recorded")
    assert set((await stored_subjects(streams_of)).values()) == {1}
    assert await works.bench.verified()
    await link.close()


async def test_a_process_whose_place_was_taken_sends_nothing_more(
    works: Works, streams_of: NatsServer, transport: NatsTransport
) -> None:
    for _ in range(3):
        await works.bench.sent(diffusion("DE", ("PL",)))
    batch = await works.desk.delivery.lease(10)
    looks = iter((True, True))
    with pytest.raises(TransportDown):
        await transport.deliver_while(batch, lambda: next(looks, False))
    assert len(await stored_subjects(streams_of)) == 2


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"discard": "old"}, "discard"),
        ({"max_msgs_per_subject": -1, "discard_new_per_subject": False}, "max_msgs_per_subject"),
        ({"storage": "memory"}, "storage"),
    ],
)
async def test_a_stream_that_could_double_or_lose_lines_is_not_used(
    works: Works, server: NatsServer, change: dict[str, Any], words: str
) -> None:
    from nats.js.api import DiscardPolicy, StorageType

    link = server.link()
    connection = await link.ready()
    config = streams.outbox_config(streams.StreamOptions(outbox_bytes=10**6))
    if "discard" in change:
        config = replace(config, discard=DiscardPolicy.OLD, discard_new_per_subject=False)
    elif "storage" in change:
        config = replace(config, storage=StorageType.MEMORY)
    else:
        config = replace(config, **change)
    await connection.jetstream.add_stream(config)
    await works.bench.sent(diffusion("DE", ("PL",)))
    batch = await works.desk.delivery.lease(10)
    with pytest.raises(TransportDown, match=words):
        await NatsTransport(link).deliver(batch)
    assert await stored_subjects(server) == {}
    await link.close()


async def test_a_server_without_the_stream_keeps_all_waiting(works: Works, server: NatsServer) -> None:
    link = server.link()
    await works.bench.sent(diffusion("DE", ("PL",)))
    batch = await works.desk.delivery.lease(10)
    with pytest.raises(TransportDown, match="no stream OUT"):
        await NatsTransport(link).deliver(batch)
    with pytest.raises(TransportDown, match="no stream OUT"):
        await NatsTransport(link).probe()
    await link.close()


async def test_a_line_that_is_too_long_for_the_server_fails_alone(works: Works, tmp_path: Any) -> None:
    server = NatsServer(tmp_path / "small", ("PL", "DE"))
    text = server.configuration.read_text().replace("max_payload: 4MB", "max_payload: 20KB")
    server.configuration.write_text(text)
    server.start()
    try:
        await server.make_streams()
        link = server.link()
        await works.bench.sent(diffusion("DE", ("PL",), text="x" * 30_000))
        await works.bench.sent(diffusion("DE", ("PL",)))
        results = (await NatsTransport(link).deliver(await works.desk.delivery.lease(10))).results
        assert results["D-000001/1.1/PL"] is not None
        assert results["D-000002/1.1/PL"] is None
        await link.close()
    finally:
        server.kill()


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("D-000001/1.1/PL", "D-000001/1.1/PL/recall.1"),
        ("D-000001/1.1/PL", "D-000001/11.1/PL"),
        ("D-000001/1.1/PL/recall.12", "D-000001/1.1/PL/recall.1"),
        ("D-000001/1.1/PL/a b", "D-000001/1.1/PL/a_b"),
        ("D-000001/1.1/PL/*", "D-000001/1.1/PL/>"),
    ],
)
def test_two_keys_have_two_subjects(first: str, second: str) -> None:
    both = streams.subject_of(first), streams.subject_of(second)
    assert both[0] != both[1]
    assert all(sign not in subject for subject in both for sign in " *>\r\n")


PER_SUBJECT = b'{"error": {"code": 503, "err_code": 10077, "description": "maximum messages per subject exceeded"}}'
BYTES = b'{"error": {"code": 503, "err_code": 10077, "description": "maximum bytes exceeded"}}'


@pytest.mark.parametrize(
    ("data", "headers", "outcome"),
    [
        (b'{"stream": "OUT", "seq": 7}', None, Outcome.STORED),
        (b'{"stream": "OUT", "seq": 7, "duplicate": true}', None, Outcome.TAKEN),
        (PER_SUBJECT, None, Outcome.TAKEN),
        (BYTES, None, Outcome.FULL),
        (b'{"error": {"code": 400, "err_code": 10002, "description": "resource limits exceeded"}}', None, Outcome.FULL),
        (b'{"error": {"code": 503, "err_code": 10008, "description": "not available"}}', None, Outcome.GONE),
        (b"", {"Status": "503"}, Outcome.GONE),
        (b'{"error": {"code": 400, "err_code": 10060, "description": "expected stream"}}', None, Outcome.REFUSED),
        (b"", None, Outcome.REFUSED),
        (b"[]", None, Outcome.REFUSED),
        (b"\xff", None, Outcome.REFUSED),
        (b'{"error": "no"}', None, Outcome.REFUSED),
    ],
)
def test_the_description_of_a_refusal_decides(data: bytes, headers: dict[str, str] | None, outcome: Outcome) -> None:
    """A full stream and a subject that is taken have one code."""
    assert read_answer(data, headers).outcome is outcome
