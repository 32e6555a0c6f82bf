"""The log: every change of state, who made it and when, linked to the event before by its hash."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import TypeAlias

from dutydesk.domain.frozen import value

Json: TypeAlias = "str | int | bool | Sequence[Json] | Mapping[str, Json] | None"

GENESIS = bytes(32)


class EventKind(StrEnum):
    STORE_MADE = "store.made"
    BUREAUS_LISTED = "bureaus.listed"
    STORE_BACKED_UP = "store.backed_up"
    STORE_RESTORED = "store.restored"
    RULES_NOTED = "rules.noted"
    RULES_CHANGED = "rules.changed"
    CLOCK_STEPPED_BACK = "clock.stepped_back"
    OFFICER_ADDED = "officer.added"
    OFFICER_CHANGED = "officer.changed"
    OFFICER_SIGNED_IN = "officer.signed_in"
    OFFICER_SIGNED_OUT = "officer.signed_out"

    INTAKE_ACCEPTED = "intake.accepted"
    INTAKE_REPEATED = "intake.repeated"
    INTAKE_REJECTED = "intake.rejected"
    INTAKE_QUARANTINED = "intake.quarantined"
    INTAKE_CONFLICT = "intake.conflict"

    ITEM_ROUTED = "item.routed"
    ITEM_CLAIMED = "item.claimed"
    ITEM_UNCLAIMED = "item.unclaimed"
    ITEM_TAKEN_OVER = "item.taken_over"
    ITEM_TICKED = "item.ticked"
    ITEM_DISTINGUISHED = "item.distinguished"
    ITEM_RELEASED = "item.released"
    ITEM_REFUSED = "item.refused"
    ITEM_ASKED = "item.asked"
    ITEM_INFORMED = "item.informed"
    ITEM_ESCALATED = "item.escalated"
    ITEM_CORRECTED = "item.corrected"
    ITEM_WITHDRAWN = "item.withdrawn"
    ITEM_SUPERSEDED = "item.superseded"
    ITEM_REINSTATED = "item.reinstated"
    ITEM_UNDONE = "item.undone"
    ITEM_HELD_AGAIN = "item.held_again"
    ITEM_BLOCKED = "item.blocked"
    ITEM_POST_REVIEW = "item.post_review"
    ITEM_REREAD = "item.reread"
    ITEM_REJECTED = "item.rejected"
    ITEM_NOTED = "item.noted"
    ITEM_EXAMINED_AGAIN = "item.examined_again"
    ITEM_PROPOSED = "item.proposed"
    ITEM_DISSENTED = "item.dissented"
    ITEM_PROPOSAL_VOID = "item.proposal_void"
    ITEM_REOPENED = "item.reopened"
    ITEM_RECALL_PROPOSED = "item.recall_proposed"
    ITEM_RECALLED = "item.recalled"
    ITEM_RECALL_RATIFIED = "item.recall_ratified"
    ITEM_LEGAL_HOLD = "item.legal_hold"
    ITEM_RETENTION_ASKED = "item.retention_asked"
    ITEM_PURGED = "item.purged"
    ITEM_READ = "item.read"
    ITEM_BODY_CHANGED = "item.body_changed"
    ITEM_BODY_RESTORED = "item.body_restored"

    DELIVERIES_SENDING = "deliveries.sending"
    DELIVERIES_MADE = "deliveries.made"
    DELIVERIES_FAILED = "deliveries.failed"
    DELIVERIES_DEAD = "deliveries.dead"
    DELIVERIES_STOPPED = "deliveries.stopped"
    DELIVERIES_SUPPRESSED = "deliveries.suppressed"
    DELIVERIES_WAITING = "deliveries.waiting"
    DELIVERIES_REQUEUED = "deliveries.requeued"
    DELIVERIES_RECALL_SENT = "deliveries.recall_sent"
    DELIVERIES_ACCESS_WITHDRAWN = "deliveries.access_withdrawn"
    DELIVERIES_ACCESS_TOLD = "deliveries.access_told"
    DELIVERY_ANSWERED = "delivery.answered"
    DELIVERY_RETRIED = "delivery.retried"

    NOTICES_LISTED = "notices.listed"
    NOTICES_QUEUED = "notices.queued"
    NOTICES_SENDING = "notices.sending"
    NOTICES_REQUEUED = "notices.requeued"
    NOTICES_DEAD = "notices.dead"
    NOTICES_MADE = "notices.made"
    NOTICES_CONFIRMED = "notices.confirmed"
    RECEIPTS_KEPT = "receipts.kept"
    ROWS_KEPT = "rows.kept"
    CHECKS_COUNTED = "checks.counted"
    SEGMENT_BEGUN = "segment.begun"
    ROUTE_LEASED = "route.leased"
    STORE_DIFFERS = "store.differs"

    MEASURE_PROPOSED = "measure.proposed"
    MEASURE_ORDERED = "measure.ordered"
    MEASURE_EFFECTIVE = "measure.effective"
    MEASURE_ENDORSED = "measure.endorsed"
    MEASURE_DECLINED = "measure.declined"
    MEASURE_LIFT_PROPOSED = "measure.lift_proposed"
    MEASURE_LIFTED = "measure.lifted"
    MEASURE_REPLACED = "measure.replaced"
    MEASURE_DISSENTED = "measure.dissented"
    MEASURE_VOID = "measure.void"

    RESTRICTION_STATED = "restriction.stated"
    RESTRICTION_PROPOSED = "restriction.proposed"
    RESTRICTION_DISSENTED = "restriction.dissented"
    RESTRICTION_VOID = "restriction.void"
    BUREAU_OFFLINE = "bureau.offline"
    BUREAU_ONLINE = "bureau.online"
    BUREAU_ROUTED = "bureau.routed"
    KEY_ADDED = "key.added"
    KEY_RETIRED = "key.retired"
    KEY_REVOKED = "key.revoked"
    SIGNATURES_ORDERED = "signatures.ordered"
    DESK_KEY_MADE = "desk.key_made"
    CHECK_TAKEN = "check.taken"
    CHECK_HIT = "check.hit"
    HIT_DISMISSED = "hit.dismissed"
    REGISTER_IMPORTED = "register.imported"
    SETTINGS_NOTED = "settings.noted"
    RECORDS_IMPORTED = "records.imported"

    HANDOVER_WRITTEN = "handover.written"
    HANDOVER_ACCEPTED = "handover.accepted"

    LOG_EXPORTED = "log.exported"
    LOG_CHECKPOINTED = "log.checkpointed"
    LOG_COSIGNED = "log.cosigned"
    LOG_COSIGNING_REFUSED = "log.cosigning_refused"


@value(frozen=True, slots=True)
class Event:
    """One line of the log. ``data`` is JSON text with sorted keys; ``at`` is UTC."""

    seq: int
    at: datetime
    actor: str
    kind: EventKind
    subject: str
    data: str
    previous: bytes
    hash: bytes


def link(previous: bytes, seq: int, at_us: int, actor: str, kind: str, subject: str, data: str) -> bytes:
    """The hash of an event: SHA-256 over the hash of the event before and every field with its length.

    ``at_us`` is in microseconds since 1970 UTC.
    """
    text = f"{seq}|{at_us}|{len(actor)}:{actor}|{len(kind)}:{kind}|{len(subject)}:{subject}|{len(data)}:{data}"
    return sha256(previous + text.encode()).digest()
