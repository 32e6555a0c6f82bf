"""What a store asks of the engine that it runs on; :mod:`dutydesk.store.engine.opening` finds the engine of a place."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from dutydesk.domain.frozen import value
from dutydesk.store.engine.connection import ConnectionThread
from dutydesk.store.engine.copies import Progress, VerifiedCopy
from dutydesk.store.engine.rows import Connection


@value(frozen=True, slots=True)
class ChainEnd:
    """The last event of a transaction, by which its commit can be looked up."""

    seq: int
    hash: bytes


class DispatcherLock(Protocol):
    """Held by the one process that dispatches. Its methods may ask another machine, but for :meth:`is_current`."""

    @property
    def term(self) -> int | None:
        """The number of the term that this process has begun last; ``None`` where no terms are counted."""
        ...

    def try_exclusive(self) -> bool:
        """Takes the lock where it is free."""
        ...

    def wait_exclusive(self, seconds: float) -> bool:
        """Takes the lock once it is free, within ``seconds``."""
        ...

    def unlock(self) -> None: ...

    def holder(self) -> object | None:
        """The process that holds it, in words; ``None`` where that is not known."""
        ...

    def troubles(self) -> tuple[str, ...]:
        """Why it could not be taken at the last try although nobody holds it, in sentences. It asks nobody."""
        ...

    def was_held_before(self) -> bool:
        """Whether another process has held it and, for a route beside the main one, leased by it.

        Only where terms are counted. Raises StoreUnusable.
        """
        ...

    def write_holder(self) -> None: ...

    def clear_holder(self) -> None: ...

    def is_current(self) -> bool:
        """Whether this process holds it, and nobody can have taken its place. It asks nobody."""
        ...

    def fence(self, raw: Connection) -> None:
        """Inside a transaction: raises TermLost if another process has taken over, so that nothing is recorded."""
        ...


class Housekeeping(Protocol):
    """Folds what an engine writes ahead into the store. An engine that does so by itself has nothing to do here.

    The functions that take a connection run on the thread of the connection that writes, between transactions.
    """

    #: Whether this process dispatches, and so folds at good moments; else nobody may fold but where it must.
    owned: bool

    def bytes(self) -> int:
        """Bytes that are not folded; 0 if there are none."""
        ...

    def needs_folding(self, limit: int) -> bool:
        """Whether there are more than so many bytes, and folding is worth its cost now."""
        ...

    def is_due(self) -> bool:
        """Whether this process must fold although it does not dispatch."""
        ...

    def fold(self, raw: Connection, *, empty: bool) -> bool:
        """Only for who dispatches. False if a process commits or reads, or the disk is full. Raises StoreUnusable.

        ``empty`` also empties what was written ahead; else the next commit overwrites it from its start.
        """
        ...

    def fold_unowned(self, raw: Connection) -> None:
        """Fold, unless a process dispatches. Raises StoreUnusable."""
        ...

    def fold_after_officer(self, raw: Connection) -> None:
        """Fold before the next intake where an officer's wait has just ended. Raises StoreUnusable."""
        ...


@value(frozen=True, slots=True)
class Erased:
    """``rewritten``: the store was written anew; ``log_emptied``: no reader kept what is written ahead.

    ``left_to_vacuum``: the desk can do neither, because the database server itself removes old versions of rows.
    """

    rewritten: bool
    log_emptied: bool
    left_to_vacuum: bool = False


@value(frozen=True, slots=True)
class FullTextFindings:
    """``wrong`` are the indexes that are not those of their rows; ``unread`` those that an officer waited for."""

    wrong: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


class Engine(Protocol):
    """One open store. Each method but the asynchronous ones runs on the thread of the connection that it is given."""

    @property
    def path(self) -> Path:
        """What the desk's own files on this box stand beside: settings, signing key, drafts, outbox."""
        ...

    @property
    def errors(self) -> tuple[type[Exception], ...]:
        """What the driver raises, for ``except``."""
        ...

    @property
    def is_shared(self) -> bool:
        """Whether several boxes may work on it at the same time."""
        ...

    @property
    def housekeeping(self) -> Housekeeping: ...

    def as_store_error(self, error: Exception) -> Exception:
        """StoreUnusable for a fault of the store, its disk, its line or a lock; any other error unchanged."""
        ...

    def open_writer(self) -> Connection: ...

    def open_reader(self) -> Connection: ...

    def begin_read(self, raw: Connection) -> None:
        """Begin a transaction that sees one snapshot and writes nothing."""
        ...

    def turn_to_write(self, raw: Connection, *, officer: bool) -> AbstractContextManager[None]:
        """Wait for this transaction's turn, begin it, and hold the turn until the block ends.

        Officers come first, then intake. While the block runs nobody else commits. The block commits or rolls back
        itself. Raises StoreUnusable if the store was replaced, is newer than this release, or stays locked.
        """
        ...

    def begin_before_turn(self, raw: Connection) -> bool:
        """Begin a transaction that works on one snapshot, while others may write, and takes its turn at its end.

        False where it must take its turn first. It waits for nobody: what would wait fails.
        """
        ...

    def take_turn(self, raw: Connection) -> bool:
        """Take the turn of such a transaction, until it commits or rolls back, which the caller does.

        Only if nobody else has written since it began: else False, or an error of the driver.
        """
        ...

    def note_overtaken(self, *, by_officer: bool) -> None:
        """Says that the work of such a transaction was for nothing, so that it is not tried again soon."""
        ...

    def commit(self, raw: Connection, last: ChainEnd | None) -> None:
        """Make the transaction durable. ``last`` is its last event, ``None`` without one.

        Raises StoreUnusable also where that is not known; with LINE_LOST it was not written, and may run again.
        """
        ...

    def roll_back(self, raw: Connection) -> None:
        """Roll back, unless the engine has already done so after an error."""
        ...

    def is_officer_waiting(self) -> bool:
        """Whether an officer of any process waits, so that running intake should end soon."""
        ...

    def must_reader_wait(self) -> bool:
        """Whether a read should wait a moment, for an officer's commit or for folding."""
        ...

    def version(self, raw: Connection) -> int:
        """A number that changes whenever any process has committed. Raises StoreUnusable if the store was replaced."""
        ...

    def is_served(self) -> bool:
        """Whether a process dispatches."""
        ...

    @property
    def dispatcher_lock(self) -> DispatcherLock:
        """The lock of the main route."""
        ...

    def route_lock(self, route: str) -> DispatcherLock:
        """The lock of the one process that dispatches for a route; an engine for one box has one for all."""
        ...

    def copy_to(self, raw: Connection, path: Path, progress: Progress) -> VerifiedCopy:
        """Write a verified copy of the store as of now, on a reading connection of its own."""
        ...

    async def erase_remains(
        self, writing: ConnectionThread, fold: Callable[[], Awaitable[bool]], *, rewrite: bool | None
    ) -> Erased:
        """Remove what deleted rows leave behind. Raises StoreUnusable."""
        ...

    async def compare_full_text(self, writing: ConnectionThread) -> FullTextFindings:
        """Compare the full-text indexes with their rows. Raises StoreUnusable."""
        ...

    def close(self) -> None: ...
