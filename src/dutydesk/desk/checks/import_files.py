"""Import files of records in batches; an interrupted import resumes where it stopped.

The transaction of each batch counts the rows that are done, under the file's SHA-256. At the end of the file the count
returns to zero, so that the same file can be imported again later.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from dutydesk.desk.base.context import Actor, Context
from dutydesk.desk.base.user_files import open_file
from dutydesk.desk.checks.import_records import ImportCount, ImportedRecord, RecordOrigin, import_records, sum_counts
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.errors import InvalidRequest
from dutydesk.domain.events.checks import RecordsImported
from dutydesk.domain.messages.subjects import IdentityDocument
from dutydesk.domain.review.officers import Right
from dutydesk.screening.documents import SHORTEST, number_key
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.store import Store
from dutydesk.store.engine.transaction import Transaction
from dutydesk.wire.registers.notices import MAX_BYTES, NoticeRow, read_notices
from dutydesk.wire.registers.rows import RejectedRow, UnreadableFileError
from dutydesk.wire.registers.travel_documents import DocumentRow, read_documents

#: The source of records in a file that names no bureau: the General Secretariat.
SECRETARIAT = "-"
#: Nominal data are kept until the end of the fourth year after the import, which is within five years (RPD 49).
_YEARS_KEPT = 4

ImportRow = ImportedRecord | RejectedRow


@dataclass(frozen=True, slots=True)
class RowRemark:
    """A problem with a row: it is not imported, or, where ``taken``, a part of it is left out.

    ``line`` is as in :class:`RejectedRow`.
    """

    line: int
    problem: str
    taken: bool


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class ImportObserver:
    """Callbacks: ``on_progress`` gets the share of the file that is read, 0 to 1; ``on_remark`` each problem."""

    on_progress: Callable[[float], None]
    on_remark: Callable[[RowRemark], None]


@dataclass(slots=True)
class _RowSource:
    """A file's rows, each with its line and its omitted fields, and the share of the file that is read, 0 to 1."""

    rows: Iterator[tuple[int, ImportRow, tuple[str, ...]]]
    ignored_columns: tuple[str, ...]
    progress: Callable[[], float]


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
    if source != SECRETARIAT and context.directory.bureau(source, today) is None:
        raise InvalidRequest(InvalidRequestCode.UNKNOWN_CODE, context.directory.bureau_code_error(source, today))
    try:
        with open_file(path, follow_links=True) as file:
            sha256 = await asyncio.to_thread(_sha256, file, context.limits.batches.import_read_bytes)
            rows = await asyncio.to_thread(_open_source, origin, file, source, context, today)
            return await _import_batches(store, context, actor, origin, rows, sha256, observer)
    except UnreadableFileError as fault:
        raise InvalidRequest(InvalidRequestCode.NOT_IMPORTABLE, f"{path}: {fault}") from fault
    except OSError as fault:
        raise InvalidRequest(
            InvalidRequestCode.FILE_NOT_READABLE, f"{path} can't be read ({fault.strerror})"
        ) from fault


def _sha256(file: BinaryIO, read_bytes: int) -> str:
    digest = hashlib.sha256()
    while chunk := file.read(read_bytes):
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def _open_source(origin: RecordOrigin, file: BinaryIO, source: str, context: Context, today: date) -> _RowSource:
    size = max(os.fstat(file.fileno()).st_size, 1)
    if origin is RecordOrigin.DOCUMENTS:
        documents = read_documents(file, context.directory, today)
        return _RowSource(map(_document_record, documents.rows), documents.ignored_columns, lambda: file.tell() / size)
    notices = list(read_notices(file.read(MAX_BYTES + 1), context.directory, today))
    done = [0]
    return _RowSource(_notice_records(notices, source, today, done), (), lambda: done[0] / max(len(notices), 1))


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
    ends_at = datetime(today.year + _YEARS_KEPT, 12, 31, 23, 59, 59, tzinfo=UTC)
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


async def _import_batches(
    store: Store,
    context: Context,
    actor: Actor,
    origin: RecordOrigin,
    source: _RowSource,
    sha256: str,
    observer: ImportObserver,
) -> FileReport:
    counter = f"import:{origin}:{sha256}"
    before = await store.read(lambda handle: _rows_done(handle, counter))
    rows = not_taken = 0
    counts: list[ImportCount] = []
    most = context.limits.batches.import_rows
    while batch := await asyncio.to_thread(lambda: list(islice(source.rows, most))):
        rows += len(batch)
        imported: list[ImportedRecord] = []
        for line, row, left_out in batch:
            if isinstance(row, RejectedRow):
                not_taken += 1
                observer.on_remark(RowRemark(line, row.problem, taken=False))
            else:
                imported.append(row)
                for omission in left_out:
                    observer.on_remark(RowRemark(line, omission, taken=True))
        if rows > before:
            work = partial(
                _import_batch,
                context=context,
                actor=actor,
                origin=origin,
                batch=imported,
                mark=counter,
                rows=len(batch),
            )
            counts.append(await store.write(work, officer=False))  # an officer's command goes first
        observer.on_progress(source.progress())
    count = sum_counts(counts)
    report = FileReport(
        origin.value,
        sha256,
        rows,
        min(before, rows),
        count.taken,
        count.changed,
        count.unchanged,
        not_taken,
        source.ignored_columns,
    )
    await store.write(lambda tx: _finish(tx, context, actor, origin, report, counter))
    return report


def _import_batch(
    transaction: Transaction,
    context: Context,
    actor: Actor,
    origin: RecordOrigin,
    batch: list[ImportedRecord],
    mark: str,
    rows: int,
) -> ImportCount:
    transaction.add_to_counter(mark, rows)
    return import_records(transaction, context, actor, origin, batch)


def _finish(
    transaction: Transaction, context: Context, actor: Actor, origin: RecordOrigin, report: FileReport, counter: str
) -> None:
    """Reset the counter and log the import: counts and the file's hash, no personal data."""
    context.officer(transaction, actor, Right.IMPORT)
    transaction.add_to_counter(counter, -_rows_done(transaction, counter))
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


def _rows_done(handle: Handle, counter: str) -> int:
    return int(handle.value("counter_value", name=counter) or 0)
