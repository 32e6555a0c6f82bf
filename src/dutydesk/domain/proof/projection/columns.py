"""For each column of each table: which event has its value, or how it follows from other columns.

``SCHEMA`` names every column of the store but those of ``event``, the log itself, and of SQLite's own tables. A test
walks the schema: it changes, deletes and plants each of them and demands that the comparison names it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dutydesk.domain.proof.projection.columns_of_items import ITEM_ORIGINS
from dutydesk.domain.proof.projection.columns_of_records import RECORD_ORIGINS
from dutydesk.domain.proof.projection.origins import (
    TableOrigins,
    all_by_event,
    by_event,
    irrelevant,
    recomputed,
)

_OFFICER, _ORDER = "officer.added, officer.changed", "measure.proposed, measure.ordered"
_LIFT_ENDS = "measure.lift_proposed; none after measure.lifted, measure.dissented, measure.void"
_STATED = "restriction.stated, item.corrected"
_PROPOSED = "restriction.proposed"
_PROPOSAL_ENDS = "restriction.stated, restriction.dissented, restriction.void"
_FILLED = "complete in a store whose log lists its bureaus from the start"

_DESK: Final[TableOrigins] = {
    "id": recomputed("always 1"),
    "realm": by_event("store.made", "realm"),
    "made_at": by_event("store.made", "made_at"),
    "policy_epoch": irrelevant(
        "a random number that is drawn at each change of the rules in force, and only compared with the last one that "
        "was read; the rules are read from rows that are compared themselves"
    ),
    "segment": by_event("segment.begun, store.restored", "segment"),
    "clock_at": recomputed("nothing outside of a demo"),
    "clock_wall": recomputed("nothing outside of a demo"),
    "clock_rate": recomputed("nothing outside of a demo"),
    "records_entered": recomputed(_FILLED),
    "filed_upto": recomputed("the number of an item; the keys and words of those up to it are compared"),
    "notices": by_event("item.released", "the highest serial of notice_number"),
    "watch_stage": recomputed(_FILLED),
    "watch_position": recomputed(_FILLED),
}
_BUREAU: Final[TableOrigins] = {
    "id": by_event("bureaus.listed", "rows"),
    "code": by_event("bureaus.listed", "rows"),
    "offline_since": by_event("bureau.offline, bureau.online", "time"),
    "measure_revision": by_event("measure.*", "the number of events"),
    "received": by_event("the events of accepted messages, checks.counted", "the number of messages"),
}
_MEASURE: Final[TableOrigins] = {
    **all_by_event(
        _ORDER,
        number="subject",
        country="country",
        level="level",
        channels="channels",
        kinds="kinds",
        decision="order",
        decided_by="by",
        reason="reason",
        officer="actor",
        ordered_at="time",
        effective_at="in_force_from",
        review_by="review_at",
        endorsement_due="endorsement_due",
        over="over",
    ),
    "state": by_event("measure.*", "kind"),
    **all_by_event(
        "measure.endorsed, measure.declined", endorsement="kind", endorsed_by="by", endorsement_order="order"
    ),
    **all_by_event(
        _LIFT_ENDS,
        lift_order="order",
        lift_by="by",
        lift_reason="reason",
        lift_officer="actor",
        lift_at="time",
    ),
    "ended_at": by_event("measure.lifted, measure.replaced, measure.void, measure.dissented", "time"),
    "revision": by_event("measure.*", "the number of events"),
}
_HANDOVER: Final[TableOrigins] = {
    **all_by_event(
        "handover.written",
        number="subject",
        text="sha256",
        sha256="sha256",
        shift_begin="shift_from",
        shift_end="shift_until",
        written_by="actor",
        written_at="time",
    ),
    "state": by_event("handover.written, handover.accepted", "kind; replaces"),
    **all_by_event("handover.accepted", accepted_by="actor", accepted_at="time"),
}

SCHEMA: Final[Mapping[str, TableOrigins]] = {
    "desk": _DESK,
    "officer": {
        "id": by_event("officer.added", "the order of these events"),
        **all_by_event(_OFFICER, name="subject", role="role", country="country"),
    },
    "login": all_by_event(_OFFICER, os_user="logins", officer="subject"),
    "bureau": _BUREAU,
    "measure": _MEASURE,
    "restriction": {
        "id": by_event(_STATED, "the order of these events"),
        **all_by_event(
            _STATED, owner="owner", item="item", target="deny, allow, denied", denied="deny", at="time", actor="actor"
        ),
    },
    "restriction_proposal": {
        **all_by_event(
            _PROPOSED, number="restriction", owner="owner", item="item", allow="allow", officer="actor", at="time"
        ),
        **all_by_event(
            _PROPOSAL_ENDS, state="kind", ended_by="actor", ended_at="time", revision="the number of events"
        ),
    },
    "handover": _HANDOVER,
    "tree_tile": {
        name: recomputed("of the events' hashes, as RFC 9162 hashes a tree")
        for name in ("level", "number", "root", "hashes")
    },
    **ITEM_ORIGINS,
    **RECORD_ORIGINS,
}
