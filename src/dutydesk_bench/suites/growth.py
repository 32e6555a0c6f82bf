"""The same acts in a small store and in a large one, to find what costs more as the store grows."""

from __future__ import annotations

import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from statistics import median

from dutydesk.demo.demo_store import demo_shift
from dutydesk.desk.base.context import Actor
from dutydesk.desk.people.officers import os_user
from dutydesk.desk.service.desk import Desk
from dutydesk.desk.views.items import PageFilter
from dutydesk.dispatch.dispatcher import Dispatcher
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.delivery.items import item_number
from dutydesk.domain.delivery.states import ItemState
from dutydesk.domain.errors import Refused
from dutydesk.wire.text.search_text import fts_query
from dutydesk_bench.fill_store import SENDERS, fill_store
from dutydesk_bench.load import Load, first_recipients, make_desk
from dutydesk_bench.report import Figure, Report, StepReporter, own_versions
from dutydesk_bench.suites.decisions import claim_held_items, refuse_item
from dutydesk_bench.terminal import open_console
from dutydesk_bench.whole_life import CountingBureaus

PAGE_SIZE = 50
GOAL = 2.0
HELD_COUNT = 40
_ROW = re.compile(r"D-\d{6}")
UNEQUAL = (
    "all but a few items are rows alone: a short body and one event each, no deliveries and no persons",
    "both stores fit into this box's memory; a colder disk will do worse",
)


@dataclass(frozen=True, slots=True)
class GrowthOptions:
    small: int = 10_000
    large: int = 1_000_000
    rounds: int = 200
    console: bool = True


OPTIONS = GrowthOptions


async def run(folder: Path, options: GrowthOptions, step: StepReporter) -> Report:
    sizes = (options.small, options.large)
    total = sum(sizes)
    found = []
    for size, behind in zip(sizes, (0, options.small), strict=True):

        def report_progress(done: int, size: int = size, behind: int = behind) -> None:
            step(f"{size:,} items", behind + done, total)

        (folder / str(size)).mkdir()
        found.append(await _run_in_store(folder / str(size) / "desk.db", size, options, report_progress))
    step("done", total, total)
    small, large = found
    figures = tuple(_growth_figure(what, small[what], large[what], options.large) for what in small)
    settings = {"small": options.small, "large": options.large, "rounds": options.rounds}
    return Report("growth", figures, settings, own_versions(), UNEQUAL)


async def _run_in_store(
    store: Path, size: int, options: GrowthOptions, progress: Callable[[int], None]
) -> dict[str, float]:
    desk = await make_desk(store)
    try:
        seconds = await _time_reads(desk, size, options, progress)
    finally:
        await desk.close()
    if options.console:
        seconds["start of the console, to its rows"] = await _console_start_seconds(store, min(3, options.rounds))
    return seconds


def _growth_figure(title: str, small: float, large: float, size: int) -> Figure:
    ratio = large / small
    name = f"{title}, in {size:,} items ({1000 * small:,.3f} ms in the small store)"
    return Figure(name, 1000 * large, "ms", ratio, "large / small", f"<= {GOAL:g} x small", ratio <= GOAL)


async def _time_reads(
    desk: Desk, size: int, options: GrowthOptions, progress: Callable[[int], None]
) -> dict[str, float]:
    """Seconds of each act, the median of its rounds."""
    load = Load(demo_shift(), desk.clock.now(), first_recipients(desk, 20), "growth")
    first = item_number((await desk.intake.receive(load.diffusion())).item or "")
    if first is None:
        raise Refused(RefusedCode.MEASUREMENT_FAILED, "the first message of the load became no item")
    decisions = min(HELD_COUNT, 4 * options.rounds)
    await fill_store(desk, first, size - 1 - decisions, progress)
    actor, random = Actor(os_user(), os_user()), Random(1)
    held = iter(await claim_held_items(desk, actor, decisions))
    reads: dict[str, Callable[[], Awaitable[object]]] = {
        "the newest page": lambda: desk.queries.feed(limit=PAGE_SIZE),
        "a page anywhere": lambda: desk.queries.feed(PageFilter(before=random.randrange(PAGE_SIZE, size)), PAGE_SIZE),
        "a page of one sender": lambda: desk.queries.feed(PageFilter(sender=random.choice(SENDERS)), PAGE_SIZE),
        "a page of what is held": lambda: desk.queries.feed(PageFilter(state=ItemState.HELD), PAGE_SIZE),
        "a search for a rare word": lambda: _search(desk, f"{random.randrange(size):08d}"),
        "a search for a frequent word": lambda: _search(desk, "vessel"),
        "a search for a frequent long word": lambda: _search(desk, "harbour"),
        "a search for two frequent words": lambda: _search(desk, "vessel crimson"),
        "a search for two words": lambda: _search(desk, f"vessel {random.randrange(10):07d}"),
        "the review queue": desk.queries.queue,
        "one item with everything": lambda: desk.queries.show(random.randrange(1, size)),
        "the header's figures": desk.queries.header,
    }
    found = {name: await _median_seconds(read, options.rounds) for name, read in reads.items()}
    found["a decision"] = await _median_seconds(lambda: refuse_item(desk, actor, next(held)), decisions)
    found["an insert, durable"] = await _median_seconds(lambda: desk.intake.receive(load.diffusion()), options.rounds)
    await Dispatcher(desk, CountingBureaus()).run(until_idle=True)
    return found


async def _search(desk: Desk, words: str) -> object:
    return await desk.queries.feed(PageFilter(words=fts_query(words)), PAGE_SIZE)


async def _median_seconds(work: Callable[[], Awaitable[object]], rounds: int) -> float:
    seconds = []
    for _ in range(rounds):
        began = time.perf_counter()
        await work()
        seconds.append(time.perf_counter() - began)
    return median(seconds)


async def _console_start_seconds(store: Path, rounds: int) -> float:
    seconds = []
    for _ in range(rounds):
        with open_console(store) as console:
            await console.wait_until(lambda console=console: bool(_ROW.search(console.text)), "rows")  # type: ignore[misc]
            seconds.append(time.monotonic() - console.started)
    return median(seconds)
