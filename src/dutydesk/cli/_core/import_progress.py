"""Importing files of records, seen from the command line: a bar of progress, and every row that is not taken."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from dutydesk.cli._core.call import Call, at_desk
from dutydesk.cli._core.failures import NO
from dutydesk.cli._core.output import json_line, sentence
from dutydesk.domain.errors import BadCall
from dutydesk.wire.text.safe_text import safe

if TYPE_CHECKING:
    from dutydesk.desk.checks.import_files import FileReport, Remark

Say = Callable[[str], None]


def import_records(call: Call, origin: str, file: str, source: str, refused: str | None) -> int:
    """Done means that every row was taken; each that was not is named by its line."""
    from dutydesk.desk.checks.import_files import Watch
    from dutydesk.desk.checks.import_records import Origin

    with ExitStack() as stack:
        done, say = stack.enter_context(_progress(file))
        if refused is not None:
            out = stack.enter_context(_written(Path(refused)))
            say = partial(print, file=out)
        watch = Watch(done, lambda remark: say(_named(remark)))
        report = at_desk(call, lambda desk, actor: desk.import_file(actor, Origin(origin), Path(file), source, watch))
    json_line(report) if call.json else _tell(report)
    return NO if report.not_taken else 0


@contextmanager
def _written(path: Path) -> Iterator[TextIO]:
    """Never over a file that is there, because it may be the one that is imported."""
    try:
        out = path.open("x", encoding="utf-8")
    except OSError as error:
        raise BadCall(f"{path} can't be written ({error.strerror}); name a new file for --refused") from error
    with out:
        yield out


@contextmanager
def _progress(file: str) -> Iterator[tuple[Callable[[float], None], Say]]:
    """A bar on a terminal, and how to say a line above it; nothing moves where the errors go into a file."""
    if not sys.stderr.isatty():
        yield lambda _share: None, partial(print, file=sys.stderr)
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True, highlight=False), transient=True) as bar:
        task = bar.add_task(escape(safe(Path(file).name)), total=1.0)
        yield (
            lambda share: bar.update(task, completed=share),
            lambda line: bar.console.print(line, markup=False, emoji=False, soft_wrap=True),
        )


def _named(remark: Remark) -> str:
    what = "is taken, but for this" if remark.taken else "is not taken"
    return safe(f"row {remark.line} {what}: {remark.problem}")


def _tell(report: FileReport) -> None:
    counted = f"{report.taken:,} taken, {report.changed:,} changed, {report.unchanged:,} unchanged"
    sentence(f"{report.origin}: {counted}, {report.not_taken:,} not taken, of {report.rows:,} rows.")
    if report.before:
        sentence(f"  {report.before:,} rows had been done before the import was broken off; it went on behind them")
    if report.read_past:
        sentence(f"  columns that nobody knows were read past: {', '.join(report.read_past)}")
