"""Refused texts that come again under another reference: linked to the refusal, and routed like any other."""

from __future__ import annotations

import hashlib
import json

from dutydesk.desk.base import differences
from dutydesk.domain.delivery.items import item_number
from dutydesk.domain.delivery.states import ItemState
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import items, log_queries

#: Fields that make two texts the same, whatever their recipients and urgency.
_TEXT_FIELDS = ("kind", "purpose", "subject", "judicial", "text")


def text_digest(raw: bytes) -> str:
    """SHA-256, in hex, of a message's content."""
    message = json.loads(raw)
    said = [message.get(field) for field in _TEXT_FIELDS]
    return hashlib.sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def find_refused_text(handle: Handle, sender: str, raw: bytes) -> int | None:
    """The number of the sender's refused item with the same text."""
    by_table, by_log = items.has_refused_text(handle, sender), log_queries.has_refused_text(handle, sender)
    if not by_table and not by_log:
        return None
    digest = text_digest(raw)
    found = items.refused_item_with_text(handle, sender, digest) if by_table else None
    return found if found is not None or not by_log else _find_refused_in_log(handle, sender, digest)


def _find_refused_in_log(handle: Handle, sender: str, digest: str) -> int | None:
    """Finds the refusal in the log where the table lacks it, which is an alarm."""
    for name in log_queries.items_refused_with_text(handle, sender, digest):
        logged, number = log_queries.item(handle, name), item_number(name)
        if number is None or logged is None or logged.state is not ItemState.REFUSED:
            continue
        if isinstance(handle, Transaction):
            items.add_refused_text(handle, sender, digest, number)
            words = f"its refused text was removed from the store; the same text of {sender} is linked to it by the log"
            differences.report(handle, "refused", name, words)
        return number
    return None
