"""Which bureaus can be reached: deliveries to others wait without a failed attempt."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from dutydesk.desk.delivery.lease import NONE_UNREACHABLE, UnreachableBureaus
from dutydesk.desk.service.dispatching import DeliveryService
from dutydesk.dispatch.transport import PartialTransport, Transport


class Reachability:
    """``unreachable`` names the bureaus that could not be reached at the latest look, each with the reason in words."""

    def __init__(self, delivery: DeliveryService, transport: Transport, patience: float) -> None:
        """``patience`` is the time in seconds that the transport has for its answer."""
        self._delivery = delivery
        self._transport = transport
        self._patience = patience
        self.unreachable: UnreachableBureaus = NONE_UNREACHABLE

    async def refresh(self, acknowledged: Callable[[], Awaitable[None]]) -> UnreachableBureaus:
        """Ask the transport again; deliveries to a bureau that is reachable again are due at once.

        ``acknowledged`` returns once the latest batch is recorded: only then is every postponed delivery known. Raises
        TimeoutError.
        """
        if isinstance(self._transport, PartialTransport):
            async with asyncio.timeout(self._patience):
                now = await self._transport.unreachable()
            mended = {bureau: words for bureau, words in self.unreachable.items() if now.get(bureau) != words}
            if mended:
                await acknowledged()
                await self._delivery.resume_deliveries(mended)
            self.unreachable = now
        return self.unreachable
