"""Whole lives by this code and by that of another checkout, in turns on the same machine: the ratio of their medians.

Each turn has a new store and a process of its own, with the same messages from producers in another one.
"""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from msgspec import json as typed_json

from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.errors import Refused
from dutydesk.wire.reference.directory import load_directory
from dutydesk_bench import producers, whole_life
from dutydesk_bench.load import first_members
from dutydesk_bench.processes import end_process
from dutydesk_bench.producers import Production
from dutydesk_bench.report import Figure, Report, StepReporter, at_most, own_versions, percentile
from dutydesk_bench.whole_life import Lives

DEFAULT_TURNS = 4
WARM_UP_MESSAGES = 1_000
MANY_PRODUCERS, FEW_PRODUCERS = 512, 16
MAX_RECIPIENTS = 195
MIN_RATIO = 2.5
MAX_RECEIPT_MS = 10.0
_THIS, _OTHER = "this code", "the other"
UNEQUAL = ("both are handed the same messages by this code's producers, over a pipe; the bureaus are in their process",)


@dataclass(frozen=True, slots=True)
class Rounds:
    messages: int
    recipients: int
    turns: int
    against: Path | None


@dataclass
class _Code:
    """A checkout's sources, and what was measured of them in each turn."""

    name: str
    sources: Path
    rates: list[float] = field(default_factory=list)
    many_rates: list[float] = field(default_factory=list)
    receipts: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)

    def add(self, lives: list[Lives]) -> None:
        _warm, whole, few, many = lives
        self.rates.append(whole.rate)
        self.processor.append(1_000_000 * whole.processor / whole.messages)
        self.many_rates.append(many.rate)
        self.receipts.append(1000 * percentile(few.waits, 0.99))


async def run(folder: Path, options: Rounds, step: StepReporter) -> Report:
    """Measure by turns. Raises Refused if a code loses or doubles a delivery, or can't be measured."""
    codes = [_Code(_THIS, Path(__file__).parents[2])]
    if options.against is not None:
        codes.append(_Code(_OTHER, _sources(options.against)))
    for turn in range(options.turns):
        step("whole lives by turns", turn, options.turns)
        for code in codes if turn % 2 else codes[::-1]:
            code.add(await _lives(folder, code, options))
    step("done", options.turns, options.turns)
    this = codes[0]
    figures = [
        *_ratio_figures("whole life", [code.rates for code in codes]),
        *_ratio_figures("whole life to many bureaus", [code.many_rates for code in codes]),
        *[Figure(_processor_title(code), median(code.processor), "us") for code in codes],
        at_most(_receipt_title(this), median(this.receipts), "ms", MAX_RECEIPT_MS),
        *[Figure(_receipt_title(code), median(code.receipts), "ms") for code in codes[1:]],
    ]
    settings = {
        "messages": options.messages,
        "recipients": options.recipients,
        "many": MAX_RECIPIENTS,
        "rounds": options.turns,
        "against": str(options.against or "nothing"),
    }
    return Report("pipeline", tuple(figures), settings, own_versions(), UNEQUAL)


def _sources(checkout: Path) -> Path:
    """Raises Refused for a folder without dutydesk, in whose place the installed one would be measured."""
    sources = checkout / "src"
    if not (sources / "dutydesk" / "__init__.py").is_file():
        raise Refused(RefusedCode.MEASUREMENT_FAILED, f"{checkout} has no dutydesk in src; name a checkout of it")
    return sources


def _processor_title(code: _Code) -> str:
    return f"processor for a message, without what reads ahead, {code.name}"


def _receipt_title(code: _Code) -> str:
    return f"receipt with {FEW_PRODUCERS} producers, 99 of 100 within, {code.name}"


def _ratio_figures(title: str, rates: list[list[float]]) -> list[Figure]:
    """The medians of one code or of two; with two the first says how many times as fast it is."""
    this, *others = map(median, rates)
    spread = f"{min(rates[0]):,.0f} to {max(rates[0]):,.0f}"
    what = f"{title}, {_THIS} ({spread})"
    if not others:
        return [Figure(what, this, "messages/s")]
    other = others[0]
    goal, ratio = f">= {MIN_RATIO} x {_OTHER}", this / other
    spread = f"{min(rates[1]):,.0f} to {max(rates[1]):,.0f}"
    return [
        Figure(what, this, "messages/s", ratio, f"x {_OTHER}", goal, ratio >= MIN_RATIO),
        Figure(f"{title}, {_OTHER} ({spread})", other, "messages/s"),
    ]


def _productions(options: Rounds) -> list[Production]:
    at, number = datetime.now(UTC), options.messages
    few, many = (tuple(first_members(load_directory(), at, most)) for most in (options.recipients, MAX_RECIPIENTS))
    return [
        Production("warm", min(number, WARM_UP_MESSAGES), MANY_PRODUCERS, at, few),
        Production("life", number, MANY_PRODUCERS, at, few),
        Production("few", number // 2, FEW_PRODUCERS, at, few),
        Production("many", number // 4, MANY_PRODUCERS, at, many),
    ]


async def _lives(folder: Path, code: _Code, options: Rounds) -> list[Lives]:
    """Run producers and the code beside each other, each one's output being the other's input."""
    store, results = folder / "turn.db", folder / "turn.json"
    messages_out, receipts_out = os.pipe(), os.pipe()
    environment = os.environ | {"PYTHONPATH": str(code.sources)}
    program = [sys.executable, "-P", whole_life.__file__, str(code.sources), str(store), str(results)]
    making = await asyncio.create_subprocess_exec(
        *producers.command(_productions(options)), stdin=receipts_out[0], stdout=messages_out[1]
    )
    living = await asyncio.create_subprocess_exec(
        *program, stdin=messages_out[0], stdout=receipts_out[1], env=environment
    )
    for end in (*messages_out, *receipts_out):
        os.close(end)
    try:
        await living.wait()
    finally:
        await end_process(living)
        await end_process(making)
    if living.returncode:
        raise Refused(RefusedCode.MEASUREMENT_FAILED, f"{code.sources} could not be measured")
    return _read_results(folder, results)


def _read_results(folder: Path, results: Path) -> list[Lives]:
    """What was measured, once the turn's files are deleted."""
    lives = typed_json.decode(results.read_bytes(), type=list[Lives])
    for left in folder.glob("turn*"):
        left.unlink()
    return lives
