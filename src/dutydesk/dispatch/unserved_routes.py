"""Routes for which no box dispatches: what goes to their bureaus waits, and somebody must know."""

from __future__ import annotations

import asyncio

from dutydesk.desk.service.dispatching import DeliveryService
from dutydesk.dispatch.threads import run_in_thread
from dutydesk.domain.delivery.bureau_routes import MAIN
from dutydesk.domain.errors import DeskError
from dutydesk.language.sentences import sentence


class UnservedRoutes:
    """``problems`` names each route that nobody served at two looks, so that a take-over between them is none.

    ``served`` are the routes that a box dispatched for at the latest look; the main one is taken for served before.
    """

    def __init__(self, delivery: DeliveryService, seconds: float) -> None:
        self._delivery = delivery
        self._seconds = seconds
        self._missed: frozenset[str] = frozenset()
        self.problems: tuple[str, ...] = ()
        self.served: frozenset[str] = frozenset({MAIN})

    async def watch(self) -> None:
        """Look every so many seconds, until it is cancelled. A store that can't be read is asked again."""
        while True:
            try:
                await self.look()
            except DeskError:
                self._missed = frozenset()
            await asyncio.sleep(self._seconds)

    async def look(self) -> None:
        """Ask who serves each route in use. Raises DeskError."""
        book = await self._delivery.routes()
        names = (MAIN,) if book.is_empty else book.names
        locks = {name: self._delivery.lock_of(name) for name in names}
        unheld = frozenset([name for name, lock in locks.items() if await run_in_thread(lock.holder) is None])
        self.served = frozenset(names) - unheld
        missed = frozenset() if book.is_empty else unheld
        self.problems = tuple(
            sentence("no box dispatches for the route {route}: what goes to its bureaus waits", route=name)
            for name in sorted(missed & self._missed)
        )
        self._missed = missed
