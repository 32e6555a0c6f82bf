"""How long an officer waits for a decision while another process takes messages in as fast as it can."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from dutydesk.desk.base.context import Actor
from dutydesk.desk.people.officers import os_user
from dutydesk_bench.load import fdatasync_rate, full_load, make_desk
from dutydesk_bench.processes import load_process
from dutydesk_bench.report import Figure, Report, StepReporter, at_most, latency_figures, own_versions
from dutydesk_bench.suites import boxes
from dutydesk_bench.suites.decisions import claim_held_items, refuse_items, require_whole_chain

STEPS = 5
UNEQUAL = (
    "the intake process hands over too, as a dispatcher does; the officer's process does nothing but decide",
    "at most one decision is made at a time; the pause between two is 10 to 50 ms",
)


@dataclass(frozen=True, slots=True)
class DecideOptions:
    """``alone_seconds`` is how long the intake runs without an officer, half before and half after the decisions.

    With ``database``, a URL, two boxes take messages in on that cluster.
    """

    decisions: int = 300
    alone_seconds: float = 10.0
    database: str | None = None


OPTIONS = DecideOptions


async def run(folder: Path, options: DecideOptions, step: StepReporter) -> Report:
    """Measure decisions. Raises Refused if one is not made: the desk never replies that it is busy."""
    if options.database is not None:
        return await boxes.run_decisions(folder, boxes.BoxDecisions(options.database, options.decisions), step)
    store = folder / "desk.db"
    desk = await make_desk(store)
    try:
        step("items to decide on", 0, STEPS)
        actor = Actor(os_user(), os_user())
        numbers = await claim_held_items(desk, actor, options.decisions)
        disk = fdatasync_rate(folder)
        step("decisions at rest", 1, STEPS)
        at_rest = await refuse_items(desk, actor, numbers[: len(numbers) // 4])
        step("intake alone", 2, STEPS)
        load = ("--dispatch", *full_load(options.decisions))
        before = await _intake_alone(store, load, options.alone_seconds / 2)
        step("decisions under full intake", 3, STEPS)
        async with load_process(store, *load) as loaded:
            waits = await refuse_items(desk, actor, numbers[len(numbers) // 4 :])
        step("intake alone once more", 4, STEPS)
        alone = (before + await _intake_alone(store, load, options.alone_seconds / 2)) / 2
        await require_whole_chain(desk)
    finally:
        await desk.close()
    step("done", STEPS, STEPS)
    during = loaded.rate("messages")
    lost = 100 * (1 - during / alone) if alone else 0.0
    figures = (
        *latency_figures("a decision under full intake", waits, p99=10, longest=25),
        *latency_figures("a decision at rest", at_rest),
        Figure("intake while the officer decides", during, "messages/s", during / alone if alone else None, "of alone"),
        Figure("intake alone", alone, "messages/s", alone / disk, "x fdatasync"),
        at_most("what the officer costs the intake", lost, "%", 10),
        Figure("fdatasync of 4 KiB on this disk", disk, "writes/s", 1.0, "x fdatasync"),
    )
    settings = {"decisions": options.decisions, "pause ms": "10 to 50", "intake alone s": options.alone_seconds}
    return Report("decide", figures, settings, own_versions(), UNEQUAL)


async def _intake_alone(store: Path, load: tuple[object, ...], seconds: float) -> float:
    """Messages a second."""
    async with load_process(store, *load) as alone:
        await asyncio.sleep(seconds)
    return alone.rate("messages")
