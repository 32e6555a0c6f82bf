"""The receipt of a message that came over NATS: one line in the outbox of the bureau that its subject belongs to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from dutydesk.desk.intake.receipts import Receipt
from dutydesk.dispatch.inbox_files import receipt_line
from dutydesk.dispatch.nats import streams
from dutydesk.domain.frozen import value

if TYPE_CHECKING:
    from nats.aio.msg import Msg

    from dutydesk.dispatch.nats.link import NatsConnection

_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@value(frozen=True, slots=True)
class ReceiptLine:
    """``number`` is the same each time a message comes again, so that its first receipt stays."""

    bureau: str
    number: str
    data: bytes


def receipt_of(message: Msg, receipt: Receipt) -> ReceiptLine:
    """The line: a key of its own, the number that the stream answered to the bureau's publish, and the receipt."""
    bureau = message.subject.rpartition(".")[2]
    sequence = message.metadata.sequence.stream
    stored_at = (message.metadata.timestamp - _BEGINNING) // timedelta(microseconds=1)
    number = f"{sequence}-{stored_at}"
    start = f'{{"delivery": "receipt/{number}/{bureau}", "notice": "intake_receipt", "sequence": {sequence}, '
    return ReceiptLine(bureau, number, (start + receipt_line(receipt).removeprefix("{")).encode())


class StreamFull(Exception):
    """The outbox has no room for a receipt; its message is taken in again later."""


async def publish_receipt(connection: NatsConnection, line: ReceiptLine) -> None:
    """Return once the stream has the line, or had it before.

    Raises the errors of the library, and StreamFull where the line has no room.
    """
    from nats.js.errors import APIError

    headers = {streams.KEY_HEADER: f"receipt/{line.number}/{line.bureau}", streams.STREAM_HEADER: streams.OUTBOX}
    if not await connection.room.take(len(line.data), connection.jetstream):
        raise StreamFull
    try:
        await connection.jetstream.publish(
            streams.receipt_subject(line.bureau, line.number), line.data, headers=headers
        )
    except APIError as error:
        if "per subject" not in str(error.description):
            raise
