"""Plays a shift into a desk: its lines as messages, its acts through the desk's use cases, each at its time."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from dutydesk.demo.desk_acts import perform
from dutydesk.demo.shift import DemoShift, ScriptedAct
from dutydesk.desk.base.clock import ReplayClock
from dutydesk.desk.service.desk import Desk
from dutydesk.dispatch.sources import SourceMessage
from dutydesk.domain.errors import DeskError
from dutydesk.domain.frozen import value
from dutydesk.wire.decode.stream import RawMessage, read_one

#: Seconds between two reads of a clock whose speed may change at any moment.
POLL_SECONDS = 0.1

#: Waits for a moment of the desk's clock; false if the wait was ended.
WaitUntil = Callable[[datetime], Awaitable[bool]]


async def wait_for_clock(clock: ReplayClock, at: datetime, stopping: asyncio.Event) -> bool:
    """Wait until the clock shows ``at``, whatever its speed; false once ``stopping`` is set."""
    while not stopping.is_set():
        missing = (at - clock.now()).total_seconds()
        if missing <= 0:
            return True
        seconds = min(missing / clock.rate, POLL_SECONDS) if clock.rate > 0 else POLL_SECONDS
        with suppress(TimeoutError):
            async with asyncio.timeout(max(seconds, 0.001)):
                await stopping.wait()
    return False


@value(frozen=True, slots=True)
class TimelineEntry:
    """One moment of the shift on the desk's clock: a line arrives, or somebody at the desk acts."""

    at: datetime
    content: RawMessage | ScriptedAct


def timeline(shift: DemoShift, start: datetime) -> tuple[TimelineEntry, ...]:
    """Lines and acts in order, moved so that the first line is due at ``start``; an act goes before a line."""
    if not shift.lines:
        return ()
    moved: timedelta = start - shift.due[0]
    acts = [TimelineEntry(act.at + moved, act) for act in shift.acts]
    lines = [
        TimelineEntry(due + moved, replace(read_one(io.BytesIO(line)), line=number))
        for number, (line, due) in enumerate(zip(shift.lines, shift.due, strict=True), start=1)
    ]
    return tuple(sorted((*acts, *lines), key=lambda entry: entry.at))


class Replay:
    """A source with a speed: the desk's clock runs with it. ``refused`` are acts that the desk refused."""

    def __init__(self, desk: Desk, clock: ReplayClock, shift: DemoShift, speed: float, wait_until: WaitUntil) -> None:
        """``speed`` is how many times as fast as real time the clock runs once the replay is resumed."""
        self._desk = desk
        self._clock = clock
        self._wait_until = wait_until
        self._speed = speed
        self.entries = timeline(shift, max(clock.now(), shift.due[0]) if shift.due else clock.now())
        self.total = len(shift.lines)
        self.played = 0
        self.refused: list[str] = []
        #: Acts that somebody else is to carry out are collected here instead.
        self.is_deferred: Callable[[ScriptedAct], bool] = lambda _act: False
        self._deferred: list[ScriptedAct] = []

    @property
    def speed(self) -> float:
        return self._speed

    @property
    def paused(self) -> bool:
        return self._clock.rate == 0

    def set_speed(self, speed: float) -> None:
        """Takes effect at once, or when the replay is resumed."""
        running = not self.paused
        self._speed = speed
        if running:
            self._clock.set_rate(speed)

    def pause(self) -> None:
        self._clock.set_rate(0)

    def resume(self) -> None:
        self._clock.set_rate(self._speed)

    async def messages(self) -> AsyncIterator[SourceMessage]:
        for entry in self.entries:
            if not await self._wait_until(entry.at):
                return
            if isinstance(entry.content, ScriptedAct):
                await self._perform(entry.content)
            else:
                self.played += 1
                yield SourceMessage(entry.content)

    async def perform_deferred(self) -> None:
        """Carry out the deferred acts now, and defer no more."""
        self.is_deferred = lambda _act: False
        put_aside, self._deferred = self._deferred, []
        for act in put_aside:
            await self._perform(act)

    def forget_deferred(self) -> None:
        """Drop the deferred acts: somebody else has carried them out."""
        self._deferred.clear()

    async def _perform(self, act: ScriptedAct) -> None:
        if self.is_deferred(act):
            self._deferred.append(act)
            return
        try:
            await perform(self._desk, act)
        except DeskError as refusal:
            self.refused.append(f"{act.act} by {act.actor}: {refusal.words}")
