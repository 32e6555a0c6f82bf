"""The work of the children: dispatch, follow the desk as a console, decide as two officers."""

from __future__ import annotations

import asyncio
import json
import os
from dataclasses import asdict, dataclass, replace
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

from crash_children import Say
from crash_traffic import FLAPPING, RECIPIENTS, Traffic

from desks import raw
from dutydesk.desk.base.context import Actor, CommandResult
from dutydesk.desk.delivery.lease import Batch, TransportResult
from dutydesk.desk.review.decide import Deciding
from dutydesk.desk.service.desk import Desk, open_desk
from dutydesk.desk.service.desk import make_store as make_empty_store
from dutydesk.desk.supervision.measures import Order
from dutydesk.dispatch.dispatcher import Dispatcher
from dutydesk.dispatch.dispatcher_state import Phase
from dutydesk.dispatch.inbox import Inbox
from dutydesk.dispatch.lines import bureau_lines
from dutydesk.dispatch.spool import SpoolTransport
from dutydesk.dispatch.transport import Transport, keys_of
from dutydesk.domain.delivery.items import item_number, measure_number
from dutydesk.domain.errors import DeskError
from dutydesk.domain.limits import DEFAULT_LIMITS, DispatchLimits
from dutydesk.domain.review.guards import Decision, RefusalCode
from dutydesk.domain.review.officers import Officer, Role
from dutydesk.domain.supervision.measures import Channel, Coverage, Level
from dutydesk.tui.frame.change_feed import ChangeFeed

PEOPLE = (("Ines", Role.SUPERVISOR), ("Oskar", Role.SUPERVISOR), ("Jonas", Role.OFFICER), ("Mara", Role.OFFICER))
#: So small that every cycle makes a few checkpoints.
WAL_BYTES = 100_000
#: So short that every cycle grows the tree, and signs heads.
TREE_SECONDS = 0.05
POLL_SECONDS = 0.1
FEED_SECONDS = 0.02
Call = list[Any]


@dataclass(frozen=True)
class Place:
    """A store with its folders. ``deaf``: its transport never knows what it has already taken."""

    folder: Path
    deaf: bool = False
    limits: DispatchLimits = DEFAULT_LIMITS.dispatch

    @property
    def store(self) -> Path:
        return self.folder / "desk.db"

    @property
    def inbox(self) -> Path:
        return self.folder / "inbox"

    @property
    def outbox(self) -> Path:
        return self.folder / "outbox"

    @property
    def witness(self) -> Path:
        return self.folder / "witness"

    @property
    def ledger(self) -> Path:
        return self.folder / "ledger"

    def transport(self) -> Transport:
        return LedgerTransport(self.ledger) if self.deaf else SpoolTransport(self.outbox)

    def dispatcher(self, desk: Desk) -> Dispatcher:
        return Dispatcher(desk, self.transport(), Inbox(self.inbox), limits=self.limits)


class LedgerTransport:
    """A transport that writes each line's bureau and bytes to one file and cannot tell afterwards what it took."""

    def __init__(self, ledger: Path) -> None:
        self._ledger = ledger

    async def deliver(self, batch: Batch) -> TransportResult:
        lines = b"".join(b"".join(parts) for parts in bureau_lines(batch).values())
        descriptor = os.open(self._ledger, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(descriptor, lines)
        finally:
            os.close(descriptor)
        return TransportResult(dict.fromkeys(keys_of(batch)))

    async def already_delivered(self, keys: frozenset[str]) -> frozenset[str]:
        return frozenset()


async def prepare(path: Path) -> None:
    """A store with its officers and two measures. A child makes it, in a database that its parent has made."""
    make_empty_store(path, "exercise")
    desk = await open_desk(path, founder="root")
    for name, role in PEOPLE:
        await desk.people.add_officer(Actor("root", "root"), Officer(name, role, "-", (name.lower(),)))
    for country, level in (("RU", Level.HELD), ("KE", Level.MONITORED)):
        await desk.supervision.order(Actor("Ines", "ines"), order_of(country, level, "SG/0"))
    await desk.close()


async def dispatch(place: Place, say: Say) -> None:
    """Dispatches as ``dutydesk dispatch`` does."""
    desk = await open_desk(place.store, limits=replace(DEFAULT_LIMITS, dispatch=place.limits))
    dispatcher = place.dispatcher(desk)
    task = asyncio.create_task(dispatcher.run())
    while dispatcher.state.phase is not Phase.RUNNING and not task.done():
        await asyncio.sleep(0.002)
    say("running")
    await task


async def follow(place: Place, say: Say) -> None:
    """Works as a console does: reads each change and the content of its panes, and is ready to dispatch."""
    desk = await open_desk(place.store)
    task = asyncio.create_task(place.dispatcher(desk).run())
    pulse = ChangeFeed(desk)
    await pulse.start()
    say("running")
    while not task.done():
        touched = await pulse.poll()
        if touched is not None:
            await desk.queries.rows(sorted(touched.items)[:100])
            await desk.queries.header()
            await desk.queries.queue()
            await desk.queries.countries()
        await asyncio.sleep(POLL_SECONDS)


def order_of(country: str, level: Level, reference: str) -> Order:
    covers = Coverage(frozenset({Channel.DIFFUSION}), frozenset())
    return Order(country, level, covers, reference, "Secretary General", "The rules were broken.")


async def perform(desk: Desk, officer: str, call: Call, command_id: str) -> CommandResult:
    """Runs an act from its plain words, so that another process can repeat it under the same command id."""
    actor = Actor(officer, officer.lower(), command_id)
    match call:
        case ["claim", int(number)]:
            return await desk.review.claim(actor, number)
        case ["tick", int(number), str(check)]:
            return await desk.review.tick(actor, number, check)
        case ["release", int(number)]:
            return await desk.review.decide(actor, number, Deciding(Decision.RELEASE, "Read, nothing stands."))
        case ["refuse", int(number)]:
            return await desk.review.decide(
                actor, number, Deciding(Decision.REFUSE, "Political.", RefusalCode.ARTICLE_3)
            )
        case ["confirm", int(number)]:
            return await desk.review.confirm(actor, number)
        case ["recall", int(number)]:
            return await desk.review.recall(actor, number, "It was political.", urgent=True)
        case ["order", str(country), str(level), str(reference)]:
            return await desk.supervision.order(actor, order_of(country, Level(level), reference))
        case ["confirm measure", int(number)]:
            return await desk.supervision.confirm(actor, number)
        case ["restrict", str(owner), str(denied)]:
            return await desk.supervision.restrict(actor, owner, (denied,), None)
        case ["offline", str(country), bool(offline)]:
            return await desk.supervision.set_offline(actor, country, offline=offline)
    raise AssertionError(call)


@dataclass
class Officers:
    """Two or more officers in one process; reports each act before it is tried and its result afterwards."""

    desk: Desk
    random: Random
    mark: str
    say: Say
    _serial: int = 0

    async def do(self, officer: str, call: Call) -> CommandResult | None:
        """Runs an act. ``None`` if the desk refuses it, as it may when a colleague was first or a level changed."""
        self._serial += 1
        command_id = f"{self.mark}-{self._serial}"
        self.say("tries", command_id, officer, call)
        try:
            answer = await perform(self.desk, officer, call, command_id)
        except DeskError as error:
            self.say("refused", command_id, error.words)
            return None
        self.say("done", command_id, officer, call, asdict(answer))
        return answer

    async def anything(self) -> None:
        acts = (self.review, self.measure, self.restrict, self.recall, self.network)
        (actor,) = self.random.choices(acts, weights=(10, 4, 1, 1, 1))
        await actor()

    async def review(self) -> None:
        queue = await self.desk.queries.queue(20)
        if not queue:
            return
        number = item_number(self.random.choice(queue).item) or 0
        if await self.do("Jonas", ["claim", number]) is None:
            return
        for point in (await self.desk.queries.show(number)).checklist:
            if point.ticked_by is None:
                await self.do("Jonas", ["tick", number, point.check])
        answer = await self.do("Jonas", [self.random.choice(("release", "release", "refuse")), number])
        if answer is not None and answer.state == "proposed":
            await self.do("Mara", ["confirm", number])

    async def measure(self) -> None:
        country, level = self.random.choice(FLAPPING), self.random.choice(list(Level))
        answer = await self.do("Ines", ["order", country, level.value, f"SG/{self.mark}/{self._serial}"])
        if answer is not None and answer.state == "proposed":
            await self.do("Oskar", ["confirm measure", measure_number(answer.subject)])

    async def restrict(self) -> None:
        await self.do("Ines", ["restrict", self.random.choice(FLAPPING), self.random.choice(RECIPIENTS)])

    async def recall(self) -> None:
        released = [row for row in await self.desk.queries.feed(limit=30) if row.state == "released"]
        if released:
            await self.do("Ines", ["recall", item_number(self.random.choice(released).item)])

    async def network(self) -> None:
        await self.do("Ines", ["offline", self.random.choice(RECIPIENTS), self.random.random() < 0.5])


async def decide(place: Place, seed: int, mark: str, say: Say) -> None:
    """Officers who act without a pause; one of them also submits messages."""
    desk, random = await open_desk(place.store), Random(seed)
    officers, traffic = Officers(desk, random, mark, say), Traffic(random)
    say("running")
    while True:
        if random.random() < 0.2:
            (message,) = traffic.some(1, f"{mark}o")
            say("submits", message)
            say("submitted", message, asdict(await desk.intake.receive(raw(message), actor="Jonas")))
        else:
            await officers.anything()


async def back_up(place: Place, mark: str, say: Say) -> None:
    """An administrator who makes one backup after another."""
    desk = await open_desk(place.store)
    for number in count(1):
        path = place.folder / f"backup-{mark}-{number}.db"
        await desk.backups.back_up(Actor("root", "root"), path, lambda *_: None)
        say("backed up", str(path))


async def submit(place: Place, seed: int, mark: str, say: Say) -> None:
    """Runs submit commands one after another; each opens the store, takes in a message, gives a receipt and closes."""
    traffic = Traffic(Random(seed))
    say("running")
    while True:
        (message,) = traffic.some(1, f"{mark}s")
        desk = await open_desk(place.store)
        say("submits", message)
        say("submitted", message, asdict(await desk.intake.receive(raw(message))))
        await desk.close()


async def feed(place: Place, seed: int, mark: str, say: Say) -> None:
    """A bureau that lays one message after another into the inbox; its drafts lie elsewhere, as they may stay."""
    traffic = Traffic(Random(seed))
    for number in count(1):
        (message,) = traffic.some(1, f"{mark}f")
        say("submits", message)
        draft = place.folder / f"feed-{mark}-{number}"
        draft.write_text(json.dumps(message) + "\n", "utf-8")
        draft.rename(place.inbox / f"{mark}-feed-{number}.json")
        say("laid", message)
        await asyncio.sleep(FEED_SECONDS)
