"""The one writer of a process: commits everything that waits in one transaction, up to a limit."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.errors import StoreUnusable
from dutydesk.domain.limits import DEFAULT_LIMITS, StoreLimits
from dutydesk.language.sentences import sentence
from dutydesk.store.engine.commit_times import CommitTimes
from dutydesk.store.engine.connection import ConnectionThread, end_queries, free_frames
from dutydesk.store.engine.engine import ChainEnd, Engine
from dutydesk.store.engine.jobs import CommittedBatch, FailedBatch, Job, JobResult, Preparation, Work, WorkedBatch
from dutydesk.store.engine.reader import RememberingHandle
from dutydesk.store.engine.rows import Connection
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import bureaus, skeleton_index

T = TypeVar("T")


class Writer:
    """Queues writes and commits them in batches: officers' first, then what the desk has begun, then intake.

    Officers of other processes go first by the engine's turn. A batch of intake ends early when an officer comes: what
    it has done is committed, the rest waits. ``preamble`` runs first in every transaction; it brings measures into
    force that have come due.
    """

    def __init__(
        self,
        connection: ConnectionThread,
        engine: Engine,
        clock: Callable[[], datetime],
        preamble: Callable[[Transaction], None],
        limits: StoreLimits = DEFAULT_LIMITS.store,
    ) -> None:
        self._connection = connection
        self._engine = engine
        self._limits = limits
        self._clock = clock
        self._preamble = preamble
        self._officers: deque[Job[Any]] = deque()
        self._continuations: deque[Job[Any]] = deque()
        self._intake: deque[Job[Any]] = deque()
        self._batch: list[Job[Any]] = []
        self._officer_batches = 0
        self._small_batches_until = 0.0
        self._ended_early = False
        self._waiting = asyncio.Event()
        self._stopping = False
        self.commit_times = CommitTimes()
        self._begun_at: float | None = None  # the batch that is being written
        self._task = asyncio.create_task(self._run(), name="store-writer")

    async def write(self, work: Work[T], *, officer: bool = True, before_turn: bool = False) -> T:
        """Run ``work`` in a transaction and return its result once that is durable.

        ``work`` must only read and write through its transaction: after a rollback it runs again. If the caller is
        cancelled before its turn ``work`` does not run; after that it runs to its end and its result is dropped.
        What is frequent and no officer's may be worked on ``before_turn``, where the engine can do so: others write
        meanwhile, and if they did it runs again in its turn.
        Raises what ``work`` raises (then nothing of it was written), or StoreUnusable.
        """
        queue = self._officers if officer else self._continuations
        return await self._queue(queue, lambda _handle: work, work, before_turn=before_turn and not officer)

    async def write_prepared(self, preparation: Preparation[T]) -> T:
        """The same for intake: ``preparation`` runs before the store is locked, while officers can write.

        It may run again, inside the transaction.
        """
        return await self._queue(self._intake, preparation, before_turn=True)

    async def _queue(
        self,
        queue: deque[Job[Any]],
        preparation: Preparation[T],
        work: Work[T] | None = None,
        *,
        before_turn: bool,
    ) -> T:
        if self._stopping:
            raise StoreUnusable(StoreCode.STORE_CLOSED, sentence("the store is being closed; open it again"))
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        queue.append(Job(future, preparation, work, before_turn=before_turn))
        self._waiting.set()
        try:
            return await future
        finally:
            del future  # this frame would keep it for an error, which it keeps itself

    async def fold(self, *, empty: bool) -> bool:
        """Only for the process that dispatches; see :meth:`Housekeeping.fold`. Raises StoreUnusable."""
        return await self._connection.run(lambda raw: self._engine.housekeeping.fold(raw, empty=empty))

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
                    await self._fold_if_due()
        finally:
            self._fail_waiting_jobs()

    async def _fold_if_due(self) -> None:
        if self._engine.housekeeping.is_due():
            with suppress(StoreUnusable):
                await self._connection.run(self._engine.housekeeping.fold_unowned)

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
    def unconfirmed_seconds(self) -> float:
        """For how long what is being written has not been confirmed; none while nothing is."""
        return 0.0 if self._begun_at is None else time.monotonic() - self._begun_at

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
        begun = self._begun_at = time.monotonic()
        try:
            result = await self._connection.run(partial(self._commit, batch=batch, officer=officer))
        finally:
            self._begun_at = None
        for error in _errors_of(result):
            free_frames(error)
        if not isinstance(result, FailedBatch):
            self.commit_times.add(time.monotonic() - begun)
            for tell in result.after_commit:
                tell()
            result.after_commit.clear()  # what was told refers to its transaction, which would stay with all its rows
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
        """Write a batch; again where the line was lost before anything was written."""
        for _ in range(self._limits.lost_line_tries):
            result = self._commit_once(raw, batch, officer=officer)
            if not isinstance(result, FailedBatch) or not result.has_lost_line:
                break
            bureaus.clear_cache(raw)
            skeleton_index.clear_cache(raw)
        return result

    def _commit_once(self, raw: Connection, batch: list[Job[Any]], *, officer: bool) -> CommittedBatch | FailedBatch:
        try:
            if self._ended_early and not officer:
                self._engine.housekeeping.fold_after_officer(raw)
                self._ended_early = False
            batch = batch[: self._prepare_jobs(raw, batch)]
            if not officer and all(job.before_turn for job in batch):
                done = self._transact_before_turn(raw, batch)
                if done is not None:
                    return done
            with self._engine.turn_to_write(raw, officer=officer):
                worked = self._work(raw, batch, self._yield_condition(officer=officer))
                return worked if isinstance(worked, FailedBatch) else self._commit_work(raw, worked)
        except Exception as error:
            return FailedBatch(self._engine.as_store_error(error))

    def _transact_before_turn(self, raw: Connection, batch: list[Job[Any]]) -> CommittedBatch | FailedBatch | None:
        """Work on a batch before its turn, and take that just before the commit.

        ``None``: nothing is written, and the batch is to be written in its turn, because others have written meanwhile,
        an officer waits, or something failed, which may only have seemed so.
        """
        if not self._engine.begin_before_turn(raw):
            return None
        worked = self._work(raw, batch, self._yield_condition(officer=False))
        if isinstance(worked, FailedBatch) or not self._take_turn(raw, worked, len(batch)):
            self._engine.note_overtaken(by_officer=self.had_officer_lately)
            return None
        return self._commit_work(raw, worked)

    def _take_turn(self, raw: Connection, worked: WorkedBatch, jobs: int) -> bool:
        """Take the turn of a transaction that has done all its ``jobs``; else it is rolled back."""
        try:
            worked.transaction.send_deferred()
            if len(worked.outcomes) == jobs and self._engine.take_turn(raw):
                return True
        except BaseException as error:
            self._fail(raw, error)
            return False
        self._undo(raw)
        return False

    def _prepare_jobs(self, raw: Connection, batch: list[Job[Any]]) -> int:
        """Prepare the jobs before the store is locked; return how many were prepared, at least one.

        It ends early for an officer of this process, who waits for this thread.
        """
        if all(job.work is not None for job in batch):
            return len(batch)
        try:
            self._engine.begin_read(raw)
            handle = RememberingHandle(raw, self._clock(), self._limits)
            for done, job in enumerate(batch):
                if done and self._officers:
                    return done
                self._prepare_job(raw, job, handle)
        except self._engine.errors:
            pass  # the transaction meets the same fault and reports it
        finally:
            self._engine.roll_back(raw)
        return len(batch)

    def _prepare_job(self, raw: Connection, job: Job[Any], handle: RememberingHandle) -> None:
        """What fails is prepared again in the transaction. Raises the engine's errors where it can't go on reading."""
        try:
            job.prepare(handle)
        except self._engine.errors:
            self._engine.roll_back(raw)  # a failed statement may have ended the transaction's use
            self._engine.begin_read(raw)
        except Exception:
            return

    def _yield_condition(self, *, officer: bool) -> Callable[[], bool]:
        """A function that says whether an officer of any process waits and the transaction has had its minimum time."""
        next_look = time.monotonic() + self._limits.intake_seconds

        def pressed() -> bool:
            nonlocal next_look
            now = time.monotonic()
            if now <= next_look:
                return False
            if not (self._officers or self._engine.is_officer_waiting()):
                next_look = now + self._limits.officer_look_seconds
                return False
            self._small_batches_until = now + self._limits.brief_seconds
            self._ended_early = True
            return True

        return _never if officer else pressed

    def _work(
        self, raw: Connection, batch: list[Job[Any]], must_yield: Callable[[], bool]
    ) -> WorkedBatch | FailedBatch:
        """Run the jobs in a transaction that has begun, until an officer waits; all is rolled back if one fails."""
        member: int | None = None
        outcomes: list[JobResult] = []
        try:
            transaction = self._begin_work(raw, batch, must_yield)
            for member, job in enumerate(batch):
                if member and must_yield():
                    break
                outcomes.append(self._run_job(transaction, job))
        except BaseException as error:
            return self._fail(raw, error, member)
        return WorkedBatch(transaction, outcomes)

    def _commit_work(self, raw: Connection, worked: WorkedBatch) -> CommittedBatch | FailedBatch:
        """Commit what was done, in the transaction's turn."""
        transaction = worked.transaction
        try:
            transaction.finish()
            end = transaction.last_event
            self._engine.commit(raw, None if end is None else ChainEnd(end.seq, end.hash))
        except BaseException as error:
            return self._fail(raw, error)
        return CommittedBatch(worked.outcomes, transaction.after_commit)

    def _fail(self, raw: Connection, error: BaseException, failed_job: int | None = None) -> FailedBatch:
        """Roll back for an error. Raises one that ends the process."""
        end_queries(error)
        self._undo(raw)
        if not isinstance(error, Exception):
            raise error
        return FailedBatch(self._engine.as_store_error(error), failed_job)

    def _undo(self, raw: Connection) -> None:
        self._engine.roll_back(raw)
        bureaus.clear_cache(raw)
        skeleton_index.clear_cache(raw)

    def _begin_work(self, raw: Connection, batch: list[Job[Any]], must_yield: Callable[[], bool]) -> Transaction:
        transaction = Transaction(raw, self._clock(), must_yield, brief=self.had_officer_lately, limits=self._limits)
        if self._engine.is_shared:
            transaction.follow_clocks(2 * self._limits.clock_seconds)
        transaction.expected_references = tuple(filter(None, [job.reference for job in batch]))
        self._preamble(transaction)
        return transaction

    def _run_job(self, transaction: Transaction, job: Job[Any]) -> JobResult:
        """A refusal before anything was written leaves the batch intact; any other failure rolls it back."""
        before = transaction.write_count()
        try:
            return job, job.run(transaction), None
        except self._engine.errors:
            raise
        except Exception as error:
            if transaction.write_count() != before:
                raise
            end_queries(error)
            return job, None, error


def _never() -> bool:
    return False


def _errors_of(result: CommittedBatch | FailedBatch) -> Iterator[BaseException]:
    if isinstance(result, FailedBatch):
        yield result.error
        return
    for _, _, error in result.outcomes:
        if error is not None:
            yield error


def _take_jobs(most: int, *queues: deque[Job[Any]]) -> list[Job[Any]]:
    taken: list[Job[Any]] = []
    for queue in queues:
        taken += [queue.popleft() for _ in range(min(len(queue), most - len(taken)))]
    return taken


def _split_batch(batch: list[Job[Any]], spoiler: int | None) -> list[list[Job[Any]]]:
    """Split a batch into the jobs before the failed one, that one, and those after it; in halves if it is unknown."""
    if spoiler is None:
        middle = len(batch) // 2
        return [batch[:middle], batch[middle:]]
    return [batch[:spoiler], batch[spoiler : spoiler + 1], batch[spoiler + 1 :]]


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
