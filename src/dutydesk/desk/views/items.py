"""Read the desk: the feed, the review queue, one item, its route, events and counters."""

from __future__ import annotations

import json
from collections.abc import Container, Sequence
from datetime import datetime

from dutydesk.desk.base.context import Context
from dutydesk.desk.base.figure_rows import DeskCounters
from dutydesk.desk.base.redaction import Visibility, redact_events, redact_row, redact_view
from dutydesk.desk.base.rows import (
    ChecklistRow,
    DeliveryRow,
    EventRow,
    HeaderView,
    ItemRow,
    ItemView,
    NoteRow,
    OfficerRow,
    ReadRow,
    ReviewRow,
    RouteExplanation,
    RouteView,
    VerdictRow,
)
from dutydesk.desk.examination.route import effective_type
from dutydesk.desk.review.claims import checklist_of
from dutydesk.desk.review.rulings import current_audience
from dutydesk.desk.supervision import restriction_proposals
from dutydesk.desk.views import bureau_keys, recall_progress, responses
from dutydesk.domain.delivery.audience import Verdict
from dutydesk.domain.delivery.bodies import CHANGED_WORDS, fault_words
from dutydesk.domain.delivery.items import Delivery, Item, item_name, measure_name
from dutydesk.domain.delivery.states import HOLDING, OPEN_STATES, ItemState
from dutydesk.domain.errors import BodyChanged, NotFound
from dutydesk.domain.events.event import required
from dutydesk.domain.events.log import Event, EventKind, Json
from dutydesk.domain.events.reviews import ItemRead
from dutydesk.domain.messages.message import MessageType
from dutydesk.store.engine.reader import Handle, optional_from_us
from dutydesk.store.tables import bodies, deliveries, items, log, remarks
from dutydesk.store.tables import officers as officers_table
from dutydesk.store.tables.items import PageFilter as PageFilter  # what screens narrow the feed by
from dutydesk.wire.decode.strict_json import parse_leniently


def item_row(item: Item, at: datetime, *, changed: bool = False) -> ItemRow:
    """Return an item's line in a list.

    ``changed`` means that the stored body is not the one that was received; a warning then replaces the title.
    """
    holder = item.claimed_by(at)
    return ItemRow(
        item=item.name,
        type=item.type,
        kind=item.kind,
        reference=item.reference,
        sender=item.sender,
        state=item.state,
        version=item.version,
        cycle=item.cycle,
        revision=item.revision,
        urgency=item.urgency,
        received_at=item.received_at,
        title=CHANGED_WORDS if changed else item.title,
        original_script=None if changed else item.original_script,
        claimed_by=holder,
        claimed_until=item.claim.until if holder and item.claim else None,
        escalated=item.escalated,
        post_review=item.post_review,
        post_review_due=item.post_review_due,
        information_due=item.information_due,
        level=item.level,
        measure=_measure(item.measure),
        parent=item_name(item.parent) if item.parent else None,
        family=item_name(item.family) if item.family else None,
        beside=item_name(item.conflicting_item) if item.conflicting_item else None,
        same_text_as=item_name(item.same_text_as) if item.same_text_as else None,
        proposed_by=item.proposed_by,
        recall_proposed=item.recall_proposed_by,
        unratified=item.unratified,
        legal_hold=item.legal_hold,
        notice_number=item.notice_number,
        offered_kind=item.offered_kind,
        retention_until=item.retention_until,
        changed=changed,
    )


def item_rows(handle: Handle, found: Sequence[Item]) -> list[ItemRow]:
    """Return the items' lines in a list; each item's stored bytes are compared with the log."""
    changed = bodies.body_faults(handle, found)
    return [item_row(item, handle.at, changed=item.number in changed) for item in found]


def _measure(number: int | None) -> str | None:
    return measure_name(number) if number is not None else None


def row_for(item: Item, eyes: Visibility, *, changed: bool = False) -> ItemRow:
    """Return an item's line as the reader may see it."""
    row = item_row(item, eyes.handle.at, changed=changed)
    return redact_row(row, eyes) if eyes.hides(item) else row


def rows_for(found: Sequence[Item], eyes: Visibility) -> list[ItemRow]:
    """Return the items' lines as the reader may see them; each item's stored bytes are compared with the log."""
    changed = bodies.body_faults(eyes.handle, found)
    return [row_for(item, eyes, changed=item.number in changed) for item in found]


def feed(handle: Handle, page_filter: PageFilter, limit: int, eyes: Visibility) -> list[ItemRow]:
    """Return at most ``limit`` items, newest first; a search by words skips items that are withheld from the reader."""
    if page_filter.words is None or eyes.sees_all:
        return rows_for(items.page(handle, page_filter, limit), eyes)
    found: list[ItemRow] = []
    while True:
        page = items.page(handle, page_filter, limit)
        found += item_rows(handle, [item for item in page if not eyes.hides(item)])
        if len(page) < limit or len(found) >= limit:
            return found[:limit]
        page_filter = page_filter.below(page[-1].number)


def rows_of(handle: Handle, numbers: list[int], eyes: Visibility) -> list[ItemRow]:
    """Return the items of these numbers as they are now; missing ones are left out."""
    return rows_for(items.find_several(handle, numbers), eyes)


def queue(handle: Handle, limit: int, eyes: Visibility, changed: Container[int] = ()) -> list[ItemRow]:
    """Return the items that wait for a decision, by urgency, then by age.

    ``changed`` are the numbers of items known to have a changed body.
    """
    return [row_for(item, eyes, changed=item.number in changed) for item in items.review_queue(handle, limit)]


def post_reviews(handle: Handle, limit: int, eyes: Visibility, changed: Container[int] = ()) -> list[ItemRow]:
    """Return the items in post-review, by due date. ``changed`` is as in :func:`queue`."""
    return [row_for(item, eyes, changed=item.number in changed) for item in items.post_reviews(handle, limit)]


def show(handle: Handle, context: Context, number: int, eyes: Visibility) -> ItemView:
    """Return everything on one item, as the reader may see it. Raises NotFound."""
    view = _full_view(handle, context, number)
    return redact_view(view, eyes) if eyes.hides(items.get(handle, number)) else view


def _full_view(handle: Handle, context: Context, number: int) -> ItemView:
    item = items.get(handle, number)
    kept = bodies.verify_body(handle, item)
    sound, body = kept.fault is None, kept.body
    ticks = {tick.check: tick.officer for tick in remarks.ticks_of(handle, number, item.version)}
    most_reads = context.limits.views.item_reads
    points = checklist_of(context, item) if item.type is not None else ()
    rows = deliveries.of_item(handle, number)
    events = log.of_subject(handle, item.name)
    history = tuple(event_row(event) for event in events if event.kind is not EventKind.ITEM_READ)
    response_rows = responses.decisions(history)
    return ItemView(
        row=item_row(item, handle.at, changed=not sound),
        body=_shown_body(item, body.raw) if sound else None,
        sha256=body.sha256,
        problems=body.problems if sound else (),
        findings=body.findings if sound else (),
        checklist=tuple(ChecklistRow(point.id, point.words, ticks.get(point.id)) for point in points),
        route=RouteView(item.level, _measure(item.measure), item.causes),
        audience=_audience(handle, context, item) if sound else (),
        deliveries=tuple(_delivery_row(row) for row in rows),
        reviews=tuple(
            ReviewRow(r.officer, r.decision, r.reason, r.code, r.articles, r.at, r.cycle)
            for r in remarks.reviews_of(handle, number)
        ),
        notes=tuple(NoteRow(n.officer, n.text, n.at) for n in remarks.remarks_of(handle, number)),
        history=history,
        proposal=recall_progress.proposal_row(handle, context, item),
        recall=recall_progress.recall_board(handle, item),
        holds=recall_progress.copies_held(handle, item),
        access_withdrawn=responses.access_board(handle, item),
        decided=responses.response_board(rows, response_rows),
        decisions=response_rows,
        restrictions_proposed=recall_progress.restriction_rows(
            handle, context, restriction_proposals.proposals_on_item(handle, item)
        ),
        reads=tuple(_read_row(event) for event in events if event.kind is EventKind.ITEM_READ)[-most_reads:],
        body_fault=kept.fault,
        examined_as=effective_type(handle, item),
        signature=bureau_keys.message_signature(handle, context, history),
    )


def _shown_body(item: Item, raw: bytes | None) -> Json:
    """Return the body for display.

    The text of ordinary correspondence (type ``message``) is never shown, not even in quarantine. Bytes that are not a
    JSON object are shown escaped.
    """
    if raw is None:
        return None
    escaped = raw.decode("utf-8", errors="backslashreplace")
    try:
        body: Json = json.loads(raw)
    except (ValueError, RecursionError):
        fragment = parse_leniently(raw).tree
        stated = fragment.get("type") if isinstance(fragment, dict) else None
        return None if MessageType.MESSAGE in (item.type, stated) else escaped
    if not isinstance(body, dict):
        return escaped
    if MessageType.MESSAGE in (item.type, body.get("type")):
        return {name: value for name, value in body.items() if name != "text"}
    return escaped if item.type is None else body


def stated_type(item: Item, raw: bytes) -> MessageType | None:
    """Return ``message`` if the item has that type or its bytes state it, even in unreadable input; else its type."""
    fragment = parse_leniently(raw).tree
    stated = fragment.get("type") if isinstance(fragment, dict) else None
    if MessageType.MESSAGE in (item.type, stated):
        return MessageType.MESSAGE
    return item.type


def _audience(handle: Handle, context: Context, item: Item) -> tuple[VerdictRow, ...]:
    """Return who would receive an item in review or blocked if it were released now; empty for other items."""
    if item.state not in OPEN_STATES and item.state is not ItemState.BLOCKED:
        return ()
    try:
        policy = context.policy(handle)
        found = current_audience(handle, context, item, policy)
    except (NotFound, BodyChanged):
        return ()
    return tuple(_verdict_row(verdict, policy.offline) for verdict in found)


def _verdict_row(verdict: Verdict, offline: frozenset[str]) -> VerdictRow:
    waiting = "offline" if verdict.deliver and verdict.recipient in offline else None
    return VerdictRow(verdict.recipient, "deliver" if verdict.deliver else "suppress", verdict.cause, waiting)


def _delivery_row(row: Delivery) -> DeliveryRow:
    waiting = "offline" if row.waiting else None
    return DeliveryRow(row.recipient, row.state, row.cause, waiting, row.attempts, row.version, row.error)


def _read_row(event: Event) -> ReadRow:
    read = ItemRead.from_data(log.data_of(event))
    return ReadRow(event.actor, event.at, required(read.revision), required(read.version))


def event_row(event: Event) -> EventRow:
    """Return an event with its data, without redaction."""
    return EventRow(event.seq, event.at, event.actor, event.kind, event.subject, dict(log.data_of(event)))


def why(handle: Handle, context: Context, number: int, at: datetime | None) -> RouteExplanation:
    """Explain an item's route: the one it was given, or the one by the state and rules at the past time ``at``.

    Raises NotFound, and Refused for a time before the item was received or of which the log has too little data.
    """
    item = items.get(handle, number)
    if at is not None:
        from dutydesk.desk.views.past_route import explain_past_route  # on first use: a console opens without it

        return explain_past_route(handle, context, item, at)
    kept = bodies.verify_body(handle, item)
    if kept.fault is not None:
        causes = (f"{CHANGED_WORDS}: {fault_words(kept.fault)}", *item.causes)
        return RouteExplanation(item.name, item.level, _measure(item.measure), causes, (), changed=True)
    if item.type is None:
        return RouteExplanation(item.name, None, None, item.causes, ())
    found = current_audience(handle, context, item, context.policy(handle))
    return RouteExplanation(
        item.name, item.level, _measure(item.measure), item.causes, _recipients(handle, context, item, found)
    )


def _recipients(handle: Handle, context: Context, item: Item, found: tuple[Verdict, ...]) -> tuple[VerdictRow, ...]:
    """Return the recipients of the route.

    After a release these are its deliveries, with the causes of those suppressed since; before it, the present
    verdicts.
    """
    rows, offline = deliveries.of_item(handle, item.number), context.policy(handle).offline
    if not rows or item.state in OPEN_STATES:
        return tuple(_verdict_row(verdict, offline) for verdict in found)
    return tuple(
        VerdictRow(
            row.recipient,
            "suppress" if row.cause else "deliver",
            row.cause,
            "offline" if row.waiting else None,
            row.state in HOLDING,
        )
        for row in rows
    )


def header(handle: Handle, realm: str) -> HeaderView:
    """Return the figures of the header, from maintained counters."""
    counters = log.counters(handle)
    states = {state.value: counters.get(f"state:{state}", 0) for state in ItemState}
    return HeaderView(
        realm=realm,
        at=handle.at,
        held=sum(states[state] for state in OPEN_STATES),
        oldest_held=optional_from_us(handle.value("item_oldest_held")),
        quarantined=states[ItemState.QUARANTINED],
        blocked=states[ItemState.BLOCKED],
        post_reviews=items.post_reviews_count(handle, 100),
        queued=counters.get("delivery:queued", 0) - counters.get("waiting", 0),
        waiting=counters.get("waiting", 0),
        dead=counters.get("delivery:dead", 0),
        items=sum(states.values()),
        states=states,
        hits=sum(n for name, n in counters.items() if name.startswith("hits:")),
    )


def count_lines(handle: Handle) -> int:
    """Return the number of items and hits, from maintained counters."""
    counters = log.counters(handle)
    item_count = sum(counters.get(f"state:{state}", 0) for state in ItemState)
    return item_count + sum(n for name, n in counters.items() if name.startswith("hits:"))


def figures(handle: Handle) -> DeskCounters:
    """Return the maintained counters, grouped by what they count."""
    counters = log.counters(handle)

    def group(prefix: str) -> dict[str, int]:
        found = {name.removeprefix(prefix): n for name, n in counters.items() if name.startswith(prefix) and n}
        return dict(sorted(found.items()))

    return DeskCounters(
        states=group("state:"),
        outcomes=group("outcome:"),
        deliveries=group("delivery:"),
        suppressed=group("suppressed:"),
        refusals=group("refusal:"),
        events=log.head_seq(handle),
        decisions=counters.get("decisions", 0),
    )


def events_after(handle: Handle, seq: int, limit: int, eyes: Visibility) -> list[EventRow]:
    """Return at most ``limit`` events after the sequence number ``seq``, as the reader may see them."""
    return redact_events(map(event_row, log.after(handle, seq, limit)), eyes)


def history(handle: Handle, subject: str, eyes: Visibility) -> list[EventRow]:
    """Return the events of one subject, as the reader may see them."""
    return redact_events(map(event_row, log.of_subject(handle, subject)), eyes)


def officers(handle: Handle) -> list[OfficerRow]:
    """Return all officers with their roles, countries and logins."""
    return [OfficerRow(o.name, o.role, o.country, o.logins) for o in officers_table.all_officers(handle)]
