"""An item as its events up to a moment have made it: its state, what was known of its body, and who had a copy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from dutydesk.domain.delivery.states import ItemState
from dutydesk.domain.messages.message import Kind, MessageType
from dutydesk.domain.proof.facts import Fact
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
_SAY_THEIR_STATE = frozenset({"item.routed", "item.reread", "item.corrected", "item.informed", "item.withdrawn"})
_END_A_PROPOSAL = frozenset({"item.dissented", "item.proposal_void"})


@dataclass(slots=True)
class PastItem:
    """``audience``: whom the last release named, each with the cause that kept it out, or ``None``. It is ``None``
    before any. ``holders`` have a copy. ``type`` is ``None`` for what was not read as a message by then.
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


def past_item(facts: Iterable[Fact]) -> PastItem:
    """The facts are those of one item, in their order. Raises Incomplete for one that does not say what it must."""
    past = PastItem()
    for fact in facts:
        _take(past, fact)
    return past


def _take(past: PastItem, fact: Fact) -> None:
    if "recipients" in fact.data and "rules" in fact.data:
        past.body = past.body or ReplayedItem(fact.subject, None, ItemState.HELD)
        apply_routing(past.body, fact)
        past.confidential = fact.flag("confidential") if "confidential" in fact.data else None
    elif fact.kind == "item.examined_again" and past.body is not None:
        apply_findings(past.body, fact)
    _move(past, fact)
    if past.state is ItemState.RELEASED and "deliver" in fact.data:
        past.audience = dict.fromkeys(fact.names("deliver"))
        _apply_suppression(past, fact)
    elif fact.kind == "deliveries.suppressed":
        _apply_suppression(past, fact)
    elif fact.kind == "item.reinstated" and past.audience is not None:
        past.audience |= dict.fromkeys(fact.names("queued"))
    elif fact.kind == "deliveries.made":
        past.holders.update(fact.names("recipients"))


def _apply_suppression(past: PastItem, fact: Fact) -> None:
    """A release names recipients with their cause, a stop each cause with its recipients."""
    if past.audience is None:
        return
    for key, value in fact.mapping("suppress").items():
        if isinstance(value, list):
            past.audience |= dict.fromkeys(map(str, value), key)
        else:
            past.audience[key] = str(value)


def _move(past: PastItem, fact: Fact) -> None:
    if fact.kind in _LEADS_TO:
        past.state = _LEADS_TO[fact.kind]
    elif fact.kind in _SAY_THEIR_STATE and fact.optional_text("state") is not None:
        past.state = state_of(fact)
    elif fact.kind in _END_A_PROPOSAL and past.state is ItemState.PROPOSED:
        past.state = ItemState.HELD
    if past.state is not ItemState.RELEASED and fact.kind in ("item.undone", "item.held_again", "item.reopened"):
        past.audience = None
