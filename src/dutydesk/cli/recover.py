"""A store made anew from its log, its bodies and what else the old one still has."""

from __future__ import annotations

from pathlib import Path

import click

from dutydesk.cli._core.call import Call, pass_call
from dutydesk.cli._core.commands import command
from dutydesk.cli._core.count_bar import count_bar
from dutydesk.cli._core.failures import NO
from dutydesk.cli._core.output import print_json_line, print_sentence
from dutydesk.language.phrases import translate

MAX_SHOWN = 20


@command(
    "recover",
    "dutydesk --db /srv/desk/desk.db recover new.db",
    "dutydesk --db backup.db recover new.db --log desk.log --json",
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--log",
    "exported",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="An exported log, in place of the store's own.",
)
@pass_call
@click.pass_context
def recover_command(ctx: click.Context, call: Call, file: Path, exported: Path | None) -> None:
    """Make a store anew from its log, in FILE.

    Every table is as the log says; bodies and texts are those of the old store. The store that --db names may be
    damaged, edited, or a backup; it is only read. The log is verified first, and is followed as far as its chain holds.
    Of bodies, findings, notes, notices, records and registers the log has the hashes alone: they are taken from the
    store where they are the same. Whatever could not be had is named. Exit 1 if anything is lost.
    """
    from dutydesk.desk.audit.recovery.recover import recover

    old = call.store if exported is None or call.store.exists() else None
    with count_bar("items") as progress:
        report = recover(old, file, exported, progress)
    if call.json:
        print_json_line(report)
    else:
        print_sentence(
            translate(
                "{file} is made of {events:,} events: {items:,} items, {rows:,} rows",
                file=report.file,
                events=report.events,
                items=report.items,
                rows=report.rows,
            )
        )
        if report.cut is not None:
            print_sentence(translate("NOT the whole log: its chain breaks at {cut}", cut=report.cut))
        for what, number in sorted(report.counts.items()):
            print_sentence(
                translate("lost: {number:,} {what}", number=number, what=what)
                if what != "not in the log"
                else translate("not in the log: {number:,} rows", number=number)
            )
        for words in report.lost[:MAX_SHOWN]:
            print_sentence(f"  {words}")
        if len(report.lost) > MAX_SHOWN:
            more = len(report.lost) - MAX_SHOWN
            print_sentence(f"  {translate('and {number:,} more; --json names up to a thousand', number=more)}")
    if report.cut is not None or report.lost:
        ctx.exit(NO)
