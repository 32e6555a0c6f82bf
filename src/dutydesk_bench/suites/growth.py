"""The same acts in a small store and in a large one: what costs more because there is more."""

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
from dutydesk.domain.delivery.items import item_number
from dutydesk.domain.delivery.states import ItemState
from dutydesk.domain.errors import Refused
from dutydesk.wire.text.search_text import fts_query
from dutydesk_bench.filling import SENDERS, fill
from dutydesk_bench.load import Bureaus, Load, new_desk, recipients_of
from dutydesk_bench.report import Figure, Report, Step, own_versions
from dutydesk_bench.suites.decide import held_items, refuse
from dutydesk_bench.terminal import console_on

PAGE = 50
GOAL = 2.0
HELD = 40
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


async def run(folder: Path, wanted: GrowthOptions, step: Step) -> Report:
    sizes = (wanted.small, wanted.large)
    total = sum(sizes)
    found = []
    for size, behind in zip(sizes, (0, wanted.small), strict=True):

        def said(done: int, size: int = size, behind: int = behind) -> None:
            step(f"{size:,} items", behind + done, total)

        (folder / str(size)).mkdir()
        found.append(await _in_store(folder / str(size) / "desk.db", size, wanted, said))
    step("done", total, total)
    small, large = found
    figures = tuple(_grown(what, small[what], large[what], wanted.large) for what in small)
    settings = {"small": wanted.small, "large": wanted.large, "rounds": wanted.rounds}
    return Report("growth", figures, settings, own_versions(), UNEQUAL)


async def _in_store(store: Path, size: int, wanted: GrowthOptions, said: Callable[[int], None]) -> dict[str, float]:
    desk = await new_desk(store)
    try:
        seconds = await _measured(desk, size, wanted, said)
    finally:
        await desk.close()
    if wanted.console:
        seconds["start of the console, to its rows"] = await _start(store, min(3, wanted.rounds))
    return seconds


def _grown(what: str, small: float, large: float, size: int) -> Figure:
    ratio = large / small
    name = f"{what}, in {size:,} items ({1000 * small:,.3f} ms in the small store)"
    return Figure(name, 1000 * large, "ms", ratio, "large / small", f"<= {GOAL:g} x small", ratio <= GOAL)


async def _measured(desk: Desk, size: int, wanted: GrowthOptions, said: Callable[[int], None]) -> dict[str, float]:
    """Seconds of each act, the median of its rounds."""
    load = Load(demo_shift(), desk.clock.now(), recipients_of(desk, 20), "growth")
    first = item_number((await desk.receive(load.diffusion())).item or "")
    if first is None:
        raise Refused("the first message of the load became no item")
    await fill(desk, first, size - 1 - HELD, said)
    actor, random = Actor(os_user(), os_user()), Random(1)
    held = iter(await held_items(desk, actor, HELD))
    reads: dict[str, Callable[[], Awaitable[object]]] = {
        "the newest page": lambda: desk.feed(most=PAGE),
        "a page anywhere": lambda: desk.feed(PageFilter(before=random.randrange(PAGE, size)), PAGE),
        "a page of one sender": lambda: desk.feed(PageFilter(sender=random.choice(SENDERS)), PAGE),
        "a page of what is held": lambda: desk.feed(PageFilter(state=ItemState.HELD), PAGE),
        "a search for a rare word": lambda: _search(desk, f"{random.randrange(size):08d}"),
        "a search for a frequent word": lambda: _search(desk, "vessel"),
        "a search for two words": lambda: _search(desk, f"vessel {random.randrange(10):07d}"),
        "the review queue": desk.queue,
        "one item with everything": lambda: desk.show(random.randrange(1, size)),
        "the header's figures": desk.header,
    }
    found = {name: await _median(read, wanted.rounds) for name, read in reads.items()}
    found["a decision"] = await _median(lambda: refuse(desk, actor, next(held)), HELD)
    found["an insert, durable"] = await _median(lambda: desk.receive(load.diffusion()), wanted.rounds)
    await Dispatcher(desk, Bureaus()).run(until_idle=True)
    return found


async def _search(desk: Desk, words: str) -> object:
    return await desk.feed(PageFilter(words=fts_query(words)), PAGE)


async def _median(actor: Callable[[], Awaitable[object]], rounds: int) -> float:
    seconds = []
    for _ in range(rounds):
        began = time.perf_counter()
        await actor()
        seconds.append(time.perf_counter() - began)
    return median(seconds)


async def _start(store: Path, rounds: int) -> float:
    seconds = []
    for _ in range(rounds):
        with console_on(store) as console:
            await console.until(lambda console=console: bool(_ROW.search(console.text)), "rows")  # type: ignore[misc]
            seconds.append(time.monotonic() - console.started)
    return median(seconds)
