"""The command ``bench``: what this box does, the desk and its peers on the same work in one run."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dutydesk.cli._core.call import Call, pass_call
from dutydesk.cli._core.commands import command
from dutydesk.cli._core.failures import NO
from dutydesk.cli._core.output import print_json_line, print_sentence, print_table
from dutydesk.domain.errors import Refused

if TYPE_CHECKING:
    from dutydesk_bench.report import Figure, Report, StepReporter

SUITE_NAMES = ("pipeline", "decide", "console", "growth", "checks", "registers", "audit", "tree")


def _number_option(name: str, words: str, least: int = 1, most: int | None = None) -> Callable[[Any], Any]:
    return click.option(name, metavar="N", type=click.IntRange(least, most), help=words)


@command(
    "bench",
    "dutydesk bench",
    "dutydesk bench pipeline --messages 10000 --more-peers --folder /srv/desk",
    "dutydesk bench pipeline --rounds 4 --against ../before",
    "dutydesk --db postgresql://desk@db1/postgres bench pipeline",
    "dutydesk --db postgresql://desk@db1/postgres bench decide",
    "dutydesk bench pipeline --signed",
    "dutydesk bench checks --persons 1000000",
    "dutydesk bench registers --register 100000",
    "dutydesk bench tree --events 1000000",
    "dutydesk bench growth --items 10000000 --minutes 120",
    "dutydesk bench all --json",
)
@click.argument("suite", required=False, default="pipeline", type=click.Choice((*SUITE_NAMES, "all")))
@_number_option("--messages", "pipeline, audit, tree: the number of messages; registers: in each turn.", 20)
@_number_option("--recipients", "pipeline: the bureaus that each message goes to; 20.", 1, 190)
@click.option("--without-peers", is_flag=True, help="pipeline: only the desk and the disk.")
@click.option("--more-peers", is_flag=True, help="pipeline: also NATS, huey, litequeue and persist-queue.")
@click.option("--signed", is_flag=True, help="pipeline: whole lives with signatures and without, by turns.")
@_number_option("--decisions", "decide: the number of decisions.", 8)
@_number_option("--keys", "console: the number of keys in each state of load.", 4)
@_number_option("--items", "growth: items in the large store; console: in its store.", 100)
@_number_option("--small", "growth: items in the small store.", 100)
@_number_option("--rounds", "growth, console: how often each thing is done; registers, pipeline: turns.")
@click.option(
    "--against",
    type=click.Path(exists=True, file_okay=False, resolve_path=True, path_type=Path),
    help="pipeline: a checkout whose code is measured by turns with this one.",
)
@_number_option("--events", "audit, tree: events in the log.", 200)
@_number_option("--persons", "checks: records of persons.", 1000)
@_number_option("--documents", "checks: records of documents.", 1000)
@_number_option("--register", "registers: entries of the register; 100,000.", 100)
@_number_option("--checks", "checks: checks of each sort.", 20)
@click.option("--seconds", metavar="S", type=click.FloatRange(min=0.1), help="For each mode of a peer, or each rest.")
@click.option(
    "--minutes", metavar="M", type=click.FloatRange(min=0.01), default=10.0, help="At most, for each suite; 10."
)
@click.option(
    "--folder",
    type=click.Path(exists=True, file_okay=False, writable=True, path_type=Path),
    help="On the disk that is to be measured; by default the folder of temporary files.",
)
@pass_call
@click.pass_context
def bench_command(
    ctx: click.Context,
    call: Call,
    /,
    suite: str,
    folder: Path | None,
    minutes: float,
    without_peers: bool,
    **chosen: float | Path | None,
) -> None:
    """Measure this box: ratios first.

    One suite, or all of them; pipeline if none is named. With --db postgresql://… pipeline measures the desk on that
    cluster beside SQLite, and decide an officer's decisions under the intake of two boxes, in databases that they make
    there. Each runs in stores of its own that are deleted afterwards.
    Databases and queues to compare with are started on loopback if they are installed, and named if they are not. It
    fails if a delivery is lost, doubled or not allowed.
    """
    given: dict[str, object] = {name: value for name, value in chosen.items() if value not in (None, False)}
    if without_peers:
        given["peers"] = False
    database = _database_of(call)
    if database is not None and suite in ("pipeline", "decide", "all"):
        given["database"] = database
    if suite != "all":
        _run(call, suite, given, minutes, folder)
        return
    failed = 0
    for name in SUITE_NAMES:
        try:
            _run(call, name, _options_of(name, given), minutes, folder)
        except Refused as refused:
            failed += 1
            print(f"dutydesk: {name}: {refused.words}", file=sys.stderr)
    if failed:
        ctx.exit(NO)


def _database_of(call: Call) -> str | None:
    from dutydesk.store.engine.location import is_cluster_url

    return call.db if call.db is not None and is_cluster_url(call.db) else None


def _run(call: Call, name: str, given: dict[str, object], minutes: float, folder: Path | None) -> None:
    import asyncio

    from dutydesk_bench import registry

    with _progress_bar(name) as step:
        report = asyncio.run(registry.run(name, folder, given, minutes, step))
    _print_report(call, report)


def _options_of(name: str, given: dict[str, object]) -> dict[str, object]:
    from dutydesk_bench import registry

    found = {option: value for option, value in given.items() if option in registry.SUITES[name][1]}
    if name == "pipeline" and "against" not in found:
        found.pop("rounds", None)  # They are those of other suites.
    return found


@contextmanager
def _progress_bar(name: str) -> Iterator[StepReporter]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty(), transient=True) as bar:
        task = bar.add_task(name, total=None)

        def step(words: str, done: int, total: int) -> None:
            bar.update(task, completed=done, total=total, description=f"{name}: {words}")

        yield step


def _print_report(call: Call, report: Report) -> None:
    figures = sorted(report.figures, key=lambda figure: figure.ratio is None)
    if call.json:
        for figure in figures:
            print_json_line({"suite": report.suite, **asdict(figure)})
        about = asdict(report)
        del about["figures"]
        print_json_line(about)
        return
    print_table(("Ratio", "", "Figure", "", "What", "Goal"), map(_figure_cells, figures))
    print_sentence(f"{report.suite}: " + ", ".join(f"{name} {value}" for name, value in report.settings.items()))
    print_sentence(", ".join(f"{name} {value}" for name, value in report.versions.items()))
    for words in report.unequal:
        print_sentence(f"unequal: {words}")


def _figure_cells(figure: Figure) -> tuple[str, ...]:
    value = figure.missing or (f"{figure.value:,.4g}" if abs(figure.value or 0) < 10 else f"{figure.value:,.1f}")
    ratio = "" if figure.ratio is None else f"{figure.ratio:,.2f}"
    goal = "" if figure.goal is None else f"{figure.goal}: {'met' if figure.met else 'MISSED'}"
    unit = "" if figure.missing else figure.unit
    return ratio, figure.of or "", "missing" if figure.missing else value, unit, _figure_title(figure), goal


def _figure_title(figure: Figure) -> str:
    return f"{figure.what} ({figure.missing})" if figure.missing else figure.what
