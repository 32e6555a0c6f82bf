"""An item at a past moment by its events: its state, what was known of its body, and who had a copy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from dutydesk.domain.delivery.states import ItemState
from dutydesk.domain.events.deliveries import DeliveriesMade, DeliveriesSuppressed
from dutydesk.domain.events.event import ABSENT, LogEvent, optional, required
from dutydesk.domain.events.facts import Fact
from dutydesk.domain.events.items import FollowUpEvent, ItemReinstated
from dutydesk.domain.events.reviews import ItemReleased
from dutydesk.domain.events.routes import ItemExaminedAgain, RouteEvent
from dutydesk.domain.messages.message import Kind, MessageType
from dutydesk.domain.proof.replayed_items import ReplayedItem, apply_findings, apply_routing, state_of

_LEADS_TO = {
    "intake.quarantined": ItemState.QUARANTINED,
    "intake.conflict": ItemState.QUARANTINED,
    "item.proposed": ItemState.PROPOSED,
    "item.released": ItemState.RELEASED,
    "item.refused": ItemState.REFUSED,
    "item.asked": ItemState.INFORMATION_REQUESTED,
    "item.reinstated": ItemState.RELEASED,
    "item.undone": ItemState.HELD,
    "item.held_again": ItemState.HELD,
    "item.blocked": ItemState.BLOCKED,
    "item.reopened": ItemState.HELD,
    "item.recalled": ItemState.RECALLED,
    "item.superseded": ItemState.SUPERSEDED,
    "item.purged": ItemState.PURGED,
    "item.rejected": ItemState.REJECTED,
}
_END_A_PROPOSAL = frozenset({"item.dissented", "item.proposal_void"})


@dataclass(slots=True)
class PastItem:
    """``audience`` has the recipients of the last release, each with the cause that keeps it out or ``None``.

    It is ``None`` before any release. ``holders`` have a copy. ``type`` is ``None`` for input that was not yet read
    as a message.
    """

    state: ItemState | None = None
    body: ReplayedItem | None = None
    confidential: bool | None = None
    audience: dict[str, str | None] | None = None
    holders: set[str] = field(default_factory=set)

    @property
    def type(self) -> MessageType | None:
        return self.body.type if self.body is not None else None

    @property
    def kind(self) -> Kind | None:
        return self.body.kind if self.body is not None else None


def past_item(facts: Iterable[Fact[LogEvent]]) -> PastItem:
    """Takes the facts of one item in their order. Raises IncompleteEvent for one that lacks what it must have."""
    past = PastItem()
    for fact in facts:
        _take(past, fact)
    return past


def _take(past: PastItem, fact: Fact[LogEvent]) -> None:
    event = fact.event
    if isinstance(event, RouteEvent) and ABSENT not in (event.recipients, event.rules):
        past.body = past.body or ReplayedItem(fact.subject, None, ItemState.HELD)
        apply_routing(past.body, event)
        past.confidential = None if event.confidential == ABSENT else event.confidential is True
    elif isinstance(event, ItemExaminedAgain) and past.body is not None:
        apply_findings(past.body, event)
    _move(past, fact)
    match event:
        case RouteEvent() | ItemReleased() if past.state is ItemState.RELEASED and event.deliver != ABSENT:
            past.audience = dict.fromkeys(required(event.deliver))
            past.audience |= required(event.suppress)
        case DeliveriesSuppressed() if past.audience is not None:
            for cause, codes in required(event.suppress).items():
                past.audience |= dict.fromkeys(codes, cause)
        case ItemReinstated() if past.audience is not None:
            past.audience |= dict.fromkeys(required(event.queued))
        case DeliveriesMade():
            past.holders.update(required(event.recipients))
        case _:
            pass


def _move(past: PastItem, fact: Fact[LogEvent]) -> None:
    event = fact.event
    if fact.kind in _LEADS_TO:
        past.state = _LEADS_TO[fact.kind]
    elif isinstance(event, RouteEvent | FollowUpEvent) and optional(event.state) is not None:
        past.state = state_of(event)
    elif fact.kind in _END_A_PROPOSAL and past.state is ItemState.PROPOSED:
        past.state = ItemState.HELD
    if past.state is not ItemState.RELEASED and fact.kind in ("item.undone", "item.held_again", "item.reopened"):
        past.audience = None
