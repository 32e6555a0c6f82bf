"""An item's message, decoded from its stored bytes, and what can be read off a message."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from dutydesk.desk.base.bodies import require_bytes, require_version
from dutydesk.desk.base.context import Context
from dutydesk.domain.codes.not_found import NotFoundCode
from dutydesk.domain.delivery.items import Item
from dutydesk.domain.errors import NotFound
from dutydesk.domain.messages.message import (
    Body,
    Confidentiality,
    Correction,
    Correspondence,
    Diffusion,
    Kind,
    Message,
    NoticeRequest,
    Recipients,
    Urgency,
)
from dutydesk.domain.messages.subjects import Person, Thing
from dutydesk.domain.records.retention import retention_end
from dutydesk.language.phrases import marked
from dutydesk.language.sentences import sentence
from dutydesk.store.engine.reader import Handle
from dutydesk.store.tables.items import StoredBody
from dutydesk.wire.decode.message import decode_message
from dutydesk.wire.decode.outcome import DecodedMessage

_NOT_READ = sentence("it is not read as a message")

#: Titles of the desk itself, for items whose message has none.
ORDINARY_MESSAGE: Final = marked("ordinary message")
NO_NAME: Final = marked("person without a name")


def message_of(handle: Handle, context: Context, item: Item) -> ItemMessage:
    """The item's message. Raises NotFound where its bytes are gone or can't be decoded, BodyChanged where they are not
    those that were received.
    """
    return _read(context, item, require_bytes(handle, item, _NOT_READ).body)


def message_of_version(handle: Handle, context: Context, item: Item, version: int) -> ItemMessage:
    """The message of any version of the item. Raises as :func:`message_of`."""
    return _read(context, item, require_version(handle, item, version, _NOT_READ).body)


def _read(context: Context, item: Item, body: StoredBody) -> ItemMessage:
    if body.raw is not None:
        reading = decode_message(body.raw, context.directory, body.received_at)
        if isinstance(reading, DecodedMessage):
            match reading.message:
                case Diffusion() | NoticeRequest() | Correction() | Correspondence():
                    return reading.message
                case _:
                    pass
    raise NotFound(
        NotFoundCode.NO_READABLE_MESSAGE,
        sentence("{name} can't be read as a message; see its raw bytes", name=item.name),
    )


ItemMessage = Diffusion | NoticeRequest | Correction | Correspondence


def body_of(message: ItemMessage) -> Body | None:
    """The body; ``None`` for ordinary correspondence, whose text the desk does not read."""
    return None if isinstance(message, Correspondence) else message.body


def recipients_of(message: ItemMessage) -> Recipients | None:
    return message.recipients if isinstance(message, Correspondence) else message.body.recipients


def restricted_from(message: ItemMessage) -> frozenset[str]:
    body = body_of(message)
    return frozenset() if body is None else frozenset(body.restricted_from)


def is_confidential(message: ItemMessage) -> bool:
    body = body_of(message)
    return body is not None and body.confidentiality is Confidentiality.CONFIDENTIAL


def retention_until(message: ItemMessage, received: datetime) -> datetime:
    """When the body is due to be purged (RPD 49)."""
    body = body_of(message)
    return retention_end(None if body is None else body.retention_until, received)


def kind_of(message: ItemMessage) -> Kind | None:
    body = body_of(message)
    return None if body is None else body.kind


def urgency_of(message: ItemMessage) -> Urgency:
    body = body_of(message)
    return Urgency.ROUTINE if body is None else body.urgency


def title_of(message: Message) -> tuple[str, str | None]:
    """The title for lists, and the name in its own script; the text of correspondence is never shown."""
    match message:
        case Diffusion(body=body) | NoticeRequest(body=body) | Correction(body=body):
            match body.subject:
                case Person(name=name) if name is not None and (name.family or name.given):
                    family = (name.family or "").upper()
                    return ", ".join(part for part in (family, name.given) if part), name.original_script
                case Person(name=name):
                    return NO_NAME, name.original_script if name else None
                case Thing() as thing:
                    return thing.title or thing.type.value, None
        case Correspondence():
            return ORDINARY_MESSAGE, None
        case _:
            return "", None
