"""The dispatcher's acts on the desk: all that it needs of the store."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from dutydesk.desk.audit.tree_heads import checkpoint_if_due, grow_tree
from dutydesk.desk.audit.witness.asking import ask_witnesses
from dutydesk.desk.delivery import acknowledge, lease, requeue
from dutydesk.desk.delivery.acknowledge import Jitter, LeasedCounts
from dutydesk.desk.delivery.direct_lease import DirectLease
from dutydesk.desk.delivery.lease import NONE_UNREACHABLE, Batch, LeasedItem, TransportResult, UnreachableBureaus
from dutydesk.desk.delivery.own_route import OwnRoute
from dutydesk.desk.delivery.sealing import Sealing, sealing_of
from dutydesk.desk.service.perform import Service
from dutydesk.domain.delivery.bureau_routes import MAIN, RouteBook
from dutydesk.store.engine.engine import DispatcherLock as DispatcherLock
from dutydesk.store.engine.jobs import Work
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import deliveries

T = TypeVar("T")


@dataclass(frozen=True)
class DeliveryService(Service):
    """Leases, acknowledges and requeues deliveries. Only the holder of the dispatcher's lock calls it.

    ``route`` is the one whose bureaus it delivers to; where one box works on the desk, that is every bureau.
    """

    direct_lease: DirectLease
    route: str = MAIN

    def of_route(self, route: str, *, leases_directly: bool) -> DeliveryService:
        """The same for the dispatcher of a route. Intake leases for one of the routes of a process at most."""
        lease_of_intake = self.direct_lease if leases_directly else DirectLease(self.context.limits.delivery)
        return replace(self, route=route, direct_lease=lease_of_intake)

    @property
    def is_shared(self) -> bool:
        """Whether several boxes work on this desk, each with an inbox of its own."""
        return self.store.engine.is_shared

    def _own(self, handle: Handle) -> OwnRoute:
        """The route of this dispatcher, and the routes of all bureaus by the log."""
        book = self.context.bureau_routes.current(handle)
        if not self.is_shared or (book.is_empty and self.route == MAIN):
            return OwnRoute(book=book)
        return OwnRoute(self.route, self.dispatcher_lock().term, book)

    async def lease(self, limit: int, unreachable: UnreachableBureaus = NONE_UNREACHABLE) -> Batch:
        return await _write_fenced(self, lambda tx: lease.lease(tx, self.context, limit, unreachable, self._own(tx)))

    async def resume_deliveries(self, reachable: UnreachableBureaus) -> None:
        """Makes the deliveries due now that were postponed for bureaus that can be reached again."""
        await _write_fenced(self, lambda tx: lease.resume_deliveries(tx, reachable))

    async def acknowledge(self, batch: Batch, outcome: TransportResult, jitter: Jitter) -> None:
        """Records the transport's result: items in parts, then notices, in one commit unless an officer waits."""
        all_taken = not outcome.failure_count
        counts = LeasedCounts(batch.leased_items)

        def piece(leased: tuple[LeasedItem, ...]) -> Callable[[Transaction], None]:
            def mark(tx: Transaction) -> None:
                whole = all_taken and not self._own(tx).is_limited
                if not (whole and acknowledge.acknowledge_batch(tx, self.context, leased, counts)):
                    acknowledge.acknowledge_items(tx, self.context, leased, outcome, jitter)

            return mark

        most_rows = self.context.limits.delivery.rows_per_acknowledgement
        pieces = [piece(each) for each in acknowledge.split_batch(batch.leased_items, most_rows)]
        if batch.notices:
            pieces.append(lambda tx: acknowledge.acknowledge_notices(tx, self.context, batch.notices, outcome, jitter))
        await asyncio.gather(*(_write_fenced(self, each, before_turn=True) for each in pieces))

    async def sealing_now(self) -> Sealing | None:
        """How a batch that were leased now would be signed."""
        return await self.store.read(lambda handle: sealing_of(handle, self.context))

    async def wait_for_transactions(self) -> None:
        """Returns once every transaction that had begun has ended."""
        await self.store.write(lambda _tx: None, officer=False)

    async def leased_keys(self) -> frozenset[str]:
        return await self.store.read(lambda handle: requeue.leased_keys(handle, self._own(handle)))

    async def requeue_leased(
        self,
        accepted_keys: frozenset[str],
        *,
        transport_down: bool = False,
        unknown_keys: frozenset[str] = frozenset(),
    ) -> int:
        """Queues again everything that is leased, but for ``accepted_keys``; returns how much there was.

        ``unknown_keys`` stay leased.
        """
        count = 0
        while True:
            done = await _write_fenced(
                self,
                lambda tx: requeue.requeue_leased(
                    tx,
                    self.context,
                    accepted_keys,
                    transport_down=transport_down,
                    unknown_keys=unknown_keys,
                    own=self._own(tx),
                ),
            )
            count += done.count
            if done.is_complete:
                return count

    async def next_due(self) -> datetime | None:
        """When something of this route is due."""
        return await self.store.read(lambda handle: deliveries.next_due(handle, self._own(handle).recipients(handle)))

    async def has_open_deliveries(self) -> bool:
        """Whether anything of this route is queued, waits for a retry or is leased."""

        def is_open(handle: Handle) -> bool:
            own = self._own(handle)
            if not own.is_limited:
                return deliveries.is_anything_open(handle)
            waits = deliveries.next_due(handle, own.recipients(handle)) is not None
            return waits or bool(requeue.leased_keys(handle, own))

        return await self.store.read(is_open)

    def dispatcher_lock(self) -> DispatcherLock:
        """The lock of the one process that dispatches for the route; it is freed when its process dies."""
        return self.lock_of(self.route)

    def lock_of(self, route: str) -> DispatcherLock:
        return self.store.engine.route_lock(route)

    async def routes(self) -> RouteBook:
        """The routes of bureaus by the log."""
        return await self.store.read(self.context.bureau_routes.current)

    async def checkpoint(self) -> bool:
        """Folds the write-ahead log into the store; only for the holder of the dispatcher's lock."""
        return await self.store.fold(empty=False)

    async def trim_log(self, longer_than: int) -> None:
        """Folds the write-ahead log into the store once it has more than so many bytes."""
        if self.store.housekeeping.needs_folding(longer_than):
            await self.checkpoint()

    def own_log(self, *, owned: bool) -> None:
        """Says whether this process folds the write-ahead log, so that no other transaction does."""
        self.store.housekeeping.owned = owned

    async def file_waiting(self) -> None:
        """Files what was taken in until now."""
        await self.store.file_waiting()

    async def keep_tree(self) -> None:
        """Grows the tree over the log, signs a checkpoint that is due, and has it cosigned. Raises DeskError."""
        if self.route != MAIN:
            return  # the dispatcher of the main route does so
        settings, limits = self.context.settings, self.context.limits.dispatch
        await grow_tree(self.store)
        await checkpoint_if_due(self.store, settings, limits.checkpoint_every)
        if settings.witnesses:
            await ask_witnesses(self.store, settings, limits.witness_seconds)

    async def version(self) -> int:
        """Changes whenever any process has committed."""
        return await self.store.data_version()

    def now(self) -> datetime:
        """The desk's time, in UTC."""
        return self.store.clock()

    # Direct leases: those that intake made for the dispatcher of this process

    def open_direct_leases(self, wake: Callable[[], None]) -> None:
        """Lets intake lease from now on; ``wake`` is called for each new batch."""
        self.direct_lease.open(wake, self.dispatcher_lock(), self._own)

    def close_direct_leases(self) -> None:
        """Lets intake queue everything from now on. A transaction that has begun may still lease."""
        self.direct_lease.close()

    def forget_direct_leases(self) -> None:
        """Forgets them, closed as they are: another process has taken over, and queues them again."""
        self.direct_lease.discard()

    @property
    def has_stale_direct_leases(self) -> bool:
        """Whether the oldest direct lease has waited too long; the caller closes and returns them."""
        return self.direct_lease.is_stale

    def next_direct_batch(self, limit: int) -> Batch | None:
        """The oldest direct leases as one batch of up to ``limit`` items."""
        return self.direct_lease.next_batch(limit)

    def complete_direct_batch(self, batch: Batch) -> None:
        """Frees the capacity of a batch that was acknowledged."""
        self.direct_lease.complete(batch)

    async def return_leases(
        self, accepted_keys: frozenset[str] = frozenset(), unknown_keys: frozenset[str] = frozenset()
    ) -> None:
        """Queues everything that is leased again, as before its lease, and forgets the direct leases.

        The caller has closed those. ``accepted_keys`` are recorded as delivered; the others lose no try.
        ``unknown_keys`` stay leased.
        """
        await self.requeue_leased(accepted_keys, transport_down=True, unknown_keys=unknown_keys)
        self.direct_lease.discard()


async def _write_fenced(delivery: DeliveryService, work: Work[T], *, before_turn: bool = False) -> T:
    """Writes as the dispatcher. Raises TermLost if another process dispatches by now; then nothing is written."""

    def fenced(tx: Transaction) -> T:
        delivery.dispatcher_lock().fence(tx.connection)
        return work(tx)

    return await delivery.store.write(fenced, officer=False, before_turn=before_turn)
