"""The states of items and deliveries, and the attributes that stand beside them."""

from __future__ import annotations

from enum import StrEnum


class ItemState(StrEnum):
    QUARANTINED = "quarantined"
    REJECTED = "rejected"
    HELD = "held"
    INFORMATION_REQUESTED = "information_requested"
    PROPOSED = "proposed"
    RELEASED = "released"
    REFUSED = "refused"
    BLOCKED = "blocked"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"
    RECALLED = "recalled"
    CANCELLED = "cancelled"
    PURGED = "purged"


#: Items that wait for a decision of the desk or for the sender's answer to it.
OPEN_STATES = frozenset({ItemState.HELD, ItemState.INFORMATION_REQUESTED, ItemState.PROPOSED})

#: Items of which nothing has gone out and which a correction may still replace or a withdrawal end.
UNDECIDED_STATES = OPEN_STATES | {ItemState.BLOCKED}


class PostReview(StrEnum):
    DUE = "due"
    OK = "ok"


class DeliveryState(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    DELIVERED = "delivered"
    ACKNOWLEDGED = "acknowledged"
    ACTING = "acting"
    ACTED = "acted"
    DECLINED = "declined"
    SUPPRESSED = "suppressed"
    FAILED = "failed"
    DEAD = "dead"
    RECALL_SENT = "recall_sent"
    RECALL_CONFIRMED = "recall_confirmed"


#: Deliveries that have not left the desk and may still be stopped.
NOT_SENT = frozenset({DeliveryState.QUEUED, DeliveryState.FAILED, DeliveryState.DEAD})

#: Deliveries of which the recipient holds, or may hold, a copy.
SENT = frozenset(
    {
        DeliveryState.SENDING,
        DeliveryState.DELIVERED,
        DeliveryState.ACKNOWLEDGED,
        DeliveryState.ACTING,
        DeliveryState.ACTED,
        DeliveryState.DECLINED,
        DeliveryState.RECALL_SENT,
        DeliveryState.RECALL_CONFIRMED,
    }
)


#: Deliveries of which the recipient holds a copy for certain.
HOLDING = SENT - {DeliveryState.SENDING}

#: States in which an item's life is over; its body may be purged once its retention is past.
ENDED_STATES = frozenset(
    {
        ItemState.REJECTED,
        ItemState.RELEASED,
        ItemState.REFUSED,
        ItemState.WITHDRAWN,
        ItemState.SUPERSEDED,
        ItemState.RECALLED,
        ItemState.CANCELLED,
    }
)


class SuppressionCause(StrEnum):
    RESTRICTED = "restricted"
    SUSPENDED = "suspended"
    MEASURE = "measure"
    RECALLED = "recalled"
    WITHDRAWN = "withdrawn"
    NOT_MEMBER = "not_member"
    UNCLEARED = "uncleared"


class Notice(StrEnum):
    """What a line of the spool is to its reader."""

    DIFFUSION = "diffusion"
    NOTICE = "notice"
    MESSAGE = "message"
    CORRECTION = "correction"
    WITHDRAWAL = "withdrawal"
    RECALL = "recall"
    ACCESS_WITHDRAWN = "access_withdrawn"
    CAVEAT = "caveat"
    CAVEAT_LIFTED = "caveat_lifted"
    RETENTION_QUESTION = "retention_question"
    RECEIPT = "receipt"
    REFUSED = "refused"
    INFORMATION_REQUEST = "information_request"
    HIT = "hit"
    BLOCKED = "blocked"
