"""Redis with its append-only file synced at every write, over its own protocol on a socket."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.errors import Refused
from dutydesk_bench.peers.work import Batches, HashChain, PeerWork, rate
from dutydesk_bench.processes import accepts_connections, free_port, give_folder, run_server, unprivileged_user
from dutydesk_bench.report import Figure, find_program, missing_figure, peer_figure, version_line

MODES = (
    ("64 messages a transaction", 64, 1, 8.0),
    ("a transaction for each message, 16 connections", 1, 16, 8.0),
    ("a transaction for each message, 1 connection", 1, 1, 8.0),
)


async def figures(folder: Path, work: PeerWork, ours: float) -> tuple[list[Figure], dict[str, str]]:
    where = find_program("redis-server")
    if where is None:
        why = "redis-server is not on this box"
        return [missing_figure(f"Redis, AOF always, {words}", "messages/s", why) for words, *_ in MODES], {}
    data, user, port = folder / "redis", unprivileged_user(), free_port()
    data.mkdir(mode=0o700)
    give_folder(data, user)
    serve = [where, "--port", str(port), "--bind", "127.0.0.1", "--dir", str(data), "--save", ""]
    serve += ["--appendonly", "yes", "--appendfsync", "always"]
    try:
        async with run_server(serve, lambda: accepts_connections(port), user):
            measured = [
                peer_figure(
                    f"Redis, AOF always, {words}", await _rate(port, work, size, threads), "messages/s", ours, goal
                )
                for words, size, threads, goal in MODES
            ]
    except Refused as refused:
        return [missing_figure("Redis, AOF always", "messages/s", refused.words)], {}
    return measured, {"Redis": (await version_line(where, "--version")).split()[2].removeprefix("v=")}


class RedisConnection:
    """As much of RESP as is needed: commands sent together, their replies read in turn."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._answers: BinaryIO = self._socket.makefile("rb")

    def send(self, commands: Sequence[Sequence[bytes]]) -> list[object]:
        """Send commands and return their replies. Raises Refused for a reply that is an error."""
        self._socket.sendall(b"".join(map(_encode_command, commands)))
        return [self._read_reply() for _ in commands]

    def _read_reply(self) -> object:
        line = self._answers.readline()
        sign, rest = line[:1], line[1:-2]
        match sign:
            case b"+":
                return rest
            case b":":
                return int(rest)
            case b"$":
                return None if rest == b"-1" else self._answers.read(int(rest) + 2)[:-2]
            case b"*":
                return [self._read_reply() for _ in range(int(rest))]
        raise Refused(RefusedCode.PEER_FAILED, f"Redis answers {rest.decode(errors='replace')}")

    def close(self) -> None:
        self._answers.close()
        self._socket.close()


def _encode_command(words: Sequence[bytes]) -> bytes:
    return b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in words)


def _store_commands(batch: list[tuple[int, bytes]], inboxes: list[bytes], chain: HashChain) -> Iterator[list[bytes]]:
    yield [b"MULTI"]
    for number, body in batch:
        name = b"%d" % number
        yield [b"SET", b"message:" + name, body]
        yield [b"RPUSH", b"audit", chain.next(body)]
        for inbox in inboxes:
            yield [b"RPUSH", inbox, name]
    yield [b"EXEC"]


def _acknowledge_commands(batch: list[tuple[int, bytes]], inboxes: list[bytes]) -> Iterator[list[bytes]]:
    """Each bureau takes its oldest delivery, which is counted for its message."""
    yield [b"MULTI"]
    for number, _ in batch:
        for inbox in inboxes:
            yield [b"LPOP", inbox]
        yield [b"HINCRBY", b"acknowledged", b"%d" % number, b"%d" % len(inboxes)]
    yield [b"EXEC"]


async def _rate(port: int, work: PeerWork, size: int, threads: int) -> float:
    inboxes = [f"inbox:{code}".encode() for code in work.recipients]
    first = RedisConnection(port)
    first.send([[b"FLUSHALL"]])
    chain = HashChain()

    def run(batches: Batches) -> None:
        connection = RedisConnection(port)
        try:
            for batch in batches:
                connection.send(list(_store_commands(batch, inboxes, chain)))
                connection.send(list(_acknowledge_commands(batch, inboxes)))
        finally:
            connection.close()

    reached = await rate(work, size, threads, run)
    left = first.send([[b"LLEN", inbox] for inbox in inboxes])
    first.close()
    if any(left):
        raise Refused(RefusedCode.PEER_FAILED, "Redis did not hand out every delivery")
    return reached
