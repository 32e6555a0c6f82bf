"""A store in one SQLite file, which the processes of one machine share."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from dutydesk.domain.limits import StoreLimits
from dutydesk.store.engine.connection import ConnectionThread
from dutydesk.store.engine.copies import Progress, VerifiedCopy
from dutydesk.store.engine.engine import ChainEnd, Erased, FullTextFindings, Housekeeping
from dutydesk.store.engine.rows import Connection
from dutydesk.store.engines.sqlite import database, faults
from dutydesk.store.engines.sqlite.backup import write_copy
from dutydesk.store.engines.sqlite.between_commits import BetweenCommits
from dutydesk.store.engines.sqlite.binding import connect
from dutydesk.store.engines.sqlite.checkpoints import Checkpoints
from dutydesk.store.engines.sqlite.erase import Eraser
from dutydesk.store.engines.sqlite.full_text import compare_full_text
from dutydesk.store.engines.sqlite.locks import FileLock, StoreLocks
from dutydesk.store.engines.sqlite.sqlite_connection import SqliteConnection
from dutydesk.store.engines.sqlite.wal_file import WalFile


class SqliteEngine:
    """As :class:`~dutydesk.store.engine.engine.Engine` says.

    Making one validates the store and brings it up to date. Raises StoreUnusable for anything that is no usable store.
    """

    errors: tuple[type[Exception], ...] = (sqlite3.Error,)
    is_shared = False

    def __init__(self, path: Path, limits: StoreLimits) -> None:
        self.path = database.validate_store(path, limits)
        self.locks = StoreLocks(self.path, limits)
        self.housekeeping: Housekeeping = Checkpoints(self.locks, WalFile(self.path, limits.wal_retry_bytes), limits)
        self.limits = limits
        self._files: database.OpenFiles | None = None
        try:
            database.upgrade_store(self.path, self.locks, limits)
        except BaseException:
            self.locks.close()
            raise

    def as_store_error(self, error: Exception) -> Exception:
        return faults.as_store_error(error)

    def open_writer(self) -> SqliteConnection:
        raw = self._connect()
        database.prepare_writer(raw)
        try:
            self._files = database.OpenFiles.from_path(self.path)
        except OSError as error:
            raw.close()
            raise sqlite3.OperationalError(str(error)) from error
        return raw

    def open_reader(self) -> SqliteConnection:
        """Refuses a file that was removed or replaced, which SQLite would make anew. Raises StoreUnusable."""
        if self._files is not None:
            self._files.require_unchanged()
        raw = self._connect()
        database.prepare_reader(raw)
        return raw

    def _connect(self) -> SqliteConnection:
        return connect(self.path, patience=self.limits.open_seconds)

    @property
    def files(self) -> database.OpenFiles:
        """The store's files as they were when the connection that writes was opened."""
        return self._files or database.OpenFiles.from_path(self.path)

    def begin_read(self, raw: Connection) -> None:
        raw.execute("BEGIN")

    @contextmanager
    def turn_to_write(self, raw: Connection, *, officer: bool) -> Iterator[None]:
        with self.locks.commit(officer=officer):
            self.files.require_unchanged()
            _begin(raw, self.limits)
            try:
                database.require_latest_schema(raw)
            except BaseException:
                self.roll_back(raw)
                raise
            yield

    def begin_before_turn(self, raw: Connection) -> bool:  # noqa: ARG002 - as the protocol names it
        """Never: a transaction that has read an older state can't write."""
        return False

    def take_turn(self, raw: Connection) -> bool:  # noqa: ARG002
        return False

    def note_overtaken(self, *, by_officer: bool) -> None:
        """Nothing is worked before its turn."""

    def commit(self, raw: Connection, last: ChainEnd | None) -> None:  # noqa: ARG002 - a commit here is never in doubt
        raw.execute("COMMIT")

    def roll_back(self, raw: Connection) -> None:
        database.roll_back(raw)

    def is_officer_waiting(self) -> bool:
        return self.locks.is_officer_waiting()

    def must_reader_wait(self) -> bool:
        return self.locks.must_reader_wait()

    def version(self, raw: Connection) -> int:
        """Raises StoreUnusable also if the store was removed or upgraded, because a screen would stand still."""
        self.files.require_unchanged()
        database.require_latest_schema(raw)
        version: int = raw.execute("PRAGMA data_version").fetchone()[0]
        return version

    def is_served(self) -> bool:
        with self.locks.exclude_dispatcher() as nobody:
            return not nobody

    @property
    def dispatcher_lock(self) -> FileLock:
        return self.locks.dispatcher

    def route_lock(self, route: str) -> FileLock:  # noqa: ARG002 - one box delivers to all bureaus
        return self.locks.dispatcher

    def copy_to(self, raw: Connection, path: Path, progress: Progress) -> VerifiedCopy:
        if not isinstance(raw, SqliteConnection):
            raise TypeError("a store is copied by its own engine")
        return write_copy(raw, path, progress, self.limits)

    async def erase_remains(
        self, writing: ConnectionThread, fold: Callable[[], Awaitable[bool]], *, rewrite: bool | None
    ) -> Erased:
        """``rewrite`` writes the file anew, by default one of up to ``rewritten_bytes``."""
        small = self.path.stat().st_size <= self.limits.rewritten_bytes
        eraser = Eraser(self._between_commits(writing), self.limits, fold)
        return await eraser.erase(rewrite=small if rewrite is None else rewrite)

    async def compare_full_text(self, writing: ConnectionThread) -> FullTextFindings:
        return await compare_full_text(self._between_commits(writing), self.limits)

    def _between_commits(self, writing: ConnectionThread) -> BetweenCommits:
        return BetweenCommits(writing, self.locks, self.files)

    def close(self) -> None:
        self.locks.close()


def _begin(raw: Connection, limits: StoreLimits) -> None:
    """Begin a write transaction. SQLite's own waiting would grow with each try and let others overtake."""
    deadline = time.monotonic() + limits.busy_seconds
    while True:
        try:
            raw.execute("BEGIN IMMEDIATE")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
        time.sleep(limits.lock_retry_seconds)
