"""What events outside a review make of an item: its arrival, its route, follow-ups, measures, retention."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

from dutydesk.domain.delivery.items import item_number, measure_number
from dutydesk.domain.delivery.states import ItemState, PostReview
from dutydesk.domain.events.event import (
    ABSENT,
    IncompleteEvent,
    LogEvent,
    Missing,
    fitting,
    optional,
    optional_instant,
    required,
)
from dutydesk.domain.events.facts import Fact, is_of
from dutydesk.domain.events.intake import IntakeAccepted, IntakeConflict, QuarantineEvent
from dutydesk.domain.events.items import (
    EnforcementEvent,
    FollowUpEvent,
    ItemBlocked,
    ItemInformed,
    ItemLegalHold,
    ItemPurged,
    ItemReinstated,
    ItemRejected,
    ItemRetentionAsked,
    ItemSuperseded,
    ItemWithdrawn,
)
from dutydesk.domain.events.routes import ItemCorrected, ItemExaminedAgain, ItemReread, ItemRouted, RouteEvent
from dutydesk.domain.messages.message import Urgency
from dutydesk.domain.proof.projection.delivery_events import put_out, requeue_reinstated
from dutydesk.domain.proof.projection.item_rows import BodyColumns, ItemColumns, ProjectedItem
from dutydesk.domain.proof.projection.network import Network
from dutydesk.domain.proof.projection.said import UNSAID, Column, micros, said, said_time
from dutydesk.domain.records.retention import renewal_from, retention_end

#: The order of the queue: flash, urgent, routine.
PRECEDENCE = {Urgency.FLASH.value: 0, Urgency.URGENT.value: 1, Urgency.ROUTINE.value: 2}
NOTHING_FOUND = "[]"
PURGED_TITLE = "purged"
CONFLICT_TITLE, UNREADABLE_TITLE = "conflicting message", "unreadable message"
UNKNOWN_SENDER_TITLE = "message from an unknown sender"
SIGNATURE_TITLE = "message whose signature does not hold"
#: How the paths of the problems of signatures begin.
SIGNATURE_PATHS = "signature."


def json_list(values: Iterable[str]) -> str:
    """Texts as the store keeps lists of them."""
    return json.dumps(list(values))


def number_of(subject: str) -> int:
    """Raises IncompleteEvent for a subject that is no item."""
    number = item_number(subject)
    if number is None:
        raise IncompleteEvent(f"{subject[:40]} is no item")
    return number


def _number(name: Column) -> Column:
    return number_of(name) if isinstance(name, str) else name


def _measure(name: Column) -> Column:
    return measure_number(name) if isinstance(name, str) else name


def _findings(digest: str | Missing, *, any_found: bool) -> Column:
    """The digest of the findings' text. An event without it is of an earlier release, where anything was found."""
    if not isinstance(digest, Missing):
        return digest
    return UNSAID if any_found else NOTHING_FOUND


def accepted(fact: Fact[IntakeAccepted]) -> ProjectedItem:
    """A message becomes an item; its route follows."""
    at, event = micros(fact.at), fact.event
    row = ItemColumns(
        number_of(fact.subject),
        type=said(event.type),
        reference=said(event.reference),
        sender=said(event.sender),
        received_at=at,
        routed_at=at,
        same_text_as=_number(said(event.same_text_as)),
    )
    item = ProjectedItem(row, body_version=1, messages=[1])
    item.bodies[1] = BodyColumns(1, at, said(event.sha256), UNSAID, NOTHING_FOUND)
    return item


def quarantined(fact: Fact[QuarantineEvent]) -> ProjectedItem:
    at, event = micros(fact.at), fact.event
    problems = required(event.problems)
    conflict = is_of(fact, IntakeConflict)
    title = CONFLICT_TITLE if conflict else UNREADABLE_TITLE if event.sender is None else UNKNOWN_SENDER_TITLE
    if any(path.startswith(SIGNATURE_PATHS) for path, _ in problems):
        title = SIGNATURE_TITLE
    row = ItemColumns(
        number_of(fact.subject),
        reference=said(event.reference),
        sender=said(event.sender),
        state=ItemState.QUARANTINED.value,
        urgency=Urgency.ROUTINE.value,
        precedence=PRECEDENCE[Urgency.ROUTINE.value],
        received_at=at,
        routed_at=at,
        title=title,
        original_script=None,
        causes=json_list(f"{path}: {problem}" for path, problem in problems[:1]),
        beside=_number(said(event.beside)),
    )
    until = retention_end(None, fact.at)
    row.retention_until, row.retention_ask = micros(until), micros(renewal_from(until))
    item = ProjectedItem(row)
    found = _findings(fitting(event.findings) or ABSENT, any_found=conflict and isinstance(event.findings, Missing))
    item.bodies[1] = BodyColumns(1, at, said(event.sha256), found, json.dumps([list(pair) for pair in problems]))
    return item


def apply_routed(item: ProjectedItem, fact: Fact[RouteEvent], network: Network) -> None:
    row, event = item.row, fact.event
    _apply_route(item, fact)
    if is_of(fact, ItemRouted):
        row.parent, row.family = _number(said(fact.event.parent)), _family(fact)
    version = row.version
    found = _findings(event.findings, any_found=bool(optional(event.rules)))
    item.bodies[version] = item.bodies[version]._replace(findings=found)
    if row.state == ItemState.RELEASED.value:
        put_out(item, fact, network)


def _family(fact: Fact[ItemRouted]) -> Column:
    """The first item of the family; an item without a parent is its own, and names none."""
    if optional(fact.event.parent) is None:
        return None
    return _number(said(fact.event.family))


def _apply_route(item: ProjectedItem, fact: Fact[RouteEvent]) -> None:
    row, event = item.row, fact.event
    row.state, row.kind = required(event.state), said(event.item_kind)
    row.level, row.measure = said(event.level), _measure(said(event.measure))
    causes = said(event.causes)
    row.causes = json_list(causes) if isinstance(causes, tuple) else UNSAID
    row.routed_at = micros(fact.at)
    row.restricted_from = ",".join(sorted(optional(event.restricted_from) or ()))
    row.confidential = int(event.confidential is True)
    _review_after(row, optional(event.post_review), event.review_due)
    _retain(row, event.retention_until)


def _review_after(row: ItemColumns, post_review: str | None, due: str | Missing) -> None:
    row.post_review = post_review
    row.post_review_due = said_time(due) if post_review == PostReview.DUE.value else None


def _retain(row: ItemColumns, until: str | Missing | None) -> None:
    end = optional_instant(until)
    if end is None:
        row.retention_until = row.retention_ask = UNSAID if isinstance(until, Missing) else None
    else:
        row.retention_until, row.retention_ask = micros(end), micros(_renewal(end))


def _renewal(end: datetime) -> datetime:
    try:
        return renewal_from(end)
    except (ValueError, OverflowError) as error:
        raise IncompleteEvent(f"{end.isoformat()} is no end of a retention") from error


def apply_reread(item: ProjectedItem, fact: Fact[ItemReread], network: Network) -> None:
    row, event = item.row, fact.event
    row.sender, row.reference = said(event.sender), said(event.reference)
    row.type, row.version = said(event.type), required(event.version)
    sha256: Column = said(event.sha256)
    if sha256 is UNSAID and row.version - 1 in item.bodies:
        sha256 = item.bodies[row.version - 1].sha256
    item.bodies[row.version] = BodyColumns(row.version, micros(fact.at), sha256, UNSAID, NOTHING_FOUND)
    item.body_version = row.version
    row.title = row.original_script = row.urgency = row.precedence = UNSAID  # from here on its message says them
    item.messages.append(row.version)
    item.changed()
    apply_routed(item, fact, network)


def apply_corrected(item: ProjectedItem, fact: Fact[ItemCorrected], network: Network) -> None:
    """A new version; a correction that is an item of its own changes nothing of this one."""
    if optional(fact.event.child) is not None:
        return
    row, event = item.row, fact.event
    row.version = required(event.version)
    item.bodies[row.version] = BodyColumns(row.version, micros(fact.at), said(event.sha256), UNSAID, NOTHING_FOUND)
    item.body_version = row.version
    item.messages.append(row.version)
    row.information_due = row.offered_kind = None
    item.changed()
    apply_routed(item, fact, network)


def apply_examined_again(item: ProjectedItem, fact: Fact[ItemExaminedAgain]) -> None:
    row, event = item.row, fact.event
    body = item.bodies.get(row.version)
    if body is not None:
        found = _findings(event.findings, any_found=bool(optional(event.rules)))
        item.bodies[row.version] = body._replace(findings=found)
    if row.state == ItemState.RELEASED.value:
        row.post_review, row.post_review_due = PostReview.DUE.value, said_time(event.review_due)
    item.changed()


def apply_informed(item: ProjectedItem, fact: Fact[ItemInformed]) -> None:
    if item.row.state == ItemState.INFORMATION_REQUESTED.value:
        item.row.information_due = None
    _follow(item, fact)


def apply_withdrawn(item: ProjectedItem, fact: Fact[ItemWithdrawn]) -> None:
    row = item.row
    row.claimed_by = row.claimed_until = row.information_due = None
    row.escalated = 0
    if isinstance(fact.event.by, Missing):
        row.post_review = None
    _follow(item, fact)


def _follow(item: ProjectedItem, fact: Fact[FollowUpEvent]) -> None:
    item.row.state = required(fact.event.state)
    item.changed()


def apply_superseded(item: ProjectedItem, fact: Fact[ItemSuperseded]) -> None:
    item.superseded_due = said_time(fact.event.post_review)
    item.row.state, item.row.post_review = ItemState.SUPERSEDED.value, None
    item.changed()


def apply_reinstated(item: ProjectedItem, fact: Fact[ItemReinstated]) -> None:
    row, due = item.row, item.superseded_due
    row.state, row.post_review_due = ItemState.RELEASED.value, due
    row.post_review = PostReview.DUE.value if isinstance(due, int) else due
    requeue_reinstated(item, fact)
    item.changed()


def apply_enforcement(item: ProjectedItem, fact: Fact[EnforcementEvent]) -> None:
    """A measure moves the item; with a ``cycle`` it had been released, and a new review begins."""
    row, event = item.row, fact.event
    cycle, blocked = optional(event.cycle), is_of(fact, ItemBlocked)
    row.state = ItemState.BLOCKED.value if blocked else ItemState.HELD.value
    row.level, row.measure = said(event.level), _measure(said(event.measure))
    causes = said(event.causes)
    row.causes = json_list(causes) if isinstance(causes, tuple) else UNSAID
    if cycle is not None:
        row.cycle = cycle
        row.decided_by = row.post_review = row.post_review_due = None
    elif blocked:
        row.claimed_by = row.claimed_until = None
    item.changed()


def apply_rejected(item: ProjectedItem, fact: Fact[ItemRejected]) -> None:
    item.row.state, item.row.decided_by = ItemState.REJECTED.value, fact.actor
    item.changed()


def apply_legal_hold(item: ProjectedItem, fact: Fact[ItemLegalHold]) -> None:
    item.row.legal_hold = int(required(fact.event.held))
    item.changed()


def apply_retention_asked(item: ProjectedItem, _fact: Fact[ItemRetentionAsked]) -> None:
    item.row.retention_ask = None
    item.changed()


def apply_purged(item: ProjectedItem, fact: Fact[ItemPurged]) -> None:
    """The content is gone: title, bodies and what was found in them; the hashes stay."""
    row = item.row
    item.purged_from = row.state
    row.state, row.title, row.original_script = ItemState.PURGED.value, PURGED_TITLE, None
    row.post_review = row.post_review_due = row.claimed_by = row.claimed_until = None
    if item.body_version is not None:
        urgency = said(fact.event.urgency)
        row.urgency = urgency
        row.precedence = PRECEDENCE.get(urgency, UNSAID) if isinstance(urgency, str) else UNSAID
    item.body_version = None
    item.messages = []
    for version, body in item.bodies.items():
        item.bodies[version] = body._replace(findings=NOTHING_FOUND, problems=NOTHING_FOUND, purged=True)
    item.changed()


def arrives(fact: Fact[LogEvent]) -> ProjectedItem | None:
    """The item that an event opens, or ``None``."""
    if is_of(fact, IntakeAccepted):
        return accepted(fact)
    return quarantined(fact) if is_of(fact, QuarantineEvent) else None
