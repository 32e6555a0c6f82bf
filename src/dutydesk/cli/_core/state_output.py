"""What a comparison of tables and log prints."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from dutydesk.cli._core.call import Call, read_at_desk
from dutydesk.cli._core.count_bar import count_bar
from dutydesk.cli._core.output import print_sentence

if TYPE_CHECKING:
    from dutydesk.desk.audit.state.report import StateReport
    from dutydesk.wire.files.log_file import SignedCheckpoint

MAX_SHOWN = 20


def compare_state(call: Call, kept: SignedCheckpoint | None) -> StateReport:
    """Compares the store's tables with its log; with a checkpoint what the events after it are about."""
    from dutydesk.desk.audit.state import check

    after = 0 if kept is None else kept.checkpoint.seq
    with count_bar("tables") as progress:
        return read_at_desk(call, lambda desk: check.compare_state(desk.store, desk.context, progress, after))


def state_fields(report: StateReport) -> dict[str, object]:
    """``state`` as a sentence, the first differences, and how many there are."""
    return {
        "state": report.differences[0].words if report.differences else "verified",
        "differences": [asdict(each) for each in report.differences[:MAX_SHOWN]],
        "different": report.count,
        "rows": report.rows,
        "unsaid": report.unsaid,
        "complete_from": report.complete_from,
        "unread": report.unread,
        "together": report.together,
    }


def print_state(report: StateReport) -> None:
    if report.holds:
        print_sentence(f"every table is as the log says: {report.rows:,} rows were compared")
    else:
        columns = "column or row" if report.count == 1 else "columns or rows"
        print_sentence(f"NOT as the log says: {report.count:,} {columns} among {report.rows:,} rows")
        for each in report.differences[:MAX_SHOWN]:
            print_sentence(each.words)
        if report.count > MAX_SHOWN:
            print_sentence(f"and {report.count - MAX_SHOWN:,} more")
    if report.unread:
        print_sentence(
            f"not compared, as officers were at work or the store can't be written: {', '.join(report.unread)}"
        )
    if report.unsaid:
        until = f" before event {report.complete_from}" if report.complete_from else ""
        print_sentence(
            f"not compared: {report.unsaid:,} columns that the log does not say, "
            f"because an earlier release wrote its events{until}"
        )
    if report.together:
        print_sentence(
            f"compared as whole rows: {report.together:,} rows of records, persons, registers and commands that an "
            "earlier release wrote; a difference in them names no column"
        )
