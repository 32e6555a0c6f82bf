"""Corrections: a new version of an undecided item, a child of a released one, or a new item.

A correction that describes another person than the item that it corrects becomes a new item, because no officer has
reviewed that person yet. The older item ends as withdrawn by its sender.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from dutydesk.desk.base.context import Context
from dutydesk.desk.base.message import (
    body_of,
    is_confidential,
    message_of_version,
    restricted_from,
    retention_until,
    title_of,
    urgency_of,
)
from dutydesk.desk.base.proposal_void import void_proposal
from dutydesk.desk.delivery.outbox import QueueOutbox
from dutydesk.desk.examination.persons import OTHER_PERSON_COUNTER, identity_in_body, record_person
from dutydesk.desk.examination.review_context import ExaminedMessage
from dutydesk.desk.examination.route import apply_route, effective_type, route_message, routing_data
from dutydesk.desk.intake import references
from dutydesk.desk.intake.open_item import AcceptedMessage, IntakeResult, open_item
from dutydesk.desk.supervision import families
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.delivery.items import Item, item_name, measure_name
from dutydesk.domain.delivery.states import UNDECIDED_STATES, ItemState
from dutydesk.domain.errors import BodyChanged, NotFound, Obstacle, Refused
from dutydesk.domain.events.items import ItemWithdrawn
from dutydesk.domain.events.routes import CorrectionNotes, ItemCorrected
from dutydesk.domain.frozen import value
from dutydesk.domain.messages.message import Correction, MessageType
from dutydesk.domain.rules.likeness import Identity, is_same_person
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import items
from dutydesk.store.tables.items import StoredBody
from dutydesk.wire.decode.outcome import DecodedMessage


def build_refusal(code: RefusedCode, path: str, words: str) -> Refused:
    """A refusal at intake; ``path`` names the field of the message, as the receipt's problem does."""
    return Refused(code, words, Obstacle(path, words))


def own_item(transaction: Transaction, sender: str, reference: str) -> Item:
    """The sender's own item behind one of its references, by the log. Raises Refused."""
    number = references.item_number_of(transaction, sender, reference)
    if number is None:
        raise build_refusal(
            RefusedCode.REFERENCE_UNKNOWN, "of", f"no earlier item of {sender} has the reference {reference}"
        )
    return items.get(transaction, number)


def current_item(handle: Handle, item: Item) -> Item:
    """The item itself, or the correction that took its place while it was undecided."""
    while item.state is ItemState.WITHDRAWN and (after := items.children(handle, item.number)):
        item = after[-1]
    return item


def correct(
    transaction: Transaction, context: Context, raw: bytes, decoded: DecodedMessage, message: Correction, actor: str
) -> IntakeResult:
    """Adds a version to an undecided item, replaces one on another person, or opens a child of a released one."""
    item = current_item(transaction, own_item(transaction, message.envelope.sender, message.of))
    wants_recipients = effective_type(transaction, item) is not MessageType.NOTICE_REQUEST
    if wants_recipients and message.body.recipients is None:
        raise build_refusal(
            RefusedCode.RECIPIENTS_MISSING, "recipients", f"is missing: {item.name} is no notice request"
        )
    if not wants_recipients and message.body.recipients is not None:
        raise build_refusal(
            RefusedCode.RECIPIENTS_NOT_ALLOWED,
            "recipients",
            f"has no place here: {item.name} is a notice request, and goes to all members",
        )
    if item.type is MessageType.MESSAGE:
        raise build_refusal(
            RefusedCode.CORRESPONDENCE_NOT_CORRECTED,
            "of",
            f"{item.name} is ordinary correspondence; send a new message instead",
        )
    if item.state not in UNDECIDED_STATES | {ItemState.RELEASED}:
        raise build_refusal(
            RefusedCode.CORRECTION_TOO_LATE,
            "of",
            f"{item.name} is {item.state}; a correction comes too late, send a new message",
        )
    same_person = _is_same_person(transaction, context, item, message)
    if not same_person:
        transaction.add_to_counter(f"{OTHER_PERSON_COUNTER}:{transaction.at.date()}:{message.envelope.sender}")
    targets = families.apply_family_denials(transaction, context, item, restricted_from(message), actor)
    special: CorrectionNotes = {"owner": item.sender or "", "denied": targets} if targets else {}
    if not same_person:
        special["other_person"] = message.envelope.sender
    if item.state is ItemState.RELEASED:
        taken = open_item(
            transaction, context, AcceptedMessage(raw, decoded, message, actor), QueueOutbox(transaction), parent=item
        )
        transaction.emit(actor, item.name, ItemCorrected(child=taken.item.name, **special))
    elif same_person:
        taken = _add_version(transaction, context, _Arrived(raw, decoded, message, actor, special), item)
    else:
        taken = _replace_item(transaction, context, _Arrived(raw, decoded, message, actor, special), item)
    if targets:
        families.suppress_denied(transaction, context, taken.item, actor)
        families.withdraw_access(transaction, context, taken.item, actor)
    return taken


def _is_same_person(handle: Handle, context: Context, item: Item, message: Correction) -> bool:
    """Compares the person with the present and the first version: small steps must not lead to another person.

    False where a version was changed since it was received: an officer then compares them.
    """
    now = identity_in_body(message.body)
    versions = {1, item.version}
    try:
        before = [identity for version in versions for identity in _identity_in_version(handle, context, item, version)]
    except BodyChanged:
        return False
    return bool(before) and all(is_same_person(one, now) for one in before)


def _identity_in_version(handle: Handle, context: Context, item: Item, version: int) -> Iterator[Identity]:
    """The identity in a version; none where it can't be read, such as one from quarantine."""
    try:
        yield identity_in_body(body_of(message_of_version(handle, context, item, version)))
    except NotFound:
        return


@value(frozen=True, slots=True)
class _Arrived:
    """A correction as it came in, and what its event says besides."""

    raw: bytes
    decoded: DecodedMessage
    message: Correction
    actor: str
    special: CorrectionNotes


def _replace_item(transaction: Transaction, context: Context, arrived: _Arrived, item: Item) -> IntakeResult:
    """Ends the older item with its proposal and claim, so that nobody releases its text, and opens the new one."""
    actor = arrived.actor
    accepted = AcceptedMessage(arrived.raw, arrived.decoded, arrived.message, actor)
    taken = open_item(transaction, context, accepted, QueueOutbox(transaction), parent=item)
    child = taken.item
    reason = f"{child.name} corrects it and describes another person"
    left = void_proposal(transaction, item, (reason,), actor)
    ended = replace(left, state=ItemState.WITHDRAWN, claim=None, information_due=None, escalated=False)
    items.save(transaction, item, ended)
    transaction.emit(
        actor, item.name, ItemWithdrawn(state=ended.state.value, reason=reason, by=child.name, cycle=item.cycle)
    )
    transaction.emit(actor, item.name, ItemCorrected(child=child.name, **arrived.special))
    return replace(
        taken, route_texts=(*taken.route_texts, f"it describes another person than {item.name}, which is withdrawn")
    )


def _add_version(transaction: Transaction, context: Context, arrived: _Arrived, item: Item) -> IntakeResult:
    """Adds a version. Ticks belong to a body and do not carry over; an item in review stays there."""
    at, message, decoded = transaction.at, arrived.message, arrived.decoded
    goes = effective_type(transaction, item)
    placing = route_message(transaction, context, ExaminedMessage(message, goes, item), corrects_undecided=True)
    title, original_script = title_of(message)
    body = body_of(message)
    left = void_proposal(transaction, item, ("its sender corrected it",), arrived.actor)
    corrected = replace(
        apply_route(left, placing, context, at),
        version=item.version + 1,
        kind=body.kind if body else None,
        urgency=urgency_of(message),
        title=title,
        original_script=original_script,
        restricted_from=restricted_from(message),
        confidential=is_confidential(message),
        information_due=None,
        offered_kind=None,
        retention_until=retention_until(message, at),
        retention_asked=False,
    )
    items.save(transaction, item, corrected)
    items.add_body(
        transaction,
        StoredBody(item.number, corrected.version, at, decoded.sha256, placing.findings, (), arrived.raw),
    )
    record_person(transaction, corrected, body)
    transaction.emit(
        arrived.actor,
        item.name,
        ItemCorrected(
            version=corrected.version,
            sender=message.envelope.sender,
            reference=message.envelope.reference,
            retention_until=corrected.retention_until.isoformat() if corrected.retention_until else None,
            sha256=decoded.sha256,
            content=decoded.content_hash,
            **decoded.signature_fields,
            state=corrected.state.value,
            level=corrected.level,
            measure=measure_name(corrected.measure) if corrected.measure else None,
            family=item_name(item.root),
            **routing_data(placing, message, goes, corrected.post_review_due),
            **arrived.special,
        ),
    )
    return IntakeResult(items.get(transaction, item.number), placing.route.sender_causes)
