"""Whole lives with the store in a file and in databases of a cluster, by turns on the same machine."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Final

from dutydesk.store.engine.location import locate
from dutydesk.wire.reference.directory import load_directory
from dutydesk_bench.databases import new_database
from dutydesk_bench.load import first_members, make_desk
from dutydesk_bench.producers import Production, producing
from dutydesk_bench.report import Figure, Report, StepReporter, own_versions, percentile
from dutydesk_bench.suites import boxes
from dutydesk_bench.whole_life import Lives

DEFAULT_TURNS: Final = 3
MIN_RATIO: Final = 0.7
MANY_PRODUCERS, FEW_PRODUCERS = 512, 16
WARM_UP_MESSAGES = 500
UNEQUAL = (
    "the cluster is used as it is: its disk, its settings and its standbys; the file is in the folder of the benchmark",
    "on a cluster each statement is a message over its line, and the cluster's processes share these processors",
    boxes.UNEQUAL_INTAKE,
)


@dataclass(frozen=True, slots=True)
class EngineTurns:
    """``database`` is a URL; each turn has a database of its own beside the one that it names.

    One box and two take messages in for ``intake_seconds`` each.
    """

    database: str
    messages: int
    recipients: int
    turns: int
    intake_seconds: float = 8.0


@dataclass
class _MeasuredEngine:
    name: str
    rates: list[float] = field(default_factory=list)
    receipts: list[float] = field(default_factory=list)

    def add(self, whole: Lives, few: Lives) -> None:
        self.rates.append(whole.rate)
        self.receipts.append(1000 * percentile(few.waits, 0.99))


async def run(folder: Path, options: EngineTurns, step: StepReporter) -> Report:
    """Raises Refused if a database can't be made, or a delivery is lost or doubled."""
    file, cluster = _MeasuredEngine("SQLite"), _MeasuredEngine("PostgreSQL")
    for turn in range(options.turns):
        step("whole lives by turns", turn, options.turns + 1)
        await _measure(folder / f"turn-{turn}.db", options, file)
        with new_database(options.database) as url:
            await _measure(locate(url, folder / f"turn-{turn}"), options, cluster)
    step("intake of one box and of two", options.turns, options.turns + 1)
    intake = await boxes.intake_figures(folder, options.database, options.intake_seconds)
    step("done", options.turns + 1, options.turns + 1)
    rate, ours = median(file.rates), median(cluster.rates)
    figures = (
        Figure(
            "whole life on PostgreSQL", ours, "messages/s", ours / rate, "x SQLite", f">= {MIN_RATIO} x SQLite",
            ours / rate >= MIN_RATIO,
        ),
        Figure("whole life on SQLite", rate, "messages/s"),
        *intake,
        *[Figure(_receipt_title(each), median(each.receipts), "ms") for each in (cluster, file)],
    )  # fmt: skip
    settings = {"messages": options.messages, "recipients": options.recipients, "rounds": options.turns}
    return Report("pipeline", figures, settings, own_versions(), UNEQUAL)


def _receipt_title(engine: _MeasuredEngine) -> str:
    return f"receipt with {FEW_PRODUCERS} producers, 99 of 100 within, {engine.name}"


async def _measure(store: Path, options: EngineTurns, engine: _MeasuredEngine) -> None:
    desk = await make_desk(store)
    try:
        async with producing(_productions(options)) as producers:
            await producers.lives(desk, "warm")
            engine.add(await producers.lives(desk, "life"), await producers.lives(desk, "few"))
    finally:
        await desk.close()


def _productions(options: EngineTurns) -> list[Production]:
    at, number = datetime.now(UTC), options.messages
    codes = tuple(first_members(load_directory(), at, options.recipients))
    return [
        Production("warm", min(number, WARM_UP_MESSAGES), MANY_PRODUCERS, at, codes),
        Production("life", number, MANY_PRODUCERS, at, codes),
        Production("few", max(number // 4, 1), FEW_PRODUCERS, at, codes),
    ]
