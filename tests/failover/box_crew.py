"""All that runs on one box, in one process: dispatcher, intake, senders, officers, a console that follows."""

from __future__ import annotations

import asyncio
import signal
import time
import traceback
import zlib
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from itertools import count
from pathlib import Path
from random import Random

from crash_children import Say
from crash_crew import Call, Officers, perform
from crash_traffic import Message, Traffic, write_file

from desks import raw
from dutydesk.desk.base.context import CommandResult
from dutydesk.desk.service.desk import Desk, open_desk
from dutydesk.dispatch.dispatcher import Dispatcher
from dutydesk.dispatch.inbox import Inbox
from dutydesk.dispatch.spool import SpoolTransport
from dutydesk.domain.errors import DeskError, StoreReplaced, StoreUnusable
from dutydesk.tui.frame.change_feed import ChangeFeed

_RETRY_SECONDS = 0.05
_TERM_SECONDS = 0.05
_FOLLOW_SECONDS = 0.15
#: A sample of the term that took longer says nothing: the process may have been stopped within it.
_QUICK_SECONDS = 0.02


@dataclass(frozen=True)
class BoxPlace:
    """Where a box has what it works with. The outbox is the same for all boxes."""

    store: Path
    inbox: Path
    outbox: Path
    deaf: bool = False

    @property
    def ledger(self) -> Path:
        return self.outbox.with_name("ledger")

    def dispatcher(self, desk: Desk) -> Dispatcher:
        return Dispatcher(desk, SpoolTransport(self.outbox), Inbox(self.inbox))


def live(place: BoxPlace, mark: str, rate: float, say: Say) -> None:
    """Runs a box until SIGTERM, or until the store that it has opened is not the one any more."""
    asyncio.run(_live(place, mark, rate, say))


async def _live(place: BoxPlace, mark: str, rate: float, say: Say) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    desk = await _until_done(lambda: open_desk(place.store), say)
    if desk is None:
        return
    say("running", now())
    random, dispatcher = Random(zlib.crc32(mark.encode())), place.dispatcher(desk)
    work = [
        _dispatch(dispatcher),
        _tell_terms(desk, stop, say),
        _follow(desk, stop, say),
        _send(desk, place, random, mark, rate, stop, say),
        _decide(desk, random, mark, stop, say),
    ]
    tasks = [asyncio.create_task(each) for each in work]
    ended = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait([ended, *tasks], return_when=asyncio.FIRST_COMPLETED)
        stop.set()
        dispatcher.stop()
        for each in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(each, StoreReplaced):
                say("replaced", each.words)
            elif isinstance(each, BaseException):
                say("fault", "".join(traceback.format_exception(each)[-6:]))
    finally:
        ended.cancel()
        await desk.close()


def now() -> float:
    """Seconds that all processes of this machine count alike, also while they are stopped."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


async def _dispatch(dispatcher: Dispatcher) -> None:
    await dispatcher.run()


async def _until_done(work: Callable[[], Awaitable[Desk]], say: Say) -> Desk | None:
    while True:
        try:
            return await work()
        except StoreReplaced as error:
            say("replaced", error.words)
            return None
        except StoreUnusable as error:
            say("trouble", error.code.value, error.words)
            await asyncio.sleep(_RETRY_SECONDS)


async def _tell_terms(desk: Desk, stop: asyncio.Event, say: Say) -> None:
    """Says each moment in which this box believes that it dispatches, with its term."""
    lock = desk.delivery.dispatcher_lock()
    while not stop.is_set():
        before = now()
        if lock.is_current() and now() - before < _QUICK_SECONDS:
            say("term", lock.term, before)  # type: ignore[attr-defined]
        await asyncio.sleep(_TERM_SECONDS)


async def _follow(desk: Desk, stop: asyncio.Event, say: Say) -> None:
    """Reads what a console reads after each change."""
    feed, is_open = ChangeFeed(desk), False
    while not stop.is_set():
        try:
            if not is_open:
                await feed.start()
                is_open = True
            touched = await feed.poll()
            if touched is not None:
                await desk.queries.rows(sorted(touched.items)[:50])
                await desk.queries.header()
                await desk.queries.queue()
        except StoreReplaced:
            raise
        except StoreUnusable as error:
            say("trouble", error.code.value, error.words)
        await asyncio.sleep(_FOLLOW_SECONDS)


async def _send(
    desk: Desk, place: BoxPlace, random: Random, mark: str, rate: float, stop: asyncio.Event, say: Say
) -> None:
    """A sender who sends each message until it has a receipt; some go by the inbox."""
    traffic, by_inbox = Traffic(random), Traffic(random)
    for number in count(1):
        if stop.is_set():
            return
        if number % 4 == 0:
            message = by_inbox.some(1, f"{mark}i")[0]
            by_inbox.forget()
            say("lays", message)
            write_file(place.inbox / f"{mark}-{number}.json", [message])
        else:
            await _submit(desk, traffic.some(1, mark)[0], stop, say)
        await asyncio.sleep(random.uniform(0.5, 1.5) / rate)


async def _submit(desk: Desk, message: Message, stop: asyncio.Event, say: Say) -> None:
    say("submits", message)
    while not stop.is_set():
        try:
            receipt = await desk.intake.receive(raw(message))
        except StoreReplaced:
            raise
        except StoreUnusable as error:
            say("trouble", error.code.value, error.words)
            await asyncio.sleep(_RETRY_SECONDS)
        else:
            say("submitted", message, asdict(receipt), now())
            return


class StubbornOfficers(Officers):
    """Officers who repeat an act under its command id while the store can't be reached."""

    async def do(self, officer: str, call: Call) -> CommandResult | None:
        self._serial += 1
        command_id = f"{self.mark}-{self._serial}"
        self.say("tries", command_id, officer, call)
        while True:
            try:
                answer = await perform(self.desk, officer, call, command_id)
            except StoreReplaced:
                raise
            except StoreUnusable as error:
                self.say("trouble", error.code.value, error.words)
                await asyncio.sleep(_RETRY_SECONDS)
            except DeskError as error:
                self.say("refused", command_id, error.words)
                return None
            else:
                self.say("done", command_id, officer, call, asdict(answer))
                return answer


async def _decide(desk: Desk, random: Random, mark: str, stop: asyncio.Event, say: Say) -> None:
    officers = StubbornOfficers(desk, random, mark, say)
    while not stop.is_set():
        try:
            await officers.anything()
        except StoreReplaced:
            raise
        except DeskError as error:
            say("trouble", error.code.value, error.words)
        await asyncio.sleep(random.uniform(0.2, 0.6))
