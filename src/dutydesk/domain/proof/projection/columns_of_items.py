"""Where the columns of tables about items, their deliveries and notices come from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dutydesk.domain.proof.projection.origins import (
    TableOrigins,
    all_by_event,
    by_event,
    irrelevant,
    recomputed,
)

_ARRIVAL = "intake.accepted, intake.quarantined, intake.conflict"
_ROUTE = "item.routed, item.corrected, item.reread"
_ENFORCED = "item.held_again, item.blocked"
_OF_BODY = "the present version's body, whose SHA-256 the log has"
_FROM_DELIVERIES = "the item's deliveries"
_REVIEWS = (
    "item.released, item.refused, item.asked, item.escalated, item.proposed, item.dissented, item.reopened, "
    "item.recall_proposed, item.recalled, item.recall_ratified, item.post_review"
)
_SHOWN_ERROR = "words for a reader on the last try; the next try replaces them"
_BOUNDED_DUE = (
    "when to try again: a lease brings every later time forward to the longest wait, and applies all rules whenever it "
    "comes"
)

_ITEM: Final[TableOrigins] = {
    "number": by_event(_ARRIVAL, "subject"),
    "type": by_event("intake.accepted, item.reread", "type"),
    **all_by_event(_ROUTE, kind="kind", level="level", measure="measure", causes="causes", routed_at="time"),
    **all_by_event(f"{_ARRIVAL}, item.reread", reference="reference", sender="sender"),
    "state": by_event("item.*", "state, kind"),
    "version": by_event("item.corrected, item.reread", "version"),
    "cycle": by_event(f"{_ENFORCED}, item.undone, item.reopened", "cycle"),
    "revision": by_event("item.*", "the number of events"),
    **{name: recomputed(_OF_BODY) for name in ("urgency", "precedence", "title", "original_script")},
    "received_at": by_event(_ARRIVAL, "time"),
    **all_by_event(_ROUTE, restricted_from="restricted_from", confidential="confidential"),
    **all_by_event("item.claimed, item.taken_over, item.unclaimed", claimed_by="claimant", claimed_until="lapses_at"),
    "escalated": by_event("item.escalated", "kind"),
    **all_by_event(
        f"{_ROUTE}, item.post_review, item.examined_again", post_review="post_review", post_review_due="review_due"
    ),
    "information_due": by_event("item.asked", "due_at"),
    **all_by_event("item.routed", parent="parent", family="family"),
    "beside": by_event("intake.conflict", "beside"),
    "same_text_as": by_event("intake.accepted", "same_text_as"),
    **{name: recomputed(_FROM_DELIVERIES) for name in ("open_deliveries", "waiting_deliveries", "due_at")},
    "decided_by": by_event("item.released, item.refused, item.recalled, item.rejected", "actor"),
    "held_before": by_event("item.released", "kind"),
    "proposed_by": by_event("item.proposed", "actor"),
    "recall_proposed_by": by_event("item.recall_proposed", "actor"),
    "unratified": by_event("item.recalled, item.recall_ratified", "urgent"),
    "legal_hold": by_event("item.legal_hold", "held"),
    "notice_number": by_event("item.released", "notice_number"),
    "offered_kind": by_event("item.asked", "offered_kind"),
    "retention_until": by_event(_ROUTE, "retention_until"),
    "retention_ask": by_event(f"{_ROUTE}, item.retention_asked", "retention_until"),
}
_DELIVERY: Final[TableOrigins] = {
    **all_by_event("item.routed, item.released, item.reread, item.corrected", item="subject", recipient="deliver"),
    **all_by_event("deliveries.*", version="version", cycle="cycle", state="kind", attempts="recipients"),
    "cause": by_event("item.routed, item.released, deliveries.suppressed, deliveries.stopped", "suppress, cause"),
    "waiting": by_event("bureau.offline, bureau.online, deliveries.waiting", "subject, recipients"),
    "due_at": irrelevant(_BOUNDED_DUE),
    "error": irrelevant(_SHOWN_ERROR),
}
_NOTICE: Final[TableOrigins] = {
    **{
        name: by_event("notices.queued, notices.sending", "keys")
        for name in ("id", "item", "recipient", "notice", "version", "cycle", "data")
    },
    **all_by_event("notices.*", state="kind", attempts="keys"),
    "due_at": irrelevant(_BOUNDED_DUE),
    "error": irrelevant(_SHOWN_ERROR),
}

ITEM_ORIGINS: Final[Mapping[str, TableOrigins]] = {
    "item": _ITEM,
    "body": {
        "item": by_event(_ARRIVAL, "subject"),
        "version": by_event("item.corrected, item.reread", "version"),
        "received_at": by_event(f"{_ARRIVAL}, item.corrected, item.reread", "time"),
        "sha256": by_event(f"{_ARRIVAL}, item.corrected", "sha256"),
        "findings": by_event(f"{_ROUTE}, intake.conflict, item.examined_again", "findings"),
        "problems": by_event("intake.quarantined, intake.conflict", "problems"),
        "raw": by_event(f"{_ARRIVAL}, item.corrected, item.purged", "sha256"),
    },
    "reference": all_by_event(
        "the events of accepted messages, receipts.kept",
        sender="sender",
        reference="reference",
        content_hash="content",
        item="subject",
        receipt="digests",
    ),
    "refused_text": all_by_event(
        "item.refused; none after item.purged", sender="sender", digest="text_digest", item="subject"
    ),
    "delivery": _DELIVERY,
    "notice": _NOTICE,
    "tick": all_by_event(
        "item.ticked", item="subject", version="version", mark="check", officer="actor", at="time", note="note"
    ),
    "review": {
        "id": by_event(_REVIEWS, "the order of these events"),
        **all_by_event(
            _REVIEWS,
            item="subject",
            cycle="cycle",
            officer="actor",
            decision="kind",
            reason="reason",
            code="code",
            articles="articles",
            at="time",
        ),
    },
    "remark": {
        "id": by_event("item.noted, item.informed", "the order of these events"),
        **all_by_event("item.noted, item.informed", item="subject", officer="actor", text="text", at="time"),
    },
    "proposal": all_by_event(
        "item.proposed, item.recall_proposed",
        item="subject",
        officer="actor",
        what="decision",
        reason="reason",
        code="code",
        articles="articles",
        overrides="overrides",
        because="because",
        seen="digest",
        at="time",
    ),
}
