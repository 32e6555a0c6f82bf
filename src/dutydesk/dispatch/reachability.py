"""The ways to single bureaus, some of which may be shut: what is for those waits and costs no try, the others go on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from dutydesk.desk.delivery.lease import NONE_UNREACHABLE, UnreachableBureaus
from dutydesk.desk.service.dispatching import DeliveryService
from dutydesk.dispatch.transport import PartialTransport, Transport

#: How often what shuts a way is looked at while nothing else happens.
RECHECK_SECONDS = 1.0


class Reachability:
    """``shut`` names the bureaus that can't be reached, as of the latest look, each with what stands in the way."""

    def __init__(self, delivery: DeliveryService, transport: Transport, patience: float) -> None:
        """``patience``: seconds that the transport has to say how its ways are."""
        self._delivery = delivery
        self._transport = transport
        self._patience = patience
        self.unreachable: UnreachableBureaus = NONE_UNREACHABLE

    async def refresh(self, acknowledged: Callable[[], Awaitable[None]]) -> UnreachableBureaus:
        """What was put off for a bureau that can be reached again is due at once.

        ``marked`` returns once what was handed over is recorded: only then everything that waits is known.
        Raises TimeoutError.
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
