"""Benchmarks: what this box does, each figure beside the disk's own rate in the same run."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dutydesk.cli.call import Call, pass_call
from dutydesk.cli.commands import group
from dutydesk.cli.say import json_lines, sentence, table

if TYPE_CHECKING:
    from dutydesk.traffic.bench_checks import Figure


@group(
    "bench",
    "dutydesk bench",
    "dutydesk bench --messages 10000 --folder /srv/desk",
    "dutydesk bench checks --persons 1000000",
)
@click.option("--messages", metavar="N", type=click.IntRange(min=100), default=2000, show_default=True)
@click.option("--recipients", metavar="N", type=click.IntRange(1, 190), default=20, show_default=True)
@click.option(
    "--folder",
    type=click.Path(exists=True, file_okay=False, writable=True, path_type=Path),
    help="On the disk that is to be measured; else where temporary files go.",
)
@pass_call
@click.pass_context
def bench_command(ctx: click.Context, call: Call, messages: int, recipients: int, folder: Path | None) -> None:
    """Measure this box: ratios to the disk's own rate first.

    In a store of its own that is gone afterwards; it fails if a delivery is lost, doubled or not allowed.
    """
    if ctx.invoked_subcommand is not None:
        return
    import asyncio
    from tempfile import TemporaryDirectory

    from dutydesk.traffic import bench
    from dutydesk.traffic.demo_store import demo_shift

    with TemporaryDirectory(prefix="dutydesk-bench-", dir=folder) as own:
        figures = asyncio.run(bench.run(Path(own), demo_shift(), messages, recipients))
    if call.json:
        json_lines(figures)
        return
    table(
        ("x fdatasync", "Figure", "", "What"),
        ((f"{f.ratio:.2f}" if f.ratio else "", f"{f.value:,.1f}", f.unit, f.what) for f in figures),
    )
    sentence(f"{messages:,} diffusions to {recipients} recipients each; every delivery is in the spool once.")


@bench_command.command("checks", examples=("dutydesk bench checks", "dutydesk bench checks --documents 5000000"))
@click.option("--persons", metavar="N", type=click.IntRange(min=1000), default=100_000, show_default=True)
@click.option("--documents", metavar="N", type=click.IntRange(min=1000), default=200_000, show_default=True)
@click.option(
    "--checks", metavar="N", type=click.IntRange(min=20), default=300, show_default=True, help="Of each sort."
)
@click.option("--folder", type=click.Path(exists=True, file_okay=False, writable=True, path_type=Path))
@pass_call
def bench_checks_command(call: Call, persons: int, documents: int, checks: int, folder: Path | None) -> None:
    """Measure database checks: speed on one core, what is found of names that are wrong, false alerts.

    Among invented persons, the same each time. Seconds are of this process's own time on the processor.
    """
    import asyncio
    from tempfile import TemporaryDirectory

    from dutydesk.traffic import bench_checks

    wanted = bench_checks.Wanted(persons, documents, checks)
    with TemporaryDirectory(prefix="dutydesk-bench-", dir=folder) as own:
        figures = asyncio.run(bench_checks.run(Path(own), wanted, _progress))
    if call.json:
        json_lines(figures)
        return
    table(
        ("x a scan", "Figure", "", "What"),
        (
            (f"{f.ratio:.2f}" if f.ratio else "", "" if f.value is None else f"{f.value:,.1f}", f.unit, _what(f))
            for f in figures
        ),
    )


def _progress(words: str) -> None:
    """For whoever waits at a terminal."""
    if sys.stderr.isatty():
        click.echo(words, err=True)


def _what(figure: Figure) -> str:
    return figure.what if figure.missing is None else f"{figure.what}: {figure.missing}"
