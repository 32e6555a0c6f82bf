"""Several boxes on one cluster: what a second one adds to the intake, and what two of them cost an officer."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dutydesk.desk.base.context import Actor
from dutydesk.desk.people.officers import os_user
from dutydesk.store.engine.location import locate
from dutydesk_bench.databases import new_database
from dutydesk_bench.load import full_load, make_desk
from dutydesk_bench.processes import LoadProcess, load_process
from dutydesk_bench.report import Figure, Report, StepReporter, latency_figures, own_versions, percentile
from dutydesk_bench.suites.decisions import claim_held_items, refuse_items, require_whole_chain

MIN_TWO_BOXES: Final = 1.2
MAX_DECISION_RATIO: Final = 10.0
#: Messages of the warm-up of a box, and its producers, for each second of a figure; and at most.
_WARM_UP, _PRODUCERS = (50, 300), (64, 256)
DECIDE_STEPS: Final = 4
UNEQUAL_INTAKE: Final = "in the figures of one box and of two nothing is handed over meanwhile"
UNEQUAL_DECISIONS: Final = (
    "two boxes take messages in, each in a process of its own, and one of them hands over; a third process decides",
    "the boxes, the cluster and the officer share these processors; at most one decision is made at a time, and the "
    "pause between two is 10 to 50 ms",
)


@dataclass(frozen=True, slots=True)
class BoxDecisions:
    """``database`` is a URL; the measured one is made beside it. Half of the decisions are made at rest."""

    database: str
    decisions: int


async def intake_figures(folder: Path, database: str, seconds: float) -> list[Figure]:
    """The intake of one box and of two, each for ``seconds``; that of one before and after. Raises Refused."""
    with new_database(database) as url:
        places = [locate(url, folder / f"box-{number}") for number in (1, 2)]
        await (await make_desk(places[0])).close()
        before = await _intake(places[:1], seconds / 2)
        both = await _intake(places, seconds)
        one = (before + await _intake(places[:1], seconds / 2)) / 2
    ratio = both / one
    return [
        Figure(
            "intake of two boxes", both, "messages/s", ratio, "x one box", f">= {MIN_TWO_BOXES} x one box",
            ratio >= MIN_TWO_BOXES,
        ),
        Figure("intake of one box", one, "messages/s"),
    ]  # fmt: skip


async def _intake(places: Sequence[Path], seconds: float) -> float:
    """Messages a second of all boxes together."""
    async with AsyncExitStack() as running:
        load = _load(seconds)
        boxes = [await running.enter_async_context(load_process(place, *load)) for place in places]
        await asyncio.sleep(seconds)
    return _rate(boxes)


def _load(seconds: float) -> tuple[object, ...]:
    warm_up, producers = (min(most, max(1, round(each * seconds))) for each, most in (_WARM_UP, _PRODUCERS))
    return "--warm-up", warm_up, "--producers", producers


def _rate(boxes: Sequence[LoadProcess]) -> float:
    return sum(box.rate("messages") for box in boxes)


async def run_decisions(folder: Path, options: BoxDecisions, step: StepReporter) -> Report:
    """Measure an officer's decisions at rest and under the intake of two boxes. Raises Refused."""
    with new_database(options.database) as url:
        places = [locate(url, folder / f"box-{number}") for number in (1, 2, 3)]
        desk = await make_desk(places[0])
        try:
            step("items to decide on", 0, DECIDE_STEPS)
            actor = Actor(os_user(), os_user())
            numbers = await claim_held_items(desk, actor, options.decisions)
            half = len(numbers) // 2
            step("decisions at rest", 1, DECIDE_STEPS)
            at_rest = await refuse_items(desk, actor, numbers[:half])
            step("decisions under the intake of two boxes", 2, DECIDE_STEPS)
            load = full_load(options.decisions)
            async with load_process(places[1], "--dispatch", *load) as first, load_process(places[2], *load) as second:
                waits = await refuse_items(desk, actor, numbers[half:])
            step("the proof", 3, DECIDE_STEPS)
            await require_whole_chain(desk)
        finally:
            await desk.close()
    step("done", DECIDE_STEPS, DECIDE_STEPS)
    figures = (
        _ratio_figure("99 of 100 within", waits, at_rest, 0.99, MAX_DECISION_RATIO),
        _ratio_figure("median", waits, at_rest, 0.5),
        *latency_figures("a decision under the intake of two boxes", waits)[2:],
        *latency_figures("a decision at rest", at_rest),
        Figure("intake of two boxes while the officer decides", _rate([first, second]), "messages/s"),
    )
    settings = {"decisions": options.decisions, "pause ms": "10 to 50"}
    return Report("decide", figures, settings, own_versions(), UNEQUAL_DECISIONS)


def _ratio_figure(
    words: str, waits: Sequence[float], at_rest: Sequence[float], share: float, most: float | None = None
) -> Figure:
    loaded, alone = percentile(waits, share), percentile(at_rest, share)
    ratio = loaded / alone
    goal, met = (None, None) if most is None else (f"<= {most:g} x at rest", ratio <= most)
    title = f"a decision under the intake of two boxes, {words}"
    return Figure(title, 1000 * loaded, "ms", ratio, "x at rest", goal, met)
