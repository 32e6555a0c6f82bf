"""An open store: one writer, read-only readers, and notice of every commit."""

from __future__ import annotations

import asyncio
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
from dutydesk.store.engine.commit_times import CommitHistogram
from dutydesk.store.engine.connection import ConnectionThread
from dutydesk.store.engine.copies import Progress, VerifiedCopy
from dutydesk.store.engine.engine import DispatcherLock, Engine, Erased, FullTextFindings, Housekeeping
from dutydesk.store.engine.filed import FilingHandle, NotFiledError
from dutydesk.store.engine.jobs import Preparation, Work
from dutydesk.store.engine.opening import open_engine
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.rows import Connection
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.engine.writer import Writer
from dutydesk.store.tables import bureaus, skeleton_index, unfiled

T = TypeVar("T")

#: A copy, a store that this user can only read, or a full disk, which every screen then names: what waits in it stays
#: unfiled, and items can still be opened.
_READ_AS_IT_IS = frozenset({StoreCode.STORE_IS_COPY, StoreCode.STORE_NOT_WRITABLE, StoreCode.DISK_FULL})


@dataclass
class Store:
    """A store that is open; made by :func:`open_store`. All times come from ``clock``, the desk's clock."""

    path: Path
    clock: Callable[[], datetime]
    engine: Engine
    _write_connection: ConnectionThread
    _read_connection: ConnectionThread
    _writer: Writer
    _file_piece: Callable[[Transaction], int]
    limits: StoreLimits = DEFAULT_LIMITS.store
    _closed: bool = False

    async def write(self, work: Work[T], *, officer: bool = True, before_turn: bool = False) -> T:
        """Run ``work`` in a transaction; see :meth:`Writer.write`."""
        return await self._writer.write(work, officer=officer, before_turn=before_turn)

    async def write_prepared(self, preparation: Preparation[T]) -> T:
        """The same for intake, prepared before the store is locked; see :meth:`Writer.write_prepared`."""
        return await self._writer.write_prepared(preparation)

    async def read(self, work: Callable[[Handle], T]) -> T:
        """Run ``work`` on a read-only connection, on one snapshot.

        It first lets officers' commits and folding go ahead, up to ``yield_seconds``; see
        :meth:`Engine.must_reader_wait`. Where ``work`` asks for what is filed, everything that was taken in before
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
            self.engine.begin_read(raw)
            try:
                return work(form(raw, self.clock(), self.limits))
            finally:
                self.engine.roll_back(raw)

        await self._wait_for_officers()
        for _ in range(self.limits.lost_line_tries):
            try:
                return await self._read(reading)
            except StoreUnusable as error:
                if error.code is not StoreCode.LINE_LOST:
                    raise
                await self._read_connection.run(_forget_remembered)
        return await self._read(reading)

    @property
    def had_officer_lately(self) -> bool:
        """Whether an officer of any process has waited for intake in the last seconds."""
        return self._writer.had_officer_lately

    @property
    def unconfirmed_seconds(self) -> float:
        """For how long what this process is writing has not been confirmed."""
        return self._writer.unconfirmed_seconds

    @property
    def commit_histogram(self) -> CommitHistogram:
        """How long this process's commits took."""
        return self._writer.commit_times.histogram

    def is_served(self) -> bool:
        """Whether a process dispatches, or this store is closed here."""
        return self._closed or self.engine.is_served()

    @property
    def dispatcher_lock(self) -> DispatcherLock:
        """The lock of the one process that dispatches; it is freed when its process dies."""
        return self.engine.dispatcher_lock

    async def file_waiting(self) -> None:
        """File what was taken in until now, in pieces that officers' commits come between. Raises StoreUnusable."""
        last = await self._read_with(unfiled.waiting_upto, Handle)
        while last:
            last = last if await self.write(self._file_piece, officer=False) < last else 0

    async def _wait_for_officers(self) -> None:
        for _ in range(round(self.limits.yield_seconds / self.limits.read_poll_seconds)):
            if self._closed or not self.engine.must_reader_wait():
                return
            await asyncio.sleep(self.limits.read_poll_seconds)

    async def data_version(self) -> int:
        """A number that changes whenever any process has committed.

        Raises StoreUnusable also if the store was removed, replaced or upgraded, because a screen would silently stand
        still.
        """
        return await self._read(self.engine.version)

    async def _read(self, work: Callable[[Connection], T]) -> T:
        try:
            return await self._read_connection.run(work)
        except self.engine.errors as error:
            raise self.engine.as_store_error(error) from error

    async def copy_to(self, path: Path, progress: Progress) -> VerifiedCopy:
        """Write a verified copy of the store as of now, on a connection of its own; see :meth:`Engine.copy_to`."""
        try:
            connection = await ConnectionThread.open(self.engine.open_reader)
            try:
                return await connection.run(lambda raw: self.engine.copy_to(raw, path, progress))
            finally:
                await connection.close()
        except self.engine.errors as error:
            raise self.engine.as_store_error(error) from error

    @property
    def housekeeping(self) -> Housekeeping:
        """What is written ahead, and who folds it into the store."""
        return self.engine.housekeeping

    async def fold(self, *, empty: bool = True) -> bool:
        """Only for the holder of the dispatcher's lock; see :meth:`Housekeeping.fold`."""
        return await self._writer.fold(empty=empty)

    async def erase_remains(self, *, rewrite: bool | None = None) -> Erased:
        """Remove what deleted rows left behind; see :meth:`Engine.erase_remains`. Raises StoreUnusable."""
        return await self.engine.erase_remains(self._write_connection, self.fold, rewrite=rewrite)

    async def compare_full_text(self) -> FullTextFindings:
        """Compare the full-text indexes with their rows. Raises StoreUnusable."""
        return await self.engine.compare_full_text(self._write_connection)

    async def close(self) -> None:
        """Finish the queued writes. A process that finds no dispatcher checkpoints before it closes."""
        if self._closed:
            return
        self._closed = True
        try:
            await self._writer.close()
            if self.housekeeping.bytes() and self.dispatcher_lock.try_exclusive():
                with suppress(StoreUnusable):
                    await self.fold()
        finally:
            # One after the other: if two close at once neither is the last, and what is written ahead stays.
            for connection in (self._read_connection, self._write_connection):
                with suppress(*self.engine.errors):
                    await connection.close()
            self.engine.close()


def _forget_remembered(raw: Connection) -> None:
    """Another server may answer by now, which lacks what was never confirmed."""
    bureaus.clear_cache(raw)
    skeleton_index.clear_cache(raw)


async def open_store(
    path: Path,
    clock: Callable[[], datetime],
    preamble: Callable[[Transaction], None],
    limits: StoreLimits = DEFAULT_LIMITS.store,
    file_piece: Callable[[Transaction], int] = unfiled.file_nothing,
    *,
    allow_unsafe: bool = False,
) -> Store:
    """Open an existing store. ``file_piece`` files some of what waits, and returns the last item that is filed.

    ``allow_unsafe``: it may be on a cluster that can lose commits, if it is no LIVE one.
    Raises StoreUnusable for anything that is not a usable store."""
    async with AsyncExitStack() as undo:
        engine = open_engine(path, limits, allow_unsafe=allow_unsafe)
        undo.callback(engine.close)
        try:
            writing = await ConnectionThread.open(engine.open_writer)
            undo.push_async_callback(writing.close)
            reading = await ConnectionThread.open(engine.open_reader)
            undo.push_async_callback(reading.close)
        except engine.errors as error:
            raise StoreUnusable(
                StoreCode.STORE_NOT_OPENABLE,
                sentence("{path} can't be opened ({error}); try again, or run dutydesk doctor", path=path, error=error),
            ) from error
        writer = Writer(writing, engine, clock, preamble, limits)
        undo.pop_all()
    return Store(engine.path, clock, engine, writing, reading, writer, file_piece, limits)
