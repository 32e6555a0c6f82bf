"""Opens an item for a message: routes it, writes it and puts what goes out into the outbox, in one transaction."""

from __future__ import annotations

from dutydesk.desk.base.context import Context
from dutydesk.desk.base.message import (
    ItemMessage,
    body_of,
    is_confidential,
    kind_of,
    restricted_from,
    retention_until,
    title_of,
    urgency_of,
)
from dutydesk.desk.delivery.outbox import Outbox, initial_rows, supersede
from dutydesk.desk.examination import later_filing
from dutydesk.desk.examination.prepare import PreparedMessage
from dutydesk.desk.examination.resubmission import find_refused_text
from dutydesk.desk.examination.review_context import ExaminedMessage
from dutydesk.desk.examination.route import effective_type, route_fields, route_message, routing_data
from dutydesk.domain.delivery.items import Item, item_name, measure_name
from dutydesk.domain.delivery.states import UNDECIDED_STATES, ItemState
from dutydesk.domain.events.event import ABSENT
from dutydesk.domain.events.intake import IntakeAccepted
from dutydesk.domain.events.routes import ItemRouted
from dutydesk.domain.frozen import value
from dutydesk.domain.messages.message import type_of
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import deliveries, items
from dutydesk.store.tables.items import StoredBody
from dutydesk.wire.decode.outcome import DecodedMessage


@value(frozen=True, slots=True)
class IntakeResult:
    """An item as a message has made or changed it; ``route_texts`` explain its route to the sender."""

    item: Item
    route_texts: tuple[str, ...]


@value(frozen=True, slots=True)
class AcceptedMessage:
    """A message that becomes an item: its bytes, what they say, and who takes it in.

    ``prepared`` was worked out ahead of the transaction, where anything was.
    """

    raw: bytes
    decoded: DecodedMessage
    message: ItemMessage
    actor: str
    prepared: PreparedMessage | None = None


def open_item(
    transaction: Transaction, context: Context, accepted: AcceptedMessage, outbox: Outbox, parent: Item | None = None
) -> IntakeResult:
    """Routes a message and writes item, bytes, deliveries and events.

    A new item that replaces an undecided ``parent`` has the same type as it, and is always reviewed.
    """
    raw, decoded, message, prepared = accepted.raw, accepted.decoded, accepted.message, accepted.prepared
    at, policy = transaction.at, context.policy(transaction)
    unfinished = parent is not None and parent.state in UNDECIDED_STATES
    type = parent.type if parent is not None and parent.type is not None and unfinished else type_of(message)
    examined_as = effective_type(transaction, parent) if parent is not None else type
    subject = ExaminedMessage(message, examined_as, parent, prepared)
    placing = route_message(transaction, context, subject, corrects_undecided=unfinished)
    title, original_script = title_of(message)
    item = Item(
        number=items.next_number(transaction),
        type=type,
        kind=kind_of(message),
        reference=message.envelope.reference,
        sender=message.envelope.sender,
        version=1,
        cycle=1,
        revision=1,
        urgency=urgency_of(message),
        received_at=at,
        title=title,
        original_script=original_script,
        restricted_from=restricted_from(message),
        confidential=is_confidential(message),
        parent=parent.number if parent else None,
        family=parent.root if parent else None,
        same_text_as=find_refused_text(transaction, message.envelope.sender, raw),
        retention_until=retention_until(message, at),
        **route_fields(placing, context, at),
    )
    goes_out = item.state is ItemState.RELEASED
    rows = outbox.initial_rows(initial_rows(context, policy, placing.audience, at)) if goes_out else []
    items.add(transaction, item, deliveries.initial_counters(rows))
    items.add_body(transaction, StoredBody(item.number, 1, at, decoded.sha256, placing.findings, (), raw))
    later_filing.record_new_item(transaction, item, body_of(message), prepared)
    transaction.emit(
        accepted.actor,
        item.name,
        IntakeAccepted(
            sender=message.envelope.sender,
            reference=item.reference,
            type=type.value,
            sha256=decoded.sha256,
            same_text_as=item_name(item.same_text_as) if item.same_text_as else None,
            sent_at=message.envelope.sent_at.isoformat(),
            content=decoded.content_hash,
            **decoded.signature_fields,
        ),
    )
    transaction.emit(
        "system",
        item.name,
        ItemRouted(
            state=item.state.value,
            level=item.level,
            measure=measure_name(item.measure) if item.measure else None,
            post_review=item.post_review,
            retention_until=item.retention_until.isoformat() if item.retention_until else None,
            parent=parent.name if parent else None,
            family=item_name(parent.root) if parent else ABSENT,
            **routing_data(placing, message, examined_as, item.post_review_due),
        ),
    )
    if goes_out:
        outbox.add_item(item, raw, rows)
        if parent is not None:
            supersede(transaction, policy, items.get(transaction, parent.number), item, "system")
    return IntakeResult(item, placing.route.sender_causes)
