"""Deliveries that were sent and not answered: they stay leased until the transport says what became of them.

A line that may have gone out must not count as waiting: a recall of its item would then not reach its bureau.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace

from dutydesk.desk.delivery.lease import Batch, TransportResult
from dutydesk.desk.service.dispatching import DeliveryService
from dutydesk.dispatch.transport import OutcomeUnknown, Transport

log = logging.getLogger(__name__)


class UnsettledDeliveries:
    """``keys`` are the deliveries whose outcome is unknown."""

    def __init__(self, delivery: DeliveryService, transport: Transport, patience: float) -> None:
        """``patience`` is the time in seconds that the transport has for its answer."""
        self._delivery = delivery
        self._transport = transport
        self._patience = patience
        self.keys: frozenset[str] = frozenset()

    async def take_over(self) -> None:
        """Ask for everything that an earlier dispatcher had leased; what is not delivered is queued again.

        Raises what the transport raises, unless it can answer only later.
        """
        self.keys = frozenset()
        keys = await self._delivery.leased_keys()
        if keys:
            taken = await self._ask(keys)
            await self._delivery.requeue_leased(taken, unknown_keys=self.keys)

    async def settle(self, acknowledged: Callable[[], Awaitable[None]]) -> None:
        """Ask again for the deliveries without an outcome, and record it; do nothing while there is no answer.

        ``acknowledged`` returns once the latest batch is recorded.
        """
        if not self.keys:
            return
        asked, self.keys = self.keys, frozenset()
        try:
            async with asyncio.timeout(self._patience):
                taken = await self._ask(asked)
        except BaseException:
            self.keys = asked
            raise
        if self.keys == asked:
            return
        await acknowledged()
        self._delivery.close_direct_leases()
        await self._delivery.return_leases(taken, self.keys)

    async def taken(self, keys: frozenset[str]) -> frozenset[str]:
        """Those of ``keys`` that were delivered. Where the transport does not say so in time, all of them stay open."""
        try:
            async with asyncio.timeout(self._patience):
                return await self._ask(keys)
        except TimeoutError:
            self.keys |= keys
            return frozenset()
        except Exception:
            log.exception("the transport does not say what it has taken")
            return frozenset()

    async def return_leases(self, keys: frozenset[str]) -> None:
        """Requeue the leases of a batch for a transport that is down; no attempt counts."""
        self._delivery.close_direct_leases()
        await self._delivery.return_leases(await self.taken(keys), self.keys)

    def set_aside(self, batch: Batch, handed: TransportResult) -> tuple[Batch, TransportResult]:
        """The batch and its results without the deliveries whose outcome is unknown."""
        self.keys |= handed.unknown_keys
        if self.keys.isdisjoint(handed.results):
            return batch, handed
        leased = (
            replace(item, keys=tuple(pair for pair in item.keys if pair[1] not in self.keys))
            for item in batch.leased_items
        )
        known = replace(
            batch,
            leased_items=tuple(item for item in leased if item.keys),
            notices=tuple(notice for notice in batch.notices if notice.key not in self.keys),
        )
        results = {key: words for key, words in handed.results.items() if key not in self.keys}
        return known, TransportResult(results, handed.unreachable_keys)

    async def _ask(self, keys: frozenset[str]) -> frozenset[str]:
        try:
            return await self._transport.already_delivered(keys)
        except OutcomeUnknown as unknown:
            self.keys |= unknown.open_keys & keys
            return unknown.taken
