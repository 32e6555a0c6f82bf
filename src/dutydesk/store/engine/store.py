"""An open store: one writer, readers that can't write, and word of every change."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import aiosqlite

from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.errors import StoreUnusable
from dutydesk.store.engine import database
from dutydesk.store.engine.backup import Progress, VerifiedCopy, write_copy
from dutydesk.store.engine.faults import as_store_error
from dutydesk.store.engine.locks import YIELD_SECONDS, StoreLocks
from dutydesk.store.engine.reader import Handle, connect, run_on_thread
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.engine.writer import Preparation, Work, Writer

T = TypeVar("T")

#: How often a read looks whether it still has to wait, and how many times at most.
_POLL_SECONDS = 0.001
_MAX_POLLS = round(YIELD_SECONDS / _POLL_SECONDS)


@dataclass
class Store:
    """Made by :func:`open_store`. All times come from ``clock``, which is the desk's."""

    path: Path
    locks: StoreLocks
    clock: Callable[[], datetime]
    _write_connection: aiosqlite.Connection
    _read_connection: aiosqlite.Connection
    _writer: Writer
    _files: database.OpenFiles
    _closed: bool = False

    async def write(self, work: Work[T], *, officer: bool = True) -> T:
        """Runs ``work`` in a transaction; see :meth:`Writer.write`."""
        return await self._writer.write(work, officer=officer)

    async def write_prepared(self, preparation: Preparation[T]) -> T:
        """The same for intake, thought out before the store is held; see :meth:`Writer.write_thought`."""
        return await self._writer.write_prepared(preparation)

    async def read(self, work: Callable[[Handle], T]) -> T:
        """Runs ``work`` on a connection that can't write, all of it on one snapshot.

        It waits a moment at most for officers' acts and checkpoints; see :meth:`StoreLocks.reader_waits`.
        Raises what ``work`` raises, or StoreUnusable.
        """

        def reading(raw: sqlite3.Connection) -> T:
            raw.execute("BEGIN")
            try:
                return work(Handle(raw, self.clock()))
            finally:
                database.roll_back(raw)

        await self._wait_for_officers()
        return await self._read(reading)

    async def _wait_for_officers(self) -> None:
        for _ in range(_MAX_POLLS):
            if self._closed or not self.locks.must_reader_wait():
                return
            await asyncio.sleep(_POLL_SECONDS)

    async def data_version(self) -> int:
        """Changes whenever anybody, in any process, has committed.

        Raises StoreUnusable also where the store was taken away, replaced or brought up to date by a newer release:
        what is on the screen would stand still, and nobody would know why.
        """

        def reading(raw: sqlite3.Connection) -> int:
            self._files.require_unchanged()
            database.require_latest_schema(raw)
            version: int = raw.execute("PRAGMA data_version").fetchone()[0]
            return version

        return await self._read(reading)

    async def _read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        try:
            return await run_on_thread(self._read_connection, work)
        except sqlite3.Error as error:
            raise as_store_error(error) from error

    async def copy_to(self, path: Path, progress: Progress) -> VerifiedCopy:
        """A verified copy of the store as it is now, made on a connection of its own; see :func:`write_copy`."""
        self._files.require_unchanged()
        connection = await connect(self.path, patience=database.OPEN_TIMEOUT_SECONDS)
        try:
            await run_on_thread(connection, database.prepare_reader)
            return await run_on_thread(connection, lambda raw: write_copy(raw, path, progress))
        except sqlite3.Error as error:
            raise as_store_error(error) from error
        finally:
            await connection.close()

    def wal_bytes(self) -> int:
        """How much of the write-ahead log is not folded into the store; 0 where there is none."""
        return self._writer.wal_file.used_bytes()

    def wal_needs_checkpoint(self, limit: int) -> bool:
        """Whether it is worth folding by now; see :meth:`LogFile.is_longer_than`."""
        return self._writer.wal_file.needs_checkpoint(limit)

    def set_wal_owner(self, *, owned: bool) -> None:
        """Says whether this process holds the dispatcher's lock, and so folds the log at a good moment by itself."""
        self._writer.owns_wal = owned

    async def checkpoint(self, *, truncate: bool = True) -> bool:
        """Only for the holder of the dispatcher's lock; see :meth:`Writer.checkpoint`."""
        return await self._writer.checkpoint(truncate=truncate)

    async def close(self) -> None:
        """Finishes what waits; a process that finds no dispatcher folds the log into the store before it leaves."""
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
            )  # one after the other: of two at once neither is the last, and the log stays
            await _close(self._write_connection)
            self.locks.close()


async def _close(connection: aiosqlite.Connection) -> None:
    with suppress(sqlite3.Error):
        await connection.close()


async def open_store(path: Path, clock: Callable[[], datetime], preamble: Callable[[Transaction], None]) -> Store:
    """Opens a store that exists. Raises StoreUnusable, in one sentence, for anything that is not a usable one."""
    path = database.validate_store(path)
    async with AsyncExitStack() as undo:
        locks = StoreLocks(path)
        undo.callback(locks.close)
        database.upgrade_store(path, locks)
        try:
            writing = await connect(path, patience=database.OPEN_TIMEOUT_SECONDS)
            undo.push_async_callback(writing.close)
            reading = await connect(path, patience=database.OPEN_TIMEOUT_SECONDS)
            undo.push_async_callback(reading.close)
            await run_on_thread(writing, database.prepare_writer)
            await run_on_thread(reading, database.prepare_reader)
            files = database.OpenFiles.from_path(path)
        except (OSError, sqlite3.Error) as error:
            raise StoreUnusable(
                StoreCode.STORE_NOT_OPENABLE, f"{path} can't be opened ({error}); try again, or run dutydesk doctor"
            ) from error
        writer = Writer(writing, locks, files, clock, preamble)
        undo.pop_all()
    return Store(path, locks, clock, writing, reading, writer, files)
