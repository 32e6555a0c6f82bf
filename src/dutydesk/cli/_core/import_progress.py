"""Import of files of records: a progress bar, and a line for every row that is not taken."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from dutydesk.cli._core.call import Call, run_at_desk
from dutydesk.cli._core.failures import NO
from dutydesk.cli._core.output import print_json_line, print_sentence
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.errors import InvalidRequest
from dutydesk.language.sentences import sentence
from dutydesk.wire.text.safe_text import safe_text

if TYPE_CHECKING:
    from dutydesk.desk.checks.batches import ImportObserver, RowRemark
    from dutydesk.desk.checks.import_entities import EntityImport, EntityReport
    from dutydesk.desk.checks.import_files import FileReport

PrintLine = Callable[[str], None]


def import_records(call: Call, origin: str, file: str, source: str, refused: str | None) -> int:
    """Import a file and return the exit code: 0 if every row was taken. Refused rows are named by their line."""
    from dutydesk.desk.checks.import_records import RecordOrigin

    with _observer(file, refused) as watch:
        report = run_at_desk(
            call, lambda desk, actor: desk.imports.import_file(actor, RecordOrigin(origin), Path(file), source, watch)
        )
    print_json_line(report) if call.json else _print_report(report)
    return NO if report.not_taken else 0


def import_entities(call: Call, file: str, wanted: EntityImport, refused: str | None) -> int:
    """Import a list of entities; the exit code is as for :func:`import_records`."""
    with _observer(file, refused) as watch:
        report = run_at_desk(call, lambda desk, actor: desk.imports.import_entities(actor, Path(file), wanted, watch))
    print_json_line(report) if call.json else _print_entities(report)
    return NO if report.not_taken else 0


@contextmanager
def _observer(file: str, refused: str | None) -> Iterator[ImportObserver]:
    """Shows a progress bar, and writes each remark to the file ``refused`` or to stderr."""
    from dutydesk.desk.checks.batches import ImportObserver

    with ExitStack() as stack:
        done, say = stack.enter_context(_progress_bar(file))
        if refused is not None:
            out = stack.enter_context(_new_file(Path(refused)))
            say = partial(print, file=out)
        yield ImportObserver(done, lambda remark: say(_remark_text(remark)))


@contextmanager
def _new_file(path: Path) -> Iterator[TextIO]:
    """A new file; an existing one is not replaced, because it may be the one that is imported."""
    try:
        out = path.open("x", encoding="utf-8")
    except OSError as error:
        raise InvalidRequest(
            InvalidRequestCode.REPORT_NOT_WRITABLE,
            sentence(
                "{path} can't be written ({strerror}); name a new file for --refused",
                path=path,
                strerror=error.strerror,
            ),
        ) from error
    with out:
        yield out


@contextmanager
def _progress_bar(file: str) -> Iterator[tuple[Callable[[float], None], PrintLine]]:
    """A progress bar on a terminal, and a function that prints a line above it; no bar in a file."""
    if not sys.stderr.isatty():
        yield lambda _share: None, partial(print, file=sys.stderr)
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True, highlight=False), transient=True) as bar:
        task = bar.add_task(escape(safe_text(Path(file).name)), total=1.0)
        yield (
            lambda share: bar.update(task, completed=share),
            lambda line: bar.console.print(line, markup=False, emoji=False, soft_wrap=True),
        )


def _remark_text(remark: RowRemark) -> str:
    what = "is taken, but for this" if remark.taken else "is not taken"
    return safe_text(f"row {remark.line} {what}: {remark.problem}")


def _print_report(report: FileReport) -> None:
    counted = f"{report.taken:,} taken, {report.changed:,} changed, {report.unchanged:,} unchanged"
    print_sentence(f"{report.origin}: {counted}, {report.not_taken:,} not taken, of {report.rows:,} rows.")
    if report.before:
        print_sentence(f"  {report.before:,} rows were done before the import was interrupted; it continued after them")
    if report.read_past:
        print_sentence(f"  unknown columns were ignored: {', '.join(report.read_past)}")


def _print_entities(report: EntityReport) -> None:
    counted = f"{report.taken:,} taken, {report.changed:,} changed, {report.unchanged:,} unchanged"
    where = f"{report.register or 'records'}{f' of {report.list_name}' if report.list_name else ''}"
    print_sentence(
        f"{where}: {counted}, {report.ended:,} ended, {report.not_taken:,} not taken, of {report.rows:,} rows."
    )
    if report.before:
        print_sentence(f"  {report.before:,} rows were done before the import was interrupted; it continued after them")
    if report.skipped:
        skipped = ", ".join(f"{number:,} {reason}" for reason, number in report.skipped.items())
        print_sentence(f"  skipped, as no persons of the list in force: {skipped}")
    if report.not_ended:
        print_sentence(f"  nobody was taken to have left the list: {report.not_ended}")
    for item in report.concerned:
        print_sentence(f"  {item} is about one of these persons; look at it")
