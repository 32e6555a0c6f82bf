"""Producers of messages in a process of their own: each hands a message over and waits for its receipt.

Messages go out on the standard output, ``NUMBER MESSAGE`` a line, receipts come back on the standard input.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from msgspec import json as typed_json

from dutydesk.demo.demo_store import demo_shift
from dutydesk.desk.service.desk import Desk
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.errors import Refused
from dutydesk_bench.load import Load
from dutydesk_bench.processes import end_process
from dutydesk_bench.report import python_command
from dutydesk_bench.whole_life import GO, LINE_BYTES, MAKE, Lives, live


@dataclass(frozen=True, slots=True)
class Production:
    """``recipients`` are those of every message; without them each has the sample's own, and some are held.

    References begin with ``name``.
    """

    name: str
    messages: int
    producers: int
    at: datetime
    recipients: tuple[str, ...] = ()


def command(productions: Sequence[Production]) -> list[str]:
    return python_command("dutydesk_bench.producers", typed_json.encode(productions).decode())


class Producers:
    """A process that makes one production after the other, each when it is wanted."""

    def __init__(self, process: asyncio.subprocess.Process, wanted: Sequence[Production]) -> None:
        self._process = process
        self._wanted = iter(wanted)

    async def lives(self, desk: Desk, name: str) -> Lives:
        """Have the next production, which has this name, taken in by ``desk`` and delivered. Raises Refused."""
        messages, receipts = self._process.stdout, self._process.stdin
        if messages is None or receipts is None or next(self._wanted).name != name:
            raise Refused(RefusedCode.MEASUREMENT_FAILED, "the producers did not start")
        lives = await live(desk, messages, receipts.write)
        if lives is None:
            raise Refused(RefusedCode.MEASUREMENT_FAILED, "the producers broke off")
        return lives


@asynccontextmanager
async def producing(productions: Sequence[Production]) -> AsyncIterator[Producers]:
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command(productions), stdin=pipe, stdout=pipe, limit=LINE_BYTES)
    try:
        yield Producers(process, productions)
    finally:
        await end_process(process)


def main() -> None:
    shift = demo_shift()
    for production in typed_json.decode(sys.argv[1], type=list[Production]):
        if sys.stdin.buffer.readline() != MAKE:
            return
        load = Load(shift, production.at, production.recipients, production.name)
        _produce(load, production)


def _produce(load: Load, production: Production) -> None:
    """Make the messages, say that they are ready, and hand them over as soon as they are wanted."""
    made = load.diffusions(production.messages) if production.recipients else load.mixed(production.messages)
    lines = [b"%d %b\n" % (number, raw.raw) for number, raw in enumerate(made)]
    sent = [0.0] * len(lines)
    waits: list[float] = []
    _write(b"ready\n")
    if sys.stdin.buffer.readline() != GO:
        return
    waiting = enumerate(lines)
    for _ in range(production.producers):
        _send(waiting, sent)
    refused = ""
    while len(waits) < len(lines):
        number, outcome = sys.stdin.buffer.readline().split()
        waits.append(time.perf_counter() - sent[int(number)])
        refused = refused if outcome == b"accepted" else outcome.decode()
        _send(waiting, sent)
    report = {"deliveries": load.deliveries, "waits": waits, "refused": refused}
    _write(b"end %b\n" % json.dumps(report).encode())


def _send(waiting: Iterator[tuple[int, bytes]], sent: list[float]) -> None:
    """Hand over the next message, if one is left."""
    number, line = next(waiting, (0, b""))
    if line:
        sent[number] = time.perf_counter()
        _write(line)


def _write(line: bytes) -> None:
    sys.stdout.buffer.write(line)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
