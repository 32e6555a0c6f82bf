"""An item's message, decoded again from the bytes that were kept."""

from __future__ import annotations

from dutydesk.desk.bodies import require_bytes, require_version
from dutydesk.desk.ground import Ground
from dutydesk.desk.placing import ItemMessage
from dutydesk.domain.errors import NotFound
from dutydesk.domain.items import Item
from dutydesk.domain.messages import Correction, Correspondence, Diffusion, NoticeRequest
from dutydesk.store.handle import Handle
from dutydesk.store.items import StoredBody
from dutydesk.wire.decode import decode
from dutydesk.wire.outcome import Decoded

_NOT_READ = "it is not read as a message"


def message_of(handle: Handle, ground: Ground, item: Item) -> ItemMessage:
    """Raises NotFound for an item whose bytes are gone or can no longer be read, BodyChanged for one whose bytes are
    not those that were received; its row stays usable.
    """
    return _read(ground, item, require_bytes(handle, item, _NOT_READ).body)


def message_of_version(handle: Handle, ground: Ground, item: Item, version: int) -> ItemMessage:
    """The same for any version of the item."""
    return _read(ground, item, require_version(handle, item, version, _NOT_READ).body)


def _read(ground: Ground, item: Item, body: StoredBody) -> ItemMessage:
    if body.raw is not None:
        reading = decode(body.raw, ground.directory, body.received_at)
        if isinstance(reading, Decoded):
            match reading.message:
                case Diffusion() | NoticeRequest() | Correction() | Correspondence():
                    return reading.message
                case _:
                    pass
    raise NotFound(f"{item.name} can't be read as a message; see its raw bytes")
