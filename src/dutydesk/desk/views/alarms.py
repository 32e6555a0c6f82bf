"""List the alarms: what is overdue, dead or waits for a signature, and what differs from the log.

Also list the items that a measure stopped. Alarms change nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from dutydesk.desk.base.bodies import BodyMonitor
from dutydesk.desk.base.context import Context
from dutydesk.desk.base.rows import AffectedItemRow, AlarmRow
from dutydesk.desk.examination.persons import OTHER_PERSON_COUNTER
from dutydesk.desk.supervision.restriction_proposals import describe_proposal
from dutydesk.desk.views.witnesses import witness_alarms
from dutydesk.domain.codes.not_found import NotFoundCode
from dutydesk.domain.delivery.items import Item, item_name, measure_name
from dutydesk.domain.delivery.states import DeliveryState, ItemState, SuppressionCause
from dutydesk.domain.errors import NotFound
from dutydesk.domain.events.event import optional
from dutydesk.domain.events.items import EnforcementEvent
from dutydesk.domain.events.reviews import ItemPostReview, ItemReleased
from dutydesk.domain.events.routes import RouteEvent
from dutydesk.domain.supervision.measures import Endorsement, Measure, MeasureState
from dutydesk.language.phrases import marked
from dutydesk.language.sentences import sentence
from dutydesk.store.engine.reader import Handle
from dutydesk.store.tables import (
    bureaus,
    deliveries,
    items,
    log,
    log_queries,
    measures,
    proposals,
    remarks,
    restriction_proposals,
)
from dutydesk.store.tables.items import PageFilter

MAX_ALARMS = 100
FEW = 20


def alarms(handle: Handle, context: Context, watch: BodyMonitor | None = None) -> list[AlarmRow]:
    """Return all alarms, the gravest first.

    ``watch`` remembers which bodies it has verified; a caller that asks repeatedly keeps it between calls.
    """
    return [
        *(BodyMonitor() if watch is None else watch).alarms(handle),
        *_differences(handle),
        *_recalls(handle),
        *_flash_items(handle),
        *_measures(handle),
        *_restrictions(handle),
        *_deliveries(handle),
        *_unconfirmed(handle, context),
        *_overdue(handle),
        *_security(handle),
        *_other_persons(handle, context),
        *_offline(handle),
        *witness_alarms(handle, context.settings),
    ]


def _differences(handle: Handle) -> Iterator[AlarmRow]:
    """Report tables that differ from the log. These alarms stay: only a person can find out who changed what."""
    for fact in log_queries.differences(handle, FEW):
        words = sentence(
            "the store differs from the log: {words}", words=optional(fact.event.words) or optional(fact.event.what)
        )
        yield AlarmRow("changed", fact.subject, words, fact.at)


def _recalls(handle: Handle) -> Iterator[AlarmRow]:
    for item in items.unratified(handle):
        words = sentence(
            "recalled on the one signature of {decided_by}; a supervisor must ratify it", decided_by=item.decided_by
        )
        yield AlarmRow("unratified", item.name, words, _recalled_at(handle, item))
    for item in items.recalls_proposed(handle):
        words = sentence(
            "{recall_proposed_by} proposed its recall; deliveries wait for a second officer to confirm it or dissent",
            recall_proposed_by=item.recall_proposed_by,
        )
        proposal = proposals.of_item(handle, item.number)
        yield AlarmRow("recall", item.name, words, proposal.at if proposal else None)


def _recalled_at(handle: Handle, item: Item) -> datetime | None:
    reviews = remarks.reviews_of(handle, item.number)
    return reviews[-1].at if reviews else None


def _flash_items(handle: Handle) -> Iterator[AlarmRow]:
    """Report held items of urgency ``flash`` that nobody has claimed."""
    for item in items.flash_queue(handle, MAX_ALARMS):
        if item.state is ItemState.HELD and item.claimed_by(handle.at) is None:
            words = sentence("flash from {sender}: held, and nobody has claimed it", sender=item.sender)
            yield AlarmRow("flash", item.name, words, item.received_at)


def _unconfirmed(handle: Handle, context: Context) -> Iterator[AlarmRow]:
    """Report recalls that recipients have not confirmed within the time allowed for information (7 days by default)."""
    if not log.counter(handle, f"delivery:{DeliveryState.RECALL_SENT}"):
        return
    for item in items.page(handle, PageFilter(state=ItemState.RECALLED), FEW):
        since = _recalled_at(handle, item)
        if since is None or since + context.settings.information_due > handle.at:
            continue
        unconfirmed = [row for row in deliveries.of_item(handle, item.number) if row.state is DeliveryState.RECALL_SENT]
        if unconfirmed:
            recipients = ", ".join(row.recipient for row in unconfirmed[:FEW])
            template = (
                marked("its recall is not confirmed by {recipients} and others")
                if len(unconfirmed) > FEW
                else marked("its recall is not confirmed by {recipients}")
            )
            yield AlarmRow("unconfirmed", item.name, sentence(template, recipients=recipients), since)


def _offline(handle: Handle) -> Iterator[AlarmRow]:
    for bureau in bureaus.rows(handle).values():
        if bureau.offline_since is not None:
            words = sentence("{code} is off the network; what is for it waits", code=bureau.code)
            yield AlarmRow("offline", bureau.code, words, bureau.offline_since)


def _measures(handle: Handle) -> Iterator[AlarmRow]:
    for measure in measures.all_measures(handle):
        if measure.state in (MeasureState.EFFECTIVE, MeasureState.ORDERED):
            yield from _measure_alarms(measure, handle)


def _measure_alarms(measure: Measure, handle: Handle) -> Iterator[AlarmRow]:
    name, what = measure_name(measure.number), f"{measure.country} {measure.level}"
    match measure.endorsement:
        case Endorsement.AWAITING if measure.endorsement_due <= handle.at:
            yield AlarmRow(
                "endorsement", name, sentence("{what}: its endorsement is overdue", what=what), measure.endorsement_due
            )
        case Endorsement.DECLINED if measure.lift is None:
            words = sentence(
                "{what}: {endorsed_by} declined it; it stays in force until it is lifted",
                what=what,
                endorsed_by=measure.endorsed_by,
            )
            yield AlarmRow("declined", name, words, None)
        case _:
            pass
    if measure.review_by <= handle.at:
        words = sentence("{what}: its review date has passed; it stays in force", what=what)
        yield AlarmRow("review", name, words, measure.review_by)


def _restrictions(handle: Handle) -> Iterator[AlarmRow]:
    for proposal in restriction_proposals.waiting(handle):
        subject = item_name(proposal.item) if proposal.item is not None else proposal.owner
        words = sentence(
            "{proposal}; it waits for a second officer to confirm it", proposal=describe_proposal(proposal)
        )
        yield AlarmRow("restriction", subject, words, proposal.at)


def _deliveries(handle: Handle) -> Iterator[AlarmRow]:
    for row in deliveries.dead(handle, MAX_ALARMS):
        words = sentence(
            "the delivery to {recipient} is dead after {attempts} tries: {error}",
            recipient=row.recipient,
            attempts=row.attempts,
            error=row.error or "no reason known",
        )
        yield AlarmRow("dead", item_name(row.item), words, None)


def _overdue(handle: Handle) -> Iterator[AlarmRow]:
    for item in items.overdue_post_reviews(handle, MAX_ALARMS):
        yield AlarmRow("post-review", item.name, sentence("its review after release is overdue"), item.post_review_due)
    for item in items.awaiting_sender(handle, MAX_ALARMS):
        words = sentence("{sender} has not replied to the desk's question; that decides nothing", sender=item.sender)
        yield AlarmRow("silence", item.name, words, item.information_due)
    expired = items.past_retention(handle, MAX_ALARMS)
    purgeable = [item for item in expired if not item.legal_hold]
    if purgeable:
        count = str(len(purgeable))
        if len(expired) == MAX_ALARMS:
            count = sentence("{count} or more", count=count)
        template = (
            marked("{count} item is past its retention; purge deletes the bodies that may be deleted")
            if count == "1"
            else marked("{count} items are past their retention; purge deletes the bodies that may be deleted")
        )
        words = sentence(template, count=count)
        yield AlarmRow("retention", purgeable[0].name, words, purgeable[0].retention_until)


def _security(handle: Handle) -> Iterator[AlarmRow]:
    count = log.counter(handle, "alarm:channel")
    if count:
        template = (
            marked("{count} message came by the channel of a bureau that is not the sender")
            if count == 1
            else marked("{count} messages came by the channel of a bureau that is not the sender")
        )
        yield AlarmRow("security", "intake", sentence(template, count=count), None)
    unsigned = log.counter(handle, "alarm:signature")
    if unsigned:
        template = (
            marked("{count} message was not taken because of its signature; it is in quarantine")
            if unsigned == 1
            else marked("{count} messages were not taken because of their signatures; they are in quarantine")
        )
        yield AlarmRow("security", "signatures", sentence(template, count=unsigned), None)


def _other_persons(handle: Handle, context: Context) -> Iterator[AlarmRow]:
    """Report senders whose corrections described another person too often, today or yesterday (UTC)."""
    days = {(handle.at - timedelta(days=ago)).date().isoformat() for ago in (0, 1)}
    for name, count in sorted(log.counters(handle).items()):
        kind, _, rest = name.partition(":")
        day, _, sender = rest.partition(":")
        if kind == OTHER_PERSON_COUNTER and day in days and count >= context.settings.correction_alarm:
            words = sentence(
                "{count} corrections of {sender} on {day} described another person than the items that they correct",
                count=count,
                sender=sender,
                day=day,
            )
            yield AlarmRow("corrections", sender, words, None)


def worklist(handle: Handle, number: int) -> list[AffectedItemRow]:
    """Return the items that a measure stopped.

    These are items held or blocked under it, refused or withdrawn while it held them, and items of which it suppressed
    a delivery. Raises NotFound.
    """
    measure = measures.find(handle, number)
    if measure is None:
        raise NotFound(
            NotFoundCode.UNKNOWN_MEASURE,
            sentence("there is no measure {number}; dutydesk measures lists them", number=measure_name(number)),
        )
    found: list[AffectedItemRow] = []
    before: int | None = None
    while True:
        page_filter = (
            PageFilter(sender=measure.country) if before is None else PageFilter(sender=measure.country, before=before)
        )
        page = items.page(handle, page_filter, MAX_ALARMS)
        found += [row for item in page for row in _work_rows(handle, item, number)]
        if len(page) < MAX_ALARMS:
            return found
        before = page[-1].number


_STOPPED_WORDS = {
    ItemState.REFUSED: "refused under it",
    ItemState.WITHDRAWN: "withdrawn while it was held under it",
    ItemState.HELD: "still held",
    ItemState.PROPOSED: "still held; a decision is proposed",
    ItemState.INFORMATION_REQUESTED: "still held; its sender has a question to answer",
    ItemState.BLOCKED: "still blocked",
}


def _work_rows(handle: Handle, item: Item, measure: int) -> Iterator[AffectedItemRow]:
    if item.state in _STOPPED_WORDS:
        if item.measure == measure:
            yield AffectedItemRow(item.name, item.state, _STOPPED_WORDS[item.state])
        return
    suppressed = [
        row.recipient
        for row in deliveries.of_item(handle, item.number)
        if row.state is DeliveryState.SUPPRESSED and row.cause in (SuppressionCause.MEASURE, SuppressionCause.SUSPENDED)
    ]
    if suppressed and (item.measure == measure or _was_stopped_by(handle, item, measure)):
        yield AffectedItemRow(item.name, item.state, f"kept from {', '.join(suppressed)}")


def _was_stopped_by(handle: Handle, item: Item, measure: int) -> bool:
    """Whether the log names this measure in an event of the item, as it does where some copies were sent before."""
    name = measure_name(measure)
    events = map(log.parse, log.of_subject(handle, item.name))
    named = (RouteEvent, ItemReleased, EnforcementEvent, ItemPostReview)
    return any(isinstance(event, named) and event.measure == name for event in events)
