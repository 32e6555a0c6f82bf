"""The writer's jobs, and what becomes of a batch of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.errors import StoreUnusable
from dutydesk.domain.frozen import value
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.transaction import Transaction

T = TypeVar("T")
Work = Callable[[Transaction], T]
#: Work that is prepared before the store is locked: it reads, and returns the work that the transaction then does.
Preparation = Callable[[Handle], Work[T]]


@value(frozen=True, slots=True)
class IntakeWork(Generic[T]):
    """Work on a message whose sender and reference are known ahead of its transaction."""

    work: Work[T]
    reference: tuple[str, str]

    def __call__(self, transaction: Transaction) -> T:
        return self.work(transaction)


class Job(Generic[T]):
    """One queued write. ``work`` is ``None`` until it was prepared; if that fails it is prepared again in the
    transaction. With ``before_turn`` it may be worked on before the transaction's turn.
    """

    def __init__(
        self,
        future: asyncio.Future[T],
        preparation: Preparation[T],
        work: Work[T] | None = None,
        *,
        before_turn: bool = False,
    ) -> None:
        self.future = future
        self.work = work
        self.before_turn = before_turn
        self._preparation = preparation

    def prepare(self, handle: Handle) -> None:
        if self.work is None:
            self.work = self._preparation(handle)

    @property
    def reference(self) -> tuple[str, str] | None:
        """Sender and reference of the message, where the preparation has read them."""
        return self.work.reference if isinstance(self.work, IntakeWork) else None

    def run(self, transaction: Transaction) -> T:
        return (self.work or self._preparation(transaction))(transaction)


JobResult = tuple[Job[Any], Any, BaseException | None]


@value(frozen=True, slots=True)
class WorkedBatch:
    """What was done in a transaction, and is still to be committed."""

    transaction: Transaction
    outcomes: list[JobResult]


@value(frozen=True, slots=True)
class CommittedBatch:
    """The results of the jobs that were run, and callbacks for when the transaction is durable."""

    outcomes: list[JobResult]
    after_commit: list[Callable[[], None]]


@value(frozen=True, slots=True)
class FailedBatch:
    """Why a batch was not written. ``failed_job`` is the index of the failed job; ``None`` if no single job failed."""

    error: Exception
    failed_job: int | None = None

    @property
    def has_lost_line(self) -> bool:
        """Whether nothing was written because the line to the store was lost, so that the batch may run again."""
        return isinstance(self.error, StoreUnusable) and self.error.code is StoreCode.LINE_LOST

    @property
    def concerns_store(self) -> bool:
        """Whether the store itself can't be written, so that trying the jobs one by one would fail too."""
        return self.failed_job is None and isinstance(self.error, StoreUnusable)
