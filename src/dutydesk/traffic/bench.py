"""What the desk does in a second on this box, each figure beside the disk's own rate in the same run."""

from __future__ import annotations

import asyncio
import io
import json
import os
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from statistics import quantiles

from dutydesk.desk import audit
from dutydesk.desk.clock import ReplayClock
from dutydesk.desk.desk import Desk, make_store, open_desk
from dutydesk.desk.ground import Act
from dutydesk.desk.people_acts import os_user
from dutydesk.dispatch.dispatcher import Dispatcher
from dutydesk.dispatch.spool import SpoolTransport
from dutydesk.domain.errors import Refused
from dutydesk.traffic.shift import Shift
from dutydesk.wire.stream import RawMessage, decode_raw, read_one

BLOCK = b"x" * 4096
DISK_SECONDS = 1.0
SENDER = "RU"
#: Senders who wait for their receipts at once: as many as saturate the desk, and few.
AT_ONCE, FEW = 256, 16
DECISIONS = 40


@dataclass(frozen=True, slots=True)
class Figure:
    """``ratio`` is to the fdatasync rate of the same run, ``None`` where that says nothing."""

    what: str
    value: float
    unit: str
    ratio: float | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """``waits``: how long each message took until it was durable, in seconds, in order of length."""

    seconds: float
    waits: tuple[float, ...]

    @property
    def rate(self) -> float:
        return len(self.waits) / self.seconds

    def within(self, share: float) -> float:
        """Seconds that so many of all messages took at most."""
        return self.waits[min(int(len(self.waits) * share), len(self.waits) - 1)]


async def run(folder: Path, shift: Shift, messages: int, recipients: int) -> list[Figure]:
    """Measures in new exercise stores in ``folder``. Raises Refused if a delivery is missing or doubled."""
    async with _new_desk(folder / "desk", shift) as desk:
        figures = await _figures(desk, folder / "desk", shift, messages, recipients)
    async with _new_desk(folder / "everyone", shift) as desk:
        return [*figures, await _to_everyone(desk, folder / "everyone", shift, max(messages // 10, 10))]


@asynccontextmanager
async def _new_desk(folder: Path, shift: Shift) -> AsyncIterator[Desk]:
    clock = ReplayClock(shift.due[0])
    make_store(folder / "desk.db", "exercise", clock)
    desk = await open_desk(folder / "desk.db", clock, founder=os_user())
    try:
        yield desk
    finally:
        await desk.close()


def _members(desk: Desk) -> list[str]:
    return [code for code in desk.ground.directory.members(desk.clock.now().date()) if code != SENDER]


async def _figures(desk: Desk, folder: Path, shift: Shift, messages: int, recipients: int) -> list[Figure]:
    bulk = list(_bulk(shift, messages, _members(desk)[:recipients]))
    half, few = messages // 2, messages // 4
    disk = _fdatasync_rate(folder)
    began = time.perf_counter()
    for raw in bulk:
        decode_raw(raw, desk.ground.directory, desk.clock.now())
    decoding = time.perf_counter() - began
    full = await _take_in(desk, bulk[:half], AT_ONCE)
    calm = await _take_in(desk, bulk[half : half + few], FEW)
    held, waits = await _decide_meanwhile(desk, shift, bulk[half + few :])
    hand_over = await _hand_over(desk, folder / "outbox")
    _require_each_once(folder / "outbox", messages * recipients)
    proving, events, proved = await _prove(desk)
    disk = (disk + _fdatasync_rate(folder)) / 2
    handed = messages / hand_over
    whole = _both(full.rate, handed)
    return [
        Figure(f"whole life to {recipients}: taken in, handed over, marked", whole, "messages/s", whole / disk),
        Figure("intake: decode, rules, route, rows, chain, durable", full.rate, "messages/s", full.rate / disk),
        Figure("hand-over into the spool, rules read again", handed, "messages/s", handed / disk),
        Figure("deliveries handed over", handed * recipients, "deliveries/s", handed * recipients / disk),
        Figure("fdatasync of 4 KiB on this disk", disk, "writes/s", 1.0),
        Figure("decoding and validating alone", messages / decoding, "messages/s"),
        *_acceptance(f"{FEW} senders", calm),
        *_acceptance(f"{AT_ONCE} senders, saturated", full),
        Figure(f"an officer's act under full intake, median of {held}", waits[0] * 1000, "ms"),
        Figure("the same, nine of ten within", waits[1] * 1000, "ms"),
        Figure("verifying the chain", events / proving, "events/s"),
        Figure("proving from the log that each delivery was allowed", events / proved, "events/s"),
    ]


def _both(one: float, other: float) -> float:
    """The rate of two steps, one after the other."""
    return 1 / (1 / one + 1 / other)


def _acceptance(whose: str, taken: Taken) -> Iterator[Figure]:
    yield Figure(f"until a message is durable, {whose}, median", taken.within(0.5) * 1000, "ms")
    yield Figure("the same, 99 of 100 within", taken.within(0.99) * 1000, "ms")


async def _to_everyone(desk: Desk, folder: Path, shift: Shift, messages: int) -> Figure:
    everyone = _members(desk)
    taken = await _take_in(desk, list(_bulk(shift, messages, everyone)), AT_ONCE)
    handed = messages / await _hand_over(desk, folder / "outbox")
    _require_each_once(folder / "outbox", messages * len(everyone))
    return Figure(f"whole life to {len(everyone)}, every other member", _both(taken.rate, handed), "messages/s")


def _bulk(shift: Shift, messages: int, recipients: list[str]) -> Iterator[RawMessage]:
    """Diffusions of the sample shift, in turn, to the given recipients, each under a reference of its own."""
    bodies = [json.loads(line) for index, line in enumerate(shift.lines) if index not in shift.hostile]
    bodies = [body for body in bodies if body["type"] == "diffusion" and body["kind"] != "silver"]
    for number in range(messages):
        changes = {"reference": f"bench-{number}", "sender": SENDER, "recipients": recipients, "restricted_from": []}
        body = {**bodies[number % len(bodies)], **changes}
        yield read_one(io.BytesIO(json.dumps(body, ensure_ascii=False).encode()))


def _fdatasync_rate(folder: Path) -> float:
    path, done = folder / "fdatasync", 0
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        os.posix_fallocate(descriptor, 0, 1000 * len(BLOCK))
        began = time.perf_counter()
        while time.perf_counter() - began < DISK_SECONDS:
            os.pwrite(descriptor, BLOCK, done % 1000 * len(BLOCK))
            os.fdatasync(descriptor)
            done += 1
        return done / (time.perf_counter() - began)
    finally:
        os.close(descriptor)
        path.unlink()


async def _take_in(desk: Desk, bulk: list[RawMessage], senders: int) -> Taken:
    """So many senders, each of whom waits for its receipt before it sends the next of the messages."""
    waits: list[float] = []
    rest = iter(bulk)

    async def send() -> None:
        for raw in rest:
            began = time.perf_counter()
            await desk.receive(raw)
            waits.append(time.perf_counter() - began)

    began = time.perf_counter()
    await asyncio.gather(*(send() for _ in range(senders)))
    return Taken(time.perf_counter() - began, tuple(sorted(waits)))


async def _decide_meanwhile(desk: Desk, shift: Shift, bulk: list[RawMessage]) -> tuple[int, tuple[float, float]]:
    """How long an officer's claim takes while the rest comes in: how many, and the median and ninth decile."""
    requests = [line for line in shift.lines if b'"notice_request"' in line][:DECISIONS]
    receipts = [await desk.receive(read_one(io.BytesIO(line))) for line in requests]
    numbers = [int(receipt.item[2:]) for receipt in receipts if receipt.item is not None and receipt.state == "held"]
    act, seconds = Act(os_user(), os_user()), []
    intake = asyncio.create_task(_take_in(desk, bulk, AT_ONCE))
    for number in numbers:
        began = time.perf_counter()
        await desk.claim(act, number)
        seconds.append(time.perf_counter() - began)
        await asyncio.sleep(0.01)
    await intake
    deciles = quantiles(seconds, n=10)
    return len(seconds), (deciles[4], deciles[8])


async def _hand_over(desk: Desk, outbox: Path) -> float:
    began = time.perf_counter()
    await Dispatcher(desk, SpoolTransport(outbox), random=Random(1)).run(until_idle=True)
    return time.perf_counter() - began


def _require_each_once(outbox: Path, expected: int) -> None:
    keys: Counter[str] = Counter()
    for segment in outbox.glob("*/*.jsonl"):
        with segment.open(encoding="utf-8") as lines:
            keys.update(line["delivery"] for line in map(json.loads, lines) if line["notice"] == "diffusion")
    if len(keys) != expected or any(count > 1 for count in keys.values()):
        raise Refused(f"{len(keys):,} of {expected:,} deliveries are in the spool; the desk's promise is broken")


async def _prove(desk: Desk) -> tuple[float, int, float]:
    """Seconds for the chain, its events, seconds for the proof of the policy."""
    began = time.perf_counter()
    report = await desk.verify()
    proving = time.perf_counter() - began
    began = time.perf_counter()
    proof = await audit.prove_store(desk)
    if report.fault is not None or proof.breaches:
        raise Refused("the log does not prove what was done; the desk's promise is broken")
    return proving, report.events, time.perf_counter() - began
