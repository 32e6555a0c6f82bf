"""Import files of records: notices and travel documents."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import BinaryIO

from dutydesk.desk.base.context import Actor, Context
from dutydesk.desk.base.user_files import open_file
from dutydesk.desk.checks.batches import (
    BatchJob,
    ImportObserver,
    RowSource,
    file_sha256,
    import_batches,
    reset_counter,
)
from dutydesk.desk.checks.import_records import ImportCount, ImportedRecord, RecordOrigin, import_records
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.errors import InvalidRequest
from dutydesk.domain.events.checks import RecordsImported
from dutydesk.domain.frozen import value
from dutydesk.domain.messages.subjects import IdentityDocument
from dutydesk.domain.review.officers import Right
from dutydesk.language.sentences import sentence
from dutydesk.screening.documents import SHORTEST, number_key
from dutydesk.store.engine.store import Store
from dutydesk.store.engine.transaction import Transaction
from dutydesk.wire.registers.notices import MAX_BYTES, NoticeRow, read_notices
from dutydesk.wire.registers.rows import RejectedRow, UnreadableFileError
from dutydesk.wire.registers.travel_documents import DocumentRow, read_documents

#: The source of records in a file that names no bureau: the General Secretariat.
SECRETARIAT = "-"
#: Nominal data are kept until the end of the fourth year after the import, which is within five years (RPD 49).
YEARS_KEPT = 4

ImportRow = ImportedRecord | RejectedRow


@value(frozen=True, slots=True)
class FileReport:
    """The result of an import. ``taken``, ``changed`` and ``unchanged`` count records, ``not_taken`` rejected rows.

    ``before`` counts the rows that an interrupted import of the same file had done. ``read_past`` are columns that
    were ignored.
    """

    origin: str
    sha256: str
    rows: int
    before: int
    taken: int
    changed: int
    unchanged: int
    not_taken: int
    read_past: tuple[str, ...]


@dataclass(slots=True)
class _RecordFile(RowSource[ImportedRecord]):
    ignored_columns: tuple[str, ...]


async def import_file(
    store: Store,
    context: Context,
    actor: Actor,
    origin: RecordOrigin,
    path: Path,
    source: str,
    observer: ImportObserver,
) -> FileReport:
    """Import a file of records batch by batch; ``source`` is the bureau whose data they are, or ``-``.

    Raises NotAllowed, and InvalidRequest for an unknown bureau or a file that can't be read; batches imported by then
    stay.
    """
    await store.read(lambda handle: context.officer(handle, actor, Right.IMPORT))
    today = store.clock().date()
    require_bureau(context, source, today)
    try:
        with open_file(path, follow_links=True) as file:
            sha256 = await asyncio.to_thread(file_sha256, file, context.limits.batches.import_read_bytes)
            rows = await asyncio.to_thread(_open_source, origin, file, source, context, today)
            return await _import_rows(store, context, actor, origin, rows, sha256, observer)
    except UnreadableFileError as fault:
        raise InvalidRequest(InvalidRequestCode.NOT_IMPORTABLE, f"{path}: {fault}") from fault
    except OSError as fault:
        raise InvalidRequest(
            InvalidRequestCode.FILE_NOT_READABLE,
            sentence("{path} can't be read ({strerror})", path=path, strerror=fault.strerror),
        ) from fault


def require_bureau(context: Context, source: str, today: date) -> None:
    """Raises InvalidRequest if records can't be a bureau's of this code."""
    if source != SECRETARIAT and context.directory.bureau(source, today) is None:
        raise InvalidRequest(InvalidRequestCode.UNKNOWN_CODE, context.directory.bureau_code_error(source, today))


def _open_source(origin: RecordOrigin, file: BinaryIO, source: str, context: Context, today: date) -> _RecordFile:
    size = max(os.fstat(file.fileno()).st_size, 1)
    if origin is RecordOrigin.DOCUMENTS:
        documents = read_documents(file, context.directory, today)
        return _RecordFile(map(_document_record, documents.rows), lambda: file.tell() / size, documents.ignored_columns)
    notices = list(read_notices(file.read(MAX_BYTES + 1), context.directory, today))
    done = [0]
    return _RecordFile(_notice_records(notices, source, today, done), lambda: done[0] / max(len(notices), 1), ())


def _document_record(row: DocumentRow | RejectedRow) -> tuple[int, ImportRow, tuple[str, ...]]:
    if isinstance(row, RejectedRow):
        return row.line, row, ()
    reference = number_key(row.number)
    if reference is None:
        return row.line, RejectedRow(row.line, f"its number has fewer than {SHORTEST} letters and figures"), ()
    kind = row.type.value if row.type is not None else "travel_document"
    status = " ".join(part for part in (row.status, str(row.on or "")) if part)
    imported = ImportedRecord(
        source=row.issuer,
        reference=reference,
        subject="document",
        title=f"{kind.replace('_', ' ')} {row.number}{f', {status}' if status else ''}",
        documents=(IdentityDocument(kind, row.number, row.issuer),),
    )
    return row.line, imported, ()


def _notice_records(
    rows: list[NoticeRow | RejectedRow], source: str, today: date, done: list[int]
) -> Iterator[tuple[int, ImportRow, tuple[str, ...]]]:
    ends_at = datetime(today.year + YEARS_KEPT, 12, 31, 23, 59, 59, tzinfo=UTC)
    for row in rows:
        done[0] += 1
        if isinstance(row, RejectedRow):
            yield row.line, row, ()
        else:
            yield row.row, _person_record(row, source, ends_at), row.omitted_fields


def _person_record(row: NoticeRow, source: str, ends_at: datetime) -> ImportedRecord:
    """Return a notice as a record; its birth is taken only if the notice has exactly one."""
    name = row.name
    title = ", ".join(part for part in ((name.family or "").upper(), name.given) if part)
    return ImportedRecord(
        source=row.source or source,
        reference=row.entry,
        subject="person",
        title=title or name.original_script or row.entry,
        names=(name, *row.aliases),
        birth=row.births[0] if len(row.births) == 1 else None,
        nationalities=row.nationalities,
        documents=row.documents,
        ends_at=ends_at,
        categories=row.categories,
    )


async def _import_rows(
    store: Store,
    context: Context,
    actor: Actor,
    origin: RecordOrigin,
    source: _RecordFile,
    sha256: str,
    observer: ImportObserver,
) -> FileReport:
    def write(transaction: Transaction, batch: list[ImportedRecord]) -> ImportCount:
        return import_records(transaction, context, actor, origin, batch)

    counter = f"import:{origin}:{sha256}"
    totals = await import_batches(store, context, source, BatchJob(counter, write), observer)
    report = FileReport(
        origin.value,
        sha256,
        totals.rows,
        totals.before,
        totals.count.taken,
        totals.count.changed,
        totals.count.unchanged,
        totals.not_taken,
        source.ignored_columns,
    )
    await store.write(lambda tx: _finish(tx, context, actor, origin, report, counter))
    return report


def _finish(
    transaction: Transaction, context: Context, actor: Actor, origin: RecordOrigin, report: FileReport, counter: str
) -> None:
    """Reset the counter and log the import: counts and the file's hash, no personal data."""
    context.officer(transaction, actor, Right.IMPORT)
    reset_counter(transaction, counter)
    transaction.emit(
        actor.officer,
        origin.value,
        RecordsImported(
            login=actor.login,
            sha256=report.sha256,
            rows=report.rows,
            taken=report.taken,
            changed=report.changed,
            unchanged=report.unchanged,
            not_taken=report.not_taken,
        ),
    )
