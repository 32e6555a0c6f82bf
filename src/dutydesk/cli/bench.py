"""Benchmarks: what this box does, each figure beside the disk's own rate in the same run."""

from __future__ import annotations

from pathlib import Path

import click

from dutydesk.cli.call import Call, pass_call
from dutydesk.cli.commands import command
from dutydesk.cli.say import json_lines, sentence, table


@command("bench", "dutydesk bench", "dutydesk bench --messages 10000 --folder /srv/desk")
@click.option("--messages", metavar="N", type=click.IntRange(min=100), default=2000, show_default=True)
@click.option("--recipients", metavar="N", type=click.IntRange(1, 190), default=20, show_default=True)
@click.option(
    "--folder",
    type=click.Path(exists=True, file_okay=False, writable=True, path_type=Path),
    help="On the disk that is to be measured; else where temporary files go.",
)
@pass_call
def bench_command(call: Call, messages: int, recipients: int, folder: Path | None) -> None:
    """Measure this box: ratios to the disk's own rate first.

    In a store of its own that is gone afterwards; it fails if a delivery is lost, doubled or not allowed.
    """
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
