"""The heartbeat of a dispatcher: one goes out only while deliveries and intake really get on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from dutydesk.dispatch.dispatcher import Dispatcher
from dutydesk.dispatch.dispatcher_state import PHASE_WORDS, DispatcherState, Phase
from dutydesk.dispatch.health.service_manager import ServiceManager
from dutydesk.language.sentences import sentence


class Liveness:
    """Whether a dispatcher has got on since the last look.

    Deliveries get on when a step of theirs begins; a dispatcher that waits or retries begins one at least every
    half minute. Intake gets on when it looks at the inbox, and with each part of what is there. A dispatcher that
    stands by, or has ended, has nothing to get on with.
    """

    def __init__(self, dispatcher: Dispatcher, *, has_inbox: bool) -> None:
        self._dispatcher = dispatcher
        self._has_inbox = has_inbox
        self._delivery = self._intake = -1

    def has_got_on(self) -> bool:
        if self._dispatcher.state.phase is not Phase.RUNNING:
            return True
        delivery = self._dispatcher.progress.delivery
        intake = self._dispatcher.progress.intake
        moved = delivery != self._delivery and (intake != self._intake or not self._has_inbox)
        self._delivery, self._intake = delivery, intake
        return moved


async def report_to_manager(
    manager: ServiceManager,
    liveness: Sequence[Liveness],
    state: Callable[[], DispatcherState],
    beats: int,
    seconds: float,
) -> None:
    """Send the state every ``seconds``, and ``beats`` heartbeats in the time of the watchdog; until it is cancelled.

    A heartbeat goes out only where the dispatcher of each route has got on.

    It runs in the loop of the dispatcher, so that a loop that hangs sends none either.
    """
    every = manager.watchdog_seconds / beats if manager.watchdog_seconds is not None else None
    loop = asyncio.get_running_loop()
    next_beat = loop.time()
    manager.ready()
    while True:
        manager.status(status_words(state()))
        if every is not None and loop.time() >= next_beat:
            if all([each.has_got_on() for each in liveness]):  # noqa: C419 - each must look
                manager.heartbeat()
            next_beat = loop.time() + every
        await asyncio.sleep(seconds if every is None else min(seconds, every))


def status_words(state: DispatcherState) -> str:
    """The state in one line of numbers; what is wrong stands in the journal."""
    return sentence(
        "{phase}: {received} received, {delivered} delivered, {failed} failed, {troubles} troubles",
        phase=PHASE_WORDS[state.phase],
        received=state.received,
        delivered=state.delivered,
        failed=state.failed,
        troubles=len(state.troubles),
    )
