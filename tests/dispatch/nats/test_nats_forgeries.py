"""What a bureau's key, another key or no key can't do at a server that is configured as ``ops-box nats`` prints it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from nats.aio.client import Client
from nats.errors import Error
from nats.js.api import ConsumerConfig, StreamConfig

from dutydesk.dispatch.nats import streams
from dutydesk.dispatch.nats.access import make_seed
from nats_server import NatsServer, read_outbox, stored_subjects

REFUSED = (Error, TimeoutError, OSError)
PULL = json.dumps({"batch": 10, "no_wait": True}).encode()
PL_PULL = "$JS.API.CONSUMER.MSG.NEXT.OUT.PL"
FR_PULL = "$JS.API.CONSUMER.MSG.NEXT.OUT.FR"


@pytest.fixture
async def thief(streams_of: NatsServer) -> AsyncIterator[Client]:
    """France's own connection, with its own key; a line for Poland and one for France wait in the outbox."""
    desk = await streams_of.client("desk")
    for bureau in ("PL", "FR"):
        await desk.jetstream().publish(f"dd.out.{bureau}.D-000001.1-1", f"for {bureau}".encode())
    await desk.close()
    client = await streams_of.client("FR")
    yield client
    await client.close()


async def foreign_inbox(thief: Client) -> None:
    await thief.jetstream().publish("dd.in.PL", b"from Poland, it says", timeout=0.4)


async def outbox_of_another(thief: Client) -> None:
    await thief.jetstream().publish("dd.out.PL.D-000009.1-1", b"from the desk, it says", timeout=0.4)


async def own_outbox(thief: Client) -> None:
    await thief.jetstream().publish("dd.out.FR.D-000009.1-1", b"from the desk, it says", timeout=0.4)


async def foreign_pull(thief: Client) -> None:
    await thief.request(PL_PULL, PULL, timeout=0.4)


async def stream_details(thief: Client) -> None:
    await thief.jetstream().stream_info(streams.OUTBOX)


async def stream_of_its_own(thief: Client) -> None:
    await thief.jetstream().add_stream(StreamConfig(name="MINE", subjects=["dd.out.PL.mine"]))


async def stream_removed(thief: Client) -> None:
    await thief.jetstream().delete_stream(streams.OUTBOX)


async def stream_emptied(thief: Client) -> None:
    await thief.jetstream().purge_stream(streams.OUTBOX)


async def stream_changed(thief: Client) -> None:
    await thief.jetstream().update_stream(StreamConfig(name=streams.OUTBOX, subjects=["dd.>"]))


async def message_removed(thief: Client) -> None:
    await thief.jetstream().delete_msg(streams.OUTBOX, 1)


async def message_read_by_number(thief: Client) -> None:
    await thief.jetstream().get_msg(streams.OUTBOX, 1)


async def message_read_by_subject(thief: Client) -> None:
    await thief.jetstream().get_last_msg(streams.OUTBOX, "dd.out.PL.D-000001.1-1")


async def message_read_direct(thief: Client) -> None:
    await thief.jetstream().get_msg(streams.OUTBOX, subject="dd.out.PL.D-000001.1-1", direct=True)


async def consumer_of_its_own(thief: Client) -> None:
    await thief.jetstream().add_consumer(streams.OUTBOX, ConsumerConfig(durable_name="X", filter_subject="dd.out.PL.>"))


async def own_consumer_widened(thief: Client) -> None:
    await thief.jetstream().add_consumer(streams.OUTBOX, ConsumerConfig(durable_name="FR", filter_subject="dd.out.>"))


async def consumer_removed(thief: Client) -> None:
    await thief.jetstream().delete_consumer(streams.OUTBOX, "PL")


async def inbox_of_the_desk_read(thief: Client) -> None:
    await thief.request("$JS.API.CONSUMER.MSG.NEXT.IN.desk", PULL, timeout=0.4)


async def foreign_acknowledgement(thief: Client) -> None:
    await thief.request("$JS.ACK.OUT.PL.1.1.1.1.0", b"", timeout=0.4)


async def account_details(thief: Client) -> None:
    await thief.jetstream().account_info()


@pytest.mark.parametrize(
    "act",
    [
        foreign_inbox,
        outbox_of_another,
        own_outbox,
        foreign_pull,
        stream_details,
        stream_of_its_own,
        stream_removed,
        stream_emptied,
        stream_changed,
        message_removed,
        message_read_by_number,
        message_read_by_subject,
        message_read_direct,
        consumer_of_its_own,
        own_consumer_widened,
        consumer_removed,
        inbox_of_the_desk_read,
        foreign_acknowledgement,
        account_details,
    ],
    ids=lambda act: act.__name__,
)
async def test_a_bureaus_key_can_do_nothing_beyond_its_own_inbox_and_outbox(
    streams_of: NatsServer, thief: Client, act: Callable[[Client], Awaitable[None]]
) -> None:
    outbox, inbox = await stored_subjects(streams_of), await stored_subjects(streams_of, streams.INBOX)
    with pytest.raises(REFUSED):
        async with asyncio.timeout(0.4):
            await act(thief)
    assert await stored_subjects(streams_of) == outbox
    assert await stored_subjects(streams_of, streams.INBOX) == inbox
    assert [message.data for message in await read_outbox(streams_of, "PL")] == [b"for PL"]


@pytest.mark.parametrize("planted", ["dd.in.PL", "dd.out.PL.D-000009.1-1", "$JS.API.STREAM.PURGE.OUT"])
@pytest.mark.parametrize(("subject", "data"), [("dd.in.FR", b"mine"), (FR_PULL, PULL)], ids=["publish", "pull"])
async def test_an_answer_cant_be_planted_elsewhere_by_the_reply_that_a_request_names(
    streams_of: NatsServer, thief: Client, subject: str, data: bytes, planted: str
) -> None:
    """The server sends its answer, or the lines that it was asked for, to any reply, without a look at permissions."""
    await thief.publish(subject, data, reply=planted)
    await thief.flush()
    await asyncio.sleep(0.3)
    assert set(await stored_subjects(streams_of, streams.INBOX)) <= {"dd.in.FR"}
    assert await stored_subjects(streams_of) == {"dd.out.PL.D-000001.1-1": 1, "dd.out.FR.D-000001.1-1": 1}


@pytest.mark.parametrize("listened", ["dd.>", "dd.in.PL", "dd.out.PL.>", "_INBOX_desk.>", "$JS.>", ">"])
async def test_a_bureau_cant_listen_to_others(streams_of: NatsServer, thief: Client, listened: str) -> None:
    heard: list[str] = []

    async def hear(message: object) -> None:
        heard.append(str(message))

    await thief.subscribe(listened, cb=hear)
    desk, poland = await streams_of.client("desk"), await streams_of.client("PL")
    await desk.jetstream().publish("dd.out.PL.D-000002.1-1", b"secret")
    await poland.jetstream().publish("dd.in.PL", b"secret")
    await asyncio.sleep(0.2)
    assert heard == []
    await desk.close()
    await poland.close()


async def connects(server: NatsServer, **options: object) -> None:
    client = Client()
    await client.connect(
        f"nats://127.0.0.1:{server.port}",
        allow_reconnect=False,
        max_reconnect_attempts=1,
        reconnect_time_wait=0,
        error_cb=_ignore,
        **options,  # type: ignore[arg-type]
    )
    await client.close()


async def _ignore(_error: Exception) -> None:
    pass


@pytest.mark.parametrize("who", ["nobody", "unknown key", "password", "token"])
async def test_nobody_comes_in_without_a_key_that_the_server_knows(server: NatsServer, who: str) -> None:
    options: dict[str, dict[str, str]] = {
        "nobody": {},
        "unknown key": {"nkeys_seed_str": make_seed().decode()},
        "password": {"user": "desk", "password": "desk"},
        "token": {"token": "desk"},
    }
    await connects(server, nkeys_seed_str=server.seeds["PL"])
    with pytest.raises(REFUSED):
        await connects(server, **options[who])


async def test_a_bureau_reads_its_own_lines_and_writes_its_own_messages(streams_of: NatsServer, thief: Client) -> None:
    """Else what is refused above would prove nothing."""
    assert [message.data for message in await read_outbox(streams_of, "FR")] == [b"for FR"]
    await thief.jetstream().publish("dd.in.FR", b"mine")
    assert await stored_subjects(streams_of, streams.INBOX) == {"dd.in.FR": 1}
    assert await read_outbox(streams_of, "FR") == [], "what it acknowledged does not come again"
