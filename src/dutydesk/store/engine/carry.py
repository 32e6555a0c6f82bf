"""Carries a whole desk from one store to another, also to one of another engine: every row as it is, and the log."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.errors import StoreUnusable
from dutydesk.domain.events.log import GENESIS
from dutydesk.domain.limits import DEFAULT_LIMITS, StoreLimits
from dutydesk.domain.proof.chain import ChainReport
from dutydesk.domain.proof.projection.columns import SCHEMA
from dutydesk.language.sentences import sentence
from dutydesk.store.engine.copies import Progress, VerifiedCopy, counter_mismatches, label_as_copy, no_progress
from dutydesk.store.engine.new_store import NewStore
from dutydesk.store.engine.opening import open_engine, write_new_store
from dutydesk.store.engine.reader import Handle, from_us
from dutydesk.store.engine.rows import Connection
from dutydesk.store.engine.store_files import write_new_copy
from dutydesk.store.tables import log

_EVENT: Final = ("seq", "at", "actor", "kind", "subject", "data", "previous", "hash")
#: Every table with the columns that are carried. ``desk`` has one row, which a new store has already.
TABLES: Final[Mapping[str, tuple[str, ...]]] = {
    "event": _EVENT,
    **{table: tuple(columns) for table, columns in SCHEMA.items() if table != "desk"},
}


def carry(source: Handle, target: NewStore, progress: Progress) -> ChainReport:
    """Writes every row of ``source``, which sees one snapshot, to ``target``, and compares the two.

    ``progress`` gets tables done and in all.
    Raises StoreUnusable where the target would not verify, or is not equal.
    """
    desk = source.connection.execute(f"SELECT {', '.join(SCHEMA['desk'])} FROM desk").fetchone()  # noqa: S608
    target.set_desk(dict(zip(SCHEMA["desk"], desk, strict=True)))
    for done, (table, columns) in enumerate(TABLES.items()):
        progress(done, len(TABLES))
        # The log is taken only in its order, and a cluster stores rows where it has room for them.
        order = " ORDER BY seq" if table == "event" else ""
        query = f"SELECT {', '.join(columns)} FROM {table}{order}"  # noqa: S608 - names of the schema
        target.add_tuples(table, columns, source.connection.tuples(query, ()))
    for row in source.all("state_sequences"):
        target.set_sequence(row["name"], row["seq"])
    target.index_words(int(desk[list(SCHEMA["desk"]).index("filed_upto")]))
    progress(len(TABLES), len(TABLES))
    return _require_equal(source, target.handle)


def carry_store(
    source: Path,
    target: Path,
    progress: Progress = no_progress,
    limits: StoreLimits = DEFAULT_LIMITS.store,
    check: Callable[[Handle], None] = lambda _handle: None,
    *,
    allow_unsafe: bool = False,
    report: Callable[[str], None] = lambda _words: None,
) -> VerifiedCopy:
    """Makes the store ``target`` of all rows of the store ``source``, which stays as it is and is checked before.

    ``allow_unsafe``: the target may be on a cluster that can lose commits. ``report`` is told why it takes long.
    Raises Refused where the target exists, StoreUnusable where a process dispatches from the source, where one of the
    two can't be used, or where what came of it does not verify, and what ``check`` raises; then nothing is left of the
    target; but with STANDBY_SILENT it is there.
    """
    engine = open_engine(source, limits)
    try:
        if engine.is_served():
            raise StoreUnusable(
                StoreCode.STORE_LOCKED,
                sentence("a process dispatches from {source}; end every dutydesk on it and try again", source=source),
            )
        raw = engine.open_reader()
        try:
            engine.begin_read(raw)
            handle = Handle(raw, datetime.now(UTC), limits)
            check(handle)
            with write_new_store(target, *_origin(raw), allow_unsafe=allow_unsafe, report=report, limits=limits) as new:
                carried = carry(handle, new, progress)
        finally:
            engine.roll_back(raw)
            raw.close()
    except engine.errors as error:
        raise engine.as_store_error(error) from error
    finally:
        engine.close()
    return VerifiedCopy(str(target), carried.events, carried.head, 0)


def carry_to_file(source: Handle, path: Path, progress: Progress) -> VerifiedCopy:
    """Writes the store that ``source`` reads on one snapshot into a file, marked as a copy, for its owner only.

    For engines that have no file of their own to copy. Raises Refused if the file can't be written, StoreUnusable if
    the copy does not verify; then no file is left.
    """
    raw = source.connection
    with write_new_copy(path, *_origin(raw)) as new:
        report = carry(source, new, progress)
        label_as_copy(new.handle.connection)
    return VerifiedCopy(str(path), report.events, report.head, path.stat().st_size)


def _origin(raw: Connection) -> tuple[str, datetime]:
    realm, made_at = raw.execute("SELECT realm, made_at FROM desk").fetchone()
    return realm, from_us(made_at)


def _require_equal(source: Handle, target: Handle) -> ChainReport:
    report = log.verify(target)
    fault = report.fault or next(counter_mismatches(target), "") or _missing_rows(source.connection, target.connection)
    if not fault and bytes.fromhex(report.head) != _head(source):
        fault = sentence("the last event has another hash")
    if fault:
        raise StoreUnusable(
            StoreCode.BACKUP_UNVERIFIED,
            sentence("nothing was carried over: what came of it does not verify ({fault})", fault=fault),
        )
    return report


def _head(handle: Handle) -> bytes:
    return bytes(handle.value("event_hash", seq=log.head_seq(handle)) or GENESIS)


def _missing_rows(source: Connection, target: Connection) -> str:
    for table in TABLES:
        query = f"SELECT count(*) FROM {table}"  # noqa: S608 - names of the schema
        there, here = source.execute(query).fetchone()[0], target.execute(query).fetchone()[0]
        if there != here:
            return sentence("{table} has {here} rows of {there}", table=table, here=here, there=there)
    return ""
