"""What is wrong with a NATS server for a desk: the line, the streams, and how safely the server keeps what it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dutydesk.dispatch.nats import streams
from dutydesk.dispatch.nats.link import NatsConnection, NatsLink
from dutydesk.dispatch.nats.outbox import stream_fault
from dutydesk.dispatch.transport import TransportDown
from dutydesk.domain.frozen import value
from dutydesk.domain.limits import NatsLimits
from dutydesk.language.sentences import sentence

if TYPE_CHECKING:
    from nats.js.api import StreamConfig

#: The first release that syncs each message before it acknowledges it.
_SYNCS_SINCE = (2, 10)


@value(frozen=True, slots=True)
class ServerCheck:
    """One thing that was looked at."""

    name: str
    is_good: bool
    words: str


async def examine_server(link: NatsLink) -> list[ServerCheck]:
    """Look at a server as a desk uses it; change nothing. The connection is closed afterwards."""
    try:
        connection = await link.ready()
        options = streams.StreamOptions()
        return [
            _check_line(link),
            _check_release(connection),
            await _check_stream(connection, streams.outbox_config(options), link.limits),
            await _check_stream(connection, streams.inbox_config(options), link.limits),
            await _check_consumer(connection),
        ]
    except TransportDown as error:
        return [ServerCheck("nats", False, error.words)]
    finally:
        await link.close()


def _check_line(link: NatsLink) -> ServerCheck:
    if link.address.tls:
        return ServerCheck("nats", True, sentence("{server} answers, by TLS", server=link.address))
    words = sentence("{server} answers, without TLS", server=link.address)
    return ServerCheck("nats", link.address.is_loopback, words)


def _check_release(connection: NatsConnection) -> ServerCheck:
    release = connection.client.connected_server_version
    is_new = (release.major, release.minor) >= _SYNCS_SINCE
    number = f"{release.major}.{release.minor}.{release.patch}"
    words = (
        sentence("release {number}; with sync_interval always it syncs each message", number=number)
        if is_new
        else sentence("release {number} acknowledges messages before they are on the disk; use 2.10", number=number)
    )
    return ServerCheck("nats_release", is_new, words)


async def _check_stream(connection: NatsConnection, wanted: StreamConfig, limits: NatsLimits) -> ServerCheck:
    name = str(wanted.name)
    try:
        info = await connection.jetstream.stream_info(name)
    except Exception as error:
        words = sentence("{fault}; make it: dutydesk ops-box nats-streams", fault=stream_fault(error, name))
        return ServerCheck(f"nats_{name}", False, words)
    most, used = info.config.max_bytes or -1, info.state.bytes
    faults = [*streams.differences(info.config, wanted)]
    if 0 < most < used + limits.room_bytes:
        faults.append(sentence("it is full"))
    if faults:
        return ServerCheck(f"nats_{name}", False, sentence("{stream}: {faults}", stream=name, faults=", ".join(faults)))
    words = sentence(
        "{stream} has {messages:,} messages, {megabytes:,} MiB, on {replicas} servers",
        stream=name,
        messages=info.state.messages,
        megabytes=used // 2**20,
        replicas=info.config.num_replicas or 1,
    )
    return ServerCheck(f"nats_{name}", True, words)


async def _check_consumer(connection: NatsConnection) -> ServerCheck:
    try:
        info = await connection.jetstream.consumer_info(streams.INBOX, streams.DESK)
    except Exception as error:
        words = sentence("{fault}; make it: dutydesk ops-box nats-streams", fault=stream_fault(error, streams.INBOX))
        return ServerCheck("nats_inbox", False, words)
    words = sentence(
        "{waiting:,} messages wait, and {open:,} are on their way in",
        waiting=info.num_pending or 0,
        open=info.num_ack_pending or 0,
    )
    return ServerCheck("nats_inbox", True, words)
