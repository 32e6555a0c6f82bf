"""The command that prints the figures of the network."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dutydesk.cli._core import arguments
from dutydesk.cli._core.call import Call, pass_call, read_at_desk
from dutydesk.cli._core.commands import command
from dutydesk.cli._core.free_text import free_text
from dutydesk.cli._core.output import print_json_line, print_sentence, print_table

if TYPE_CHECKING:
    from dutydesk.desk.base.figure_rows import NetworkFigures

#: Most countries or places printed for one figure; ``--json`` and ``--csv`` give all.
_MAX_SHOWN = 12


@command(
    "stats", "dutydesk stats --since 2022-01-01 --country RU", "dutydesk stats --csv figures.csv", "dutydesk stats"
)
@click.option("--since", metavar="T", type=arguments.moment, help="Count from this time on; else from the beginning.")
@click.option("--country", metavar="CC", type=free_text, help="One country's items, and the checks against its data.")
@click.option("--csv", "csv_file", metavar="FILE", type=free_text, help="Write the figures as CSV into a new file.")
@click.option("--raw", is_flag=True, help="Leave cells that begin like a formula unchanged.")
@click.option("--force", is_flag=True, help="Replace an existing file.")
@pass_call
def stats_command(
    call: Call, since: datetime | None, country: str | None, csv_file: str | None, raw: bool, force: bool
) -> None:
    """Figures: messages and checks, the queue, decisions, countries."""
    stats = read_at_desk(call, lambda desk: desk.queries.stats(since, country))
    if csv_file is not None:
        from dutydesk.desk.views.figures_text import write_figures

        write_figures(stats, Path(csv_file), call.store, raw=raw, replace=force)
        if not call.json:
            print_sentence(f"The figures are in {csv_file}.")
    if call.json:
        print_json_line(stats)
    elif csv_file is None:
        _print_stats(stats)


def _print_stats(stats: NetworkFigures) -> None:
    whose = f" of {stats.country}" if stats.country else ""
    since = f", since {stats.since:%Y-%m-%d %H:%M} UTC" if stats.since else ""
    print_sentence(f"Figures{whose} at {stats.at:%Y-%m-%d %H:%M} UTC{since}")
    for words in stats.sentences:
        print_sentence(f"  {words[:1].upper()}{words[1:]}.")
    rows: list[tuple[object, ...]] = [
        ("messages a minute", stats.messages_per_minute),
        ("checks a minute", stats.checks_per_minute),
        ("oldest in the queue", _duration_text(stats.oldest_held_seconds)),
        ("released after review", stats.released),
        ("refused", stats.refused),
        ("time to decision, median", _duration_text(stats.decision_seconds_median)),
        ("time to decision, nine of ten", _duration_text(stats.decision_seconds_90th)),
    ]
    print_table(("Figure", "Value"), rows)
    for title, counted in (
        ("Items by state", stats.states),
        ("Queue by age", stats.queue_ages if stats.oldest_held_seconds is not None else {}),
        ("Refusals by code", stats.refusals),
        ("Items received, by sender", stats.received),
        ("Checks against data supplied by", stats.checks_against),
        ("Hits by country of the record", stats.hits_by_source),
        ("Hits by category of offence", stats.hits_by_category),
        ("Hits by place", stats.hits_by_place),
    ):
        _print_counts(title, counted)


def _print_counts(title: str, counted: dict[str, int]) -> None:
    if not counted:
        return
    print()
    rows = list(counted.items())
    print_table((title, "Number"), rows[:_MAX_SHOWN])
    if len(rows) > _MAX_SHOWN:
        print_sentence(f"and {len(rows) - _MAX_SHOWN} more; --json or --csv gives all")


def _duration_text(seconds: int | None) -> str | None:
    return None if seconds is None else str(timedelta(seconds=seconds))
