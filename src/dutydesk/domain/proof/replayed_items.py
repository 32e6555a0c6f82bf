"""An item as its events have made it so far: where it stands, under which body, and who has which copy."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from dutydesk.domain.delivery.bodies import BodyFault
from dutydesk.domain.delivery.route import ExtraReview
from dutydesk.domain.delivery.states import ENDED_STATES, OPEN_STATES, UNDECIDED_STATES, ItemState
from dutydesk.domain.events.event import IncompleteEvent, optional, optional_instant, required
from dutydesk.domain.events.items import FollowUpEvent
from dutydesk.domain.events.routes import ItemExaminedAgain, RouteEvent
from dutydesk.domain.messages.message import Kind, MessageType

#: The log writes a lease's end to the second.
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class ReplayedClaim:
    officer: str
    until: datetime

    def may_be_valid(self, at: datetime) -> bool:
        return at < self.until + _SECOND

    def is_certainly_valid(self, at: datetime) -> bool:
        return at < self.until


@dataclass(frozen=True, slots=True)
class LoggedProposal:
    """Half of a four-eyes decision: what another person confirms, with the digest of what was seen."""

    officer: str
    decision: str
    digest: str
    version: int
    cycle: int
    overrides: frozenset[str]


@dataclass(slots=True)
class ReplayedItem:
    """``type`` is what the body was routed as. ``recipients`` is ``None`` for ``all``.

    ``root`` is the number of the item from which its family of corrections descends, its own where it corrects nothing;
    ``None`` for what has no number.

    The numbers are sets of bureaus of the roll: those to whom it may be handed over now, whose copy is under way, who
    have one. ``bodies``: by version the event that has the SHA-256 of its bytes, and that hash. ``changed``: how the
    present body differs from what was received, by what the desk found.
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

    def end_review(self) -> None:
        self.claim = None
        self.proposal = None


#: From which states an event may move an item; what leads elsewhere than here would let an ended item go out again.
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
    "item.claimed": OPEN_STATES,
    "item.taken_over": OPEN_STATES,
}


def state_of(event: RouteEvent | FollowUpEvent) -> ItemState:
    try:
        return ItemState(required(event.state))
    except ValueError as error:
        raise IncompleteEvent(f"{event.kind} names an unknown state") from error


def apply_findings(item: ReplayedItem, event: RouteEvent | ItemExaminedAgain) -> None:
    """Which rules fired on the present body, and which of them block."""
    item.rules = frozenset(required(event.rules))
    item.blocking = frozenset(required(event.blocking))


def apply_routing(item: ReplayedItem, event: RouteEvent) -> None:
    """What a routing event says of the body that it routed. Ticks belong to a body version, and fall with the old."""
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
