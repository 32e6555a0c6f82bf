"""The ways to single bureaus, some of which may be shut: what is for those waits and costs no try, the others go on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from dutydesk.desk.delivery.lease import NOBODY, Shut
from dutydesk.desk.service.desk import Desk
from dutydesk.dispatch.transport import Parted, Transport

#: How often what shuts a way is looked at while nothing else happens.
LOOK_SECONDS = 1.0


class Ways:
    """``shut`` names the bureaus that can't be reached, as of the latest look, each with what stands in the way."""

    def __init__(self, desk: Desk, transport: Transport, patience: float) -> None:
        """``patience``: seconds that the transport has to say how its ways are."""
        self._desk = desk
        self._transport = transport
        self._patience = patience
        self.shut: Shut = NOBODY

    async def look(self, marked: Callable[[], Awaitable[None]]) -> Shut:
        """What was put off for a bureau that can be reached again is due at once.

        ``marked`` returns once what was handed over is recorded: only then everything that waits is known.
        Raises TimeoutError.
        """
        if isinstance(self._transport, Parted):
            async with asyncio.timeout(self._patience):
                now = await self._transport.shut()
            mended = {bureau: words for bureau, words in self.shut.items() if now.get(bureau) != words}
            if mended:
                await marked()
                await self._desk.let_go(mended)
            self.shut = now
        return self.shut
