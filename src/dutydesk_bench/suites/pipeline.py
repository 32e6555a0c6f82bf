"""A message's whole life, durable: taken in, checked, routed, chained, delivered to every bureau, acknowledged.

It is compared with the same rows written by SQLite alone, and with databases and queues, each started by the benchmark
on loopback; or, in rounds by turns, with the code of another checkout.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean

from dutydesk.demo.demo_store import demo_shift
from dutydesk.desk.audit import log_export
from dutydesk.desk.base import garbage
from dutydesk.desk.service.desk import Desk
from dutydesk.dispatch.dispatcher import Dispatcher
from dutydesk.dispatch.spool import SpoolTransport
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.errors import Refused
from dutydesk.store.engines.sqlite.binding import Binding
from dutydesk.wire.decode.stream import RawMessage, decode_raw
from dutydesk_bench.bare_rows import WrittenRows
from dutydesk_bench.load import (
    Load,
    count_spooled_deliveries,
    fdatasync_rate,
    first_recipients,
    make_desk,
    reading_seconds,
    receive_messages,
)
from dutydesk_bench.peers import job_queues, nats, postgres, redis
from dutydesk_bench.peers.work import PeerWork
from dutydesk_bench.producers import Producers, Production, producing
from dutydesk_bench.report import (
    Figure,
    Report,
    StepReporter,
    at_most,
    missing_figure,
    own_versions,
    peer_figure,
    percentile,
)
from dutydesk_bench.suites import engines, rounds, signed
from dutydesk_bench.whole_life import Lives, require_single_delivery

MANY_PRODUCERS, FEW_PRODUCERS = 512, 16
#: The producers of each load after the first, and the share of the messages that it has.
FURTHER_LOADS = ((64, 2), (FEW_PRODUCERS, 2), (1, 8))
MIN_BARE_RATIO = 0.5
MAX_RECEIPT_MS = 10.0
MAX_RECIPIENTS = 195
LEAST_MESSAGES = 20
#: Messages a second that Mailman 3 took in and handed on to the subscribers of a list, measured elsewhere.
MAILMAN_RATE, MAILMAN_RATIO = 19.9, 50.0
DISK_RATIO_LABEL = "x fdatasync"
UNEQUAL = (
    "producers have a process of their own and hand their messages over a pipe; the bureaus are in the desk's process",
    "SQLite alone writes the desk's own rows, ready to be bound: it decodes, decides, looks up and hashes nothing",
    "Mailman was measured elsewhere: it parses mail, runs its own rules and spools, and keeps no log that is proved",
)
UNEQUAL_PEERS = (
    "PostgreSQL is given the same rows: it decodes, decides, looks up and hashes nothing, and no trigger keeps its log "
    "append-only",
    "several connections to PostgreSQL write the log in any order; a log that is hashed as it is written, as the desk "
    "does it, takes one transaction after the other",
    "the peers are asked over loopback by a Python client, which shares the processors with them",
    "Redis keeps bodies, hashes and lists of deliveries: no full text, no keys, no state of a delivery, no constraint",
    "Redis syncs its file once for all commands that came together; its ratio shows the client as much as the disk",
)
UNEQUAL_QUEUES = "the job queues and NATS carry: they keep no log, no rows that can be asked and no state of a delivery"


@dataclass(frozen=True, slots=True)
class PipelineOptions:
    """``peer_seconds`` for each mode of a peer; ``extra``: NATS and the job queues too.

    With ``turns`` or ``against``, another checkout, whole lives are all that is measured, of both by turns; with
    ``signed`` whole lives with signatures and without; with ``database``, a URL, on that cluster and in a file.
    """

    messages: int = 5000
    recipients: int = 20
    peers: bool = True
    extra: bool = False
    peer_seconds: float = 8.0
    turns: int = 0
    against: Path | None = None
    database: str | None = None
    signed: bool = False


OPTIONS = PipelineOptions


async def run(folder: Path, options: PipelineOptions, step: StepReporter) -> Report:
    """Measure the pipeline. Raises Refused if a delivery is missing or doubled, or the log does not prove what was
    done.
    """
    if options.signed:
        wanted = signed.SignedTurns(options.messages, options.recipients, options.turns or signed.DEFAULT_TURNS)
        return await signed.run(folder, wanted, step)
    if options.database is not None:
        turns = options.turns or engines.DEFAULT_TURNS
        return await engines.run(
            folder, engines.EngineTurns(options.database, options.messages, options.recipients, turns), step
        )
    if options.turns or options.against is not None:
        turns = options.turns or rounds.DEFAULT_TURNS
        return await rounds.run(
            folder, rounds.Rounds(options.messages, options.recipients, turns, options.against), step
        )
    steps = 7 + 2 * options.peers + 2 * options.extra
    disks = [fdatasync_rate(folder)]
    desk = await make_desk(folder / "desk.db")
    try:
        async with producing(_productions(desk, options)) as producers:
            step("whole lives", 1, steps)
            rows, first, ours = await _first_lives(desk, producers)
            ours += await _life_figures(desk, producers, first)
            step("a mixed load", 2, steps)
            mixed = await _mixed_figures(desk, producers)
            step("the same to many bureaus", 3, steps)
            many_rows, many = await _many_lives(desk, producers)
        step("the same rows alone", 4, steps)
        ours += [await _bare_figure(rows, binding, first.rate) for binding in Binding]
        ours += [_mailman_figure(first.rate)]
        to_many = await _many_figures(many_rows, many)
        step("one after the other: decoding, taking in, the spool", 5, steps)
        parts = await _stage_figures(desk, folder, options)
        step("the proof", 6, steps)
        proofs = await _proof_figures(desk)
    finally:
        await desk.close()
    disks.append(fdatasync_rate(folder))
    disk = fmean(disks)
    bodies = [message.raw for message in _sample_messages(desk, options, "peers")]
    work = PeerWork(bodies, first_recipients(desk, options.recipients), options.peer_seconds, rows)
    peers: list[Figure] = []
    versions = own_versions()
    sorts = [postgres, redis][: 2 * options.peers] + ([nats, job_queues] if options.extra else [])
    for number, sort in enumerate(sorts, start=7):
        step(sort.__name__.rpartition(".")[2], number, steps)
        found, programs = await sort.figures(folder, work, first.rate)
        peers += found
        versions |= programs
    step("done", steps, steps)
    disk_figure = Figure("fdatasync of 4 KiB on this disk", disk, "writes/s", 1.0, DISK_RATIO_LABEL)
    own = _with_disk_ratio([*ours, *mixed, *to_many, *parts], disk)
    settings = {
        "messages": options.messages,
        "recipients": options.recipients,
        "synchronous": "FULL",
        "folder": str(folder.parent),
        "peers": "at most as many messages each, or seconds for each mode: " + f"{options.peer_seconds:g}",
    }
    unequal = (*UNEQUAL, *UNEQUAL_PEERS[: len(UNEQUAL_PEERS) * options.peers], *[UNEQUAL_QUEUES] * options.extra)
    return Report("pipeline", (*own, disk_figure, *peers, *proofs), settings, versions, unequal)


def _sample_messages(desk: Desk, options: PipelineOptions, prefix: str) -> list[RawMessage]:
    load = Load(demo_shift(), desk.clock.now(), first_recipients(desk, options.recipients), prefix)
    return load.diffusions(options.messages)


def _productions(desk: Desk, options: PipelineOptions) -> list[Production]:
    at, number = desk.clock.now(), options.messages
    codes = tuple(first_recipients(desk, options.recipients))
    everybody = tuple(first_recipients(desk, MAX_RECIPIENTS))
    made = [
        Production("warm", min(number, rounds.WARM_UP_MESSAGES), MANY_PRODUCERS, at, codes),
        Production("life", number, MANY_PRODUCERS, at, codes),
        *[Production(_name(producers), number // share, producers, at, codes) for producers, share in FURTHER_LOADS],
        Production("mixed", number // 2, MANY_PRODUCERS, at),
        Production("mixed-few", number // 2, FEW_PRODUCERS, at),
        Production("many", number // 4, MANY_PRODUCERS, at, everybody),
    ]
    return [replace(each, messages=max(LEAST_MESSAGES, each.messages)) for each in made]


def _name(producers: int) -> str:
    return f"life-{producers}"


async def _first_lives(desk: Desk, producers: Producers) -> tuple[WrittenRows, Lives, list[Figure]]:
    """Whole lives after a warm-up, with what they have left in the store, and whose time they took."""
    await producers.lives(desk, "warm")
    garbage.look_seldom()  # As the dispatcher's own process does.
    before = await _copy(desk, "before")
    reading = reading_seconds(desk)
    lives = await producers.lives(desk, "life")
    reading = reading_seconds(desk) - reading
    figures = [
        Figure(f"processor for a message, {words}", 1_000_000 * seconds / lives.messages, "us")
        for words, seconds in (("the desk's process", lives.processor), ("what reads ahead for it", reading))
    ]
    return WrittenRows(await _copy(desk, "after"), before), lives, figures


async def _life_figures(desk: Desk, makers: Producers, first: Lives) -> list[Figure]:
    """One figure for each number of producers."""
    title = "whole life, producers: {}"
    figures = [Figure(title.format(MANY_PRODUCERS), first.rate, "messages/s")]
    figures.append(Figure("receipt while saturated, 99 of 100 within", _p99(first.waits), "ms"))
    for producers, _share in FURTHER_LOADS:
        lives = await makers.lives(desk, _name(producers))
        figures.append(Figure(title.format(producers), lives.rate, "messages/s"))
        if producers == FEW_PRODUCERS:
            words = f"receipt with {FEW_PRODUCERS} producers, 99 of 100 within"
            figures.append(at_most(words, _p99(lives.waits), "ms", MAX_RECEIPT_MS))
    return figures


def _p99(seconds: Sequence[float]) -> float:
    return 1000 * percentile(seconds, 0.99)


async def _copy(desk: Desk, name: str) -> Path:
    path = desk.store.path.with_name(f"{name}.db")
    await desk.store.copy_to(path, lambda _done, _all: None)
    return path


async def _bare_figure(rows: WrittenRows, binding: Binding, ours: float, to: str = "") -> Figure:
    """What SQLite alone does with the rows that messages have left: an upper bound for the desk's own code."""
    what = f"the same rows{to} written by {binding} alone"
    goal = MIN_BARE_RATIO if binding is Binding.APSW and not to else None
    try:
        return peer_figure(what, await rows.rate_by(binding), "messages/s", ours, goal)
    except Refused as refused:
        return missing_figure(what, "messages/s", refused.words)


def _mailman_figure(ours: float) -> Figure:
    return peer_figure("Mailman 3, measured elsewhere", MAILMAN_RATE, "messages/s", ours, MAILMAN_RATIO)


async def _mixed_figures(desk: Desk, producers: Producers) -> list[Figure]:
    """Messages of all senders, to as many bureaus as in the sample shift, some of them held for an officer."""
    held = (await desk.queries.header()).held
    lives = await producers.lives(desk, "mixed")
    held = (await desk.queries.header()).held - held
    few = await producers.lives(desk, "mixed-few")
    what = f"mixed load, {lives.deliveries / lives.messages:.1f} bureaus a message and {held / lives.messages:.0%} held"
    return [
        Figure(f"{what}, producers: {MANY_PRODUCERS}", lives.rate, "messages/s"),
        Figure(f"mixed load, producers: {FEW_PRODUCERS}", few.rate, "messages/s"),
        at_most(
            f"mixed load, receipt with {FEW_PRODUCERS} producers, 99 of 100 within",
            _p99(few.waits),
            "ms",
            MAX_RECEIPT_MS,
        ),
    ]


async def _stage_figures(desk: Desk, folder: Path, options: PipelineOptions) -> list[Figure]:
    messages = _sample_messages(desk, options, "parts")
    began = time.perf_counter()
    for raw in messages:
        decode_raw(raw, desk.context.directory, desk.clock.now())
    decoding = time.perf_counter() - began
    began = time.perf_counter()
    await receive_messages(desk, messages, MANY_PRODUCERS)
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


async def _many_lives(desk: Desk, producers: Producers) -> tuple[WrittenRows, Lives]:
    """Deliver to every member, up to 195."""
    before = await _copy(desk, "before-many")
    lives = await producers.lives(desk, "many")
    return WrittenRows(await _copy(desk, "after-many"), before), lives


async def _many_figures(rows: WrittenRows, lives: Lives) -> list[Figure]:
    to = f" to {lives.deliveries // lives.messages} bureaus"
    figure = Figure(f"whole life{to}, producers: {MANY_PRODUCERS}", lives.rate, "messages/s")
    return [figure, await _bare_figure(rows, Binding.APSW, lives.rate, to)]


async def _proof_figures(desk: Desk) -> list[Figure]:
    began = time.perf_counter()
    report = await desk.queries.verify()
    proving = time.perf_counter() - began
    proof = await log_export.prove_store(desk.store, desk.context)
    if report.fault is not None or proof.breaches:
        raise Refused(RefusedCode.PROMISE_BROKEN, "the log does not prove what was done; the desk's promise is broken")
    return [Figure("verifying the chain of all that", report.events / proving, "events/s")]


def _with_disk_ratio(figures: list[Figure], disk: float) -> list[Figure]:
    return [
        replace(figure, ratio=(figure.value or 0.0) / disk, of=DISK_RATIO_LABEL)
        if figure.ratio is None and figure.unit.endswith("s/s")
        else figure
        for figure in figures
    ]
