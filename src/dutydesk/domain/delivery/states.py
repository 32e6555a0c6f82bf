"""The states of items and deliveries, causes of suppression, and kinds of notices."""

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


#: Items that wait for the desk's decision or for information from the sender.
OPEN_STATES = frozenset({ItemState.HELD, ItemState.INFORMATION_REQUESTED, ItemState.PROPOSED})

#: Items from which nothing has gone out; a correction may still replace them and a withdrawal may end them.
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

#: Deliveries whose recipient has, or may have, a copy.
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


#: Deliveries whose recipient certainly has a copy.
HOLDING = SENT - {DeliveryState.SENDING}

#: Final states; the body may be purged once its retention has ended.
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
    """The kind of a line in the spool."""

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
