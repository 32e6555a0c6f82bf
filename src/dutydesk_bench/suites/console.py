"""The console in a real pseudo-terminal: from a key to its paint, at rest and under load; bytes, processor, memory."""

from __future__ import annotations

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
from dutydesk.dispatch.dispatcher import Dispatcher
from dutydesk_bench.fill_store import fill_store
from dutydesk_bench.load import Load, first_recipients, full_load, make_desk
from dutydesk_bench.processes import load_process
from dutydesk_bench.report import Figure, Report, StepReporter, at_most, latency_figures, own_versions
from dutydesk_bench.suites.decisions import claim_held_items
from dutydesk_bench.terminal import QUIET_SECONDS, TerminalConsole, open_console
from dutydesk_bench.whole_life import CountingBureaus

STEPS = 5
SHORT_QUIET_SECONDS = 0.4
CURSOR, FIRST_COUNTRY, FOLLOWING = "▌", "Angola", "following"
#: Milliseconds between two keys.
PAUSE_RANGE_MS = (40, 160)
NORMAL_LOAD = ("--messages-a-minute", 30, "--checks-a-minute", 9000)
UNEQUAL = (
    "no peer: other consoles show other things; the bytes are compared with those that the design measured",
    "the time of a key ends when this process has read the paint out of the terminal, which takes its turn too",
)


@dataclass(frozen=True, slots=True)
class ConsoleOptions:
    """``items`` are in the store before the console starts; ``keys`` are pressed in each state of load.

    ``rounds``: how often the bytes of each event are counted.
    """

    items: int = 10_000
    keys: int = 200
    idle_seconds: float = 20.0
    rounds: int = 3


OPTIONS = ConsoleOptions


async def run(folder: Path, options: ConsoleOptions, step: StepReporter) -> Report:
    store = folder / "desk.db"
    desk = await make_desk(store)
    figures: list[Figure] = []
    try:
        step(f"{options.items:,} items", 0, STEPS)
        await _fill_desk(desk, options.items)
        step("at rest", 1, STEPS)
        with open_console(store) as console:
            console.quiet_seconds = min(QUIET_SECONDS, max(SHORT_QUIET_SECONDS, options.idle_seconds))
            figures += await _start_figures(console)
            figures += await _key_figures(console, "at rest", options.keys)
            step("bytes of each event", 2, STEPS)
            figures += await _byte_figures(console, desk, options)
            figures += [at_most("memory at rest", console.memory_mb(), "MB", 120)]
        loads = (
            ("30 messages and 9,000 checks a minute", NORMAL_LOAD, None),
            ("full intake", full_load(2 * options.keys), 50.0),
        )
        for place, (words, load, p99) in enumerate(loads, start=3):
            step(words, place, STEPS)
            with open_console(store) as console:
                async with load_process(store, *load, "--dispatch") as loaded:
                    await _wait_for_rows(console)
                    figures += await _key_figures(console, f"under {words}", options.keys, p99)
                    memory = at_most(f"memory under {words}", console.memory_mb(), "MB", 120)
            figures += [memory, Figure(f"messages taken in meanwhile ({words})", loaded.rate("messages"), "messages/s")]
            if load is NORMAL_LOAD:
                figures.append(Figure("checks answered meanwhile", 60 * loaded.rate("checks"), "checks/min"))
    finally:
        await desk.close()
    step("done", STEPS, STEPS)
    settings = {"items": options.items, "keys": options.keys, "terminal": "80x24, xterm-256color, truecolor"}
    return Report("console", tuple(figures), settings, own_versions(), UNEQUAL)


async def _fill_desk(desk: Desk, number: int) -> None:
    load = Load(demo_shift(), desk.clock.now(), first_recipients(desk, 20), "console")
    await desk.intake.receive(load.diffusion())
    await fill_store(desk, 1, number, lambda _done: None)
    await claim_held_items(desk, Actor(os_user(), os_user()), 8)
    for raw in load.diffusions(20):
        await desk.intake.receive(raw)
    await Dispatcher(desk, CountingBureaus()).run(until_idle=True)


async def _wait_for_rows(console: TerminalConsole) -> None:
    await console.wait_until(lambda: "D-0" in console.text and "FEED" in console.text, "its rows")


async def _start_figures(console: TerminalConsole) -> list[Figure]:
    await console.wait_until(lambda: "FEED" in console.text, "its frame")
    frame = time.monotonic() - console.started
    await _wait_for_rows(console)
    rows = time.monotonic() - console.started
    await console.wait_until_quiet()
    return [at_most("first paint", frame, "s", 1), Figure("first paint with rows", rows, "s")]


async def _key_figures(console: TerminalConsole, when: str, keys: int, p99: float | None = None) -> list[Figure]:
    """Steps of the cursor among the countries, and changes of the pane, each to the paint that shows it."""
    random, steps, panes = Random(1), [], []
    await _seconds_until(console, "3", FIRST_COUNTRY)
    for number in range(keys):
        key = "j" if number // 10 % 2 == 0 else "k"
        steps.append(await _seconds_until(console, key, CURSOR))
        await _pause(console, random)
    for number in range(keys // 4):
        key, words = (("1", FOLLOWING), ("3", FIRST_COUNTRY))[number % 2]
        panes.append(await _seconds_until(console, key, words))
        await _pause(console, random)
    return [
        *latency_figures(f"key to paint {when}: a step of the cursor", steps, p99),
        *latency_figures(f"key to paint {when}: another pane", panes, p99),
    ]


async def _seconds_until(console: TerminalConsole, key: str, words: str) -> float:
    console.clear_output()
    began = time.perf_counter()
    console.press(key)
    await console.wait_until(lambda: words in console.text, f"{words!r} after the key {key!r}")
    return time.perf_counter() - began


async def _pause(console: TerminalConsole, random: Random) -> None:
    """An officer's pause, during which the console goes on painting."""
    end = time.monotonic() + random.uniform(*PAUSE_RANGE_MS) / 1000
    while (left := end - time.monotonic()) > 0:
        await console.read(left)


async def _byte_figures(console: TerminalConsole, desk: Desk, options: ConsoleOptions) -> list[Figure]:
    load = Load(demo_shift(), desk.clock.now(), first_recipients(desk, 3), "bytes")

    async def key(keys: str) -> None:
        console.press(keys)

    async def arrives() -> None:
        await desk.intake.receive(load.diffusion())

    await _byte_cost(console, lambda: key("3"))  # The first step paints what is painted only once, and is not measured.
    await _byte_cost(console, lambda: key("j"))
    events: list[tuple[str, Callable[[], Awaitable[object]], int | None]] = [
        ("a step of the cursor", lambda: key("j"), 600),
        ("another pane", lambda: key("1"), None),
        ("a message that comes in and goes out", arrives, 11_000),
    ]
    figures = []
    for what, actor, most in events:
        costs = [await _byte_cost(console, actor) for _ in range(options.rounds)]
        if what == "another pane":
            costs = costs[:1]  # The second time the pane is the same again.
        figures.append(_size_figure(f"bytes of {what}", median(costs), most))
    await console.wait_until_quiet()
    console.clear_output()
    before, began = console.processor_seconds(), time.monotonic()
    while (left := began + options.idle_seconds - time.monotonic()) > 0:
        await console.read(left)
    busy = 100 * (console.processor_seconds() - before) / (time.monotonic() - began)
    return [
        *figures,
        Figure(
            f"bytes of {options.idle_seconds:g} s at rest, the clock's minute among them", len(console.output), "bytes"
        ),
        Figure("processor at rest", busy, "% of a core"),
    ]


def _size_figure(title: str, size: float, most: int | None) -> Figure:
    return Figure(title, size, "bytes") if most is None else at_most(title, size, "bytes", most)


async def _byte_cost(console: TerminalConsole, action: Callable[[], Awaitable[object]]) -> int:
    await console.wait_until_quiet()
    console.clear_output()
    await action()
    await console.read(QUIET_SECONDS)
    await console.wait_until_quiet()
    return len(console.output)
