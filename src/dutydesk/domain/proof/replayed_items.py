"""An item by its events so far: its state, its body, and who has a copy."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from dutydesk.domain.delivery.bodies import BodyFault
from dutydesk.domain.delivery.route import ExtraReview
from dutydesk.domain.delivery.states import ENDED_STATES, OPEN_STATES, UNDECIDED_STATES, ItemState
from dutydesk.domain.events.event import IncompleteEvent, optional, optional_instant, required
from dutydesk.domain.events.items import FollowUpEvent
from dutydesk.domain.events.routes import ItemExaminedAgain, RouteEvent
from dutydesk.domain.frozen import value
from dutydesk.domain.messages.message import Kind, MessageType

#: The log has the end of a claim to the second.
_SECOND = timedelta(seconds=1)


@value(frozen=True, slots=True)
class ReplayedClaim:
    officer: str
    until: datetime

    def may_be_valid(self, at: datetime) -> bool:
        return at < self.until + _SECOND

    def is_certainly_valid(self, at: datetime) -> bool:
        return at < self.until


@value(frozen=True, slots=True)
class LoggedProposal:
    """The first half of a decision by two persons, with the digest of what the proposer saw."""

    officer: str
    decision: str
    digest: str
    version: int
    cycle: int
    overrides: frozenset[str]


@dataclass(slots=True)
class ReplayedItem:
    """``type`` is the one under which the body was routed. ``recipients`` is ``None`` for ``all``.

    ``root`` is the number of the item from which its family of corrections descends, its own where it corrects nothing;
    ``None`` for an item without a number.

    ``audience`` to ``dead`` are sets of bureaus as numbers. ``bodies`` has by version the event with the SHA-256 of its
    bytes, and that hash. ``body_fault`` is how the present body differs from what was received, as the desk found.
    ``retained_from`` is the event that said when its retention ends.
    """

    name: str
    sender: str | None
    state: ItemState
    root: int | None = None
    is_correction: bool = False
    type: MessageType = MessageType.DIFFUSION
    kind: Kind | None = None
    routed: bool = False
    version: int = 1
    cycle: int = 1
    rules: frozenset[str] = frozenset()
    blocking: frozenset[str] = frozenset()
    extra: ExtraReview | None = None
    recipients: tuple[str, ...] | None = None
    restricted_from: frozenset[str] = frozenset()
    confidential: bool = False
    audience: int = 0
    addressed: int = 0
    queued: int = 0
    sending: int = 0
    made: int = 0
    dead: int = 0
    held_before: bool = False
    claim: ReplayedClaim | None = None
    ticked: set[str] = field(default_factory=set)
    proposal: LoggedProposal | None = None
    recall_proposed_by: str | None = None
    urgent_recall_by: str | None = None
    decided_by: frozenset[str] = frozenset()
    bodies: dict[int, tuple[int, str]] = field(default_factory=dict)
    body_fault: BodyFault | None = None
    legal_hold: bool = False
    retention_until: datetime | None = None
    retained_from: int = 0

    def end_review(self) -> None:
        self.claim = None
        self.proposal = None


#: The states from which each kind of event may move an item; anything else could send out an ended item again.
ALLOWED_FROM: dict[str, frozenset[ItemState]] = {
    "item.proposed": OPEN_STATES,
    "item.released": frozenset({ItemState.HELD, ItemState.PROPOSED}),
    "item.refused": OPEN_STATES,
    "item.asked": OPEN_STATES,
    "item.informed": UNDECIDED_STATES,
    "item.withdrawn": UNDECIDED_STATES | {ItemState.RELEASED},
    "item.superseded": frozenset({ItemState.RELEASED}),
    "item.reinstated": frozenset({ItemState.SUPERSEDED}),
    "item.undone": frozenset({ItemState.RELEASED}),
    "item.held_again": frozenset({ItemState.RELEASED, ItemState.BLOCKED}),
    "item.blocked": OPEN_STATES | {ItemState.RELEASED},
    "item.reopened": frozenset({ItemState.REFUSED}),
    "item.recall_proposed": frozenset({ItemState.RELEASED}),
    "item.recalled": frozenset({ItemState.RELEASED}),
    "item.recall_ratified": frozenset({ItemState.RECALLED}),
    "item.purged": ENDED_STATES,
    "item.reread": frozenset({ItemState.QUARANTINED}),
    "item.rejected": frozenset({ItemState.QUARANTINED}),
    "item.ticked": OPEN_STATES,
    "item.distinguished": OPEN_STATES,
    "item.claimed": OPEN_STATES,
    "item.taken_over": OPEN_STATES,
}


def state_of(event: RouteEvent | FollowUpEvent) -> ItemState:
    try:
        return ItemState(required(event.state))
    except ValueError as error:
        raise IncompleteEvent(f"{event.kind} names an unknown state") from error


def apply_findings(item: ReplayedItem, event: RouteEvent | ItemExaminedAgain) -> None:
    """Sets the rules that fire on the present body, and those of them that block."""
    item.rules = frozenset(required(event.rules))
    item.blocking = frozenset(required(event.blocking))


def apply_routing(item: ReplayedItem, event: RouteEvent) -> None:
    """Sets what a route says of its body. Ticks belong to one version of the body, and end with it."""
    item.routed = True
    try:
        item.type = MessageType(required(event.type))
        kind = optional(event.item_kind)
        item.kind = None if kind is None else Kind(kind)
        extra = optional(event.extra_review)
        item.extra = None if extra is None else ExtraReview(extra)
    except ValueError as error:
        raise IncompleteEvent(f"{event.kind} names an unknown type, kind or review") from error
    apply_findings(item, event)
    recipients = required(event.recipients)
    item.recipients = recipients if isinstance(recipients, tuple) else None
    item.restricted_from = frozenset(required(event.restricted_from))
    item.confidential = event.confidential is True
    item.retention_until = optional_instant(event.retention_until)
    item.ticked.clear()
