"""A file of records is imported in batches, and an interrupted import resumes where it stopped."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from desks import Bench
from dutydesk.desk.checks.batches import ImportObserver, RowRemark
from dutydesk.desk.checks.import_files import SECRETARIAT, FileReport
from dutydesk.desk.checks.import_records import RecordOrigin
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.codes.not_allowed import NotAllowedCode
from dutydesk.domain.limits import BatchLimits, Limits
from dutydesk.domain.messages.message import DocumentQuery
from refusals import raises_code


class Stop(Exception):
    """Raised to end the import as the end of the process would."""


def written(folder: Path, rows: int, status: str = "lost") -> Path:
    path = folder / f"{status}.csv"
    lines = [f"ZX{row:07d},FI,passport,{status},2021-11-30\n" for row in range(rows)]
    path.write_text("number,issuer,type,status,date\n" + "".join(lines), "utf-8")
    return path


async def imported(bench: Bench, path: Path, stop_after: int | None = None) -> FileReport:
    seen: list[float] = []

    def done(share: float) -> None:
        seen.append(share)
        if len(seen) == stop_after:
            raise Stop

    watch = ImportObserver(done, lambda _remark: None)
    return await bench.desk.imports.import_file(bench.actor("root"), RecordOrigin.DOCUMENTS, path, SECRETARIAT, watch)


@pytest.fixture
def limits() -> Limits:
    return Limits(batches=BatchLimits(import_rows=10))


async def test_an_interrupted_import_resumes_where_it_stopped(bench: Bench, tmp_path: Path) -> None:
    path = written(tmp_path, 35)
    with pytest.raises(Stop):
        await imported(bench, path, stop_after=2)
    report = await imported(bench, path)
    assert (report.rows, report.before, report.taken, report.unchanged) == (35, 20, 15, 0)
    again = await imported(bench, path)
    assert (again.before, again.taken, again.changed, again.unchanged) == (0, 0, 0, 35)


async def test_another_file_in_between_does_not_hide_that_the_first_counts_again(bench: Bench, tmp_path: Path) -> None:
    lost, stolen = written(tmp_path, 15), written(tmp_path, 15, "stolen")
    for path, taken, changed in ((lost, 15, 0), (stolen, 0, 15), (lost, 0, 15)):
        report = await imported(bench, path)
        assert (report.taken, report.changed) == (taken, changed)


async def test_it_is_found_and_the_log_has_the_files_hash_and_no_number(bench: Bench, tmp_path: Path) -> None:
    path = written(tmp_path, 25)
    await imported(bench, path)
    answer = await bench.desk.checks.check(bench.actor("Jonas"), "SE", DocumentQuery("ZX0000024", "FI"))
    assert [hit.source for hit in answer.hits] == ["FI"]
    events = [event for event in await bench.desk.queries.events_after(0, 5000) if event.kind == "records.imported"]
    assert events[-1].data["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (events[-1].data["rows"], events[-1].data["taken"]) == (25, 25)
    assert "ZX0000024" not in repr(events)


async def test_only_an_administrator_imports_and_only_what_can_be_read(bench: Bench, tmp_path: Path) -> None:
    watch = ImportObserver(lambda _share: None, lambda _remark: None)
    path = written(tmp_path, 5)
    with raises_code(NotAllowedCode.ROLE_TOO_LOW):
        await bench.desk.imports.import_file(bench.actor("Ines"), RecordOrigin.DOCUMENTS, path, SECRETARIAT, watch)
    for origin, wrong, code in (
        (RecordOrigin.NOTICES, path, InvalidRequestCode.NOT_IMPORTABLE),
        (RecordOrigin.DOCUMENTS, tmp_path, InvalidRequestCode.NOT_A_FILE),
        (RecordOrigin.DOCUMENTS, tmp_path / "no", InvalidRequestCode.FILE_NOT_READABLE),
    ):
        with raises_code(code):
            await bench.desk.imports.import_file(bench.actor("root"), origin, wrong, SECRETARIAT, watch)


async def test_rejected_rows_are_reported_as_they_are_read(bench: Bench, tmp_path: Path) -> None:
    path = written(tmp_path, 5)
    with path.open("a") as out:
        out.write("ZX1,UK,passport,lost,2021\n")
    said: list[RowRemark] = []
    watch = ImportObserver(lambda _share: None, said.append)
    report = await bench.desk.imports.import_file(bench.actor("root"), RecordOrigin.DOCUMENTS, path, SECRETARIAT, watch)
    assert (report.rows, report.taken, report.not_taken) == (6, 5, 1)
    assert [(remark.line, remark.taken) for remark in said] == [(7, False)]
