"""An open store: one writer, readers that can't write, and word of every change."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import aiosqlite

from dutydesk.store import database
from dutydesk.store.handle import Handle, connect, on_thread
from dutydesk.store.locks import StoreLocks
from dutydesk.store.transaction import Transaction
from dutydesk.store.writer import Work, Writer

T = TypeVar("T")


@dataclass
class Store:
    """Made by :func:`open_store`. All times come from ``clock``, which is the desk's."""

    path: Path
    locks: StoreLocks
    clock: Callable[[], datetime]
    _writing: aiosqlite.Connection
    _reading: aiosqlite.Connection
    _writer: Writer

    async def write(self, work: Work[T], *, officer: bool = True) -> T:
        """Runs ``work`` in a transaction; see :meth:`Writer.write`."""
        return await self._writer.write(work, officer=officer)

    async def read(self, work: Callable[[Handle], T]) -> T:
        """Runs ``work`` on a connection that can't write, all of it on one snapshot."""

        def reading(raw: sqlite3.Connection) -> T:
            raw.execute("BEGIN")
            try:
                return work(Handle(raw, self.clock()))
            finally:
                raw.execute("COMMIT")

        return await on_thread(self._reading, reading)

    async def data_version(self) -> int:
        """Changes whenever anybody, in any process, has committed."""

        def reading(raw: sqlite3.Connection) -> int:
            version: int = raw.execute("PRAGMA data_version").fetchone()[0]
            return version

        return await on_thread(self._reading, reading)

    def wal_bytes(self) -> int:
        """The size of the write-ahead log; 0 where there is none."""
        try:
            return self.path.with_name(self.path.name + "-wal").stat().st_size
        except FileNotFoundError:
            return 0

    async def checkpoint(self) -> bool:
        """Only for the holder of the dispatcher's lock; see :meth:`Writer.checkpoint`."""
        return await self._writer.checkpoint()

    async def close(self) -> None:
        """Finishes what waits; a process that finds no dispatcher folds the log into the store before it leaves."""
        await self._writer.close()
        if self.wal_bytes() and self.locks.dispatcher.try_exclusive():
            await self._writer.checkpoint()
            self.locks.dispatcher.free()
        await asyncio.gather(self._writing.close(), self._reading.close())
        self.locks.close()


async def open_store(path: Path, clock: Callable[[], datetime], preamble: Callable[[Transaction], None]) -> Store:
    """Opens a store that exists. Raises StoreUnusable, in one sentence, for anything that is not a usable one."""
    database.check(path)
    database.upgrade(path)
    writing = await connect(path, timeout=0)
    reading = await connect(path, timeout=5)
    await on_thread(writing, database.prepare_writer)
    await on_thread(reading, database.prepare_reader)
    locks = StoreLocks(path)
    return Store(path, locks, clock, writing, reading, Writer(writing, locks, clock, preamble))
