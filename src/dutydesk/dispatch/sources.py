"""Where messages come from besides the inbox: at a pace that can be changed, into a desk that sets the limit."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from dutydesk.desk.intake.receipts import Receipt
from dutydesk.desk.service.desk import Desk
from dutydesk.wire.decode.stream import RawMessage

#: How many messages are on their way into the store at once: two of its transactions.
IN_FLIGHT = 256


@dataclass(frozen=True, slots=True)
class SourceMessage:
    """A message on its way in. ``bound_to`` is the bureau that its channel belongs to, if any."""

    raw: RawMessage
    bound_to: str | None = None


class Source(Protocol):
    """``speed`` is how many times as fast as the world it runs; ``paused``, it gives nothing."""

    @property
    def speed(self) -> float: ...

    @property
    def paused(self) -> bool: ...

    def set_speed(self, speed: float) -> None: ...

    def pause(self) -> None: ...

    def resume(self) -> None: ...

    def messages(self) -> AsyncIterator[SourceMessage]: ...


class Intake:
    """Takes messages in side by side, in their order, never more than ``most`` at once.

    Whoever brings more waits: nothing is dropped, and memory stays bounded.
    """

    def __init__(self, desk: Desk, limit: int = IN_FLIGHT) -> None:
        self._desk = desk
        self._room = asyncio.Semaphore(limit)

    async def receive(self, sent: SourceMessage) -> asyncio.Task[Receipt]:
        """Waits for room. The task ends once the message is durable, and raises as ``IntakeService.receive`` does."""
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
    """Takes a whole source in, one durable message after the other; returns how many there were.

    ``taken`` is told of each receipt before the next message is asked for.
    """
    count = 0
    async for sent in source.messages():
        receipt = await (await intake.receive(sent))
        count += 1
        if on_receipt is not None:
            await on_receipt(sent, receipt)
    return count
