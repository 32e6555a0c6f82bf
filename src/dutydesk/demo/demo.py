"""The demo: sample traffic through a real store, a real dispatcher and simulated bureaus, live or at full speed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from random import Random

from dutydesk.demo.colleagues import Colleagues
from dutydesk.demo.demo_store import demo_shift, make_demo, open_demo, require_replay_clock
from dutydesk.demo.generate import DEFAULT_SEED
from dutydesk.demo.replay import Replay, wait_for_clock
from dutydesk.demo.shift import DemoShift, ScriptedAct
from dutydesk.demo.simulated_bureaus import SimulatedBureaus
from dutydesk.desk.intake.receipts import Receipt
from dutydesk.desk.service.desk import Desk
from dutydesk.dispatch.dispatcher import Dispatcher
from dutydesk.dispatch.dispatcher_state import PHASE_WORDS
from dutydesk.dispatch.sources import Intake, SourceMessage, receive_source
from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.errors import StoreUnusable
from dutydesk.domain.frozen import value
from dutydesk.domain.supervision.measures import Channel, Level
from dutydesk.language.sentences import sentence

__all__ = [
    "LiveDemo",
    "Progress",
    "Summary",
    "demo_shift",
    "make_demo",
    "open_demo",
    "run_headless",
    "tour_start",
]

#: How often, on the desk's clock, the colleagues work on the queue in a replay at full speed.
ROUND_INTERVAL = timedelta(hours=1)
#: Upper bound on the rounds at the end of a replay; far more than any traffic needs.
MAX_ROUNDS = 10_000
SPEEDS = (1.0, 5.0, 15.0, 60.0, 300.0, 900.0, 3600.0)
DEFAULT_SPEED = 60.0
OFFICER_SHARE = 0.4
PROGRESS_SECONDS = 1.0
TOUR_LEAD_TIME = timedelta(minutes=5)
EMPTY_SHIFT = DemoShift((), (), (), frozenset(), frozenset())


@value(frozen=True, slots=True)
class Progress:
    """How much of the shift has been played, and the desk's time."""

    played: int
    total: int
    at: datetime


@value(frozen=True, slots=True)
class Summary:
    """The result of a demo in the desk's own figures; ``seconds`` are real time."""

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


def tour_start(shift: DemoShift) -> datetime | None:
    """A good moment to begin watching: the feed is filled, and a bureau is about to be held."""
    first = first_measure(shift)
    return None if first is None else first.at - TOUR_LEAD_TIME


def first_measure(shift: DemoShift) -> ScriptedAct | None:
    """The first order that holds a bureau's diffusions."""
    return next((actor for actor in shift.acts if actor.argument("level") == Level.HELD), None)


async def summarise(desk: Desk, seconds: float) -> Summary:
    figures, report = await desk.queries.figures(), await desk.queries.verify()
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
    """Traffic, dispatcher, bureaus and colleagues at one speed, with or without a console.

    ``officer_share`` is the share of the queue that the colleagues leave alone.
    """

    def __init__(
        self,
        desk: Desk,
        shift: DemoShift,
        *,
        seed: int = DEFAULT_SEED,
        speed: float = DEFAULT_SPEED,
        officer_share: float = OFFICER_SHARE,
        skip_to: datetime | None = None,
        tour: bool = False,
    ) -> None:
        """Everything due before ``skip_to`` is played at full speed. With ``tour`` the first measure is left to the
        officer.

        Raises StoreUnusable unless the desk is a demo's.
        """
        self.clock = require_replay_clock(desk)
        self.desk = desk
        self.bureaus = SimulatedBureaus(desk, self.clock, seed)
        self.colleagues = Colleagues(desk, self.clock, seed, officer_share)
        self.dispatcher = Dispatcher(desk, self.bureaus.transport, random=Random(seed))
        self._stopping = asyncio.Event()
        self.replay = Replay(desk, self.clock, shift, speed, self._wait_until)
        #: Set when the replay has ended, by itself, by a stop or by a fault.
        self.finished = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._skip_to = skip_to
        self._tour_act = first_measure(shift) if tour else None
        if self._tour_act is not None:
            self.replay.is_deferred = lambda actor: actor == self._tour_act
            self.colleagues.tour_country = self.tour_country

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
        """Finish what has begun and leave the store open for the caller. Raises the fault that ended a task."""
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
        """The dispatcher's state for the header, and the fault that ended a part of the demo, if there was one."""
        state = self.dispatcher.state
        words = PHASE_WORDS[state.phase]
        ended = (task.exception() for task in self._tasks if task.done() and not task.cancelled())
        trouble = next((str(fault) for fault in ended if fault is not None), state.error)
        return words if trouble is None else sentence("{words}, in trouble: {trouble}", words=words, trouble=trouble)

    # The tour

    @property
    def touring(self) -> bool:
        return self._tour_act is not None

    @property
    def tour_country(self) -> str:
        return (self._tour_act.argument("country") if self._tour_act else None) or ""

    @property
    def tour_order(self) -> dict[str, str]:
        actor = self._tour_act
        names = ("level", "order", "by", "reason")
        words = {name: actor.argument(name) or "" for name in names} if actor is not None else {}
        return words | {"channels": Channel.DIFFUSION.value}

    async def do_held_back(self) -> None:
        """Let the script's supervisor order the measure, unless the officer has ordered it."""
        if any(row.in_force for row in await self.desk.queries.measures(self.tour_country)):
            self.replay.forget_deferred()
            self.replay.is_deferred = lambda actor: actor == self._tour_act
        else:
            await self.replay.perform_deferred()

    async def end_tour(self) -> None:
        await self.do_held_back()
        self.colleagues.tour_country = None

    async def _play(self) -> None:
        try:
            await receive_source(self.replay, Intake(self.desk))
        finally:
            self.finished.set()

    async def _wait_until(self, at: datetime) -> bool:
        if self._skip_to is not None and at < self._skip_to:
            self.clock.advance_to(at)
        return await wait_for_clock(self.clock, at, self._stopping)


class _FastDemo:
    """The same parts step by step, so that the same traffic always ends in the same states."""

    def __init__(self, desk: Desk, shift: DemoShift, seed: int, bureaus: SimulatedBureaus | None = None) -> None:
        """``bureaus`` are those that have already received something."""
        self.clock = require_replay_clock(desk)
        self.desk = desk
        self.bureaus = bureaus or SimulatedBureaus(desk, self.clock, seed)
        self.colleagues = Colleagues(desk, self.clock, seed)
        self.dispatcher = Dispatcher(desk, self.bureaus.transport, random=Random(seed))
        self.replay = Replay(desk, self.clock, shift, 1.0, self._wait_until)
        self._next_round = self.clock.now() + ROUND_INTERVAL

    async def play(self, progress: Callable[[Progress], None]) -> None:
        """Play the shift; the clock stands still between two moments and is then set to the next."""

        async def report_progress(_sent: SourceMessage, _receipt: Receipt) -> None:
            progress(Progress(self.replay.played, self.replay.total, self.clock.now()))

        self.replay.pause()
        await receive_source(self.replay, Intake(self.desk), report_progress)
        await self.finish()

    async def finish(self) -> None:
        """Run until the queue is empty and nothing is due except deliveries to bureaus off the network."""
        for _ in range(MAX_ROUNDS):
            await self.dispatcher.wait_until_dispatched()
            worked = await self.colleagues.work_through_queue()
            worked += await self.bureaus.send_due_replies(settled=True)
            if worked:
                continue
            due = [at for at in (self.bureaus.next_due, await self.desk.delivery.next_due()) if at is not None]
            if not due:
                return
            self.clock.advance_to(min(due))

    async def _wait_until(self, at: datetime) -> bool:
        """Wait until every part is idle before the next moment, so that what has left by then is not left to chance."""
        while self._next_round <= at:
            self.clock.advance_to(self._next_round)
            self._next_round += ROUND_INTERVAL
            await self.dispatcher.wait_until_dispatched()
            await self.bureaus.send_due_replies(settled=True)
            await self.colleagues.work_through_queue()
        await self.dispatcher.wait_until_dispatched()
        self.clock.advance_to(at)
        return True


def require_exclusive_use(desk: Desk) -> None:
    """Raises StoreUnusable if another process dispatches: its traffic and this demo's would mix."""
    lock = desk.delivery.dispatcher_lock()
    if not lock.wait_exclusive(desk.limits.dispatch.short_lock_seconds):
        whom = f" ({holder})" if (holder := lock.holder()) is not None else ""
        raise StoreUnusable(
            StoreCode.DEMO_IN_USE,
            sentence(
                "{path} is in use by another demo or dispatcher{whom}; end that one first",
                path=desk.store.path,
                whom=whom,
            ),
        )
    lock.unlock()


async def play_until_queue_fills(desk: Desk, shift: DemoShift, *, seed: int = DEFAULT_SEED) -> None:
    """Play the shift at full speed and stop its clock there, with what the colleagues leave alone still in the queue.

    The same shift always ends in the same store, because every part is idle before the next moment. Raises DeskError.
    """
    demo = _FastDemo(desk, shift, seed)
    demo.colleagues = Colleagues(desk, demo.clock, seed, OFFICER_SHARE)
    dispatching = asyncio.create_task(demo.dispatcher.run())
    try:
        demo.replay.pause()
        await receive_source(demo.replay, Intake(desk))
        await demo.dispatcher.wait_until_dispatched()
        await demo.bureaus.send_due_replies(settled=True)
    finally:
        demo.dispatcher.stop()
        await dispatching


async def run_headless(
    desk: Desk,
    shift: DemoShift,
    *,
    seed: int = DEFAULT_SEED,
    speed: float | None = None,
    progress: Callable[[Progress], None] = lambda _progress: None,
) -> Summary:
    """Play the shift to its end and work off the queue; at full speed without ``speed``. Raises DeskError.

    Only the simulated colleagues work on the queue, and decide on everything that they may decide.
    """
    began = time.monotonic()
    require_exclusive_use(desk)
    demo = _FastDemo(desk, shift, seed) if speed is None else await _play_at_speed(desk, shift, seed, speed, progress)
    dispatching = asyncio.create_task(demo.dispatcher.run())
    try:
        await demo.play(progress)
    finally:
        demo.dispatcher.stop()
        await dispatching
    return await summarise(desk, time.monotonic() - began)


async def _play_at_speed(
    desk: Desk, shift: DemoShift, seed: int, speed: float, progress: Callable[[Progress], None]
) -> _FastDemo:
    """Play the shift at its speed; returns the part that works off the rest."""
    live = LiveDemo(desk, shift, seed=seed, speed=speed, officer_share=0.0)
    await live.start()
    try:
        while not live.finished.is_set():
            progress(live.progress)
            with suppress(TimeoutError):
                async with asyncio.timeout(PROGRESS_SECONDS):
                    await live.finished.wait()
    finally:
        await live.stop()
    return _FastDemo(desk, EMPTY_SHIFT, seed, live.bureaus)
