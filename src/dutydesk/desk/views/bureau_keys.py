"""Read the keys by which bureaus and the desk sign, and whose messages must be signed."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime

from dutydesk.desk.base.context import Context
from dutydesk.desk.base.key_rows import (
    IN_FORCE,
    LATER,
    RETIRED,
    REVOKED,
    DeskKeyRow,
    KeyRow,
    MessageSignatureRow,
    SignatureRules,
)
from dutydesk.desk.base.rows import EventRow
from dutydesk.domain.codes.signature import SignatureCode
from dutydesk.domain.events.accepted import is_flagged, sha256_of, signature_of
from dutydesk.domain.events.event import IncompleteEvent
from dutydesk.domain.supervision.keys import BureauKey, SignatureLevel
from dutydesk.store.engine.reader import Handle
from dutydesk.wire.files.signatures import public_pem

EARLIER = "earlier"
_STATES = {
    None: IN_FORCE,
    SignatureCode.KEY_NOT_YET_VALID: LATER,
    SignatureCode.KEY_RETIRED: RETIRED,
    SignatureCode.KEY_REVOKED: REVOKED,
}


def signature_rules(handle: Handle, context: Context, bureau: str) -> SignatureRules:
    ring = context.keys.current(handle)
    levels = {channel.value: level.value for channel, level in ring.levels(bureau, handle.at).items()}
    return SignatureRules(bureau, levels, tuple(_key_row(key, handle.at) for key in ring.of_bureau(bureau)))


def all_signature_rules(handle: Handle, context: Context) -> list[SignatureRules]:
    """The bureaus that have keys, or whose messages need more than no signature; sorted by code."""
    ring = context.keys.current(handle)
    named = {key.bureau for key in ring.keys.values()} | set(ring.orders)
    found = [signature_rules(handle, context, bureau) for bureau in sorted(named)]
    return [each for each in found if each.keys or set(each.levels.values()) != {SignatureLevel.UNSIGNED.value}]


def message_signature(handle: Handle, context: Context, history: Iterable[EventRow]) -> MessageSignatureRow | None:
    """How the present version of an item was signed, by the item's events; ``None`` where it was not and need not be.

    An event that can't be read counts as none.
    """
    found = None
    for row in history:
        with suppress(IncompleteEvent):
            if sha256_of(row.event) is not None:
                found = row.event
    if found is None:
        return None
    with suppress(IncompleteEvent):
        made = signature_of(found)
        if made is None:
            return MessageSignatureRow(None, None) if is_flagged(found) else None
        key = context.keys.current(handle).keys.get(made.key)
        return MessageSignatureRow(made.key, None if key is None else _STATES[key.fault_at(handle.at)])
    return None


def desk_keys(handle: Handle, context: Context) -> list[DeskKeyRow]:
    """The desk's keys in the order in which they come into force."""
    ring = context.keys.current(handle)
    now = ring.desk_key(handle.at)
    rows = []
    for key in sorted(ring.desk_keys, key=lambda each: each.since):
        is_now = now is not None and key.fingerprint == now.fingerprint
        state = IN_FORCE if is_now else LATER if key.since > handle.at and not key.has_begun else EARLIER
        rows.append(DeskKeyRow(key.fingerprint, state, key.since, public_pem(key.public).decode()))
    return rows


def _key_row(key: BureauKey, at: datetime) -> KeyRow:
    return KeyRow(key.bureau, key.fingerprint, _STATES[key.fault_at(at)], key.since, key.until, key.revoked_since)
