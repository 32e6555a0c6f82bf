"""What the log says of one item: where it stands, who was to get it, who has it, how long its body is kept.

The desk asks this before it acts on what a table says: a table can be edited without a trace, and the log can't.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from dutydesk.domain.delivery.states import ItemState, SuppressionCause
from dutydesk.domain.proof.facts import Fact, IncompleteEvent

#: Where a delivery may stand by the log.
QUEUED, SENDING, MADE, DEAD, STOPPED = "queued", "sending", "made", "dead", "stopped"


@dataclass(slots=True)
class LoggedItem:
    """``places`` says of each recipient to whom the item was put out where its delivery stands.

    ``addressed`` are all recipients of the last put-out, also those from whom a rule kept it. ``given_up`` are those
    who were told to give their copy up, or have said that they did. ``sha256`` and
    ``body_at`` are by version. ``retention_until`` is ``None`` in a log that did not name it yet. ``first_route`` is
    the data of the event that routed the item first.
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
    retention_asked: bool = False
    sha256: dict[int, str] = field(default_factory=dict)
    body_at: dict[int, datetime] = field(default_factory=dict)
    addressed: frozenset[str] = frozenset()
    delivery_status: dict[str, str] = field(default_factory=dict)
    causes: dict[str, SuppressionCause] = field(default_factory=dict)
    given_up: set[str] = field(default_factory=set)
    first_route: Mapping[str, object] | None = None

    def recipients_in(self, place: str) -> frozenset[str]:
        """The recipients whose delivery stands there."""
        return frozenset(code for code, found in self.delivery_status.items() if found == place)

    def key_to(self, recipient: str) -> str:
        """The idempotency key of the delivery to that recipient."""
        return f"{self.name}/{self.version}.{self.cycle}/{recipient}"


def logged_item(name: str, facts: Iterable[Fact]) -> LoggedItem | None:
    """Reads an item's events in their order; ``None`` where none of them brings the item in.

    Raises Incomplete for an event that lacks what it must say.
    """
    item: LoggedItem | None = None
    for fact in facts:
        if fact.kind in _ARRIVALS:
            item = item or LoggedItem(name)
        read = _READERS.get(fact.kind)
        if item is not None and read is not None:
            read(item, fact)
    return item


def _state_of(fact: Fact) -> ItemState:
    try:
        return ItemState(fact.text("state"))
    except ValueError as error:
        raise IncompleteEvent(f"{fact.kind} names an unknown state") from error


def _body(item: LoggedItem, fact: Fact, version: int) -> None:
    item.body_at[version] = fact.at
    sha256 = fact.optional_text("sha256")
    if sha256 is not None:
        item.sha256[version] = sha256


def _accepted(item: LoggedItem, fact: Fact) -> None:
    item.sender, item.reference = fact.optional_text("sender"), fact.optional_text("reference")
    item.type = fact.optional_text("type")
    _body(item, fact, 1)


def _quarantined(item: LoggedItem, fact: Fact) -> None:
    item.sender, item.state = fact.optional_text("sender"), ItemState.QUARANTINED
    _body(item, fact, 1)


def _routed(item: LoggedItem, fact: Fact) -> None:
    item.state, item.kind = _state_of(fact), fact.optional_text("kind")
    item.restricted_from = frozenset(fact.optional_names("restricted_from"))
    item.confidential = fact.flag("confidential")
    item.retention_until = None if fact.data.get("retention_until") is None else fact.instant("retention_until")
    item.retention_asked = False
    if item.first_route is None:
        item.first_route = fact.data
    if item.state is ItemState.RELEASED:
        _apply_put_out(item, fact)


def _reread(item: LoggedItem, fact: Fact) -> None:
    item.sender, item.reference = fact.optional_text("sender"), fact.optional_text("reference")
    item.type, item.version = fact.optional_text("type"), fact.number("version")
    _body(item, fact, item.version)
    item.sha256.setdefault(item.version, item.sha256.get(1, ""))
    _routed(item, fact)


def _corrected(item: LoggedItem, fact: Fact) -> None:
    if fact.optional_text("child") is None:
        item.version = fact.number("version")
        _body(item, fact, item.version)
        _routed(item, fact)


def _apply_put_out(item: LoggedItem, fact: Fact) -> None:
    item.delivery_status = dict.fromkeys(fact.names("deliver"), QUEUED)
    item.causes = {}
    kept = fact.data.get("suppress")
    for code, cause in kept.items() if isinstance(kept, dict) else ():
        _stop(item, code, cause)
    item.addressed = frozenset(item.delivery_status)
    item.given_up = set()


def _stop(item: LoggedItem, code: str, cause: object) -> None:
    try:
        item.causes[code] = SuppressionCause(str(cause))
    except ValueError as error:
        raise IncompleteEvent("a delivery was stopped for an unknown cause") from error
    item.delivery_status[code] = STOPPED


def _released(item: LoggedItem, fact: Fact) -> None:
    item.state, item.held_before = ItemState.RELEASED, True
    item.published = item.published or fact.optional_text("notice_number") is not None
    _apply_put_out(item, fact)


def _dissented(item: LoggedItem, _fact: Fact) -> None:
    if item.state is ItemState.PROPOSED:
        item.state = ItemState.HELD
    else:
        item.recall_proposed = False


def _void(item: LoggedItem, fact: Fact) -> None:
    if fact.optional_text("decision") == "recall":
        item.recall_proposed = False
    elif item.state is ItemState.PROPOSED:
        item.state = ItemState.HELD


def _apply_named_state(item: LoggedItem, fact: Fact) -> None:
    item.state = _state_of(fact)


def _becomes(state: ItemState) -> Callable[[LoggedItem, Fact], None]:
    def become(item: LoggedItem, _fact: Fact) -> None:
        item.state = state

    return become


def _apply_return_to_review(item: LoggedItem, fact: Fact) -> None:
    item.state = ItemState.BLOCKED if fact.kind == "item.blocked" else ItemState.HELD
    cycle = fact.optional_number("cycle")
    item.cycle = item.cycle if cycle is None else cycle


def _reinstated(item: LoggedItem, fact: Fact) -> None:
    item.state = ItemState.RELEASED
    for code in fact.names("queued"):
        if item.delivery_status.get(code) == STOPPED:
            item.delivery_status[code] = QUEUED
            item.causes.pop(code, None)


def _apply_recall_proposal(item: LoggedItem, _fact: Fact) -> None:
    item.recall_proposed = True


def _recalled(item: LoggedItem, fact: Fact) -> None:
    item.state, item.recall_proposed, item.unratified = ItemState.RECALLED, False, fact.flag("urgent")


def _ratified(item: LoggedItem, _fact: Fact) -> None:
    item.unratified = False


def _legal_hold(item: LoggedItem, fact: Fact) -> None:
    item.legal_hold = fact.flag("held")


def _retention_asked(item: LoggedItem, _fact: Fact) -> None:
    item.retention_asked = True


def _move(place: str) -> Callable[[LoggedItem, Fact], None]:
    """What is made stays made."""

    def move(item: LoggedItem, fact: Fact) -> None:
        for code in fact.names("recipients"):
            if item.delivery_status.get(code) != MADE:
                item.delivery_status[code] = place

    return move


def _suppressed(item: LoggedItem, fact: Fact) -> None:
    for cause, codes in fact.mapping("suppress").items():
        for code in codes if isinstance(codes, list) else ():
            if item.delivery_status.get(code) not in (MADE, SENDING):
                _stop(item, code, cause)


def _retried(item: LoggedItem, fact: Fact) -> None:
    if item.delivery_status.get(fact.text("recipient")) == DEAD:
        item.delivery_status[fact.text("recipient")] = QUEUED


def _apply_recall_sent(item: LoggedItem, fact: Fact) -> None:
    item.given_up.update(fact.names("recipients"))


def _answered(item: LoggedItem, fact: Fact) -> None:
    if fact.optional_text("action") == "recall_confirmed":
        item.given_up.add(fact.text("recipient"))


_ARRIVALS = frozenset({"intake.accepted", "intake.quarantined", "intake.conflict"})
_READERS: Mapping[str, Callable[[LoggedItem, Fact], None]] = {
    "intake.accepted": _accepted,
    "intake.quarantined": _quarantined,
    "intake.conflict": _quarantined,
    "item.routed": _routed,
    "item.reread": _reread,
    "item.corrected": _corrected,
    "item.proposed": _becomes(ItemState.PROPOSED),
    "item.released": _released,
    "item.refused": _becomes(ItemState.REFUSED),
    "item.dissented": _dissented,
    "item.proposal_void": _void,
    "item.asked": _becomes(ItemState.INFORMATION_REQUESTED),
    "item.informed": _apply_named_state,
    "item.withdrawn": _apply_named_state,
    "item.superseded": _becomes(ItemState.SUPERSEDED),
    "item.purged": _becomes(ItemState.PURGED),
    "item.rejected": _becomes(ItemState.REJECTED),
    "item.reinstated": _reinstated,
    "item.undone": _apply_return_to_review,
    "item.held_again": _apply_return_to_review,
    "item.blocked": _apply_return_to_review,
    "item.reopened": _apply_return_to_review,
    "item.recall_proposed": _apply_recall_proposal,
    "item.recalled": _recalled,
    "item.recall_ratified": _ratified,
    "item.legal_hold": _legal_hold,
    "item.retention_asked": _retention_asked,
    "deliveries.sending": _move(SENDING),
    "deliveries.made": _move(MADE),
    "deliveries.failed": _move(QUEUED),
    "deliveries.requeued": _move(QUEUED),
    "deliveries.dead": _move(DEAD),
    "deliveries.suppressed": _suppressed,
    "delivery.retried": _retried,
    "deliveries.recall_sent": _apply_recall_sent,
    "delivery.answered": _answered,
}
#: The kinds of events that say anything of where an item stands.
ITEM_EVENT_KINDS = tuple(_READERS)
