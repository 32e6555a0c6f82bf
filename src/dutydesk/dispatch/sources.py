"""Sources of messages other than the inbox; their pace can be changed, and the desk limits it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Protocol

from dutydesk.desk.intake.receipts import Receipt
from dutydesk.desk.service.desk import Desk
from dutydesk.domain.frozen import value
from dutydesk.domain.limits import DEFAULT_LIMITS
from dutydesk.wire.decode.stream import RawMessage


@value(frozen=True, slots=True)
class SourceMessage:
    """A message on its way in. ``bound_to`` is the bureau that its channel belongs to, if any."""

    raw: RawMessage
    bound_to: str | None = None


class InboxSource(Protocol):
    """A place that messages arrive in and leave once they are durable.

    ``problems`` are sentences about what can't be read, as of the latest look. ``poll_seconds`` is how often to look
    when nothing rings. ``folders`` are those that only one process may take in; a server shares its messages out
    itself.
    """

    @property
    def folders(self) -> tuple[Path, ...]: ...

    @property
    def problems(self) -> tuple[str, ...]: ...

    @property
    def poll_seconds(self) -> float: ...

    async def is_empty(self) -> bool:
        """Whether there is no message that can be read."""
        ...

    async def receive_all(self, desk: Desk, is_stopping: Callable[[], bool]) -> int:
        """Receive what is there; return the number of messages. Raises DeskError if the store can't be written."""
        ...

    async def watch(self, ring: Callable[[], None]) -> None:
        """Call ``ring`` when a message may have arrived. Returns if that can't be known."""
        ...


class Source(Protocol):
    """A stream of messages. ``speed`` is a factor of real time; while ``paused`` it yields nothing."""

    @property
    def speed(self) -> float: ...

    @property
    def paused(self) -> bool: ...

    def set_speed(self, speed: float) -> None: ...

    def pause(self) -> None: ...

    def resume(self) -> None: ...

    def messages(self) -> AsyncIterator[SourceMessage]: ...


class Intake:
    """Receives messages concurrently, in their order, at most ``limit`` at once.

    A faster source waits: nothing is dropped, and memory stays bounded.
    """

    def __init__(self, desk: Desk, limit: int = DEFAULT_LIMITS.inbox.in_flight) -> None:
        self._desk = desk
        self._room = asyncio.Semaphore(limit)

    async def receive(self, sent: SourceMessage) -> asyncio.Task[Receipt]:
        """Wait for room; the task ends once the message is durable, and raises as ``IntakeService.receive`` does."""
        await self._room.acquire()
        return asyncio.create_task(self._receive(sent))

    async def _receive(self, sent: SourceMessage) -> Receipt:
        try:
            return await self._desk.intake.receive(sent.raw, sent.bound_to)
        finally:
            self._room.release()


async def receive_source(
    source: Source,
    intake: Intake,
    on_receipt: Callable[[SourceMessage, Receipt], Awaitable[None]] | None = None,
) -> int:
    """Receive a whole source, one durable message after the other; return how many there were.

    ``on_receipt`` gets each receipt before the next message is read.
    """
    count = 0
    async for sent in source.messages():
        receipt = await (await intake.receive(sent))
        count += 1
        if on_receipt is not None:
            await on_receipt(sent, receipt)
    return count
