"""A dispatcher for each route that a box serves, run and seen as one."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Protocol

from dutydesk.desk.base.context import Actor
from dutydesk.desk.service.desk import Desk
from dutydesk.dispatch import copies
from dutydesk.dispatch.dispatcher import Dispatcher
from dutydesk.dispatch.dispatcher_state import DispatcherState, Phase
from dutydesk.dispatch.sources import InboxSource
from dutydesk.dispatch.transport import Transport
from dutydesk.dispatch.unserved_routes import UnservedRoutes
from dutydesk.domain.delivery.bureau_routes import MAIN


class RunningDispatcher(Protocol):
    """What is run and reported: one dispatcher, or those of several routes."""

    @property
    def state(self) -> DispatcherState: ...

    @property
    def parts(self) -> Sequence[Dispatcher]:
        """The dispatchers by themselves; the first one takes the inbox in."""
        ...

    def stop(self) -> None: ...

    async def run(self, *, until_idle: bool = False) -> None: ...

    async def refuse_copy(self) -> None: ...

    async def accept_copy(self, actor: Actor) -> int: ...


class RouteDispatchers:
    """Each dispatcher takes the role of its route by itself, so that another box may serve some of the routes.

    Intake leases for the first route at once; what goes to bureaus of others is queued for their dispatchers.
    """

    def __init__(self, desk: Desk, routes: Mapping[str, Transport], inbox: InboxSource | None = None) -> None:
        self._desk = desk
        self._routes = dict(routes)
        self.parts: list[Dispatcher] = []
        for name, transport in self._routes.items():
            is_first = not self.parts
            self.parts.append(
                Dispatcher(
                    desk,
                    transport,
                    inbox if is_first else None,
                    delivery=desk.delivery.of_route(name, leases_directly=is_first),
                    feeder=None if is_first else self.parts[0],
                )
            )
        self._unserved = UnservedRoutes(desk.delivery, desk.limits.dispatch.route_check_seconds)

    @property
    def state(self) -> DispatcherState:
        """It runs where any of them does; another process is named where all of them stand by."""
        states = [part.state for part in self.parts]
        phases = [state.phase for state in states]
        phase = next((each for each in (Phase.RUNNING, Phase.STANDING_BY) if each in phases), Phase.STOPPED)
        return DispatcherState(
            phase=phase,
            delivered=sum(state.delivered for state in states),
            failed=sum(state.failed for state in states),
            received=sum(state.received for state in states),
            error=next((state.error for state in states if state.error is not None), None),
            problems=(*(words for state in states for words in state.problems), *self._unserved.problems),
            faults=tuple(dict.fromkeys(name for state in states for name in state.faults)),
            lock_holder=states[0].lock_holder if phase is Phase.STANDING_BY else None,
            passes_alarms_on=self._is_first(phases),
        )

    def _is_first(self, phases: Sequence[Phase]) -> bool:
        """Whether the first of all routes that boxes dispatch for is one of this box's: main, then by their names."""
        own = {name for name, phase in zip(self._routes, phases, strict=True) if phase is Phase.RUNNING}
        served = own | self._unserved.served
        return min(served, key=lambda name: (name != MAIN, name), default=None) in own

    def stop(self) -> None:
        for part in self.parts:
            part.stop()

    async def run(self, *, until_idle: bool = False) -> None:
        """As :meth:`Dispatcher.run`, for all of them; one that fails ends the others."""
        watching = asyncio.create_task(self._unserved.watch(), name="dispatcher-routes")
        running = [asyncio.create_task(part.run(until_idle=until_idle)) for part in self.parts]
        try:
            await asyncio.wait(running, return_when=asyncio.FIRST_EXCEPTION)
        finally:
            if not all(task.done() and task.exception() is None for task in running):
                self.stop()
            watching.cancel()
            ended = await asyncio.gather(*running, return_exceptions=True)
            await asyncio.gather(watching, return_exceptions=True)
        for each in ended:
            if isinstance(each, BaseException):
                raise each

    async def refuse_copy(self) -> None:
        for part in self.parts:
            await part.refuse_copy()

    async def accept_copy(self, actor: Actor) -> int:
        accepted = await copies.accept_copy(self._desk, self._routes, actor)
        self._unserved.expect(accepted.routes)
        return accepted.lines
