"""The online backup: a copy of one snapshot of a store in use, verified before it gets its name."""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.errors import Refused, StoreUnusable
from dutydesk.domain.events.log import EventKind
from dutydesk.domain.limits import DEFAULT_LIMITS, StoreLimits
from dutydesk.domain.proof.chain import ChainReport
from dutydesk.language.sentences import sentence
from dutydesk.store.engine.copies import COPY_COUNTER, Progress, VerifiedCopy, counter_mismatches, label_as_copy
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engines.sqlite.binding import connect
from dutydesk.store.engines.sqlite.faults import as_store_error
from dutydesk.store.engines.sqlite.sqlite_connection import SqliteConnection
from dutydesk.store.tables import log

T = TypeVar("T")


def write_copy(
    source: SqliteConnection,
    path: Path,
    progress: Progress = lambda _done, _all: None,
    limits: StoreLimits = DEFAULT_LIMITS.store,
) -> VerifiedCopy:
    """Write the store that ``source`` reads, as of now, to a new file that only its owner may read.

    Other processes go on writing: SQLite copies one snapshot and holds no lock. The copy has a name that starts with a
    dot until it is complete, durable and verified.

    Raises Refused if the file can't be written, StoreUnusable if the store itself does not verify; then no file is
    left.
    """
    if os.path.lexists(path):
        raise Refused(
            RefusedCode.FILE_EXISTS,
            sentence("{path} is there already; a backup never replaces a file: name another", path=path),
        )
    with _draft_file(path) as (draft, descriptor):
        step = _synced_progress(source, descriptor, progress, limits)
        try:
            _copy_pages(source, draft, limits.backup_step_pages, step)
        except (sqlite3.Error, OSError) as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
                raise as_store_error(error) from error
            raise Refused(
                RefusedCode.FILE_NOT_WRITABLE,
                sentence(
                    "{path} can't be written ({error}), and nothing is left of it; name another disk",
                    path=path,
                    error=error,
                ),
            ) from error
        copied = _verify_copy(draft, path)
        try:
            os.fsync(descriptor)
            _publish(draft, path)
            sync_folder(path.parent)
        except OSError as error:
            raise Refused(
                RefusedCode.FILE_NOT_WRITABLE,
                sentence("{path} can't be written: {strerror}", path=path, strerror=error.strerror or error),
            ) from error
    return copied


@contextmanager
def _draft_file(path: Path) -> Iterator[tuple[Path, int]]:
    draft = path.with_name(f".{path.name[:100]}.{secrets.token_hex(6)}")
    try:
        descriptor = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise Refused(
            RefusedCode.FILE_NOT_WRITABLE,
            sentence("{path} can't be written: {strerror}", path=path, strerror=error.strerror or error),
        ) from error
    try:
        yield draft, descriptor
    finally:
        os.close(descriptor)
        for suffix in ("", "-journal", "-wal", "-shm"):
            with suppress(OSError):
                draft.with_name(draft.name + suffix).unlink(missing_ok=True)


def _copy_pages(source: SqliteConnection, draft: Path, step_pages: int, step: Callable[[int, int, int], None]) -> None:
    with closing(connect(draft)) as target:
        target.execute("PRAGMA synchronous = OFF")
        target.execute("PRAGMA journal_mode = OFF")
        source.execute("BEGIN")  # one snapshot for all steps: a commit in between does not restart the copy
        try:
            source.execute("SELECT max(seq) FROM event").fetchone()
            source.copy_into(target, step_pages, step)
        finally:
            source.execute("ROLLBACK")
        target.execute("PRAGMA journal_mode = MEMORY")
        label_as_copy(target)


def _synced_progress(
    source: SqliteConnection, descriptor: int, progress: Progress, limits: StoreLimits
) -> Callable[[int, int, int], None]:
    """Report each step, and sync the copy after every ``backup_sync_bytes`` so that the last sync is short."""
    page_bytes = int(source.execute("PRAGMA page_size").fetchone()[0])
    synced = 0

    def step(_status: int, remaining: int, total: int) -> None:
        nonlocal synced
        copied = (total - remaining) * page_bytes
        if copied - synced >= limits.backup_sync_bytes:
            os.fdatasync(descriptor)
            synced = copied
        progress(total - remaining, total)

    return step


def _verify_copy(draft: Path, path: Path) -> VerifiedCopy:
    """Check integrity, chain and counters. Raises StoreUnusable naming what is wrong."""

    def look(handle: Handle) -> tuple[ChainReport, str]:
        said = str(handle.connection.execute("PRAGMA integrity_check(1)").fetchone()[0])
        if said != "ok":
            return ChainReport(0, ""), said
        report = log.verify(handle)
        return report, report.fault or next(counter_mismatches(handle), "")

    try:
        report, fault = read_copy(draft, look)
    except sqlite3.Error as error:
        report, fault = ChainReport(0, ""), str(error)
    if fault:
        raise StoreUnusable(
            StoreCode.BACKUP_UNVERIFIED,
            sentence(
                "no backup was made at {path}: the copy does not verify ({fault}); run dutydesk doctor",
                path=path,
                fault=fault,
            ),
        )
    return VerifiedCopy(str(path), report.events, report.head, draft.stat().st_size)


def read_copy(path: Path, work: Callable[[Handle], T]) -> T:
    """Read a copy that nobody writes to, without creating files next to it."""
    with closing(connect(path, "immutable=1")) as connection:
        return work(Handle(connection, datetime.now(UTC)))


def reject_foreign_wal(path: Path, patience: float) -> None:
    """Refuse a copy that stands next to the write-ahead log (WAL) of its original, which SQLite would apply to it.

    The first event that is written to a copy accepts it as the original, so a WAL that belongs to the copy begins with
    that event. ``patience`` is the time in seconds to wait for a lock. Raises StoreUnusable.
    """
    mark, ends = "SELECT value FROM counter WHERE name = ?", "SELECT max(seq) FROM event WHERE ? > 0"
    try:
        marked = _query_file(path, "immutable=1", patience, mark, COPY_COUNTER)
    except sqlite3.DatabaseError:  # another process of this store is checkpointing
        return
    if not marked or not marked[0][0]:
        return
    try:
        fits = _fits_copy(path, patience, marked, mark, ends)
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF != sqlite3.SQLITE_CORRUPT:
            raise
        fits = False  # pages of both stores together
    if not fits:
        raise StoreUnusable(
            StoreCode.LOG_OF_ANOTHER_STORE,
            sentence(
                "{path} is a copy that lies beside the log of another store: move {name}-wal and {name}-shm away",
                path=path,
                name=path.name,
            ),
        )


def _fits_copy(path: Path, patience: float, marked: list[tuple[Any, ...]], mark: str, ends: str) -> bool:
    """Whether the WAL next to a copy is its own: nothing was written, or first that it is accepted."""
    through = marked[0][0]
    now = _query_file(path, "mode=ro", patience, mark, COPY_COUNTER)
    if now == marked:
        return _query_file(path, "mode=ro", patience, ends, through) == [(through,)]
    first = _query_file(path, "mode=ro", patience, "SELECT kind FROM event WHERE seq > ? ORDER BY seq LIMIT 2", through)
    return now == [(0,)] and (EventKind.STORE_RESTORED,) in first


def _query_file(path: Path, options: str, patience: float, sql: str, value: object) -> list[tuple[Any, ...]]:
    with closing(connect(path, options, patience)) as connection:
        return list(connection.tuples(sql, (value,)))


def _publish(draft: Path, path: Path) -> None:
    """Give the draft its name. Raises Refused where something has it."""
    try:
        give_name(draft, path)
    except FileExistsError as error:
        raise Refused(
            RefusedCode.FILE_EXISTS,
            sentence("{path} is there already; a backup never replaces a file: name another", path=path),
        ) from error


def give_name(draft: Path, path: Path) -> None:
    """Rename a file without replacing another one, also on a file system without hard links. Raises OSError."""
    try:
        os.link(draft, path, follow_symlinks=False)
        return
    except FileExistsError:
        raise
    except OSError:
        pass
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600))
    draft.replace(path)


def sync_folder(folder: Path) -> None:
    """Sync a folder, so that a new name in it is durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
