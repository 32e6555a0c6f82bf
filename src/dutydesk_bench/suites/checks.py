"""Checks of names and documents, with a scan of all names and other matchers if they are installed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from dutydesk_bench import check_rates
from dutydesk_bench.report import Figure, Report, StepReporter, own_versions

STEPS = 4
#: How many in a hundred must be among the best five.
FOUND_GOALS = {
    "found: one letter wrong": 97,
    "found: two letters wrong in one part of six or more": 90,
    "found: family name first": 97,
    "found: one part of three or more left out": 97,
    "found: one of two given or two family names left out": 97,
    "found: otherwise transliterated, or without diacritics": 97,
}
NAME_CHECKS = "checks by name, birth and nationality, of clean persons"
NAME_CHECKS_PER_SECOND = {100_000: 2500, 1_000_000: 1000}
ALERTS, ALERTS_AT_MOST = "clean persons that alert, birth and nationality given", 1
DOCUMENTS, DOCUMENTS_A_SECOND = "checks of documents", 50_000
UNEQUAL = (
    "names are invented; the rules by which they are got wrong are the benchmark's own",
    "the scan and the other matchers compare names alone; the desk also weighs birth, nationality and documents",
)


@dataclass(frozen=True, slots=True)
class CheckOptions:
    persons: int = 100_000
    documents: int = 200_000
    checks: int = 300


OPTIONS = CheckOptions


async def run(folder: Path, options: CheckOptions, step: StepReporter) -> Report:
    steps_begun: list[str] = []

    def say(words: str) -> None:
        steps_begun.append(words)
        step(words, min(len(steps_begun), STEPS) - 1, STEPS)

    rates = check_rates.RateOptions(options.persons, options.documents, options.checks)
    found = await check_rates.run(folder, rates, say)
    figures = tuple(_with_goal(_figure(each), options.persons) for each in found)
    step("done", STEPS, STEPS)
    settings = {"persons": options.persons, "documents": options.documents, "checks": options.checks}
    return Report("checks", figures, settings, own_versions(), UNEQUAL)


def _figure(each: check_rates.RateFigure) -> Figure:
    of = None if each.ratio is None else "of a scan"
    return Figure(each.title, each.value, each.unit, each.ratio, of, missing=each.missing)


def _with_goal(figure: Figure, persons: int) -> Figure:
    """Add the goal. Goals of speed hold for the stores that they were set for, and smaller ones."""
    if figure.value is None:
        return figure
    least: float | None = FOUND_GOALS.get(figure.what)
    if figure.what == NAME_CHECKS:
        least = next((rate for most, rate in NAME_CHECKS_PER_SECOND.items() if persons <= most), None)
    elif figure.what.startswith(DOCUMENTS) and figure.unit == "checks/s":
        least = DOCUMENTS_A_SECOND
    if least is not None:
        return replace(figure, goal=f">= {least:,g} {figure.unit}", met=figure.value >= least)
    if figure.what == ALERTS:
        return replace(figure, goal=f"<= {ALERTS_AT_MOST} %", met=figure.value <= ALERTS_AT_MOST)
    return figure
