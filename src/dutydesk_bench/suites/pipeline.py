"""A message's whole life, durable: taken in, checked, routed, chained, handed over to every bureau, marked.

Beside what else could carry it: the disk itself, databases and queues, each started by the benchmark on loopback.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean

from dutydesk.demo.demo_store import demo_shift
from dutydesk.desk.audit import log_export
from dutydesk.desk.service.desk import Desk
from dutydesk.dispatch.dispatcher import Dispatcher
from dutydesk.dispatch.spool import SpoolTransport
from dutydesk.domain.errors import Refused
from dutydesk.wire.decode.stream import RawMessage, decode_raw
from dutydesk_bench import bare_rows
from dutydesk_bench.load import (
    Load,
    fdatasync_rate,
    in_spool,
    new_desk,
    recipients_of,
    require_each_once,
    take_in,
    whole_life,
)
from dutydesk_bench.peers import job_queues, nats, postgres, redis
from dutydesk_bench.peers.work import Work
from dutydesk_bench.report import Figure, Report, Step, at_least, at_most, beside, own_versions, percentile

FEW = 16
PRODUCERS = (512, 64, FEW, 1)
LEAST_OF_DISK = 0.8
MANY = 195
OF_THE_DISK = "x fdatasync"
UNEQUAL = (
    "the desk decodes, validates, applies its rules and routes by measures and restrictions; the peers do none of that",
    "the desk shares one process with its load and its bureaus; the peers are asked over loopback by a Python client",
    "the desk's hand-over is a call in its own process, the peers' an update or a second exchange of each batch",
    "Redis syncs its file once for all commands that came together; its ratio shows the client as much as the disk",
)
UNEQUAL_QUEUES = "the job queues and NATS keep no rows that can be asked: they carry, and know no state of a delivery"


@dataclass(frozen=True, slots=True)
class PipelineOptions:
    """``peer_seconds`` for each way in which a peer is asked; ``extra``: also NATS and the job queues."""

    messages: int = 5000
    recipients: int = 20
    peers: bool = True
    extra: bool = False
    peer_seconds: float = 8.0


async def run(folder: Path, wanted: PipelineOptions, step: Step) -> Report:
    """Raises Refused if a delivery is missing or doubled, or the log does not prove what was done."""
    steps = 5 + 2 * wanted.peers + 2 * wanted.extra
    disks = [fdatasync_rate(folder)]
    desk = await new_desk(folder / "desk.db")
    try:
        step("whole lives", 1, steps)
        ours, rates = await _lives(desk, wanted)
        step("one after the other: decoding, taking in, the spool", 2, steps)
        parts = await _parts(desk, folder, wanted)
        step("the same to many bureaus", 3, steps)
        many = await _many(desk, wanted)
        step("the proof", 4, steps)
        proofs = await _prove(desk)
    finally:
        await desk.close()
    disks.append(fdatasync_rate(folder))
    best, disk = rates[PRODUCERS[0]], fmean(disks)
    bodies = [message.raw for message in _sample(desk, wanted, "peers")]
    load = Work(bodies, recipients_of(desk, wanted.recipients), wanted.peer_seconds)
    peers: list[Figure] = []
    versions = own_versions()
    sorts = [postgres, redis][: 2 * wanted.peers] + ([nats, job_queues] if wanted.extra else [])
    for number, sort in enumerate(sorts, start=5):
        step(sort.__name__.rpartition(".")[2], number, steps)
        found, programs = await sort.figures(folder, load, best)
        peers += found
        versions |= programs
    step("done", steps, steps)
    figures = (*_beside_the_disk(ours, disk), *peers, *_of_disk(many, disk), *_of_disk(parts, disk), *proofs)
    settings = {
        "messages": wanted.messages,
        "recipients": wanted.recipients,
        "synchronous": "FULL",
        "folder": str(folder.parent),
        "peers": "each at most so many messages, or seconds a way: " + f"{wanted.peer_seconds:g}",
    }
    unequal = (*UNEQUAL[: len(UNEQUAL) if wanted.peers else 0], *([UNEQUAL_QUEUES] if wanted.extra else []))
    return Report("pipeline", figures, settings, versions, unequal)


def _sample(desk: Desk, wanted: PipelineOptions, prefix: str) -> list[RawMessage]:
    load = Load(demo_shift(), desk.clock.now(), recipients_of(desk, wanted.recipients), prefix)
    return load.diffusions(wanted.messages)


async def _lives(desk: Desk, wanted: PipelineOptions) -> tuple[list[Figure], dict[int, float]]:
    """At each number of producers; fewer messages where there is one producer alone."""
    figures: list[Figure] = []
    rates: dict[int, float] = {}
    for producers in PRODUCERS:
        number = wanted.messages if producers > 1 else wanted.messages // 8
        messages = _sample(desk, replace(wanted, messages=max(50, number)), f"life-{producers}")
        before = await _copy(desk, f"before-{producers}") if producers == PRODUCERS[0] else None
        seconds, waits = await whole_life(desk, messages, producers, wanted.recipients)
        rates[producers] = len(messages) / seconds
        p99 = 1000 * percentile(waits, 0.99)
        what = f"whole life, producers: {producers}"
        if before is not None:
            figures.append(at_least(what, rates[producers], "messages/s", 6000))
            figures.append(at_most("receipt while saturated, 99 of 100 within", p99, "ms", 15))
            figures.append(_rows_alone(desk, before, len(messages) / seconds))
        else:
            figures.append(Figure(what, rates[producers], "messages/s"))
        if producers == FEW:
            figures.append(at_most(f"receipt with {FEW} producers, 99 of 100 within", p99, "ms", 3))
    return figures, rates


async def _copy(desk: Desk, name: str) -> Path:
    path = desk.store.path.with_name(f"{name}.db")
    await desk.store.copy_to(path, lambda _done, _all: None)
    return path


def _rows_alone(desk: Desk, before: Path, ours: float, to: str = "") -> Figure:
    """What SQLite alone does with the rows that messages have left since a copy: no code of ours can be faster."""
    batches = bare_rows.read(desk.store.path, before)
    rate = sum(len(batch.items) for batch in batches) / bare_rows.write(before, batches)
    return beside(f"the same rows{to} written by SQLite alone", rate, "messages/s", ours)


async def _parts(desk: Desk, folder: Path, wanted: PipelineOptions) -> list[Figure]:
    messages = _sample(desk, wanted, "parts")
    began = time.perf_counter()
    for raw in messages:
        decode_raw(raw, desk.context.directory, desk.clock.now())
    decoding = time.perf_counter() - began
    began = time.perf_counter()
    await take_in(desk, messages, PRODUCERS[0])
    intake = time.perf_counter() - began
    began = time.perf_counter()
    await Dispatcher(desk, SpoolTransport(folder / "outbox")).run(until_idle=True)
    spooling = time.perf_counter() - began
    deliveries = len(messages) * wanted.recipients
    require_each_once(in_spool(folder / "outbox"), deliveries)
    return [
        Figure("intake: decode, rules, route, rows, chain, durable", len(messages) / intake, "messages/s"),
        Figure("hand-over into the spool, rules read again", len(messages) / spooling, "messages/s"),
        Figure("deliveries handed over into the spool", deliveries / spooling, "deliveries/s"),
        Figure("decoding and validating alone", len(messages) / decoding, "messages/s"),
    ]


async def _many(desk: Desk, wanted: PipelineOptions) -> list[Figure]:
    """To every member, or as many as there are up to 195."""
    everybody = len(recipients_of(desk, MANY))
    messages = _sample(desk, replace(wanted, messages=max(50, wanted.messages // 4), recipients=everybody), "many")
    before = await _copy(desk, "before-many")
    seconds, _ = await whole_life(desk, messages, PRODUCERS[0], everybody)
    ours, to = len(messages) / seconds, f" to {everybody} bureaus"
    what = f"whole life{to}, {PRODUCERS[0]} producers"
    return [_rows_alone(desk, before, ours, to), at_least(what, ours, "messages/s", 1500)]


async def _prove(desk: Desk) -> list[Figure]:
    began = time.perf_counter()
    report = await desk.verify()
    proving = time.perf_counter() - began
    proof = await log_export.prove_store(desk)
    if report.fault is not None or proof.breaches:
        raise Refused("the log does not prove what was done; the desk's promise is broken")
    return [Figure("verifying the chain of all that", report.events / proving, "events/s")]


def _beside_the_disk(figures: list[Figure], disk: float) -> list[Figure]:
    first, *others = _of_disk(figures, disk)
    ratio = first.ratio or 0.0
    first = replace(
        first,
        goal=f"{first.goal} and >= {LEAST_OF_DISK} x fdatasync",
        met=bool(first.met) and ratio >= LEAST_OF_DISK,
    )
    return [first, *others, Figure("fdatasync of 4 KiB on this disk", disk, "writes/s", 1.0, OF_THE_DISK)]


def _of_disk(figures: list[Figure], disk: float) -> list[Figure]:
    return [
        replace(figure, ratio=(figure.value or 0.0) / disk, of=OF_THE_DISK)
        if figure.ratio is None and figure.unit.endswith("s/s")
        else figure
        for figure in figures
    ]
