"""The one writer of a process: takes everything that waits, up to 128 jobs, and commits it in one transaction."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

import aiosqlite

from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.errors import StoreUnusable
from dutydesk.store.engine.database import OpenFiles, require_latest_schema, roll_back
from dutydesk.store.engine.faults import as_store_error
from dutydesk.store.engine.locks import BUSY_SECONDS, RETRY_SECONDS, StoreLocks
from dutydesk.store.engine.reader import Handle, run_on_thread
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.engine.wal_file import WalFile
from dutydesk.store.tables import bureaus, skeleton_index

T = TypeVar("T")
Work = Callable[[Transaction], T]
#: What is worked out before the store is held: it reads, and returns the work that is then done in the transaction.
Preparation = Callable[[Handle], Work[T]]

MAX_BATCH_JOBS = 128
#: The same for intake, so many seconds after an officer waited: what is small is committed soon.
FEW_JOBS, FEW_SECONDS = 16, 2.0
#: Batches of officers' that one of intake waits for.
MAX_OFFICER_BATCHES = 8
#: Seconds that a batch of intake may take before it ends early for an officer who waits.
INTAKE_SECONDS = 0.001
#: Milliseconds for which a checkpoint, with the writers kept out, waits for readers of what it has folded to end:
#: hardly at all while the log is short, because officers wait meanwhile, and it is tried again soon.
READERS_MS, LONG_LOG_READERS_MS = 1, 20
#: A file that long is cut off too.
LONG_WAL_BYTES = 24 * 1024 * 1024
#: The size at which whoever keeps the log short folds it right behind an officer, whom hardly anybody follows at once.
AFTER_OFFICER_WAL_BYTES = 6 * 1024 * 1024
#: The size at which a writer folds the log itself where nobody dispatches; a dispatcher keeps it far below.
UNOWNED_WAL_BYTES = 16 * 1024 * 1024


class Job(Generic[T]):
    """``work`` is ``None`` until it was thought out; what fails there fails in the transaction again, and is told."""

    def __init__(self, future: asyncio.Future[T], preparation: Preparation[T], work: Work[T] | None = None) -> None:
        self.future = future
        self.work = work
        self._preparation = preparation

    def prepare(self, handle: Handle) -> None:
        if self.work is None:
            self.work = self._preparation(handle)

    def run(self, transaction: Transaction) -> T:
        return (self.work or self._preparation(transaction))(transaction)


JobResult = tuple[Job[Any], Any, BaseException | None]


@dataclass(frozen=True, slots=True)
class _CommittedBatch:
    """What came of the members of a batch that were reached, and who is to be told now that it is durable."""

    outcomes: list[JobResult]
    after_commit: list[Callable[[], None]]


@dataclass(frozen=True, slots=True)
class _FailedBatch:
    """Why a batch was not written: by which of its members, or by none of them (then ``member`` is ``None``)."""

    error: Exception
    failed_job: int | None = None

    @property
    def concerns_store(self) -> bool:
        """The store itself can't be written: to try the members one by one would only fail again."""
        return self.failed_job is None and isinstance(self.error, StoreUnusable)


class Writer:
    """Officers' jobs go first, in this process by a queue of their own and across processes by the turnstile.

    Then comes what the desk has begun, then intake.

    A batch of intake that is under way when an officer comes is committed as far as it is; the rest takes its turn.
    ``preamble`` runs first in every transaction: it brings measures into force whose time has come.
    """

    def __init__(
        self,
        connection: aiosqlite.Connection,
        locks: StoreLocks,
        files: OpenFiles,
        clock: Callable[[], datetime],
        preamble: Callable[[Transaction], None],
    ) -> None:
        self._connection = connection
        self._locks = locks
        self._files = files
        self.wal_file = WalFile(files.path)
        self._clock = clock
        self._preamble = preamble
        self._officers: deque[Job[Any]] = deque()
        self._continuations: deque[Job[Any]] = deque()
        self._intake: deque[Job[Any]] = deque()
        self._batch: list[Job[Any]] = []
        self._officer_batches = 0
        self._small_batches_until = 0.0
        self._ended_early = False
        #: Whether this process dispatches, and so folds the log.
        self.owns_wal = False
        self._waiting = asyncio.Event()
        self._stopping = False
        self._task = asyncio.create_task(self._run(), name="store-writer")

    async def write(self, work: Work[T], *, officer: bool = True) -> T:
        """Runs ``work`` inside a transaction and returns its answer once that is durable.

        ``work`` must do nothing but read and write through its transaction: after a rollback it runs again. It does
        not run at all if whoever awaits it is cancelled before its turn; after that it is finished unheard.
        Raises what ``work`` raises (then nothing of it was written), or StoreUnusable.
        """
        return await self._queue(self._officers if officer else self._continuations, lambda _handle: work, work)

    async def write_prepared(self, preparation: Preparation[T]) -> T:
        """The same for intake, and what can be worked out beforehand is: while it thinks, officers can write.

        ``thought`` may run again, inside the transaction.
        """
        return await self._queue(self._intake, preparation)

    async def _queue(self, queue: deque[Job[Any]], thought: Preparation[T], work: Work[T] | None = None) -> T:
        if self._stopping:
            raise StoreUnusable(StoreCode.STORE_CLOSED, "the store is being closed; open it again")
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        queue.append(Job(future, thought, work))
        self._waiting.set()
        return await future

    async def checkpoint(self, *, truncate: bool) -> bool:
        """Folds the write-ahead log into the store; false if somebody is committing or reading, or the disk is full.

        ``cut``: the file is emptied too; else the next commit writes it anew from its start. Only for the process
        that holds the dispatcher's lock. Raises StoreUnusable.
        """
        return await run_on_thread(self._connection, lambda raw: self._checkpoint(raw, truncate=truncate))

    async def close(self) -> None:
        """Finishes what waits, then stops."""
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
        if not self.owns_wal and self.wal_file.needs_checkpoint(UNOWNED_WAL_BYTES):
            with suppress(StoreUnusable):
                await run_on_thread(self._connection, self._checkpoint_without_dispatcher)

    def _checkpoint_without_dispatcher(self, raw: sqlite3.Connection) -> None:
        with self._locks.exclude_dispatcher() as nobody:
            if nobody:
                self._checkpoint(raw)

    def _fail_waiting_jobs(self) -> None:
        """Leaves nobody waiting for ever when the writer ends before its work."""
        self._stopping = True
        unknown = StoreUnusable(
            StoreCode.WRITE_UNKNOWN, "the store was closed while this was written; look whether it is there"
        )
        unwritten = StoreUnusable(StoreCode.STORE_CLOSED, "the store was closed before this was written; open it again")
        _resolve_futures([(job, None, unknown) for job in self._batch])
        _resolve_futures([(job, None, unwritten) for job in (*self._officers, *self._continuations, *self._intake)])

    def _next_batch(self) -> tuple[list[Job[Any]], bool]:
        """What waits, and whether it is officers': who decides does not wait for what comes in beside it.

        Intake gets a batch, which ends early, after some batches of officers' that kept it waiting. What the desk has
        begun, such as a hand-over that is to be marked, is finished before more is begun.
        """
        others = bool(self._continuations or self._intake)
        officer = bool(self._officers) and not (others and self._officer_batches >= MAX_OFFICER_BATCHES)
        self._officer_batches = self._officer_batches + 1 if officer else 0
        if officer:
            return _take_jobs(MAX_BATCH_JOBS, self._officers), True
        return _take_jobs(
            FEW_JOBS if self._had_officer_lately else MAX_BATCH_JOBS, self._continuations, self._intake
        ), False

    @property
    def _had_officer_lately(self) -> bool:
        return time.monotonic() < self._small_batches_until

    async def _write_batch(self, jobs: list[Job[Any]], *, officer: bool) -> list[Job[Any]]:
        """Writes a batch; around a member that spoils it, in parts, in the same order.

        Returns what was not tried, because an officer waits.
        """
        batch = [job for job in jobs if not job.future.done()]
        if not batch:
            return []
        result = await run_on_thread(self._connection, lambda raw: self._commit(raw, batch, officer=officer))
        if not isinstance(result, _FailedBatch):
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

    def _commit(
        self, raw: sqlite3.Connection, batch: list[Job[Any]], *, officer: bool
    ) -> _CommittedBatch | _FailedBatch:
        try:
            if not officer:
                self._checkpoint_after_officer(raw)
            batch = batch[: self._prepare_jobs(raw, batch)]
            with self._locks.commit(officer=officer):
                self._files.require_unchanged()
                _begin(raw)
                return self._transact(raw, batch, self._yield_condition(officer=officer))
        except Exception as error:
            return _FailedBatch(as_store_error(error))

    def _checkpoint_after_officer(self, raw: sqlite3.Connection) -> None:
        if self._ended_early and self.owns_wal and self.wal_file.needs_checkpoint(AFTER_OFFICER_WAL_BYTES):
            self._checkpoint(raw)
        self._ended_early = False

    def _prepare_jobs(self, raw: sqlite3.Connection, batch: list[Job[Any]]) -> int:
        """Works out what can be before the store is held; returns for how many jobs, at least one.

        It ends early for an officer of this process, who waits for this thread.
        """
        if all(job.work is not None for job in batch):
            return len(batch)
        try:
            raw.execute("BEGIN")
            handle = Handle(raw, self._clock())
            for done, job in enumerate(batch):
                if done and self._officers:
                    return done
                with suppress(Exception):
                    job.prepare(handle)
        except sqlite3.Error:
            pass  # the transaction meets it too, and says so
        finally:
            roll_back(raw)
        return len(batch)

    def _yield_condition(self, *, officer: bool) -> Callable[[], bool]:
        """Whether an officer waits, here or in another process, and the transaction has had its fair time."""
        fair = time.monotonic() + INTAKE_SECONDS

        def pressed() -> bool:
            now = time.monotonic()
            if now <= fair or not (self._officers or self._locks.is_officer_waiting()):
                return False
            self._small_batches_until = now + FEW_SECONDS
            self._ended_early = True
            return True

        return _never if officer else pressed

    def _transact(
        self, raw: sqlite3.Connection, batch: list[Job[Any]], must_yield: Callable[[], bool]
    ) -> _CommittedBatch | _FailedBatch:
        member: int | None = None
        outcomes: list[JobResult] = []
        try:
            require_latest_schema(raw)
            transaction = Transaction(raw, self._clock(), must_yield, brief=self._had_officer_lately)
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
            return _FailedBatch(as_store_error(error), member)
        return _CommittedBatch(outcomes, transaction.after_commit)

    def _checkpoint(self, raw: sqlite3.Connection, *, truncate: bool = False) -> bool:
        with self._locks.checkpoint() as alone:
            if not alone:
                return False
            is_long = self.wal_file.size() > LONG_WAL_BYTES
            mode = "TRUNCATE" if truncate or is_long else "RESTART"
            raw.execute(f"PRAGMA busy_timeout = {LONG_LOG_READERS_MS if is_long else READERS_MS}")
            try:
                busy = raw.execute(f"PRAGMA wal_checkpoint({mode})").fetchone()[0]
            except sqlite3.Error as error:
                if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_FULL):
                    return False
                raise as_store_error(error) from error
            finally:
                raw.execute("PRAGMA busy_timeout = 0")
            if busy:
                self.wal_file.set_blocked()
            else:
                self.wal_file.set_checkpointed()
        return not busy


def _never() -> bool:
    return False


def _take_jobs(most: int, *queues: deque[Job[Any]]) -> list[Job[Any]]:
    taken: list[Job[Any]] = []
    for queue in queues:
        taken += [queue.popleft() for _ in range(min(len(queue), most - len(taken)))]
    return taken


def _run_job(transaction: Transaction, job: Job[Any]) -> JobResult:
    """A refusal before anything was written leaves the batch as it is; any other failure spoils it."""
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
    """What comes before the member that failed, that member, and what comes after; halves if none is known."""
    if spoiler is None:
        middle = len(batch) // 2
        return [batch[:middle], batch[middle:]]
    return [batch[:spoiler], batch[spoiler : spoiler + 1], batch[spoiler + 1 :]]


def _begin(raw: sqlite3.Connection) -> None:
    """SQLite's own waiting grows longer with each try and lets others overtake."""
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            raw.execute("BEGIN IMMEDIATE")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
        time.sleep(RETRY_SECONDS)


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
