"""Shared parts of the dispatcher's tests: a desk with a movable clock, and dispatchers in any process."""

from __future__ import annotations

import asyncio
import contextlib
import json
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from desks import Bench
from dutydesk.desk.service.desk import Desk
from dutydesk.dispatch.dispatcher import Dispatcher
from dutydesk.dispatch.dispatcher_state import Phase
from dutydesk.dispatch.inbox import Inbox
from dutydesk.dispatch.loopback import DeliveredLine, LoopbackTransport, TransportFault
from dutydesk.dispatch.transport import Transport

PROCESS = Path(__file__).with_name("dispatcher_process.py")
SECONDS = 120.0


async def until(condition: Callable[[], bool | Awaitable[bool]], what: str = "the condition") -> None:
    """Waits for a condition, and fails with its name after the deadline."""
    async with asyncio.timeout(SECONDS):
        try:
            while True:
                found = condition()
                if found if isinstance(found, bool) else await found:
                    return
                await asyncio.sleep(0.005)
        except asyncio.CancelledError:
            raise AssertionError(f"{what} did not come true") from None


class Bureaus:
    """Bureaus that accept lines or not: ``faulty`` ones fail, ``hanging`` ones never reply."""

    def __init__(self) -> None:
        self.lines: list[DeliveredLine] = []
        self.tries: Counter[str] = Counter()
        self.faulty: set[str] = set()
        self.hanging: set[str] = set()
        self.transport = LoopbackTransport(self.take)

    async def take(self, line: DeliveredLine) -> None:
        self.tries[line.key] += 1
        if line.recipient in self.faulty:
            raise TransportFault("line down")
        if line.recipient in self.hanging:
            await asyncio.Event().wait()
        self.lines.append(line)

    def got(self, recipient: str, notice: str | None = None) -> list[str]:
        return [line.item for line in self.lines if line.recipient == recipient and notice in (None, line.notice)]


@dataclass
class Works:
    """A bench, its folders, and bureaus behind a loopback transport."""

    bench: Bench
    folder: Path
    bureaus: Bureaus

    @property
    def desk(self) -> Desk:
        return self.bench.desk

    @property
    def inbox(self) -> Path:
        return self.folder / "inbox"

    @property
    def outbox(self) -> Path:
        return self.folder / "outbox"

    def dispatcher(self, transport: Transport | None = None, inbox: Inbox | None = None, **more: Any) -> Dispatcher:
        return Dispatcher(self.desk, transport or self.bureaus.transport, inbox, random=Random(7), **more)

    async def dispatch(self, transport: Transport | None = None, inbox: Inbox | None = None) -> Dispatcher:
        """Dispatches until idle."""
        dispatcher = self.dispatcher(transport, inbox)
        async with asyncio.timeout(SECONDS):
            await dispatcher.run(until_idle=True)
        return dispatcher

    @contextlib.asynccontextmanager
    async def dispatching(self, transport: Transport | None = None, **more: Any) -> AsyncIterator[Dispatcher]:
        """Runs a dispatcher during the test and stops it gracefully at the end."""
        dispatcher = self.dispatcher(transport, **more)
        task = asyncio.create_task(dispatcher.run())
        try:
            await until(lambda: dispatcher.state.phase is Phase.RUNNING, "the dispatcher runs")
            yield dispatcher
        finally:
            dispatcher.stop()
            async with asyncio.timeout(SECONDS):
                await task

    def write(self, name: str, *messages: dict[str, Any] | str) -> Path:
        path = self.inbox / name
        path.parent.mkdir(parents=True, exist_ok=True)
        texts = [message if isinstance(message, str) else json.dumps(message) for message in messages]
        draft = path.with_name("." + path.name)
        draft.write_text("\n".join(texts), "utf-8")
        return draft.rename(path)

    def receipts(self, name: str) -> list[dict[str, Any]]:
        path = self.inbox / "done" / f"{name}.receipts.jsonl"
        return [json.loads(line) for line in path.read_text("ascii").splitlines()]


def spool_lines(outbox: Path, bureau: str = "*") -> list[dict[str, Any]]:
    """All lines of all finished segments, in order."""
    segments = sorted(outbox.glob(f"{bureau}/[0-9]*.jsonl"))
    return [json.loads(line) for segment in segments for line in segment.read_bytes().splitlines()]


@contextlib.contextmanager
def dispatching_process(store: Path, inbox: Path, outbox: Path, *flags: str) -> Iterator[subprocess.Popen[str]]:
    """Starts a dispatcher process and kills it at the end if it still runs."""
    arguments = [sys.executable, str(PROCESS), str(store), str(inbox), str(outbox), *flags]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def wait_for_word(process: subprocess.Popen[str], word: str) -> None:
    """Waits until the process reports that it runs or stands by."""
    assert process.stdout is not None
    for line in process.stdout:
        if line.strip() == word:
            return
    raise AssertionError(f"the dispatcher ended with {process.wait()} and never said {word!r}")
