"""The demo: sample traffic through a real store, a real dispatcher and simulated bureaus, live or as fast as it can."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from dutydesk.demo.colleagues import Colleagues
from dutydesk.demo.demo_store import clock_of, demo_shift, make_demo, open_demo
from dutydesk.demo.generate import DEFAULT_SEED
from dutydesk.demo.replay import Replay, clock_reaches
from dutydesk.demo.shift import DemoShift, ScriptedAct
from dutydesk.demo.simulated_bureaus import SimulatedBureaus
from dutydesk.desk.intake.receipts import Receipt
from dutydesk.desk.service.desk import Desk
from dutydesk.dispatch.dispatcher import MOMENT_SECONDS, Dispatcher
from dutydesk.dispatch.phase import Phase
from dutydesk.dispatch.sources import Intake, SentMessage, feed
from dutydesk.domain.errors import StoreUnusable
from dutydesk.domain.supervision.measures import Channel, Level

__all__ = [
    "LiveDemo",
    "Progress",
    "Summary",
    "demo_shift",
    "make_demo",
    "open_demo",
    "run_headless",
    "shortly_before_the_measure",
]

#: How often on the desk's clock the colleagues look at the queue in a replay that runs as fast as it can.
ROUND = timedelta(hours=1)
#: How many rounds the end of a replay may take: far more than any traffic needs.
MOST_ROUNDS = 10_000
SPEEDS = (1.0, 5.0, 15.0, 60.0, 300.0, 900.0, 3600.0)
DEFAULT_SPEED = 60.0
FOR_THE_HUMAN = 0.4
PROGRESS_SECONDS = 1.0
BEFORE_THE_MEASURE = timedelta(minutes=5)
NOTHING = DemoShift((), (), (), frozenset(), frozenset())


@dataclass(frozen=True, slots=True)
class Progress:
    """How much of the shift has been played, and the desk's time."""

    played: int
    total: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Summary:
    """What a demo came to, as the desk's figures say; ``seconds`` are the world's."""

    received: int
    outcomes: dict[str, int]
    items: int
    states: dict[str, int]
    deliveries: dict[str, int]
    suppressed: dict[str, int]
    decisions: int
    events: int
    chain: str
    seconds: float


def shortly_before_the_measure(shift: DemoShift) -> datetime | None:
    """A good moment to begin watching: the feed is filled, and a bureau is about to be held."""
    first = first_measure(shift)
    return None if first is None else first.at - BEFORE_THE_MEASURE


def first_measure(shift: DemoShift) -> ScriptedAct | None:
    """The first order by which a bureau's diffusions are held."""
    return next((actor for actor in shift.acts if actor.argument("level") == Level.HELD), None)


async def summary_of(desk: Desk, seconds: float) -> Summary:
    figures, report = await desk.figures(), await desk.verify()
    return Summary(
        received=sum(figures.outcomes.values()),
        outcomes=figures.outcomes,
        items=sum(figures.states.values()),
        states=figures.states,
        deliveries=figures.deliveries,
        suppressed=figures.suppressed,
        decisions=figures.decisions,
        events=figures.events,
        chain="verified" if report.fault is None else report.fault,
        seconds=round(seconds, 3),
    )


class LiveDemo:
    """Traffic, dispatcher, bureaus and colleagues at one speed, beside a console or without one.

    ``for_the_human`` is the share of the queue that the colleagues leave alone.
    """

    def __init__(
        self,
        desk: Desk,
        shift: DemoShift,
        *,
        seed: int = DEFAULT_SEED,
        speed: float = DEFAULT_SPEED,
        for_the_human: float = FOR_THE_HUMAN,
        skip_to: datetime | None = None,
        tour: bool = False,
    ) -> None:
        """What is due before ``skip_to`` comes as fast as it can; ``tour``: the first measure is left to the officer.

        Raises StoreUnusable unless the desk is a demo's.
        """
        self.clock = clock_of(desk)
        self.desk = desk
        self.bureaus = SimulatedBureaus(desk, self.clock, seed)
        self.colleagues = Colleagues(desk, self.clock, seed, for_the_human)
        self.dispatcher = Dispatcher(desk, self.bureaus.transport, random=Random(seed))
        self._stopping = asyncio.Event()
        self.replay = Replay(desk, self.clock, shift, speed, self._reach)
        #: Set once the replay has come to its end, or was ended by a stop or a fault.
        self.finished = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._skip_to = skip_to
        self._toured = first_measure(shift) if tour else None
        if self._toured is not None:
            self.replay.is_held_back = lambda actor: actor == self._toured
            self.colleagues.toured = self.tour_country

    async def start(self) -> None:
        self.replay.resume()
        for work in (
            self.dispatcher.run(),
            self.bureaus.run(self._stopping),
            self.colleagues.run(self._stopping),
            self._play(),
        ):
            self._tasks.append(asyncio.create_task(work))

    async def stop(self) -> None:
        """Finishes what is under way; the store is left to whoever opened it. Raises what ended a task."""
        self._stopping.set()
        self.dispatcher.stop()
        outcomes = await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()
        self.clock.set_rate(0)
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome

    @property
    def progress(self) -> Progress:
        return Progress(self.replay.played, self.replay.total, self.clock.now())

    @property
    def speed(self) -> float:
        return self.replay.speed

    @property
    def paused(self) -> bool:
        return self.replay.paused

    def set_speed(self, speed: float) -> None:
        self.replay.set_speed(speed)

    def pause(self) -> None:
        self.replay.pause()

    def resume(self) -> None:
        self.replay.resume()

    def faster(self) -> None:
        self.set_speed(next((speed for speed in SPEEDS if speed > self.speed), self.speed))

    def slower(self) -> None:
        self.set_speed(next((speed for speed in reversed(SPEEDS) if speed < self.speed), self.speed))

    def speed_words(self) -> str:
        return "paused" if self.paused else f"{self.speed:g}x"

    def state_words(self) -> str:
        """The dispatcher's state, for the header, and what ended a part of the demo, if anything has."""
        state = self.dispatcher.state
        words = "dispatching" if state.phase is Phase.RUNNING else state.phase.value
        ended = (task.exception() for task in self._tasks if task.done() and not task.cancelled())
        trouble = next((str(fault) for fault in ended if fault is not None), state.error)
        return words if trouble is None else f"{words}, in trouble: {trouble}"

    # The tour

    @property
    def touring(self) -> bool:
        return self._toured is not None

    @property
    def tour_country(self) -> str:
        return (self._toured.argument("country") if self._toured else None) or ""

    @property
    def tour_order(self) -> dict[str, str]:
        actor = self._toured
        names = ("level", "order", "by", "reason")
        words = {name: actor.argument(name) or "" for name in names} if actor is not None else {}
        return words | {"channels": Channel.DIFFUSION.value}

    async def do_held_back(self) -> None:
        """Unless the officer has ordered it, the script's supervisor does."""
        if any(row.in_force for row in await self.desk.measures(self.tour_country)):
            self.replay.forget_held_back()
            self.replay.is_held_back = lambda actor: actor == self._toured
        else:
            await self.replay.do_held_back()

    async def end_tour(self) -> None:
        await self.do_held_back()
        self.colleagues.toured = None

    async def _play(self) -> None:
        try:
            await feed(self.replay, Intake(self.desk))
        finally:
            self.finished.set()

    async def _reach(self, at: datetime) -> bool:
        if self._skip_to is not None and at < self._skip_to:
            self.clock.advance_to(at)
        return await clock_reaches(self.clock, at, self._stopping)


class _FastDemo:
    """The same parts in step with one another, so that the same traffic always ends in the same states."""

    def __init__(self, desk: Desk, shift: DemoShift, seed: int, bureaus: SimulatedBureaus | None = None) -> None:
        """``bureaus`` are those that have received something already."""
        self.clock = clock_of(desk)
        self.desk = desk
        self.bureaus = bureaus or SimulatedBureaus(desk, self.clock, seed)
        self.colleagues = Colleagues(desk, self.clock, seed)
        self.dispatcher = Dispatcher(desk, self.bureaus.transport, random=Random(seed))
        self.replay = Replay(desk, self.clock, shift, 1.0, self._reach)
        self._next_round = self.clock.now() + ROUND

    async def play(self, progress: Callable[[Progress], None]) -> None:
        """Standing still between two moments, the clock is moved on from one to the next."""

        async def taken(_sent: SentMessage, _receipt: Receipt) -> None:
            progress(Progress(self.replay.played, self.replay.total, self.clock.now()))

        self.replay.pause()
        await feed(self.replay, Intake(self.desk), taken)
        await self.work_off()

    async def work_off(self) -> None:
        """Until nothing is due any more but what waits for bureaus off the network, and the queue is worked off."""
        for _ in range(MOST_ROUNDS):
            await self.dispatcher.settled()
            worked = await self.colleagues.work_off()
            worked += await self.bureaus.answer_due(settled=True)
            if worked:
                continue
            due = [at for at in (self.bureaus.next_due, await self.desk.next_due()) if at is not None]
            if not due:
                return
            self.clock.advance_to(min(due))

    async def _reach(self, at: datetime) -> bool:
        """Everybody comes to rest before the next moment: what has left by then is no matter of chance."""
        while self._next_round <= at:
            self.clock.advance_to(self._next_round)
            self._next_round += ROUND
            await self.dispatcher.settled()
            await self.bureaus.answer_due(settled=True)
            await self.colleagues.work_off()
        await self.dispatcher.settled()
        self.clock.advance_to(at)
        return True


def refuse_in_use(desk: Desk) -> None:
    """Raises StoreUnusable where another process dispatches: its traffic and this demo's would mix."""
    lock = desk.dispatcher_lock()
    if not lock.exclusive_within(MOMENT_SECONDS):
        whom = f" ({holder})" if (holder := lock.holder()) is not None else ""
        raise StoreUnusable(f"{desk.store.path} is in use by another demo or dispatcher{whom}; end that one first")
    lock.free()


async def run_headless(
    desk: Desk,
    shift: DemoShift,
    *,
    seed: int = DEFAULT_SEED,
    speed: float | None = None,
    progress: Callable[[Progress], None] = lambda _progress: None,
) -> Summary:
    """Plays the shift to its end and works it off; as fast as it can without ``speed``. Raises DeskError.

    Nobody is left for the queue but the simulated colleagues, who decide on all that they may.
    """
    began = time.monotonic()
    refuse_in_use(desk)
    demo = _FastDemo(desk, shift, seed) if speed is None else await _at_speed(desk, shift, seed, speed, progress)
    dispatching = asyncio.create_task(demo.dispatcher.run())
    try:
        await demo.play(progress)
    finally:
        demo.dispatcher.stop()
        await dispatching
    return await summary_of(desk, time.monotonic() - began)


async def _at_speed(
    desk: Desk, shift: DemoShift, seed: int, speed: float, progress: Callable[[Progress], None]
) -> _FastDemo:
    """Plays the shift at its speed; returns what is left to be worked off."""
    live = LiveDemo(desk, shift, seed=seed, speed=speed, for_the_human=0.0)
    await live.start()
    try:
        while not live.finished.is_set():
            progress(live.progress)
            with suppress(TimeoutError):
                async with asyncio.timeout(PROGRESS_SECONDS):
                    await live.finished.wait()
    finally:
        await live.stop()
    return _FastDemo(desk, NOTHING, seed, live.bureaus)
