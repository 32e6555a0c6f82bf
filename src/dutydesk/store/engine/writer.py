"""The one writer of a process: commits everything that waits in one transaction, up to a limit."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any, TypeVar

from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.errors import StoreUnusable
from dutydesk.domain.limits import DEFAULT_LIMITS, StoreLimits
from dutydesk.language.sentences import sentence
from dutydesk.store.engine.connection import ConnectionThread
from dutydesk.store.engine.database import OpenFiles, require_latest_schema, roll_back
from dutydesk.store.engine.faults import as_store_error
from dutydesk.store.engine.jobs import CommittedBatch, FailedBatch, Job, JobResult, Preparation, Work
from dutydesk.store.engine.locks import StoreLocks
from dutydesk.store.engine.reader import RememberingHandle
from dutydesk.store.engine.sqlite import Connection
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.engine.wal_file import WalFile
from dutydesk.store.tables import bureaus, skeleton_index

T = TypeVar("T")


class Writer:
    """Queues writes and commits them in batches: officers' first, then what the desk has begun, then intake.

    Officers of other processes go first by the turnstile lock. A batch of intake ends early when an officer comes: what
    it has done is committed, the rest waits. ``preamble`` runs first in every transaction; it brings measures into
    force that have come due.
    """

    def __init__(
        self,
        connection: ConnectionThread,
        locks: StoreLocks,
        files: OpenFiles,
        clock: Callable[[], datetime],
        preamble: Callable[[Transaction], None],
        limits: StoreLimits = DEFAULT_LIMITS.store,
    ) -> None:
        self._connection = connection
        self._locks = locks
        self._files = files
        self._limits = limits
        self.wal_file = WalFile(files.path, limits.wal_retry_bytes)
        self._clock = clock
        self._preamble = preamble
        self._officers: deque[Job[Any]] = deque()
        self._continuations: deque[Job[Any]] = deque()
        self._intake: deque[Job[Any]] = deque()
        self._batch: list[Job[Any]] = []
        self._officer_batches = 0
        self._small_batches_until = 0.0
        self._ended_early = False
        #: Whether this process dispatches, and so checkpoints.
        self.owns_wal = False
        self._waiting = asyncio.Event()
        self._stopping = False
        self._task = asyncio.create_task(self._run(), name="store-writer")

    async def write(self, work: Work[T], *, officer: bool = True) -> T:
        """Run ``work`` in a transaction and return its result once that is durable.

        ``work`` must only read and write through its transaction: after a rollback it runs again. If the caller is
        cancelled before its turn ``work`` does not run; after that it runs to its end and its result is dropped.
        Raises what ``work`` raises (then nothing of it was written), or StoreUnusable.
        """
        return await self._queue(self._officers if officer else self._continuations, lambda _handle: work, work)

    async def write_prepared(self, preparation: Preparation[T]) -> T:
        """The same for intake: ``preparation`` runs before the store is locked, while officers can write.

        It may run again, inside the transaction.
        """
        return await self._queue(self._intake, preparation)

    async def _queue(self, queue: deque[Job[Any]], preparation: Preparation[T], work: Work[T] | None = None) -> T:
        if self._stopping:
            raise StoreUnusable(StoreCode.STORE_CLOSED, sentence("the store is being closed; open it again"))
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        queue.append(Job(future, preparation, work))
        self._waiting.set()
        return await future

    async def checkpoint(self, *, truncate: bool) -> bool:
        """Move the write-ahead log into the store. False if a process commits or reads, or the disk is full.

        ``truncate`` also empties the file; else the next commit overwrites it from its start. Only for the process that
        holds the dispatcher's lock. Raises StoreUnusable.
        """
        return await self._connection.run(lambda raw: self._checkpoint(raw, truncate=truncate))

    async def close(self) -> None:
        """Finish what waits, then stop."""
        self._stopping = True
        self._waiting.set()
        await asyncio.wait([self._task])

    async def _run(self) -> None:
        try:
            while not self._stopping:
                await self._waiting.wait()
                self._waiting.clear()
                while self._officers or self._continuations or self._intake:
                    self._batch, officer = self._next_batch()
                    left = await self._write_batch(self._batch, officer=officer)
                    self._batch = []
                    self._continuations.extendleft(reversed(left))
                    await self._limit_wal()
        finally:
            self._fail_waiting_jobs()

    async def _limit_wal(self) -> None:
        if not self.owns_wal and self.wal_file.needs_checkpoint(self._limits.unowned_wal_bytes):
            with suppress(StoreUnusable):
                await self._connection.run(self._checkpoint_without_dispatcher)

    def _checkpoint_without_dispatcher(self, raw: Connection) -> None:
        with self._locks.exclude_dispatcher() as nobody:
            if nobody:
                self._checkpoint(raw)

    def _fail_waiting_jobs(self) -> None:
        """Fail the jobs that are left when the writer ends, so that no caller waits for ever."""
        self._stopping = True
        unknown = StoreUnusable(
            StoreCode.WRITE_UNKNOWN, sentence("the store was closed while this was written; look whether it is there")
        )
        unwritten = StoreUnusable(
            StoreCode.STORE_CLOSED, sentence("the store was closed before this was written; open it again")
        )
        _resolve_futures([(job, None, unknown) for job in self._batch])
        _resolve_futures([(job, None, unwritten) for job in (*self._officers, *self._continuations, *self._intake)])

    def _next_batch(self) -> tuple[list[Job[Any]], bool]:
        """The next batch, and whether it is officers'.

        Officers do not wait for intake, but after ``officer_batches`` of them intake gets a batch, which ends early.
        What the desk has begun, such as an acknowledgement, comes before new intake.
        """
        others = bool(self._continuations or self._intake)
        officer = bool(self._officers) and not (others and self._officer_batches >= self._limits.officer_batches)
        self._officer_batches = self._officer_batches + 1 if officer else 0
        if officer:
            return _take_jobs(self._limits.batch_jobs, self._officers), True
        jobs = self._limits.brief_batch_jobs if self.had_officer_lately else self._limits.batch_jobs
        return _take_jobs(jobs, self._continuations, self._intake), False

    @property
    def had_officer_lately(self) -> bool:
        """Whether an officer of any process has waited for this writer in the last seconds."""
        return time.monotonic() < self._small_batches_until

    async def _write_batch(self, jobs: list[Job[Any]], *, officer: bool) -> list[Job[Any]]:
        """Write a batch. If one job fails it, write the parts before, of and after that job, in the same order.

        Returns the jobs that were not tried because an officer waits.
        """
        batch = [job for job in jobs if not job.future.done()]
        if not batch:
            return []
        result = await self._connection.run(lambda raw: self._commit(raw, batch, officer=officer))
        if not isinstance(result, FailedBatch):
            for tell in result.after_commit:
                tell()
            _resolve_futures(result.outcomes)
            return batch[len(result.outcomes) :]
        if len(batch) == 1 or result.concerns_store:
            _resolve_futures([(job, None, result.error) for job in batch])
            return []
        left: list[Job[Any]] = []
        for part in _split_batch(batch, result.failed_job):
            left = [*left, *part] if left else await self._write_batch(part, officer=officer)
        return left

    def _commit(self, raw: Connection, batch: list[Job[Any]], *, officer: bool) -> CommittedBatch | FailedBatch:
        try:
            if not officer:
                self._checkpoint_after_officer(raw)
            batch = batch[: self._prepare_jobs(raw, batch)]
            with self._locks.commit(officer=officer):
                self._files.require_unchanged()
                _begin(raw, self._limits)
                return self._transact(raw, batch, self._yield_condition(officer=officer))
        except Exception as error:
            return FailedBatch(as_store_error(error))

    def _checkpoint_after_officer(self, raw: Connection) -> None:
        if self._ended_early and self.owns_wal and self.wal_file.needs_checkpoint(self._limits.after_officer_wal_bytes):
            self._checkpoint(raw)
        self._ended_early = False

    def _prepare_jobs(self, raw: Connection, batch: list[Job[Any]]) -> int:
        """Prepare the jobs before the store is locked; return how many were prepared, at least one.

        It ends early for an officer of this process, who waits for this thread.
        """
        if all(job.work is not None for job in batch):
            return len(batch)
        try:
            raw.execute("BEGIN")
            handle = RememberingHandle(raw, self._clock(), self._limits)
            for done, job in enumerate(batch):
                if done and self._officers:
                    return done
                with suppress(Exception):
                    job.prepare(handle)
        except sqlite3.Error:
            pass  # the transaction meets the same fault and reports it
        finally:
            roll_back(raw)
        return len(batch)

    def _yield_condition(self, *, officer: bool) -> Callable[[], bool]:
        """A function that says whether an officer of any process waits and the transaction has had its minimum time."""
        next_look = time.monotonic() + self._limits.intake_seconds

        def pressed() -> bool:
            nonlocal next_look
            now = time.monotonic()
            if now <= next_look:
                return False
            if not (self._officers or self._locks.is_officer_waiting()):
                next_look = now + self._limits.officer_look_seconds
                return False
            self._small_batches_until = now + self._limits.brief_seconds
            self._ended_early = True
            return True

        return _never if officer else pressed

    def _transact(
        self, raw: Connection, batch: list[Job[Any]], must_yield: Callable[[], bool]
    ) -> CommittedBatch | FailedBatch:
        member: int | None = None
        outcomes: list[JobResult] = []
        try:
            require_latest_schema(raw)
            transaction = Transaction(
                raw, self._clock(), must_yield, brief=self.had_officer_lately, limits=self._limits
            )
            transaction.expected_references = tuple(filter(None, [job.reference for job in batch]))
            self._preamble(transaction)
            for member, job in enumerate(batch):
                if member and must_yield():
                    break
                outcomes.append(_run_job(transaction, job))
            member = None
            transaction.finish()
            raw.execute("COMMIT")
        except BaseException as error:
            roll_back(raw)
            bureaus.clear_cache(raw)
            skeleton_index.clear_cache(raw)
            if not isinstance(error, Exception):
                raise
            return FailedBatch(as_store_error(error), member)
        return CommittedBatch(outcomes, transaction.after_commit)

    def _checkpoint(self, raw: Connection, *, truncate: bool = False) -> bool:
        self._move_pages(raw)
        with self._locks.checkpoint() as alone:
            if not alone:
                return False
            is_long = self.wal_file.size() > self._limits.long_wal_bytes
            mode = "TRUNCATE" if truncate or is_long else "RESTART"
            reader_ms = self._limits.long_wal_reader_ms if is_long else self._limits.checkpoint_reader_ms
            raw.execute(f"PRAGMA busy_timeout = {reader_ms}")
            try:
                busy = raw.execute(f"PRAGMA wal_checkpoint({mode})").fetchone()[0]
            except sqlite3.Error as error:
                if _is_passing(error):
                    return False
                raise as_store_error(error) from error
            finally:
                raw.execute("PRAGMA busy_timeout = 0")
            if busy:
                self.wal_file.set_blocked()
            else:
                self.wal_file.set_checkpointed()
        return not busy

    def _move_pages(self, raw: Connection) -> None:
        """Move what can be moved while others commit, so that they wait only for what comes meanwhile."""
        with self._locks.exclude_older_sqlite() as nobody:
            if nobody:
                try:
                    raw.execute("PRAGMA wal_checkpoint(PASSIVE)")
                except sqlite3.Error as error:
                    if not _is_passing(error):
                        raise as_store_error(error) from error


def _is_passing(error: sqlite3.Error) -> bool:
    """Whether a checkpoint that failed so is tried again later: somebody reads or commits, or the disk is full."""
    return error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_FULL)


def _never() -> bool:
    return False


def _take_jobs(most: int, *queues: deque[Job[Any]]) -> list[Job[Any]]:
    taken: list[Job[Any]] = []
    for queue in queues:
        taken += [queue.popleft() for _ in range(min(len(queue), most - len(taken)))]
    return taken


def _run_job(transaction: Transaction, job: Job[Any]) -> JobResult:
    """A refusal before anything was written leaves the batch intact; any other failure rolls it back."""
    before = transaction.write_count()
    try:
        return job, job.run(transaction), None
    except sqlite3.Error:
        raise
    except Exception as error:
        if transaction.write_count() != before:
            raise
        return job, None, error


def _split_batch(batch: list[Job[Any]], spoiler: int | None) -> list[list[Job[Any]]]:
    """Split a batch into the jobs before the failed one, that one, and those after it; in halves if it is unknown."""
    if spoiler is None:
        middle = len(batch) // 2
        return [batch[:middle], batch[middle:]]
    return [batch[:spoiler], batch[spoiler : spoiler + 1], batch[spoiler + 1 :]]


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


def _resolve_futures(outcomes: list[JobResult]) -> None:
    for job, value, error in outcomes:
        if job.future.done():
            continue
        if error is None:
            job.future.set_result(value)
        elif isinstance(error, StopIteration):
            job.future.set_exception(RuntimeError("a walk over rows ended too early"))
        else:
            job.future.set_exception(error)
