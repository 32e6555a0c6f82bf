"""What the desk does in a second on this box, each figure beside the disk's own rate in the same run."""

from __future__ import annotations

import asyncio
import io
import json
import os
import time
from collections import Counter
from collections.abc import Iterator
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
AT_ONCE = 256
DECISIONS = 40


@dataclass(frozen=True, slots=True)
class Figure:
    """``ratio`` is to the fdatasync rate of the same run, ``None`` where that says nothing."""

    what: str
    value: float
    unit: str
    ratio: float | None = None


async def run(folder: Path, shift: Shift, messages: int, recipients: int) -> list[Figure]:
    """Measures in a new exercise store in ``folder``. Raises Refused if a delivery is missing or doubled."""
    clock = ReplayClock(shift.due[0])
    store = folder / "desk.db"
    make_store(store, "exercise", clock)
    desk = await open_desk(store, clock, founder=os_user())
    try:
        return await _figures(desk, folder, shift, messages, recipients)
    finally:
        await desk.close()


async def _figures(desk: Desk, folder: Path, shift: Shift, messages: int, recipients: int) -> list[Figure]:
    members = [code for code in desk.ground.directory.members(desk.clock.now().date()) if code != "RU"]
    bulk = list(_bulk(shift, messages, members[:recipients]))
    disk = _fdatasync_rate(folder)
    began = time.perf_counter()
    for raw in bulk:
        decode_raw(raw, desk.ground.directory, desk.clock.now())
    decoding = time.perf_counter() - began
    intake = await _take_in(desk, bulk[: messages // 2])
    held, waits = await _decide_meanwhile(desk, shift, bulk[messages // 2 :])
    hand_over = await _hand_over(desk, folder / "outbox")
    _require_each_once(folder / "outbox", messages * recipients)
    proving, events, proved = await _prove(desk)
    disk = (disk + _fdatasync_rate(folder)) / 2
    handed = messages / hand_over
    taken = messages // 2 / intake
    return [
        Figure("whole life: taken in, handed over, marked", 1 / (1 / taken + 1 / handed), "messages/s", None),
        Figure("intake: decode, rules, route, rows, chain, durable", taken, "messages/s", taken / disk),
        Figure("hand-over into the spool, rules read again", handed, "messages/s", handed / disk),
        Figure("deliveries handed over", handed * recipients, "deliveries/s", handed * recipients / disk),
        Figure("fdatasync of 4 KiB on this disk", disk, "writes/s", 1.0),
        Figure("decoding and validating alone", messages / decoding, "messages/s"),
        Figure(f"an officer's act under full intake, median of {held}", waits[0] * 1000, "ms"),
        Figure("the same, nine of ten within", waits[1] * 1000, "ms"),
        Figure("verifying the chain", events / proving, "events/s"),
        Figure("proving from the log that each delivery was allowed", events / proved, "events/s"),
    ]


def _bulk(shift: Shift, messages: int, recipients: list[str]) -> Iterator[RawMessage]:
    """Diffusions of the sample shift, in turn, to the given recipients, each under a reference of its own."""
    bodies = [json.loads(line) for index, line in enumerate(shift.lines) if index not in shift.hostile]
    bodies = [body for body in bodies if body["type"] == "diffusion" and body["kind"] != "silver"]
    for number in range(messages):
        changes = {"reference": f"bench-{number}", "sender": "RU", "recipients": recipients, "restricted_from": []}
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


async def _take_in(desk: Desk, bulk: list[RawMessage]) -> float:
    """Seconds."""
    began = time.perf_counter()
    for start in range(0, len(bulk), AT_ONCE):
        await asyncio.gather(*map(desk.receive, bulk[start : start + AT_ONCE]))
    return time.perf_counter() - began


async def _decide_meanwhile(desk: Desk, shift: Shift, bulk: list[RawMessage]) -> tuple[int, tuple[float, float]]:
    """How long an officer's claim takes while the rest comes in: how many, and the median and ninth decile."""
    requests = [line for line in shift.lines if b'"notice_request"' in line][:DECISIONS]
    receipts = [await desk.receive(read_one(io.BytesIO(line))) for line in requests]
    numbers = [int(receipt.item[2:]) for receipt in receipts if receipt.item is not None and receipt.state == "held"]
    act, seconds = Act(os_user(), os_user()), []
    intake = asyncio.create_task(_take_in(desk, bulk))
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
