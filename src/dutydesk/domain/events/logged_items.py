"""What the log says of one item: its state, its recipients, who has a copy, how long its body is kept.

The desk compares tables with it before it acts: a table can be edited without a trace, the log can't.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from dutydesk.domain.delivery.states import ItemState, SuppressionCause
from dutydesk.domain.events.deliveries import (
    DeliveriesDead,
    DeliveriesFailed,
    DeliveriesMade,
    DeliveriesRecallSent,
    DeliveriesRequeued,
    DeliveriesSending,
    DeliveriesStopped,
    DeliveriesSuppressed,
    DeliveryAnswered,
    DeliveryRetried,
    DispatchEvent,
)
from dutydesk.domain.events.event import IncompleteEvent, LogEvent, optional, optional_instant, required
from dutydesk.domain.events.facts import ByType, Fact
from dutydesk.domain.events.intake import IntakeAccepted, IntakeConflict, IntakeQuarantined, QuarantineEvent
from dutydesk.domain.events.items import (
    EnforcementEvent,
    FollowUpEvent,
    ItemBlocked,
    ItemHeldAgain,
    ItemInformed,
    ItemLegalHold,
    ItemPurged,
    ItemReinstated,
    ItemRejected,
    ItemRetentionAsked,
    ItemSuperseded,
    ItemWithdrawn,
)
from dutydesk.domain.events.reviews import (
    ItemAsked,
    ItemDissented,
    ItemProposalVoid,
    ItemProposed,
    ItemRecalled,
    ItemRecallProposed,
    ItemRecallRatified,
    ItemRefused,
    ItemReleased,
    ItemReopened,
    ItemUndone,
)
from dutydesk.domain.events.routes import ItemCorrected, ItemReread, ItemRouted, RouteEvent, VersionEvent

#: The places of a delivery by the log.
QUEUED, SENDING, MADE, DEAD, STOPPED = "queued", "sending", "made", "dead", "stopped"


@dataclass(slots=True)
class LoggedItem:
    """``delivery_status`` has the place of the delivery to each recipient of the last release.

    ``causes`` has why a delivery was stopped. ``addressed`` are all these recipients, also those kept out by a rule.
    ``given_up`` are those who were told to give their copy up, or said that they did. ``sha256`` and ``body_at`` are by
    version. ``retention_until`` is ``None`` in a log of an earlier release, ``retained_from`` the event that set it.
    ``first_route`` is the first route's event.
    """

    name: str
    sender: str | None = None
    reference: str | None = None
    type: str | None = None
    kind: str | None = None
    state: ItemState = ItemState.REJECTED
    version: int = 1
    cycle: int = 1
    held_before: bool = False
    published: bool = False
    restricted_from: frozenset[str] = frozenset()
    confidential: bool = False
    recall_proposed: bool = False
    unratified: bool = False
    legal_hold: bool = False
    retention_until: datetime | None = None
    retained_from: int = 0
    retention_asked: bool = False
    sha256: dict[int, str] = field(default_factory=dict)
    body_at: dict[int, datetime] = field(default_factory=dict)
    addressed: frozenset[str] = frozenset()
    delivery_status: dict[str, str] = field(default_factory=dict)
    causes: dict[str, SuppressionCause] = field(default_factory=dict)
    given_up: set[str] = field(default_factory=set)
    first_route: RouteEvent | None = None

    def recipients_in(self, place: str) -> frozenset[str]:
        """The recipients whose delivery is in that place."""
        return frozenset(code for code, found in self.delivery_status.items() if found == place)

    def key_to(self, recipient: str) -> str:
        """The idempotency key of the delivery to that recipient."""
        return f"{self.name}/{self.version}.{self.cycle}/{recipient}"


def logged_item(name: str, facts: Iterable[Fact[LogEvent]]) -> LoggedItem | None:
    """Reads an item's events in their order; ``None`` where none of them brings the item in.

    Raises IncompleteEvent for an event that lacks what it must have.
    """
    item: LoggedItem | None = None
    for fact in facts:
        if fact.kind in _ARRIVALS:
            item = item or LoggedItem(name)
        read = _READERS.find(fact.kind)
        if item is not None and read is not None:
            read(item, fact)
    return item


def _state_of(fact: Fact[RouteEvent | FollowUpEvent]) -> ItemState:
    try:
        return ItemState(required(fact.event.state))
    except ValueError as error:
        raise IncompleteEvent(f"{fact.kind} names an unknown state") from error


def _body(item: LoggedItem, fact: Fact[IntakeAccepted | QuarantineEvent | VersionEvent], version: int) -> None:
    item.body_at[version] = fact.at
    sha256 = optional(fact.event.sha256)
    if sha256 is not None:
        item.sha256[version] = sha256


def _accepted(item: LoggedItem, fact: Fact[IntakeAccepted]) -> None:
    item.sender, item.reference = optional(fact.event.sender), optional(fact.event.reference)
    item.type = optional(fact.event.type)
    _body(item, fact, 1)


def _quarantined(item: LoggedItem, fact: Fact[QuarantineEvent]) -> None:
    item.sender, item.state = optional(fact.event.sender), ItemState.QUARANTINED
    _body(item, fact, 1)


def _routed(item: LoggedItem, fact: Fact[RouteEvent]) -> None:
    item.state, item.kind = _state_of(fact), optional(fact.event.item_kind)
    item.restricted_from = frozenset(optional(fact.event.restricted_from) or ())
    item.confidential = fact.event.confidential is True
    item.retention_until = optional_instant(fact.event.retention_until)
    item.retained_from = fact.seq
    item.retention_asked = False
    if item.first_route is None:
        item.first_route = fact.event
    if item.state is ItemState.RELEASED:
        _apply_put_out(item, fact)


def _reread(item: LoggedItem, fact: Fact[ItemReread]) -> None:
    item.sender, item.reference = optional(fact.event.sender), optional(fact.event.reference)
    item.type, item.version = optional(fact.event.type), required(fact.event.version)
    _body(item, fact, item.version)
    item.sha256.setdefault(item.version, item.sha256.get(1, ""))
    _routed(item, fact)


def _corrected(item: LoggedItem, fact: Fact[ItemCorrected]) -> None:
    if optional(fact.event.child) is None:
        item.version = required(fact.event.version)
        _body(item, fact, item.version)
        _routed(item, fact)


def _apply_put_out(item: LoggedItem, fact: Fact[RouteEvent | ItemReleased]) -> None:
    item.delivery_status = dict.fromkeys(required(fact.event.deliver), QUEUED)
    item.causes = {}
    for code, cause in (optional(fact.event.suppress) or {}).items():
        _stop(item, code, cause)
    item.addressed = frozenset(item.delivery_status)
    item.given_up = set()


def _stop(item: LoggedItem, code: str, cause: str) -> None:
    try:
        item.causes[code] = SuppressionCause(cause)
    except ValueError as error:
        raise IncompleteEvent("a delivery was stopped for an unknown cause") from error
    item.delivery_status[code] = STOPPED


def _released(item: LoggedItem, fact: Fact[ItemReleased]) -> None:
    item.state, item.held_before = ItemState.RELEASED, True
    item.published = item.published or optional(fact.event.notice_number) is not None
    _apply_put_out(item, fact)


def _dissented(item: LoggedItem, _fact: Fact[ItemDissented]) -> None:
    if item.state is ItemState.PROPOSED:
        item.state = ItemState.HELD
    else:
        item.recall_proposed = False


def _void(item: LoggedItem, fact: Fact[ItemProposalVoid]) -> None:
    if optional(fact.event.decision) == "recall":
        item.recall_proposed = False
    elif item.state is ItemState.PROPOSED:
        item.state = ItemState.HELD


def _apply_named_state(item: LoggedItem, fact: Fact[FollowUpEvent]) -> None:
    item.state = _state_of(fact)


def _becomes(state: ItemState) -> Callable[[LoggedItem, Fact[LogEvent]], None]:
    def become(item: LoggedItem, _fact: Fact[LogEvent]) -> None:
        item.state = state

    return become


def _apply_return_to_review(item: LoggedItem, fact: Fact[EnforcementEvent | ItemUndone | ItemReopened]) -> None:
    item.state = ItemState.BLOCKED if fact.kind == "item.blocked" else ItemState.HELD
    cycle = optional(fact.event.cycle)
    item.cycle = item.cycle if cycle is None else cycle


def _reinstated(item: LoggedItem, fact: Fact[ItemReinstated]) -> None:
    item.state = ItemState.RELEASED
    for code in required(fact.event.queued):
        if item.delivery_status.get(code) == STOPPED:
            item.delivery_status[code] = QUEUED
            item.causes.pop(code, None)


def _apply_recall_proposal(item: LoggedItem, _fact: Fact[ItemRecallProposed]) -> None:
    item.recall_proposed = True


def _recalled(item: LoggedItem, fact: Fact[ItemRecalled]) -> None:
    item.state, item.recall_proposed, item.unratified = ItemState.RECALLED, False, fact.event.urgent is True


def _ratified(item: LoggedItem, _fact: Fact[ItemRecallRatified]) -> None:
    item.unratified = False


def _legal_hold(item: LoggedItem, fact: Fact[ItemLegalHold]) -> None:
    item.legal_hold = fact.event.held is True


def _retention_asked(item: LoggedItem, _fact: Fact[ItemRetentionAsked]) -> None:
    item.retention_asked = True


def _move(place: str) -> Callable[[LoggedItem, Fact[DispatchEvent]], None]:
    """A delivery that is made stays made."""

    def move(item: LoggedItem, fact: Fact[DispatchEvent]) -> None:
        for code in required(fact.event.recipients):
            if item.delivery_status.get(code) != MADE:
                item.delivery_status[code] = place

    return move


def _suppressed(item: LoggedItem, fact: Fact[DeliveriesSuppressed]) -> None:
    for cause, codes in required(fact.event.suppress).items():
        for code in codes:
            if item.delivery_status.get(code) not in (MADE, SENDING):
                _stop(item, code, cause)


def _stopped(item: LoggedItem, fact: Fact[DeliveriesStopped]) -> None:
    for code in required(fact.event.recipients):
        if item.delivery_status.get(code) != MADE:
            _stop(item, code, required(fact.event.cause))


def _retried(item: LoggedItem, fact: Fact[DeliveryRetried]) -> None:
    if item.delivery_status.get(required(fact.event.recipient)) == DEAD:
        item.delivery_status[required(fact.event.recipient)] = QUEUED


def _apply_recall_sent(item: LoggedItem, fact: Fact[DeliveriesRecallSent]) -> None:
    item.given_up.update(required(fact.event.recipients))


def _answered(item: LoggedItem, fact: Fact[DeliveryAnswered]) -> None:
    if optional(fact.event.action) == "recall_confirmed":
        item.given_up.add(required(fact.event.recipient))


_ARRIVALS = frozenset({"intake.accepted", "intake.quarantined", "intake.conflict"})
_READERS = ByType[LoggedItem, None]()
_READERS.add(_accepted, IntakeAccepted)
_READERS.add(_quarantined, IntakeQuarantined, IntakeConflict)
_READERS.add(_routed, ItemRouted)
_READERS.add(_reread, ItemReread)
_READERS.add(_corrected, ItemCorrected)
_READERS.add(_becomes(ItemState.PROPOSED), ItemProposed)
_READERS.add(_released, ItemReleased)
_READERS.add(_becomes(ItemState.REFUSED), ItemRefused)
_READERS.add(_dissented, ItemDissented)
_READERS.add(_void, ItemProposalVoid)
_READERS.add(_becomes(ItemState.INFORMATION_REQUESTED), ItemAsked)
_READERS.add(_apply_named_state, ItemInformed, ItemWithdrawn)
_READERS.add(_becomes(ItemState.SUPERSEDED), ItemSuperseded)
_READERS.add(_becomes(ItemState.PURGED), ItemPurged)
_READERS.add(_becomes(ItemState.REJECTED), ItemRejected)
_READERS.add(_reinstated, ItemReinstated)
_READERS.add(_apply_return_to_review, ItemUndone)
_READERS.add(_apply_return_to_review, ItemHeldAgain)
_READERS.add(_apply_return_to_review, ItemBlocked)
_READERS.add(_apply_return_to_review, ItemReopened)
_READERS.add(_apply_recall_proposal, ItemRecallProposed)
_READERS.add(_recalled, ItemRecalled)
_READERS.add(_ratified, ItemRecallRatified)
_READERS.add(_legal_hold, ItemLegalHold)
_READERS.add(_retention_asked, ItemRetentionAsked)
_READERS.add(_move(SENDING), DeliveriesSending)
_READERS.add(_move(MADE), DeliveriesMade)
_READERS.add(_move(QUEUED), DeliveriesFailed, DeliveriesRequeued)
_READERS.add(_move(DEAD), DeliveriesDead)
_READERS.add(_suppressed, DeliveriesSuppressed)
_READERS.add(_stopped, DeliveriesStopped)
_READERS.add(_retried, DeliveryRetried)
_READERS.add(_apply_recall_sent, DeliveriesRecallSent)
_READERS.add(_answered, DeliveryAnswered)

#: The kinds of events that this module reads.
ITEM_EVENT_KINDS = _READERS.kinds
