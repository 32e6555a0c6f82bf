"""Handing over: the dispatcher's own acts on the desk."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from dutydesk.desk.delivery import acknowledge, retry
from dutydesk.desk.delivery import lease as hand_over
from dutydesk.desk.delivery.acknowledge import Jitter
from dutydesk.desk.delivery.direct_lease import DirectLease
from dutydesk.desk.delivery.lease import NONE_UNREACHABLE, Batch, LeasedItem, TransportResult, UnreachableBureaus
from dutydesk.desk.service.perform import Service
from dutydesk.store.engine.locks import FileLock
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import deliveries


@dataclass(frozen=True)
class DeliveryService(Service):
    """What only the holder of the dispatcher's lock does."""

    direct_lease: DirectLease

    async def lease(self, limit: int, unreachable: UnreachableBureaus = NONE_UNREACHABLE) -> Batch:
        return await self.store.write(lambda tx: hand_over.lease(tx, self.context, limit, unreachable), officer=False)

    async def resume_deliveries(self, reachable: UnreachableBureaus) -> None:
        """What was put off for bureaus that can be reached again is due now."""
        await self.store.write(lambda tx: hand_over.resume_deliveries(tx, reachable), officer=False)

    async def acknowledge(self, batch: Batch, outcome: TransportResult, jitter: Jitter) -> None:
        """Items in pieces, at last the notices; they share a commit unless an officer comes in between."""

        all_taken = not outcome.failure_count

        def piece(leased: tuple[LeasedItem, ...]) -> Callable[[Transaction], None]:
            def mark(tx: Transaction) -> None:
                if not (all_taken and acknowledge.acknowledge_batch(tx, self.context, leased)):
                    acknowledge.acknowledge_items(tx, self.context, leased, outcome, jitter)

            return mark

        pieces = [piece(each) for each in acknowledge.split_batch(batch.leased_items)]
        if batch.notices:
            pieces.append(lambda tx: acknowledge.acknowledge_notices(tx, self.context, batch.notices, outcome, jitter))
        await asyncio.gather(*(self.store.write(each, officer=False) for each in pieces))

    async def wait_for_transactions(self) -> None:
        """Returns once every transaction that had begun has ended."""
        await self.store.write(lambda _tx: None, officer=False)

    async def leased_keys(self) -> frozenset[str]:
        return await self.store.read(retry.leased_keys)

    async def requeue_leased(self, accepted_keys: frozenset[str], *, transport_down: bool = False) -> int:
        """Queues again what is under way but for ``taken``; returns how much there was."""
        count = 0
        while True:
            done = await self.store.write(
                lambda tx: retry.requeue_leased(tx, self.context, accepted_keys, transport_down=transport_down),
                officer=False,
            )
            count += done.count
            if done.is_complete:
                return count

    async def next_due(self) -> datetime | None:
        return await self.store.read(deliveries.next_due)

    async def has_open_deliveries(self) -> bool:
        return await self.store.read(deliveries.is_anything_open)

    def dispatcher_lock(self) -> FileLock:
        """Whoever holds it dispatches; the kernel frees it when its process dies."""
        return self.store.locks.dispatcher

    async def checkpoint(self) -> bool:
        """Folds the write-ahead log into the store; only for the holder of the dispatcher's lock."""
        return await self.store.checkpoint(truncate=False)
