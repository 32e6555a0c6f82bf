"""An event as a colleague would say it: who did what to the item, and when."""

from __future__ import annotations

from dutydesk.desk.ground import stamp
from dutydesk.domain.events import Event, EventKind

_DEEDS = {
    EventKind.INTAKE_ACCEPTED: "took it in",
    EventKind.ITEM_ROUTED: "routed it",
    EventKind.ITEM_CLAIMED: "claimed it",
    EventKind.ITEM_UNCLAIMED: "gave it back",
    EventKind.ITEM_TAKEN_OVER: "took it over",
    EventKind.ITEM_TICKED: "ticked its checklist",
    EventKind.ITEM_RELEASED: "released it",
    EventKind.ITEM_REFUSED: "refused it",
    EventKind.ITEM_ASKED: "asked its sender",
    EventKind.ITEM_INFORMED: "attached its sender's answer",
    EventKind.ITEM_ESCALATED: "escalated it",
    EventKind.ITEM_CORRECTED: "took a correction in",
    EventKind.ITEM_WITHDRAWN: "took its withdrawal in",
    EventKind.ITEM_SUPERSEDED: "released its correction",
    EventKind.ITEM_UNDONE: "undid its release",
    EventKind.ITEM_HELD_AGAIN: "held it again",
    EventKind.ITEM_BLOCKED: "blocked it",
    EventKind.ITEM_POST_REVIEW: "spoke on its review after release",
    EventKind.ITEM_REREAD: "read it again",
    EventKind.ITEM_REJECTED: "rejected it",
    EventKind.ITEM_PROPOSED: "proposed a decision on it",
    EventKind.ITEM_DISSENTED: "said no to a proposal on it",
    EventKind.ITEM_PROPOSAL_VOID: "voided a proposal on it",
    EventKind.ITEM_REOPENED: "reopened it",
    EventKind.ITEM_RECALL_PROPOSED: "proposed its recall",
    EventKind.ITEM_RECALLED: "recalled it",
    EventKind.ITEM_RECALL_RATIFIED: "ratified its recall",
    EventKind.ITEM_LEGAL_HOLD: "changed its legal hold",
    EventKind.ITEM_PURGED: "purged it",
}


def deed(event: Event) -> str:
    """``Mara Lind released it at 2022-03-10T15:04:05Z``."""
    words = _DEEDS.get(event.kind) or f"recorded {event.kind.value.replace('.', ' ').replace('_', ' ')}"
    return f"{event.actor} {words} at {stamp(event.at)}"
