"""Simulated bureaus that receive deliveries and reply in their own time, with real messages through the desk's intake.

Half of them never reply: silence is a bureau's own choice and not a fault.
"""

from __future__ import annotations

import asyncio
import heapq
import io
import json
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from random import Random

from dutydesk.demo.replay import POLL_SECONDS, wait_for_clock
from dutydesk.demo.shift import format_time
from dutydesk.desk.base.clock import ReplayClock
from dutydesk.desk.service.desk import Desk
from dutydesk.dispatch.loopback import DeliveredLine, LoopbackTransport, TransportFault
from dutydesk.dispatch.sources import Intake, SourceMessage
from dutydesk.domain.delivery.states import Notice
from dutydesk.domain.errors import DeskError
from dutydesk.wire.decode.stream import read_one

#: Which share of the bureaus reply: to what was addressed to them by name, and to what went to everybody.
ANSWER_BY_NAME, ANSWER_TO_ALL, ANSWER_QUESTION, ANSWER_RECALL = 0.5, 0.08, 0.85, 0.9
#: How often a bureau's line is down at the first try of a delivery.
LINE_FAULT_SHARE = 0.004
#: Seconds of real time that a bureau has a copy before it can reply.
MIN_REPLY_SECONDS = 0.5

_FIRST_ACTIONS = {"acknowledged": 0.68, "acting": 0.14, "declined": 0.18}
_NEXT_ACTIONS = {"acknowledged": {"acting": 0.45, "declined": 0.1, "": 0.45}, "acting": {"acted": 0.6, "": 0.4}}
_OUTCOMES = ("deleted", "deleted", "deleted", "kept_on_national_basis", "already_acted")
_NOTES = {
    "acknowledged": ("Entered in the national system.", "Passed to the border police."),
    "acting": ("Enquiries are under way at the last known address.", "The prosecutor has been asked for a decision."),
    "acted": ("Located; details follow by the usual channel.", "Checked; the person is not on our territory."),
    "declined": (),
}
_INFORMATION_TEXTS = (
    "The court's order has been added to our file; a certified copy can be had on request.",
    "The offence is theft committed by a group (criminal code); the sentence under appeal is thirty months.",
    "The date of birth has been checked against the civil register and is correct.",
)


@dataclass(frozen=True, order=True, slots=True)
class BureauReply:
    """One message that a bureau will send at ``due``. ``key`` is that of the delivery to which it replies."""

    due: datetime
    key: str
    number: int
    not_before: float
    sender: str
    type: str
    fields: tuple[tuple[str, str], ...]

    @property
    def about(self) -> str | None:
        return dict(self.fields).get("about")

    def message(self) -> bytes:
        """The message as it is sent. Its reference is made from the delivery's key, so that it is used only once."""
        item, version, _recipient, *notice = self.key.split("/")
        body = {
            "schema": "dutydesk/1",
            "type": self.type,
            "reference": "/".join(("A", item, version, *notice, str(self.number))),
            "sender": self.sender,
            "sent_at": format_time(self.due),
            **dict(self.fields),
        }
        return json.dumps(body, ensure_ascii=False).encode()


class SimulatedBureaus:
    """All bureaus of the network behind one loopback transport. The same seed and deliveries give the same replies."""

    def __init__(self, desk: Desk, clock: ReplayClock, seed: int) -> None:
        self.transport = LoopbackTransport(self._receive)
        self.sent_replies = 0
        self._clock = clock
        self._seed = seed
        self._intake = Intake(desk)
        self._waiting: list[BureauReply] = []
        self._failed: set[str] = set()

    @property
    def next_due(self) -> datetime | None:
        return self._waiting[0].due if self._waiting else None

    async def send_due_replies(self, *, settled: bool) -> int:
        """Send every reply whose time has come on the desk's clock; returns how many.

        ``settled``: all deliveries are known to be acknowledged. If not, replies to the newest wait a moment.
        """
        tasks = []
        while self._waiting and self._is_ready(self._waiting[0], settled=settled):
            answer = heapq.heappop(self._waiting)
            raw = read_one(io.BytesIO(answer.message()))
            tasks.append(await self._intake.receive(SourceMessage(raw, answer.sender)))
        for task in tasks:
            await task
        self.sent_replies += len(tasks)
        return len(tasks)

    async def run(self, stopping: asyncio.Event) -> None:
        """Send replies at the clock's pace until ``stopping`` is set."""
        while not stopping.is_set():
            soon = self._clock.now() + timedelta(seconds=max(self._clock.rate, 1.0))
            if not await wait_for_clock(self._clock, min(self.next_due or soon, soon), stopping):
                return
            with suppress(DeskError):
                if await self.send_due_replies(settled=False):
                    continue
            await asyncio.sleep(POLL_SECONDS)

    def _is_ready(self, reply: BureauReply, *, settled: bool) -> bool:
        return reply.due <= self._clock.now() and (settled or reply.not_before <= time.monotonic())

    async def _receive(self, line: DeliveredLine) -> None:
        random = Random(f"{self._seed}/{line.key}")
        if random.random() < LINE_FAULT_SHARE and line.key not in self._failed:
            self._failed.add(line.key)
            raise TransportFault(f"the line to {line.recipient} is down")
        if line.notice in (Notice.RECALL, Notice.WITHDRAWAL):
            self._drop_responses(line)
        for answer in self._replies_to(line, random):
            heapq.heappush(self._waiting, answer)

    def _drop_responses(self, line: DeliveredLine) -> None:
        """Drop a bureau's replies to a request once it is told to put the request away."""
        kept = [
            answer
            for answer in self._waiting
            if (answer.sender, answer.type, answer.about) != (line.recipient, "response", line.item)
        ]
        self._waiting[:] = kept
        heapq.heapify(self._waiting)

    def _replies_to(self, line: DeliveredLine, random: Random) -> Iterator[BureauReply]:
        match line.notice:
            case Notice.DIFFUSION | Notice.CORRECTION | Notice.NOTICE:
                share = ANSWER_TO_ALL if _is_to_all(line.message) or line.notice is Notice.NOTICE else ANSWER_BY_NAME
                if random.random() < share:
                    yield from self._response_replies(line, random)
            case Notice.INFORMATION_REQUEST:
                if random.random() < ANSWER_QUESTION:
                    due = self._reply_time(random, timedelta(hours=2), timedelta(hours=20))
                    yield self._make_reply(line, due, 1, "information", text=random.choice(_INFORMATION_TEXTS))
            case Notice.RECALL | Notice.WITHDRAWAL | Notice.ACCESS_WITHDRAWN if line.recipient != line.sender:
                if random.random() < ANSWER_RECALL:
                    due = self._reply_time(random, timedelta(minutes=20), timedelta(hours=10))
                    yield self._make_reply(line, due, 1, "recall_confirmation", outcome=random.choice(_OUTCOMES))
            case _:
                return

    def _response_replies(self, line: DeliveredLine, random: Random) -> Iterator[BureauReply]:
        due, number = self._reply_time(random, timedelta(minutes=6), timedelta(hours=9)), 1
        action = _choose(random, _FIRST_ACTIONS)
        while action:
            notes = _NOTES[action]
            note = {"note": random.choice(notes)} if notes and random.random() < 0.3 else {}
            yield self._make_reply(line, due, number, "response", action=action, **note)
            due, number = due + timedelta(minutes=random.randint(20, 600)), number + 1
            action = _choose(random, _NEXT_ACTIONS[action]) if action in _NEXT_ACTIONS else ""

    def _reply_time(self, random: Random, least: timedelta, most: timedelta) -> datetime:
        """A random time in the span; most replies come early."""
        return self._clock.now() + least + (most - least) * random.random() ** 2

    def _make_reply(self, line: DeliveredLine, due: datetime, number: int, type: str, **fields: str) -> BureauReply:
        content = (("about", line.item), *fields.items())
        return BureauReply(due, line.key, number, time.monotonic() + MIN_REPLY_SECONDS, line.recipient, type, content)


def _choose(random: Random, shares: dict[str, float]) -> str:
    return random.choices(list(shares), list(shares.values()))[0]


@lru_cache(maxsize=64)
def _is_to_all(message: bytes | None) -> bool:
    return message is not None and json.loads(message).get("recipients") == "all"
