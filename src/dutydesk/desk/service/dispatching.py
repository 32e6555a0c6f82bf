"""Handing over: the dispatcher's own acts on the desk."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from dutydesk.desk.delivery import acknowledge, retry
from dutydesk.desk.delivery import lease as hand_over
from dutydesk.desk.delivery.acknowledge import Jitter
from dutydesk.desk.delivery.direct_lease import StraightOn
from dutydesk.desk.delivery.lease import NOBODY, Batch, Handed, Leased, Shut
from dutydesk.desk.service.queries import Reader
from dutydesk.store.engine.locks import FileLock
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import deliveries


@dataclass(frozen=True)
class DispatchDesk(Reader):
    """What only the holder of the dispatcher's lock does."""

    straight: StraightOn = field(default_factory=StraightOn)

    async def lease(self, most: int, shut: Shut = NOBODY) -> Batch:
        return await self.store.write(lambda tx: hand_over.lease(tx, self.context, most, shut), officer=False)

    async def let_go(self, mended: Shut) -> None:
        """What was put off for bureaus that can be reached again is due now."""
        await self.store.write(lambda tx: hand_over.let_go(tx, mended), officer=False)

    async def mark(self, batch: Batch, handed: Handed, jitter: Jitter) -> None:
        """Items in pieces, at last the notices; they share a commit unless an officer comes in between."""

        all_taken = not handed.failed

        def piece(leased: tuple[Leased, ...]) -> Callable[[Transaction], None]:
            def mark(tx: Transaction) -> None:
                if not (all_taken and acknowledge.mark_taken(tx, self.context, leased)):
                    acknowledge.mark_items(tx, self.context, leased, handed, jitter)

            return mark

        pieces = [piece(each) for each in acknowledge.in_parts(batch.leased)]
        if batch.notices:
            pieces.append(lambda tx: acknowledge.mark_notices(tx, self.context, batch.notices, handed, jitter))
        await asyncio.gather(*(self.store.write(each, officer=False) for each in pieces))

    async def whatever_is_under_way(self) -> None:
        """Returns once every transaction that had begun has ended."""
        await self.store.write(lambda _tx: None, officer=False)

    async def in_hand(self) -> frozenset[str]:
        return await self.store.read(retry.in_hand)

    async def take_back(self, taken: frozenset[str], *, untried: bool = False) -> int:
        """Queues again what is under way but for ``taken``; returns how much there was."""
        count = 0
        while True:
            done = await self.store.write(
                lambda tx: retry.take_back(tx, self.context, taken, untried=untried), officer=False
            )
            count += done.count
            if done.all:
                return count

    async def next_due(self) -> datetime | None:
        return await self.store.read(deliveries.next_due)

    async def anything_open(self) -> bool:
        return await self.store.read(deliveries.anything_open)

    def dispatcher_lock(self) -> FileLock:
        """Whoever holds it dispatches; the kernel frees it when its process dies."""
        return self.store.locks.dispatcher

    async def checkpoint(self) -> bool:
        """Folds the write-ahead log into the store; only for the holder of the dispatcher's lock."""
        return await self.store.checkpoint(cut=False)
