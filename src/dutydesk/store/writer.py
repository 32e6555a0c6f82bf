"""The one writer of a process: takes everything that waits, up to 128 jobs, and commits it in one transaction."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections import deque
from collections.abc import Callable
from datetime import datetime
from typing import Any, Generic, TypeVar

import aiosqlite

from dutydesk.domain.errors import DeskError, StoreUnusable
from dutydesk.store.handle import on_thread
from dutydesk.store.locks import RETRY_SECONDS, StoreLocks
from dutydesk.store.transaction import Transaction

T = TypeVar("T")
Work = Callable[[Transaction], T]

MOST_JOBS = 128
BUSY_SECONDS = 60.0


class Job(Generic[T]):
    def __init__(self, work: Work[T], future: asyncio.Future[T]) -> None:
        self.work = work
        self.future = future


class _SpoiledError(Exception):
    """A member of a batch failed after it had written: the batch is rolled back and its members run one by one."""


Outcome = tuple[Job[Any], Any, BaseException | None]


class Writer:
    """Officers' jobs go ahead of intake, in this process by two queues and across processes by the turnstile.

    ``preamble`` runs first in every transaction: it brings measures into force whose time has come.
    """

    def __init__(
        self,
        connection: aiosqlite.Connection,
        locks: StoreLocks,
        clock: Callable[[], datetime],
        preamble: Callable[[Transaction], None],
    ) -> None:
        self._connection = connection
        self._locks = locks
        self._clock = clock
        self._preamble = preamble
        self._officers: deque[Job[Any]] = deque()
        self._intake: deque[Job[Any]] = deque()
        self._waiting = asyncio.Event()
        self._stopping = False
        self._task = asyncio.create_task(self._run(), name="store-writer")
        self.committed = asyncio.Event()

    async def write(self, work: Work[T], *, officer: bool = True) -> T:
        """Runs ``work`` inside a transaction and returns its answer once that is durable.

        Raises what ``work`` raises (then nothing of it was written), or StoreUnusable.
        """
        if self._stopping:
            raise StoreUnusable("the store is being closed; try again")
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        (self._officers if officer else self._intake).append(Job(work, future))
        self._waiting.set()
        return await future

    async def checkpoint(self) -> bool:
        """Folds the write-ahead log into the store; false if somebody is committing or reading.

        Only for the process that holds the dispatcher's lock.
        """
        return await on_thread(self._connection, self._checkpoint)

    async def close(self) -> None:
        """Finishes what waits, then stops."""
        self._stopping = True
        self._waiting.set()
        await self._task

    async def _run(self) -> None:
        while True:
            await self._waiting.wait()
            self._waiting.clear()
            while batch := self._next_batch():
                jobs, officer = batch
                _settle(await self._attempt(jobs, officer=officer))
                self.committed.set()
            if self._stopping:
                return

    def _next_batch(self) -> tuple[list[Job[Any]], bool] | None:
        """What waits, officers first, and whether an officer is among them."""
        jobs = [self._officers.popleft() for _ in range(min(len(self._officers), MOST_JOBS))]
        officer = bool(jobs)
        jobs += [self._intake.popleft() for _ in range(min(len(self._intake), MOST_JOBS - len(jobs)))]
        return (jobs, officer) if jobs else None

    async def _attempt(self, batch: list[Job[Any]], *, officer: bool) -> list[Outcome]:
        try:
            return await on_thread(self._connection, lambda raw: self._commit(raw, batch, officer=officer))
        except Exception as error:
            if len(batch) == 1:
                return [(batch[0], None, _plain(error))]
        outcomes: list[Outcome] = []
        for job in batch:
            outcomes.extend(await self._attempt([job], officer=officer))
        return outcomes

    def _commit(self, raw: sqlite3.Connection, batch: list[Job[Any]], *, officer: bool) -> list[Outcome]:
        with self._locks.commit(officer=officer):
            _begin(raw)
            try:
                transaction = Transaction(raw, self._clock())
                self._preamble(transaction)
                outcomes = [_member(transaction, job, alone=len(batch) == 1) for job in batch]
                transaction.finish()
                raw.execute("COMMIT")
            except BaseException:
                if raw.in_transaction:
                    raw.execute("ROLLBACK")
                raise
        return outcomes

    def _checkpoint(self, raw: sqlite3.Connection) -> bool:
        with self._locks.checkpoint() as free:
            if not free:
                return False
            busy = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        return not busy


def _member(transaction: Transaction, job: Job[Any], *, alone: bool) -> Outcome:
    before = transaction.writes()
    try:
        return job, job.work(transaction), None
    except DeskError as error:
        if transaction.writes() != before:
            if alone:
                raise
            raise _SpoiledError from error
        return job, None, error


def _begin(raw: sqlite3.Connection) -> None:
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            raw.execute("BEGIN IMMEDIATE")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
        time.sleep(RETRY_SECONDS)


def _settle(outcomes: list[Outcome]) -> None:
    for job, value, error in outcomes:
        if job.future.done():
            continue
        if error is None:
            job.future.set_result(value)
        else:
            job.future.set_exception(error)


def _plain(error: Exception) -> Exception:
    """What SQLite says, as one sentence for a person."""
    match error:
        case sqlite3.OperationalError() | sqlite3.DatabaseError() if not isinstance(error, sqlite3.IntegrityError):
            return StoreUnusable(f"the store could not be written ({error}); nothing was changed")
        case _:
            return error
