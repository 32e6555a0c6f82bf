"""An item's message, decoded again from the bytes that were kept."""

from __future__ import annotations

from dutydesk.desk.bodies import require_bytes
from dutydesk.desk.ground import Ground
from dutydesk.desk.placing import ItemMessage
from dutydesk.domain.errors import NotFound
from dutydesk.domain.items import Item
from dutydesk.domain.messages import Correction, Correspondence, Diffusion, NoticeRequest
from dutydesk.store.handle import Handle
from dutydesk.wire.decode import decode
from dutydesk.wire.outcome import Decoded


def message_of(handle: Handle, ground: Ground, item: Item) -> ItemMessage:
    """Raises NotFound for an item whose bytes are gone or can no longer be read, BodyChanged for one whose bytes are
    not those that were received; its row stays usable.
    """
    body = require_bytes(handle, item, "it is not read as a message").body
    if body.raw is not None:
        reading = decode(body.raw, ground.directory, body.received_at)
        if isinstance(reading, Decoded):
            match reading.message:
                case Diffusion() | NoticeRequest() | Correction() | Correspondence():
                    return reading.message
                case _:
                    pass
    raise NotFound(f"{item.name} can't be read as a message; see its raw bytes")
