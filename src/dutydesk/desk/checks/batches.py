"""Imports rows in batches; an interrupted import resumes where it stopped.

The transaction of each batch counts the rows that are done, under the file's SHA-256. At the end of the file the count
returns to zero, so that the same file can be imported again later.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO, Generic, TypeVar

from dutydesk.desk.base.context import Context
from dutydesk.desk.checks.import_records import ImportCount, sum_counts
from dutydesk.domain.frozen import value
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.store import Store
from dutydesk.store.engine.transaction import Transaction
from dutydesk.wire.registers.rows import RejectedRow

Row = TypeVar("Row")


@value(frozen=True, slots=True)
class RowRemark:
    """A problem with a row: it is not imported, or, where ``taken``, a part of it is left out.

    ``line`` is as in :class:`RejectedRow`.
    """

    line: int
    problem: str
    taken: bool


@value(frozen=True, slots=True)
class ImportObserver:
    """Callbacks: ``on_progress`` gets the share of the file that is read, 0 to 1; ``on_remark`` each problem."""

    on_progress: Callable[[float], None]
    on_remark: Callable[[RowRemark], None]


@dataclass(slots=True)
class RowSource(Generic[Row]):
    """A file's rows, each with its line and its omitted fields, and the share of the file that is read, 0 to 1."""

    rows: Iterator[tuple[int, Row | RejectedRow, tuple[str, ...]]]
    progress: Callable[[], float]


@value(frozen=True, slots=True)
class BatchJob(Generic[Row]):
    """How a batch is written. ``counter`` counts the rows that are done; it names the file by its hash."""

    counter: str
    write: Callable[[Transaction, list[Row]], ImportCount]


@value(frozen=True, slots=True)
class BatchTotals:
    """``before`` counts the rows that an interrupted import of the same file had done."""

    rows: int
    before: int
    not_taken: int
    count: ImportCount


async def import_batches(
    store: Store, context: Context, source: RowSource[Row], job: BatchJob[Row], observer: ImportObserver
) -> BatchTotals:
    """Write all rows of a source; the batches that an interrupted import has written are only read."""
    before = await store.read(lambda handle: rows_done(handle, job.counter))
    rows = not_taken = 0
    counts: list[ImportCount] = []
    most = context.limits.batches.import_rows
    while batch := await asyncio.to_thread(lambda: list(islice(source.rows, most))):
        rows += len(batch)
        taken: list[Row] = []
        for line, row, left_out in batch:
            if isinstance(row, RejectedRow):
                not_taken += 1
                observer.on_remark(RowRemark(line, row.problem, taken=False))
            else:
                taken.append(row)
                for omission in left_out:
                    observer.on_remark(RowRemark(line, omission, taken=True))
        if rows > before:
            # An officer's command goes first.
            counts.append(await store.write(_batch_writer(job, taken, len(batch)), officer=False))
        observer.on_progress(source.progress())
    return BatchTotals(rows, min(before, rows), not_taken, sum_counts(counts))


def _batch_writer(job: BatchJob[Row], batch: list[Row], rows: int) -> Callable[[Transaction], ImportCount]:
    def write(transaction: Transaction) -> ImportCount:
        transaction.add_to_counter(job.counter, rows)
        return job.write(transaction, batch)

    return write


def reset_counter(transaction: Transaction, counter: str) -> None:
    """The whole file is imported: when it comes again, it is read from its beginning."""
    transaction.add_to_counter(counter, -rows_done(transaction, counter))


def rows_done(handle: Handle, counter: str) -> int:
    return int(handle.value("counter_value", name=counter) or 0)


def file_sha256(file: BinaryIO, read_bytes: int) -> str:
    """The hash of the whole file, which is then at its beginning again."""
    digest = hashlib.sha256()
    while chunk := file.read(read_bytes):
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()
