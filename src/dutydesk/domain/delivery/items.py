"""An item of the desk as the desk sees it: the message it came from, its state, and what stands beside the state."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from dutydesk.domain.delivery.states import DeliveryState, ItemState, PostReview, SuppressionCause
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
    """The number behind ``D-000001``, or ``None`` if it is no item's name."""
    match = _ITEM.fullmatch(name.strip())
    return int(match[1]) if match else None


def measure_number(name: str) -> int | None:
    match = _MEASURE.fullmatch(name.strip())
    return int(match[1]) if match else None


def restriction_number(name: str) -> int | None:
    match = _RESTRICTION.fullmatch(name.strip())
    return int(match[1]) if match else None


@dataclass(frozen=True, slots=True)
class Claim:
    """A lease on a held item; it lapses by itself."""

    officer: str
    until: datetime

    def is_valid_at(self, at: datetime) -> bool:
        return at < self.until


@dataclass(frozen=True, slots=True)
class Item:
    """Without its bytes: those are read apart, by number and version.

    ``parent`` is the released item that a correction is about, and ``family`` the root of all that descends from one
    item by corrections, ``None`` for the root itself; ``beside`` the item that a conflicting message stands
    beside; ``same_text_as`` a refused one that said the same. ``open_deliveries`` counts deliveries that are queued,
    failed or being sent and do not wait for a bureau that is off the network. ``proposed_by`` and
    ``recall_proposed_by`` name who waits for a second person; ``unratified``: recalled on one signature.
    ``offered_kind``: as what the desk offered to publish a notice request. ``retention_until``: when the body is due
    to be purged; ``retention_asked``: its source has been asked whether that should be later (RPD 50).
    ``confidential``: it goes to bureaus only that are cleared for that (RPD 112).
    ``unreadable``: what the store holds of it makes no sense; it is shown, and nothing is done with it.
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
        """The number of the item from which its family descends; its own where it corrects nothing."""
        return self.number if self.family is None else self.family

    def claimed_by(self, at: datetime) -> str | None:
        return self.claim.officer if self.claim is not None and self.claim.is_valid_at(at) else None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One recipient's row. ``due_at`` is when it may next be handed over; ``waiting``: its bureau is offline."""

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
        """The idempotency key, the same at every attempt."""
        return f"{item_name(self.item)}/{self.version}.{self.cycle}/{self.recipient}"


@dataclass(frozen=True, slots=True)
class DeliveryGroup:
    """Deliveries of one item that differ by their recipients only, who are in the order of their codes."""

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


@dataclass(frozen=True, slots=True)
class Tick:
    check: str
    officer: str
    at: datetime
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """One officer's word on an item in one cycle; dissent and proposals are kept beside decisions."""

    officer: str
    decision: str
    reason: str
    code: str | None
    articles: tuple[str, ...]
    at: datetime
    cycle: int


@dataclass(frozen=True, slots=True)
class Note:
    officer: str
    text: str
    at: datetime
