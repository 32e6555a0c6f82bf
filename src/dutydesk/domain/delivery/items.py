"""Items, deliveries and their parts, and the names of items, measures and restrictions."""

from __future__ import annotations

import re
from datetime import datetime

from dutydesk.domain.delivery.states import DeliveryState, ItemState, PostReview, SuppressionCause
from dutydesk.domain.frozen import value
from dutydesk.domain.messages.message import Kind, MessageType, Urgency
from dutydesk.domain.supervision.measures import Level


def item_name(number: int) -> str:
    return f"D-{number:06d}"


def measure_name(number: int) -> str:
    return f"M-{number:04d}"


def restriction_name(number: int) -> str:
    return f"R-{number:04d}"


_ITEM = re.compile(r"D-(\d{1,15})", re.IGNORECASE | re.ASCII)
_MEASURE = re.compile(r"M-(\d{1,15})", re.IGNORECASE | re.ASCII)
_RESTRICTION = re.compile(r"R-(\d{1,15})", re.IGNORECASE | re.ASCII)


def item_number(name: str) -> int | None:
    """The number in an item's name such as ``D-000001``, or ``None`` for any other text."""
    match = _ITEM.fullmatch(name.strip())
    return int(match[1]) if match else None


def measure_number(name: str) -> int | None:
    match = _MEASURE.fullmatch(name.strip())
    return int(match[1]) if match else None


def restriction_number(name: str) -> int | None:
    match = _RESTRICTION.fullmatch(name.strip())
    return int(match[1]) if match else None


@value(frozen=True, slots=True)
class Claim:
    """An officer's exclusive right to decide an item, until it lapses at ``until`` (UTC)."""

    officer: str
    until: datetime

    def is_valid_at(self, at: datetime) -> bool:
        return at < self.until


@value(frozen=True, slots=True)
class Item:
    """One item of the desk, without its body; the body is read separately by number and version.

    ``parent`` is the number of the released item that a correction corrects. ``family`` is the number of the first item
    of the family of corrections, ``None`` for the first item itself. ``conflicting_item`` is an item with the same
    reference and other content; ``same_text_as`` is a refused item with the same text. ``open_deliveries`` counts
    deliveries that are queued, failed or sending and whose bureau is not offline. ``proposed_by`` and
    ``recall_proposed_by`` name the officer whose proposal waits for a second person. ``unratified`` marks a recall on
    one signature. ``offered_kind`` is the kind under which the desk offered to publish a notice request.
    ``retention_until`` is when the body is due to be purged; ``retention_asked`` is set once the source was asked to
    renew it (RPD 50). ``confidential`` limits delivery to cleared bureaus (RPD 112). ``unreadable`` marks an item whose
    row in the store cannot be read: it is shown, but nobody can act on it.
    """

    number: int
    type: MessageType | None
    kind: Kind | None
    reference: str | None
    sender: str | None
    state: ItemState
    version: int
    cycle: int
    revision: int
    urgency: Urgency
    received_at: datetime
    routed_at: datetime
    title: str
    original_script: str | None
    level: Level | None
    measure: int | None
    causes: tuple[str, ...] = ()
    restricted_from: frozenset[str] = frozenset()
    confidential: bool = False
    claim: Claim | None = None
    escalated: bool = False
    post_review: PostReview | None = None
    post_review_due: datetime | None = None
    information_due: datetime | None = None
    parent: int | None = None
    family: int | None = None
    conflicting_item: int | None = None
    same_text_as: int | None = None
    open_deliveries: int = 0
    decided_by: str | None = None
    held_before: bool = False
    proposed_by: str | None = None
    recall_proposed_by: str | None = None
    unratified: bool = False
    legal_hold: bool = False
    notice_number: str | None = None
    offered_kind: Kind | None = None
    retention_until: datetime | None = None
    retention_asked: bool = False
    unreadable: bool = False

    @property
    def name(self) -> str:
        return item_name(self.number)

    @property
    def root(self) -> int:
        """The number of the first item of the family; the item's own number if it corrects nothing."""
        return self.number if self.family is None else self.family

    def claimed_by(self, at: datetime) -> str | None:
        """The officer with a valid claim at that time, or ``None``."""
        return self.claim.officer if self.claim is not None and self.claim.is_valid_at(at) else None


@value(frozen=True, slots=True)
class Delivery:
    """The delivery of an item to one recipient.

    ``due_at`` is when it may next be leased; ``waiting`` is set while the recipient's bureau is offline.
    """

    item: int
    recipient: str
    version: int
    cycle: int
    state: DeliveryState
    cause: SuppressionCause | None = None
    waiting: bool = False
    attempts: int = 0
    due_at: datetime | None = None
    error: str | None = None

    @property
    def key(self) -> str:
        """The idempotency key, the same for every attempt."""
        return f"{item_name(self.item)}/{self.version}.{self.cycle}/{self.recipient}"


@value(frozen=True, slots=True)
class DeliveryGroup:
    """Deliveries of one item that differ only in their recipients; ``recipients`` are sorted by code."""

    item: int
    recipients: tuple[str, ...]
    version: int
    cycle: int
    state: DeliveryState
    cause: SuppressionCause | None = None
    waiting: bool = False
    attempts: int = 0
    due_at: datetime | None = None
    error: str | None = None


@value(frozen=True, slots=True)
class Tick:
    check: str
    officer: str
    at: datetime
    note: str | None = None


@value(frozen=True, slots=True)
class Review:
    """One officer's decision, proposal or dissent on an item in one cycle."""

    officer: str
    decision: str
    reason: str
    code: str | None
    articles: tuple[str, ...]
    at: datetime
    cycle: int


@value(frozen=True, slots=True)
class Note:
    officer: str
    text: str
    at: datetime
