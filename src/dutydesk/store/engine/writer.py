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

from dutydesk.domain.errors import StoreUnusable
from dutydesk.store.engine.database import OpenFiles, refuse_other_version, roll_back
from dutydesk.store.engine.faults import spoken
from dutydesk.store.engine.locks import BUSY_SECONDS, RETRY_SECONDS, StoreLocks
from dutydesk.store.engine.log_file import LogFile
from dutydesk.store.engine.reader import Handle, on_thread
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import bureaus, skeleton_index

T = TypeVar("T")
Work = Callable[[Transaction], T]
#: What is worked out before the store is held: it reads, and returns the work that is then done in the transaction.
Thought = Callable[[Handle], Work[T]]

MOST_JOBS = 128
#: The same for intake, so many seconds after an officer waited: what is small is committed soon.
FEW_JOBS, FEW_SECONDS = 16, 2.0
#: Batches of officers' that one of intake waits for.
MOST_IN_A_ROW = 8
#: Seconds that a batch of intake may take before it ends early for an officer who waits.
FAIR_SECONDS = 0.001
#: Milliseconds for which a checkpoint, with the writers kept out, waits for readers of what it has folded to end:
#: hardly at all while the log is short, because officers wait meanwhile, and it is tried again soon.
READERS_MS, LONG_LOG_READERS_MS = 1, 20
#: A file that long is cut off too.
LONG_LOG_BYTES = 24 * 1024 * 1024
#: The size at which whoever keeps the log short folds it right behind an officer, whom hardly anybody follows at once.
BEHIND_OFFICER_BYTES = 6 * 1024 * 1024
#: The size at which a writer folds the log itself where nobody dispatches; a dispatcher keeps it far below.
UNKEPT_BYTES = 16 * 1024 * 1024


class Job(Generic[T]):
    """``work`` is ``None`` until it was thought out; what fails there fails in the transaction again, and is told."""

    def __init__(self, future: asyncio.Future[T], thought: Thought[T], work: Work[T] | None = None) -> None:
        self.future = future
        self.work = work
        self._thought = thought

    def think(self, handle: Handle) -> None:
        if self.work is None:
            self.work = self._thought(handle)

    def do(self, transaction: Transaction) -> T:
        return (self.work or self._thought(transaction))(transaction)


Outcome = tuple[Job[Any], Any, BaseException | None]


@dataclass(frozen=True, slots=True)
class _Written:
    """What came of the members of a batch that were reached, and who is to be told now that it is durable."""

    outcomes: list[Outcome]
    upon_commit: list[Callable[[], None]]


@dataclass(frozen=True, slots=True)
class _RolledBack:
    """Why a batch was not written: by which of its members, or by none of them (then ``member`` is ``None``)."""

    error: Exception
    member: int | None = None

    @property
    def hits_all(self) -> bool:
        """The store itself can't be written: to try the members one by one would only fail again."""
        return self.member is None and isinstance(self.error, StoreUnusable)


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
        self.log_file = LogFile(files.path)
        self._clock = clock
        self._preamble = preamble
        self._officers: deque[Job[Any]] = deque()
        self._begun: deque[Job[Any]] = deque()
        self._intake: deque[Job[Any]] = deque()
        self._under_way: list[Job[Any]] = []
        self._in_a_row = 0
        self._few_until = 0.0
        self._ended_early = False
        #: Whether this process dispatches, and so folds the log.
        self.keeps_log = False
        self._waiting = asyncio.Event()
        self._stopping = False
        self._task = asyncio.create_task(self._run(), name="store-writer")

    async def write(self, work: Work[T], *, officer: bool = True) -> T:
        """Runs ``work`` inside a transaction and returns its answer once that is durable.

        ``work`` must do nothing but read and write through its transaction: after a rollback it runs again. It does
        not run at all if whoever awaits it is cancelled before its turn; after that it is finished unheard.
        Raises what ``work`` raises (then nothing of it was written), or StoreUnusable.
        """
        return await self._queue(self._officers if officer else self._begun, lambda _handle: work, work)

    async def write_thought(self, thought: Thought[T]) -> T:
        """The same for intake, and what can be worked out beforehand is: while it thinks, officers can write.

        ``thought`` may run again, inside the transaction.
        """
        return await self._queue(self._intake, thought)

    async def _queue(self, queue: deque[Job[Any]], thought: Thought[T], work: Work[T] | None = None) -> T:
        if self._stopping:
            raise StoreUnusable("the store is being closed; open it again")
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        queue.append(Job(future, thought, work))
        self._waiting.set()
        return await future

    async def checkpoint(self, *, cut: bool) -> bool:
        """Folds the write-ahead log into the store; false if somebody is committing or reading, or the disk is full.

        ``cut``: the file is emptied too; else the next commit writes it anew from its start. Only for the process
        that holds the dispatcher's lock. Raises StoreUnusable.
        """
        return await on_thread(self._connection, lambda raw: self._checkpoint(raw, cut=cut))

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
                while self._officers or self._begun or self._intake:
                    self._under_way, officer = self._next_batch()
                    left = await self._attempt(self._under_way, officer=officer)
                    self._under_way = []
                    self._begun.extendleft(reversed(left))
                    await self._keep_log_short()
        finally:
            self._abandon()

    async def _keep_log_short(self) -> None:
        if not self.keeps_log and self.log_file.is_longer_than(UNKEPT_BYTES):
            with suppress(StoreUnusable):
                await on_thread(self._connection, self._fold_if_nobody_dispatches)

    def _fold_if_nobody_dispatches(self, raw: sqlite3.Connection) -> None:
        with self._locks.in_place_of_dispatcher() as nobody:
            if nobody:
                self._checkpoint(raw)

    def _abandon(self) -> None:
        """Leaves nobody waiting for ever when the writer ends before its work."""
        self._stopping = True
        unknown = StoreUnusable("the store was closed while this was written; look whether it is there")
        unwritten = StoreUnusable("the store was closed before this was written; open it again")
        _settle([(job, None, unknown) for job in self._under_way])
        _settle([(job, None, unwritten) for job in (*self._officers, *self._begun, *self._intake)])

    def _next_batch(self) -> tuple[list[Job[Any]], bool]:
        """What waits, and whether it is officers': who decides does not wait for what comes in beside it.

        Intake gets a batch, which ends early, after some batches of officers' that kept it waiting. What the desk has
        begun, such as a hand-over that is to be marked, is finished before more is begun.
        """
        others = bool(self._begun or self._intake)
        officer = bool(self._officers) and not (others and self._in_a_row >= MOST_IN_A_ROW)
        self._in_a_row = self._in_a_row + 1 if officer else 0
        if officer:
            return _first(MOST_JOBS, self._officers), True
        return _first(FEW_JOBS if self._officers_were_here else MOST_JOBS, self._begun, self._intake), False

    @property
    def _officers_were_here(self) -> bool:
        return time.monotonic() < self._few_until

    async def _attempt(self, jobs: list[Job[Any]], *, officer: bool) -> list[Job[Any]]:
        """Writes a batch; around a member that spoils it, in parts, in the same order.

        Returns what was not tried, because an officer waits.
        """
        batch = [job for job in jobs if not job.future.done()]
        if not batch:
            return []
        result = await on_thread(self._connection, lambda raw: self._commit(raw, batch, officer=officer))
        if not isinstance(result, _RolledBack):
            for tell in result.upon_commit:
                tell()
            _settle(result.outcomes)
            return batch[len(result.outcomes) :]
        if len(batch) == 1 or result.hits_all:
            _settle([(job, None, result.error) for job in batch])
            return []
        left: list[Job[Any]] = []
        for part in _parts(batch, result.member):
            left = [*left, *part] if left else await self._attempt(part, officer=officer)
        return left

    def _commit(self, raw: sqlite3.Connection, batch: list[Job[Any]], *, officer: bool) -> _Written | _RolledBack:
        try:
            if not officer:
                self._fold_behind_officer(raw)
            batch = batch[: self._think(raw, batch)]
            with self._locks.commit(officer=officer):
                self._files.check()
                _begin(raw)
                return self._transact(raw, batch, self._pressure(officer=officer))
        except Exception as error:
            return _RolledBack(spoken(error))

    def _fold_behind_officer(self, raw: sqlite3.Connection) -> None:
        if self._ended_early and self.keeps_log and self.log_file.is_longer_than(BEHIND_OFFICER_BYTES):
            self._checkpoint(raw)
        self._ended_early = False

    def _think(self, raw: sqlite3.Connection, batch: list[Job[Any]]) -> int:
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
                    job.think(handle)
        except sqlite3.Error:
            pass  # the transaction meets it too, and says so
        finally:
            roll_back(raw)
        return len(batch)

    def _pressure(self, *, officer: bool) -> Callable[[], bool]:
        """Whether an officer waits, here or in another process, and the transaction has had its fair time."""
        fair = time.monotonic() + FAIR_SECONDS

        def pressed() -> bool:
            now = time.monotonic()
            if now <= fair or not (self._officers or self._locks.officer_waits()):
                return False
            self._few_until = now + FEW_SECONDS
            self._ended_early = True
            return True

        return _never if officer else pressed

    def _transact(
        self, raw: sqlite3.Connection, batch: list[Job[Any]], pressed: Callable[[], bool]
    ) -> _Written | _RolledBack:
        member: int | None = None
        outcomes: list[Outcome] = []
        try:
            refuse_other_version(raw)
            transaction = Transaction(raw, self._clock(), pressed, brief=self._officers_were_here)
            self._preamble(transaction)
            for member, job in enumerate(batch):
                if member and pressed():
                    break
                outcomes.append(_outcome(transaction, job))
            member = None
            transaction.finish()
            raw.execute("COMMIT")
        except BaseException as error:
            roll_back(raw)
            bureaus.forget(raw)
            skeleton_index.forget(raw)
            if not isinstance(error, Exception):
                raise
            return _RolledBack(spoken(error), member)
        return _Written(outcomes, transaction.upon_commit)

    def _checkpoint(self, raw: sqlite3.Connection, *, cut: bool = False) -> bool:
        with self._locks.checkpoint() as alone:
            if not alone:
                return False
            is_long = self.log_file.length() > LONG_LOG_BYTES
            mode = "TRUNCATE" if cut or is_long else "RESTART"
            raw.execute(f"PRAGMA busy_timeout = {LONG_LOG_READERS_MS if is_long else READERS_MS}")
            try:
                busy = raw.execute(f"PRAGMA wal_checkpoint({mode})").fetchone()[0]
            except sqlite3.Error as error:
                if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_FULL):
                    return False
                raise spoken(error) from error
            finally:
                raw.execute("PRAGMA busy_timeout = 0")
            if busy:
                self.log_file.met_reader()
            else:
                self.log_file.was_folded()
        return not busy


def _never() -> bool:
    return False


def _first(most: int, *queues: deque[Job[Any]]) -> list[Job[Any]]:
    taken: list[Job[Any]] = []
    for queue in queues:
        taken += [queue.popleft() for _ in range(min(len(queue), most - len(taken)))]
    return taken


def _outcome(transaction: Transaction, job: Job[Any]) -> Outcome:
    """A refusal before anything was written leaves the batch as it is; any other failure spoils it."""
    before = transaction.writes()
    try:
        return job, job.do(transaction), None
    except sqlite3.Error:
        raise
    except Exception as error:
        if transaction.writes() != before:
            raise
        return job, None, error


def _parts(batch: list[Job[Any]], spoiler: int | None) -> list[list[Job[Any]]]:
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


def _settle(outcomes: list[Outcome]) -> None:
    for job, value, error in outcomes:
        if job.future.done():
            continue
        if error is None:
            job.future.set_result(value)
        elif isinstance(error, StopIteration):
            job.future.set_exception(RuntimeError("a walk over rows ended too early"))
        else:
            job.future.set_exception(error)
