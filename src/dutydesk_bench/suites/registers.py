"""What a large register costs intake: the same messages by turns into a desk with a register and into one without.

Both the register and the messages take their persons from the same names. The time on the clock counts, and that of
the process, which other work on the machine disturbs less. A process of its own searches a large register; its time is
a figure as well, and costs intake nothing while a core is free.
"""

from __future__ import annotations

import asyncio
import csv
import io
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from typing import Any

from dutydesk.demo.demo_store import demo_shift
from dutydesk.desk.base.context import Actor
from dutydesk.desk.people.officers import os_user
from dutydesk.desk.service.desk import Desk
from dutydesk.domain.rules.registers import Register
from dutydesk.wire.decode.stream import RawMessage, read_one
from dutydesk_bench.load import SENDER, Load, first_recipients, make_desk, receive_messages
from dutydesk_bench.report import Figure, Report, StepReporter, at_most, own_versions
from dutydesk_bench.sample_people import SamplePerson, sample_people

PRODUCERS = 64
MAX_COST_PERCENT = 5.0
RECIPIENTS = 20
_REGISTER_SEED, _MESSAGE_SEED = 11, 12
#: One entry in so many knows only the year of birth, and one in so many none.
_YEAR_ONLY, _NO_BIRTH = 20, 100
_LOADING_SECONDS = 0.02
_LOADING_MESSAGES = 20_000
UNEQUAL = (
    "half of the register are refugees, by turns of five countries, one of them the sender's; the others are the CCF's",
    "a held message is not put out, which is less work; the share that is held is among the figures",
)


@dataclass(frozen=True, slots=True)
class RegisterOptions:
    """``entries`` of both registers together; ``messages`` in each turn into each desk."""

    entries: int = 100_000
    messages: int = 1_000
    turns: int = 8


OPTIONS = RegisterOptions


async def run(folder: Path, options: RegisterOptions, step: StepReporter) -> Report:
    steps = 2 + options.turns
    plain, watching = await make_desk(folder / "plain.db"), await make_desk(folder / "watching.db")
    try:
        step("importing the registers", 1, steps)
        began = time.perf_counter()
        await _import_registers(watching, options.entries)
        importing = time.perf_counter() - began
        messages = _messages(plain, options)
        if options.entries > 2 * watching.limits.memory.watched_in_memory:  # half may be filed for other senders
            await _load_register(watching, messages)
        for desk in (plain, watching):
            await receive_messages(desk, list(islice(messages, options.messages)), PRODUCERS)
        costs = _Costs()
        for turn in range(options.turns):
            step("messages by turns", 2 + turn, steps)
            batch = list(islice(messages, options.messages))
            order = (("plain", plain), ("watching", watching))
            for name, desk in order if turn % 2 else order[::-1]:
                await costs.measure(name, desk, batch)
        held = await _held(watching) / (options.messages * (options.turns + 1))
    finally:
        await plain.close()
        await watching.close()
    step("done", steps, steps)
    figures = (
        at_most("the register's cost, of the time on the clock", _more(costs.clock), "%", MAX_COST_PERCENT),
        at_most("the register's cost, of the process's time", _more(costs.process), "%", MAX_COST_PERCENT),
        *costs.searching(),
        *_each("the process's time for a message", costs.process),
        *_each("the time on the clock for a message", costs.clock),
        Figure("messages held for the register", 100 * held, "%"),
        Figure("importing the registers", options.entries / importing, "entries/s"),
    )
    settings = {"entries": options.entries, "messages": options.messages, "turns": options.turns}
    return Report("registers", figures, settings, own_versions(), UNEQUAL)


async def _load_register(desk: Desk, messages: Iterator[RawMessage]) -> None:
    """Take messages in until the desk has loaded its register, which another process does."""
    while desk.intake.memory.watch_search.companion is None:
        await desk.intake.receive(next(messages))
        await asyncio.sleep(_LOADING_SECONDS)


@dataclass
class _Costs:
    """Seconds for a message in each turn: of this process, on the clock, and of the process that searches."""

    process: dict[str, list[float]] = field(default_factory=lambda: {"plain": [], "watching": []})
    clock: dict[str, list[float]] = field(default_factory=lambda: {"plain": [], "watching": []})
    search: list[float] = field(default_factory=list)

    async def measure(self, name: str, desk: Desk, batch: list[RawMessage]) -> None:
        search = desk.intake.memory.watch_search.companion
        searching, process, clock = search.seconds() if search else 0.0, time.process_time(), time.perf_counter()
        await receive_messages(desk, batch, PRODUCERS)
        self.process[name].append((time.process_time() - process) / len(batch))
        self.clock[name].append((time.perf_counter() - clock) / len(batch))
        if search is not None:
            self.search.append((search.seconds() - searching) / len(batch))

    def searching(self) -> list[Figure]:
        """The time of the process that searches; none for a register that is searched without one."""
        if not self.search:
            return []
        return [Figure("the time of the register's own process for a message", 1_000_000 * median(self.search), "us")]


def _more(seconds: dict[str, list[float]]) -> float:
    """The median of what the turns with the register took more than those without, as a percentage."""
    pairs = zip(seconds["plain"], seconds["watching"], strict=True)
    return 100 * (median(watching / plain for plain, watching in pairs) - 1)


def _each(title: str, seconds: dict[str, list[float]]) -> list[Figure]:
    words = {"plain": "without a register", "watching": "with the register"}
    return [Figure(f"{title}, {words[name]}", 1_000_000 * median(found), "us") for name, found in seconds.items()]


async def _held(desk: Desk) -> int:
    return (await desk.queries.header()).held


async def _import_registers(desk: Desk, entries: int) -> None:
    actor = Actor(os_user(), os_user())
    people = list(sample_people(_REGISTER_SEED, entries))
    countries = cycle((SENDER, "SY", "BY", "IR", "CU"))
    refugees = [
        (f"R-{place}", *_person(place, one), next(countries), "2019-01-02", "DE", "confirmed")
        for place, one in enumerate(people[::2])
    ]
    header = ("reference", "family", "given", "original_script", "date_of_birth", "identity_document")
    raw = _csv((*header, "country_of_origin", "date", "granted_by", "status"), refugees)
    await desk.imports.import_register(actor, Register.REFUGEES, raw)
    matters = [
        (f"C-{place}", *_person(place, one), "decision", "deleted", "2021-03-04")
        for place, one in enumerate(people[1::2])
    ]
    await desk.imports.import_register(actor, Register.CCF, _csv((*header, "matter", "decision", "date"), matters))


def _person(place: int, one: SamplePerson) -> tuple[str, ...]:
    born = "" if place % _NO_BIRTH == 1 else one.born[:4] if place % _YEAR_ONLY == 2 else one.born
    family, given = (" ".join(word.latin for word in words) for words in (one.family, one.given))
    original = " ".join(word.original or "" for word in (*one.family, *one.given)).strip()
    return family, given, original, born, one.number


def _csv(header: tuple[str, ...], rows: list[tuple[str, ...]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    return text.getvalue().encode()


def _messages(desk: Desk, options: RegisterOptions) -> Iterator[RawMessage]:
    """Diffusions of the sample shift, each about another person."""
    load = Load(demo_shift(), desk.clock.now(), first_recipients(desk, RECIPIENTS), "registers")
    for one in sample_people(_MESSAGE_SEED, options.messages * (options.turns + 2) + _LOADING_MESSAGES):
        body: dict[str, Any] = json.loads(load.diffusion().raw)
        while body["subject"]["type"] != "person":
            body = json.loads(load.diffusion().raw)
        family, given, original, born, number = _person(0, one)
        name = {"family": family, "given": given} | ({"original_script": original} if original else {})
        body["subject"] |= {
            "name": name,
            "aliases": [],
            "date_of_birth": born,
            "nationalities": [one.nationality],
            "identity_documents": [{"type": "passport", "number": number, "issuer": one.nationality}],
        }
        yield read_one(io.BytesIO(json.dumps(body, ensure_ascii=False).encode()))
