"""An open store: one writer, read-only readers, and notice of every commit."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.errors import StoreUnusable
from dutydesk.domain.limits import DEFAULT_LIMITS, StoreLimits
from dutydesk.language.sentences import sentence
from dutydesk.store.engine import database
from dutydesk.store.engine.backup import Progress, VerifiedCopy, write_copy
from dutydesk.store.engine.between_commits import BetweenCommits
from dutydesk.store.engine.connection import ConnectionThread
from dutydesk.store.engine.erase import Erased, Eraser
from dutydesk.store.engine.faults import as_store_error
from dutydesk.store.engine.filed import FilingHandle, NotFiledError
from dutydesk.store.engine.full_text import FullTextFindings, compare_full_text
from dutydesk.store.engine.jobs import Preparation, Work
from dutydesk.store.engine.locks import StoreLocks
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.sqlite import Connection
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.engine.writer import Writer
from dutydesk.store.tables import unfiled

T = TypeVar("T")

#: A copy, a store that this user can only read, or a full disk, which every screen then names: what waits in it stays
#: unfiled, and items can still be opened.
_READ_AS_IT_IS = frozenset({StoreCode.STORE_IS_COPY, StoreCode.STORE_NOT_WRITABLE, StoreCode.DISK_FULL})


@dataclass
class Store:
    """A store that is open; made by :func:`open_store`. All times come from ``clock``, the desk's clock."""

    path: Path
    locks: StoreLocks
    clock: Callable[[], datetime]
    _write_connection: ConnectionThread
    _read_connection: ConnectionThread
    _writer: Writer
    _files: database.OpenFiles
    _file_piece: Callable[[Transaction], int]
    limits: StoreLimits = DEFAULT_LIMITS.store
    _closed: bool = False

    async def write(self, work: Work[T], *, officer: bool = True) -> T:
        """Run ``work`` in a transaction; see :meth:`Writer.write`."""
        return await self._writer.write(work, officer=officer)

    async def write_prepared(self, preparation: Preparation[T]) -> T:
        """The same for intake, prepared before the store is locked; see :meth:`Writer.write_prepared`."""
        return await self._writer.write_prepared(preparation)

    async def read(self, work: Callable[[Handle], T]) -> T:
        """Run ``work`` on a read-only connection, on one snapshot.

        It first lets officers' commits and checkpoints go ahead, up to ``yield_seconds``; see
        :meth:`StoreLocks.must_reader_wait`. Where ``work`` asks for what is filed, everything that was taken in before
        is filed first, and it begins anew. Raises what ``work`` raises, or StoreUnusable, also where that
        can't be filed now, such as on a full disk: what was found would lack it.
        """
        try:
            return await self._read_with(work, FilingHandle)
        except NotFiledError:
            pass
        try:
            await self.file_waiting()
        except StoreUnusable as error:
            if error.code not in _READ_AS_IT_IS:
                raise
        return await self._read_with(work, Handle)

    async def _read_with(self, work: Callable[[Handle], T], form: type[Handle]) -> T:
        def reading(raw: Connection) -> T:
            raw.execute("BEGIN")
            try:
                return work(form(raw, self.clock(), self.limits))
            finally:
                database.roll_back(raw)

        await self._wait_for_officers()
        return await self._read(reading)

    @property
    def had_officer_lately(self) -> bool:
        """Whether an officer of any process has waited for intake in the last seconds."""
        return self._writer.had_officer_lately

    def is_served(self) -> bool:
        """Whether a process dispatches, or this store is closed here."""
        if self._closed:
            return True
        with self.locks.exclude_dispatcher() as nobody:
            return not nobody

    async def file_waiting(self) -> None:
        """File what was taken in until now, in pieces that officers' commits come between. Raises StoreUnusable."""
        last = await self._read_with(unfiled.waiting_upto, Handle)
        while last:
            last = last if await self.write(self._file_piece, officer=False) < last else 0

    async def _wait_for_officers(self) -> None:
        for _ in range(round(self.limits.yield_seconds / self.limits.read_poll_seconds)):
            if self._closed or not self.locks.must_reader_wait():
                return
            await asyncio.sleep(self.limits.read_poll_seconds)

    async def data_version(self) -> int:
        """A number that changes whenever any process has committed.

        Raises StoreUnusable also if the store was removed, replaced or upgraded, because a screen would silently stand
        still.
        """

        def reading(raw: Connection) -> int:
            self._files.require_unchanged()
            database.require_latest_schema(raw)
            version: int = raw.execute("PRAGMA data_version").fetchone()[0]
            return version

        return await self._read(reading)

    async def _read(self, work: Callable[[Connection], T]) -> T:
        try:
            return await self._read_connection.run(work)
        except sqlite3.Error as error:
            raise as_store_error(error) from error

    async def copy_to(self, path: Path, progress: Progress) -> VerifiedCopy:
        """Write a verified copy of the store as of now, on a connection of its own; see :func:`write_copy`."""
        self._files.require_unchanged()
        connection = await ConnectionThread.open(self.path, self.limits.open_seconds)
        try:
            await connection.run(database.prepare_reader)
            return await connection.run(lambda raw: write_copy(raw, path, progress, self.limits))
        except sqlite3.Error as error:
            raise as_store_error(error) from error
        finally:
            await connection.close()

    def wal_bytes(self) -> int:
        """Bytes of the write-ahead log that were not checkpointed; 0 if there is none."""
        return self._writer.wal_file.used_bytes()

    def wal_needs_checkpoint(self, limit: int) -> bool:
        """Whether a checkpoint is worth its cost; see :meth:`WalFile.needs_checkpoint`."""
        return self._writer.wal_file.needs_checkpoint(limit)

    def set_wal_owner(self, *, owned: bool) -> None:
        """Set whether this process holds the dispatcher's lock, and so checkpoints at good moments itself."""
        self._writer.owns_wal = owned

    async def checkpoint(self, *, truncate: bool = True) -> bool:
        """Only for the holder of the dispatcher's lock; see :meth:`Writer.checkpoint`."""
        return await self._writer.checkpoint(truncate=truncate)

    async def erase_remains(self, *, rewrite: bool | None = None) -> Erased:
        """Remove what deleted rows left behind; see :class:`Eraser`.

        ``rewrite`` writes the file anew, by default one of up to ``rewritten_bytes``. Raises StoreUnusable.
        """
        small = self.path.stat().st_size <= self.limits.rewritten_bytes
        eraser = Eraser(self._between_commits(), self.limits, self.checkpoint)
        return await eraser.erase(rewrite=small if rewrite is None else rewrite)

    async def compare_full_text(self) -> FullTextFindings:
        """Compare the full-text indexes with their rows; see :func:`compare_full_text`. Raises StoreUnusable."""
        return await compare_full_text(self._between_commits(), self.limits)

    def _between_commits(self) -> BetweenCommits:
        return BetweenCommits(self._write_connection, self.locks, self._files)

    async def close(self) -> None:
        """Finish the queued writes. A process that finds no dispatcher checkpoints before it closes."""
        if self._closed:
            return
        self._closed = True
        try:
            await self._writer.close()
            if self.wal_bytes() and self.locks.dispatcher.try_exclusive():
                with suppress(StoreUnusable):
                    await self.checkpoint()
        finally:
            await _close(
                self._read_connection
            )  # one after the other: if two close at once neither is the last, and the WAL stays
            await _close(self._write_connection)
            self.locks.close()


async def _close(connection: ConnectionThread) -> None:
    with suppress(sqlite3.Error):
        await connection.close()


async def open_store(
    path: Path,
    clock: Callable[[], datetime],
    preamble: Callable[[Transaction], None],
    limits: StoreLimits = DEFAULT_LIMITS.store,
    file_piece: Callable[[Transaction], int] = unfiled.file_nothing,
) -> Store:
    """Open an existing store. ``file_piece`` files some of what waits, and returns the last item that is filed.

    Raises StoreUnusable for anything that is not a usable store."""
    path = database.validate_store(path, limits)
    async with AsyncExitStack() as undo:
        locks = StoreLocks(path, limits)
        undo.callback(locks.close)
        database.upgrade_store(path, locks, limits)
        try:
            writing = await ConnectionThread.open(path, limits.open_seconds)
            undo.push_async_callback(writing.close)
            reading = await ConnectionThread.open(path, limits.open_seconds)
            undo.push_async_callback(reading.close)
            await writing.run(database.prepare_writer)
            await reading.run(database.prepare_reader)
            files = database.OpenFiles.from_path(path)
        except (OSError, sqlite3.Error) as error:
            raise StoreUnusable(
                StoreCode.STORE_NOT_OPENABLE,
                sentence("{path} can't be opened ({error}); try again, or run dutydesk doctor", path=path, error=error),
            ) from error
        writer = Writer(writing, locks, files, clock, preamble, limits)
        undo.pop_all()
    return Store(path, locks, clock, writing, reading, writer, files, file_piece, limits)
