"""Messages' whole lives in one process, which producers in another one hand them to.

As a program it measures the ``dutydesk`` that its environment names, also an older one: it imports nothing else of the
benchmark, and only what the desk has had for long.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import pwd
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path

import dutydesk
from dutydesk import SWITCH_SECONDS
from dutydesk.desk.delivery.lease import Batch, TransportResult
from dutydesk.desk.service.desk import Desk, make_store, open_desk
from dutydesk.dispatch.dispatcher import Dispatcher
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.errors import Refused
from dutydesk.wire.decode.stream import read_one

#: The longest line between the processes: a message, or how long each of them took.
LINE_BYTES = 1 << 24
MAKE, GO = b"make\n", b"go\n"
_END = b"end "


class CountingBureaus:
    """Bureaus in this process that take deliveries, a batch at a time as the spool does, and count them."""

    def __init__(self) -> None:
        self.received: Counter[str] = Counter()

    async def deliver(self, batch: Batch) -> TransportResult:
        keys = [key for leased in batch.leased_items for _, key in leased.keys]
        self.received.update(keys)
        return TransportResult(dict.fromkeys([*keys, *(notice.key for notice in batch.notices)]))

    async def already_delivered(self, keys: frozenset[str]) -> frozenset[str]:
        return keys & self.received.keys()


def require_single_delivery(keys: Counter[str], expected: int) -> None:
    if len(keys) != expected or any(count > 1 for count in keys.values()):
        raise Refused(
            RefusedCode.PROMISE_BROKEN,
            f"{len(keys):,} of {expected:,} deliveries were made once; the desk's promise is broken",
        )


@dataclass(frozen=True, slots=True)
class Lives:
    """``waits`` are the seconds until each message's receipt, as its producer saw them.

    ``processor`` is the time of this process alone, without those that read ahead.
    """

    messages: int
    deliveries: int
    seconds: float
    processor: float
    waits: list[float]

    @property
    def rate(self) -> float:
        return self.messages / self.seconds


async def live(desk: Desk, messages: asyncio.StreamReader, write: Callable[[bytes], object]) -> Lives | None:
    """Take producers' messages in and deliver them at the same time, until the last delivery is acknowledged.

    ``None`` if there are no more producers. Raises Refused if a message is not taken, or a delivery missing or doubled.
    """
    with suppress(BrokenPipeError):
        write(MAKE)
    if not await messages.readline():
        return None
    bureaus = CountingBureaus()
    dispatcher = Dispatcher(desk, bureaus)
    dispatching = asyncio.create_task(dispatcher.run())
    began, busy = time.perf_counter(), time.process_time()
    try:
        report = json.loads(await _take_in(desk, messages, write))
        await dispatcher.wait_until_dispatched()
        seconds, processor = time.perf_counter() - began, time.process_time() - busy
    finally:
        dispatcher.stop()
        await dispatching
    if report["refused"]:
        raise Refused(RefusedCode.MEASUREMENT_FAILED, f"a message of the load was {report['refused']}")
    require_single_delivery(bureaus.received, report["deliveries"])
    return Lives(len(report["waits"]), report["deliveries"], seconds, processor, report["waits"])


async def _take_in(desk: Desk, messages: asyncio.StreamReader, write: Callable[[bytes], object]) -> bytes:
    """What the producers say at their end."""

    async def receive(number: bytes, raw: bytes) -> None:
        receipt = await desk.intake.receive(read_one(BytesIO(raw)))
        write(b"%b %b\n" % (number, str(receipt.outcome).encode()))

    write(GO)
    async with asyncio.TaskGroup() as group:
        while not (line := await messages.readline()).startswith(_END):
            if not line:
                raise Refused(RefusedCode.MEASUREMENT_FAILED, "the producers broke off")
            number, _, raw = line[:-1].partition(b" ")
            group.create_task(receive(number, raw))
    return line.removeprefix(_END)


async def _run(store: Path) -> list[Lives]:
    make_store(store, "exercise")
    desk = await open_desk(store, founder=pwd.getpwuid(os.geteuid()).pw_name)
    messages = asyncio.StreamReader(LINE_BYTES)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(messages), sys.stdin)
    found: list[Lives] = []
    try:
        while (lives := await live(desk, messages, lambda line: os.write(sys.stdout.fileno(), line))) is not None:
            found.append(lives)
            _look_seldom()
    finally:
        await desk.close()
    return found


def main() -> None:
    sources, store, results = map(Path, sys.argv[1:])
    if Path(dutydesk.__file__).parents[1].resolve() != sources.resolve():
        sys.exit(f"this is {dutydesk.__file__}, not the code of {sources}")
    sys.setswitchinterval(SWITCH_SECONDS)
    found = asyncio.run(_run(store))
    results.write_text(json.dumps([asdict(lives) for lives in found]), "utf-8")


def _look_seldom() -> None:
    """What the dispatcher's own process does with the garbage collector; an older one only freezes what is loaded."""
    try:
        from dutydesk.desk.base import garbage
    except ImportError:
        gc.freeze()
    else:
        garbage.look_seldom()


if __name__ == "__main__":
    main()
