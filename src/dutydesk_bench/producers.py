"""Producers of messages in a process of their own: each hands a message over and waits for its receipt.

Messages go out on the standard output, ``NUMBER MESSAGE`` a line, receipts come back on the standard input.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Iterator, Sequence
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
from dutydesk_bench.whole_life import GO, LINE_BYTES, Lives, live


@dataclass(frozen=True, slots=True)
class Production:
    """``recipients`` are those of every message; without them each has the sample's own, and some are held."""

    prefix: str
    messages: int
    producers: int
    at: datetime
    recipients: tuple[str, ...] = ()


def command(productions: Sequence[Production]) -> list[str]:
    return python_command("dutydesk_bench.producers", typed_json.encode(productions).decode())


async def lives_of(desk: Desk, production: Production) -> Lives:
    """Have messages produced, taken in by ``desk`` and delivered. Raises Refused."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command([production]), stdin=pipe, stdout=pipe, limit=LINE_BYTES)
    try:
        if process.stdin is None or process.stdout is None:
            raise Refused(RefusedCode.MEASUREMENT_FAILED, "the producers did not start")
        lives = await live(desk, process.stdout, process.stdin.write)
    finally:
        await end_process(process)
    if lives is None:
        raise Refused(RefusedCode.MEASUREMENT_FAILED, "the producers did not start")
    return lives


def main() -> None:
    for production in typed_json.decode(sys.argv[1], type=list[Production]):
        load = Load(demo_shift(), production.at, production.recipients, production.prefix)
        _produce(load, production)


def _produce(load: Load, production: Production) -> None:
    """Say that the messages are ready, and hand them over as soon as they are wanted."""
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
