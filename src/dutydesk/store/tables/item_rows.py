"""An item's row, both ways."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Any

from dutydesk.domain.delivery.items import Claim, Item
from dutydesk.domain.delivery.states import ItemState, PostReview
from dutydesk.domain.messages.message import Kind, MessageType, Urgency
from dutydesk.domain.records.retention import renewal_from
from dutydesk.domain.supervision.measures import Level
from dutydesk.store.engine.reader import EPOCH, from_us, optional_from_us, optional_to_us, to_us
from dutydesk.store.engine.rows import StoreRow

#: The order of the queue: flash, urgent, routine.
PRECEDENCE = {Urgency.FLASH: 0, Urgency.URGENT: 1, Urgency.ROUTINE: 2}
UNREADABLE = "unreadable, see raw"
_NOBODY: frozenset[str] = frozenset()

#: Enum members by the row's text: calling the enum takes ten times as long, and a page makes thousands.
_TYPES: dict[str | None, MessageType | None] = {None: None, **{each.value: each for each in MessageType}}
_KINDS: dict[str | None, Kind | None] = {None: None, **{each.value: each for each in Kind}}
_STATES = {each.value: each for each in ItemState}
_URGENCIES = {each.value: each for each in Urgency}
_LEVELS: dict[str | None, Level | None] = {None: None, **{each.value: each for each in Level}}
_POST_REVIEWS: dict[str | None, PostReview | None] = {None: None, **{each.value: each for each in PostReview}}


def to_item(row: StoreRow) -> Item:
    """The item of a row. An unreadable row is marked and counts as quarantined, so that it does not hide the others."""
    return _read(row.keys(), row)


def cached_item(row: StoreRow) -> Item:
    """The same for lists that are read repeatedly: an unchanged row gives the same item."""
    return _cached_item(tuple(row.keys()), tuple(row))


@lru_cache(maxsize=1_024)
def _cached_item(names: tuple[str, ...], values: tuple[Any, ...]) -> Item:
    return _read(names, values)


def _read(names: Iterable[str], values: Iterable[Any]) -> Item:
    row = dict(zip(names, values, strict=True))  # sqlite3's Row would search its columns for each name
    try:
        return _item(row)
    except (ValueError, TypeError, OverflowError, KeyError):
        return Item(
            number=row["number"],
            type=None,
            kind=None,
            reference=None,
            sender=None,
            state=ItemState.QUARANTINED,
            version=1,
            cycle=1,
            revision=0,
            urgency=Urgency.ROUTINE,
            received_at=EPOCH,
            routed_at=EPOCH,
            title=UNREADABLE,
            original_script=None,
            level=None,
            measure=None,
            causes=("the store's row of it can't be read; dutydesk doctor says more",),
            unreadable=True,
        )


def _item(row: Mapping[str, Any]) -> Item:
    claim = None
    if row["claimed_by"] is not None:
        claim = Claim(row["claimed_by"], from_us(row["claimed_until"]))
    return Item(
        number=row["number"],
        type=_TYPES[row["type"]],
        kind=_KINDS[row["kind"]],
        reference=row["reference"],
        sender=row["sender"],
        state=_STATES[row["state"]],
        version=row["version"],
        cycle=row["cycle"],
        revision=row["revision"],
        urgency=_URGENCIES[row["urgency"]],
        received_at=from_us(row["received_at"]),
        routed_at=from_us(row["routed_at"]),
        title=row["title"],
        original_script=row["original_script"],
        level=_LEVELS[row["level"]],
        measure=row["measure"],
        causes=_causes(row["causes"]),
        restricted_from=frozenset(row["restricted_from"].split(",")) if row["restricted_from"] else _NOBODY,
        confidential=bool(row["confidential"]),
        claim=claim,
        escalated=bool(row["escalated"]),
        post_review=_POST_REVIEWS[row["post_review"]],
        post_review_due=optional_from_us(row["post_review_due"]),
        information_due=optional_from_us(row["information_due"]),
        parent=row["parent"],
        family=row["family"],
        conflicting_item=row["beside"],
        same_text_as=row["same_text_as"],
        open_deliveries=row["open_deliveries"],
        decided_by=row["decided_by"],
        held_before=bool(row["held_before"]),
        proposed_by=row["proposed_by"],
        recall_proposed_by=row["recall_proposed_by"],
        unratified=bool(row["unratified"]),
        legal_hold=bool(row["legal_hold"]),
        notice_number=row["notice_number"],
        offered_kind=_KINDS[row["offered_kind"]],
        retention_until=optional_from_us(row["retention_until"]),
        retention_asked=row["retention_ask"] is None,
    )


def _causes(text: str) -> tuple[str, ...]:
    return () if text == "[]" else tuple(json.loads(text))


def columns_of(item: Item) -> dict[str, object]:
    """Plain texts and numbers, which SQLite takes without adapters."""
    return {
        "number": item.number,
        "revision": item.revision,
        "type": _text(item.type),
        "kind": _text(item.kind),
        "reference": item.reference,
        "sender": item.sender,
        "state": str(item.state),
        "version": item.version,
        "cycle": item.cycle,
        "urgency": str(item.urgency),
        "precedence": PRECEDENCE[item.urgency],
        "received_at": to_us(item.received_at),
        "routed_at": to_us(item.routed_at),
        "title": item.title,
        "original_script": item.original_script,
        "level": _text(item.level),
        "measure": item.measure,
        "causes": _causes_text(item.causes),
        "restricted_from": ",".join(sorted(item.restricted_from)),
        "confidential": int(item.confidential),
        "claimed_by": item.claim.officer if item.claim else None,
        "claimed_until": to_us(item.claim.until) if item.claim else None,
        "escalated": int(item.escalated),
        "post_review": _text(item.post_review),
        "post_review_due": optional_to_us(item.post_review_due),
        "information_due": optional_to_us(item.information_due),
        "parent": item.parent,
        "family": item.family,
        "beside": item.conflicting_item,
        "same_text_as": item.same_text_as,
        "decided_by": item.decided_by,
        "held_before": int(item.held_before),
        "proposed_by": item.proposed_by,
        "recall_proposed_by": item.recall_proposed_by,
        "unratified": int(item.unratified),
        "legal_hold": int(item.legal_hold),
        "notice_number": item.notice_number,
        "offered_kind": _text(item.offered_kind),
        "retention_until": optional_to_us(item.retention_until),
        "retention_ask": _asks_at(item),
    }


@lru_cache(maxsize=256)
def _causes_text(causes: tuple[str, ...]) -> str:
    return json.dumps(causes) if causes else "[]"


def _text(value: StrEnum | None) -> str | None:
    return None if value is None else str(value)


def _asks_at(item: Item) -> int | None:
    """When the source is to be asked about retention; ``None`` once asked, or if nothing ends."""
    if item.retention_asked or item.retention_until is None:
        return None
    return to_us(renewal_from(item.retention_until))
