"""A message's whole life, durable: taken in, checked, routed, chained, delivered to every bureau, acknowledged.

It is compared with the disk itself and with databases and queues, each started by the benchmark on loopback.
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
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.errors import Refused
from dutydesk.wire.decode.stream import RawMessage, decode_raw
from dutydesk_bench import bare_rows
from dutydesk_bench.load import (
    Load,
    count_spooled_deliveries,
    fdatasync_rate,
    first_recipients,
    make_desk,
    receive_and_deliver,
    receive_messages,
    require_single_delivery,
)
from dutydesk_bench.peers import job_queues, nats, postgres, redis
from dutydesk_bench.peers.work import PeerWork
from dutydesk_bench.report import Figure, Report, StepReporter, at_least, at_most, own_versions, peer_figure, percentile

FEW_PRODUCERS = 16
PRODUCERS = (512, 64, FEW_PRODUCERS, 1)
MIN_DISK_RATIO = 0.8
MAX_RECIPIENTS = 195
DISK_RATIO_LABEL = "x fdatasync"
UNEQUAL = (
    "the desk decodes, validates, applies its rules and routes by measures and restrictions; the peers do none of that",
    "PostgreSQL and SQLite alone write the desk's own rows, ready to be bound: they decode, decide, look up and hash "
    "nothing, and PostgreSQL has no trigger that keeps the log append-only",
    "with several connections PostgreSQL commits the log's rows in any order; a log whose hashes are made from what is "
    "there, as the desk's are, takes one transaction after the other",
    "the desk shares its process with its bureaus; the peers are asked over loopback by a Python client",
    "Redis keeps bodies, hashes and lists of deliveries: no full text, keys, state of a delivery or constraint",
    "Redis syncs its file once for all commands that came together; its ratio shows the client as much as the disk",
)
UNEQUAL_QUEUES = "the job queues and NATS carry: they keep no log, no rows that can be asked and no state of a delivery"


@dataclass(frozen=True, slots=True)
class PipelineOptions:
    """``peer_seconds`` for each mode of a peer; ``extra``: NATS and the job queues too."""

    messages: int = 5000
    recipients: int = 20
    peers: bool = True
    extra: bool = False
    peer_seconds: float = 8.0


OPTIONS = PipelineOptions


async def run(folder: Path, options: PipelineOptions, step: StepReporter) -> Report:
    """Measure the pipeline. Raises Refused if a delivery is missing or doubled, or the log does not prove what was
    done.
    """
    steps = 5 + 2 * options.peers + 2 * options.extra
    disks = [fdatasync_rate(folder)]
    desk = await make_desk(folder / "desk.db")
    try:
        step("whole lives", 1, steps)
        ours, rates = await _delivery_figures(desk, options)
        step("one after the other: decoding, taking in, the spool", 2, steps)
        parts = await _stage_figures(desk, folder, options)
        step("the same to many bureaus", 3, steps)
        many = await _many_recipient_figures(desk, options)
        step("the proof", 4, steps)
        proofs = await _proof_figures(desk)
    finally:
        await desk.close()
    disks.append(fdatasync_rate(folder))
    best, disk = rates[PRODUCERS[0]], fmean(disks)
    bodies = [message.raw for message in _sample_messages(desk, options, "peers")]
    load = PeerWork(bodies, first_recipients(desk, options.recipients), options.peer_seconds)
    peers: list[Figure] = []
    versions = own_versions()
    sorts = [postgres, redis][: 2 * options.peers] + ([nats, job_queues] if options.extra else [])
    for number, sort in enumerate(sorts, start=5):
        step(sort.__name__.rpartition(".")[2], number, steps)
        found, programs = await sort.figures(folder, load, best)
        peers += found
        versions |= programs
    step("done", steps, steps)
    figures = (
        *_with_disk_figure(ours, disk),
        *peers,
        *_with_disk_ratio(many, disk),
        *_with_disk_ratio(parts, disk),
        *proofs,
    )
    settings = {
        "messages": options.messages,
        "recipients": options.recipients,
        "synchronous": "FULL",
        "folder": str(folder.parent),
        "peers": "at most as many messages each, or seconds for each mode: " + f"{options.peer_seconds:g}",
    }
    unequal = (*UNEQUAL[: len(UNEQUAL) if options.peers else 0], *([UNEQUAL_QUEUES] if options.extra else []))
    return Report("pipeline", figures, settings, versions, unequal)


def _sample_messages(desk: Desk, options: PipelineOptions, prefix: str) -> list[RawMessage]:
    load = Load(demo_shift(), desk.clock.now(), first_recipients(desk, options.recipients), prefix)
    return load.diffusions(options.messages)


async def _delivery_figures(desk: Desk, options: PipelineOptions) -> tuple[list[Figure], dict[int, float]]:
    """One figure for each number of producers; fewer messages with one producer."""
    figures: list[Figure] = []
    rates: dict[int, float] = {}
    for producers in PRODUCERS:
        number = options.messages if producers > 1 else options.messages // 8
        messages = _sample_messages(desk, replace(options, messages=max(50, number)), f"life-{producers}")
        before = await _copy(desk, f"before-{producers}") if producers == PRODUCERS[0] else None
        seconds, waits = await receive_and_deliver(desk, messages, producers, options.recipients)
        rates[producers] = len(messages) / seconds
        p99 = 1000 * percentile(waits, 0.99)
        what = f"whole life, producers: {producers}"
        if before is not None:
            figures.append(at_least(what, rates[producers], "messages/s", 6000))
            figures.append(at_most("receipt while saturated, 99 of 100 within", p99, "ms", 15))
            figures.append(_sqlite_figure(desk, before, len(messages) / seconds))
        else:
            figures.append(Figure(what, rates[producers], "messages/s"))
        if producers == FEW_PRODUCERS:
            figures.append(at_most(f"receipt with {FEW_PRODUCERS} producers, 99 of 100 within", p99, "ms", 3))
    return figures, rates


async def _copy(desk: Desk, name: str) -> Path:
    path = desk.store.path.with_name(f"{name}.db")
    await desk.store.copy_to(path, lambda _done, _all: None)
    return path


def _sqlite_figure(desk: Desk, before: Path, ours: float, to: str = "") -> Figure:
    """What SQLite alone does with the rows that messages have left since a copy: an upper bound for the desk's own
    code.
    """
    batches = bare_rows.read_rows(desk.store.path, before)
    rate = sum(len(batch.items) for batch in batches) / bare_rows.write_rows(before, batches)
    return peer_figure(f"the same rows{to} written by SQLite alone", rate, "messages/s", ours)


async def _stage_figures(desk: Desk, folder: Path, options: PipelineOptions) -> list[Figure]:
    messages = _sample_messages(desk, options, "parts")
    began = time.perf_counter()
    for raw in messages:
        decode_raw(raw, desk.context.directory, desk.clock.now())
    decoding = time.perf_counter() - began
    began = time.perf_counter()
    await receive_messages(desk, messages, PRODUCERS[0])
    intake = time.perf_counter() - began
    began = time.perf_counter()
    await Dispatcher(desk, SpoolTransport(folder / "outbox")).run(until_idle=True)
    spooling = time.perf_counter() - began
    deliveries = len(messages) * options.recipients
    require_single_delivery(count_spooled_deliveries(folder / "outbox"), deliveries)
    return [
        Figure("intake: decode, rules, route, rows, chain, durable", len(messages) / intake, "messages/s"),
        Figure("delivery into the spool, rules read again", len(messages) / spooling, "messages/s"),
        Figure("deliveries into the spool", deliveries / spooling, "deliveries/s"),
        Figure("decoding and validating alone", len(messages) / decoding, "messages/s"),
    ]


async def _many_recipient_figures(desk: Desk, options: PipelineOptions) -> list[Figure]:
    """Deliver to every member, up to 195."""
    everybody = len(first_recipients(desk, MAX_RECIPIENTS))
    messages = _sample_messages(
        desk, replace(options, messages=max(50, options.messages // 4), recipients=everybody), "many"
    )
    before = await _copy(desk, "before-many")
    seconds, _ = await receive_and_deliver(desk, messages, PRODUCERS[0], everybody)
    ours, to = len(messages) / seconds, f" to {everybody} bureaus"
    what = f"whole life{to}, {PRODUCERS[0]} producers"
    return [_sqlite_figure(desk, before, ours, to), at_least(what, ours, "messages/s", 1500)]


async def _proof_figures(desk: Desk) -> list[Figure]:
    began = time.perf_counter()
    report = await desk.queries.verify()
    proving = time.perf_counter() - began
    proof = await log_export.prove_store(desk.store, desk.context)
    if report.fault is not None or proof.breaches:
        raise Refused(RefusedCode.PROMISE_BROKEN, "the log does not prove what was done; the desk's promise is broken")
    return [Figure("verifying the chain of all that", report.events / proving, "events/s")]


def _with_disk_figure(figures: list[Figure], disk: float) -> list[Figure]:
    first, *others = _with_disk_ratio(figures, disk)
    ratio = first.ratio or 0.0
    first = replace(
        first,
        goal=f"{first.goal} and >= {MIN_DISK_RATIO} x fdatasync",
        met=bool(first.met) and ratio >= MIN_DISK_RATIO,
    )
    return [first, *others, Figure("fdatasync of 4 KiB on this disk", disk, "writes/s", 1.0, DISK_RATIO_LABEL)]


def _with_disk_ratio(figures: list[Figure], disk: float) -> list[Figure]:
    return [
        replace(figure, ratio=(figure.value or 0.0) / disk, of=DISK_RATIO_LABEL)
        if figure.ratio is None and figure.unit.endswith("s/s")
        else figure
        for figure in figures
    ]
