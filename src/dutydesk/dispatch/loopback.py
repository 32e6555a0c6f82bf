"""A transport inside this process: each line goes to a handler, as to a bureau."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import field
from datetime import datetime

from dutydesk.desk.delivery.lease import Batch, TransportResult, notice_data
from dutydesk.domain.delivery.states import Notice
from dutydesk.domain.events.log import Json
from dutydesk.domain.frozen import value


@value(frozen=True, slots=True)
class DeliveredLine:
    """What one bureau receives; ``message`` is the sender's own object, if the notice carries one."""

    recipient: str
    key: str
    notice: Notice
    item: str
    sender: str | None
    disseminated_by: str
    at: datetime
    message: bytes | None = None
    data: Mapping[str, Json] = field(default_factory=dict)


class TransportFault(Exception):
    """A line did not reach its bureau; the message is the error's words."""


Handler = Callable[[DeliveredLine], Awaitable[None]]


class LoopbackTransport:
    """Calls ``handler`` for each line; what it raises is an error of that line only.

    ``taken`` holds every key that a handler accepted. A repeated key is accepted without calling the handler, as by a
    bureau that knows the key.
    """

    def __init__(self, handler: Handler) -> None:
        self._handler = handler
        self.taken: set[str] = set()

    async def deliver(self, batch: Batch) -> TransportResult:
        return TransportResult({line.key: await self._deliver_line(line) for line in lines_of(batch)})

    async def already_delivered(self, keys: frozenset[str]) -> frozenset[str]:
        return keys & self.taken

    async def _deliver_line(self, line: DeliveredLine) -> str | None:
        if line.key in self.taken:
            return None
        try:
            await self._handler(line)
        except Exception as fault:
            return str(fault) or type(fault).__name__
        self.taken.add(line.key)
        return None


def lines_of(batch: Batch) -> Iterator[DeliveredLine]:
    for leased in batch.leased_items:
        for recipient, key in leased.keys:
            yield DeliveredLine(
                recipient,
                key,
                leased.notice,
                leased.name,
                leased.sender,
                leased.disseminated_by,
                batch.at,
                leased.message,
            )
    for notice in batch.notices:
        yield DeliveredLine(
            notice.recipient,
            notice.key,
            notice.notice,
            notice.name,
            notice.sender,
            notice.disseminated_by,
            batch.at,
            data=notice_data(notice),
        )
