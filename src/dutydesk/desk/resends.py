"""A refused text that comes again under another reference: linked to its refusal, and routed like any other."""

from __future__ import annotations

import hashlib
import json

from dutydesk.store import items
from dutydesk.store.handle import Handle

#: What makes two messages say the same, whoever is to get them and however urgent they are said to be.
_SAID = ("kind", "purpose", "subject", "judicial", "text")


def digest_of(raw: bytes) -> str:
    """SHA-256, in hex, of what a readable message says."""
    message = json.loads(raw)
    said = [message.get(field) for field in _SAID]
    return hashlib.sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def refused_before(handle: Handle, sender: str, raw: bytes) -> int | None:
    """The number of the sender's refused item that said the same."""
    if not items.was_refused_anything(handle, sender):
        return None
    return items.refused_with(handle, sender, digest_of(raw))
