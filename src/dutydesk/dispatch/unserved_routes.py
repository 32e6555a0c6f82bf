"""Routes for which no box dispatches: what goes to their bureaus waits, and somebody must know."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from dutydesk.desk.service.dispatching import DeliveryService
from dutydesk.dispatch.threads import run_in_thread
from dutydesk.domain.delivery.bureau_routes import MAIN
from dutydesk.domain.errors import DeskError
from dutydesk.language.sentences import sentence


class UnservedRoutes:
    """``problems`` names each route that nobody served at two looks, so that a take-over between them is none.

    So does it each bureau whose route an accepted copy is too old to know, until the bureau has it again.
    ``served`` are the routes in use that a box dispatched for at one of the two.
    """

    def __init__(self, delivery: DeliveryService, seconds: float) -> None:
        self._delivery = delivery
        self._seconds = seconds
        self._unheld: frozenset[str] = frozenset()
        self.problems: tuple[str, ...] = ()
        self.served: frozenset[str] = frozenset({MAIN})
        self._expected: Mapping[str, str] = {}

    def expect(self, routes: Mapping[str, str]) -> None:
        """Name the bureaus that have another route than this, which an accepted copy is too old to know."""
        self._expected = routes

    async def watch(self) -> None:
        """Look every so many seconds, until it is cancelled. A store that can't be read is asked again."""
        while True:
            try:
                await self.look()
            except DeskError:
                self._unheld = frozenset()
            await asyncio.sleep(self._seconds)

    async def look(self) -> None:
        """Ask who serves each route in use. Raises DeskError."""
        book = await self._delivery.routes()
        names = (MAIN,) if book.is_empty else book.names
        locks = {name: self._delivery.lock_of(name) for name in names}
        unheld = frozenset([name for name, lock in locks.items() if await run_in_thread(lock.holder) is None])
        missed = unheld & self._unheld
        is_one_box = book.is_empty and not self._delivery.is_shared
        unserved = (
            sentence("no box dispatches for the route {route}: what goes to its bureaus waits", route=name)
            for name in ([] if is_one_box else sorted(missed))
        )
        forgotten = (
            sentence(
                "{bureau} was reached by the route {route} after this copy was made: give it that route again, with "
                "bureaus route {bureau} {route}",
                bureau=bureau,
                route=route,
            )
            for bureau, route in self._expected.items()
            if book.route_of(bureau) != route
        )
        self.problems = (*unserved, *forgotten)
        self.served, self._unheld = frozenset(names) - missed, unheld
