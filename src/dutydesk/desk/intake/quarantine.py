"""Quarantined input: an officer rereads or rejects it."""

from __future__ import annotations

from dataclasses import replace

from dutydesk.desk.base.bodies import require_sound
from dutydesk.desk.base.context import Actor, CommandResult, Context, require_text
from dutydesk.desk.base.message import (
    body_of,
    is_confidential,
    kind_of,
    restricted_from,
    retention_until,
    title_of,
    urgency_of,
)
from dutydesk.desk.delivery.outbox import queue_deliveries
from dutydesk.desk.examination.persons import record_person
from dutydesk.desk.examination.review_context import ExaminedMessage
from dutydesk.desk.examination.route import apply_route, route_message, routing_data
from dutydesk.desk.intake import references
from dutydesk.desk.intake.receipts import IntakeOutcome, Receipt
from dutydesk.desk.intake.signatures import judge_signature, open_signed, quarantined
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.delivery.items import Item, measure_name
from dutydesk.domain.delivery.states import ItemState
from dutydesk.domain.errors import Obstacle, Refused
from dutydesk.domain.events.items import ItemRejected
from dutydesk.domain.events.routes import ItemReread
from dutydesk.domain.messages.message import Correspondence, Diffusion, NoticeRequest, type_of
from dutydesk.domain.review.officers import Right
from dutydesk.language.sentences import sentence
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import items
from dutydesk.store.tables.items import KnownReference, StoredBody
from dutydesk.wire.decode.message import decode_message
from dutydesk.wire.decode.outcome import DecodedMessage, DecodeResult


def reread(transaction: Transaction, context: Context, actor: Actor, number: int) -> CommandResult:
    """Decodes the bytes again under today's rules and routes the message. Raises Refused with the problems."""
    item = _quarantined(transaction, context, actor, number)
    stored = require_sound(transaction, item, sentence("it is not read again")).body
    raw, reading = _read_again(transaction, context, stored)
    if not isinstance(reading, DecodedMessage):
        problems = [Obstacle(problem.path, problem.problem) for problem in reading.problems]
        words = sentence(
            "{name} still can't be read; reject it, or ask its sender to send it in another form", name=item.name
        )
        raise Refused(RefusedCode.STILL_UNREADABLE, words, *problems)
    message, envelope = reading.message, reading.message.envelope
    context.refuse_own_country(context.officer(transaction, actor, Right.QUARANTINE), envelope.sender)
    if references.is_used(transaction, envelope.sender, envelope.reference):
        raise Refused(
            RefusedCode.STILL_CONFLICTS,
            sentence(
                "{name} still conflicts: {reference} of {sender} is taken; reject it, or ask {sender} to send it under "
                "another reference",
                name=item.name,
                reference=envelope.reference,
                sender=envelope.sender,
            ),
        )
    if not isinstance(message, Diffusion | NoticeRequest | Correspondence):
        raise Refused(
            RefusedCode.ACTS_ON_ANOTHER_ITEM,
            sentence(
                "{name} is a {message}, which acts on another item; ask its sender to send it again",
                name=item.name,
                message=type_of(message),
            ),
        )
    policy, type = context.policy(transaction), type_of(message)
    placing = route_message(transaction, context, ExaminedMessage(message, type, item))
    title, original_script = title_of(message)
    read = replace(
        apply_route(item, placing, context, transaction.at),
        type=type,
        kind=kind_of(message),
        reference=envelope.reference,
        sender=envelope.sender,
        version=item.version + 1,
        urgency=urgency_of(message),
        title=title,
        original_script=original_script,
        restricted_from=restricted_from(message),
        confidential=is_confidential(message),
        retention_until=retention_until(message, transaction.at),
        retention_asked=False,
    )
    items.save(transaction, item, read)
    items.add_body(
        transaction,
        StoredBody(number, read.version, transaction.at, reading.sha256, placing.findings, (), raw),
    )
    record_person(transaction, read, body_of(message))
    _save_reference(transaction, read, reading, placing.route.sender_causes)
    transaction.emit(
        actor.officer,
        item.name,
        ItemReread(
            login=actor.login,
            sender=envelope.sender,
            reference=envelope.reference,
            state=read.state.value,
            level=read.level,
            measure=measure_name(read.measure) if read.measure else None,
            version=read.version,
            sha256=reading.sha256,
            content=reading.content_hash,
            **reading.signature_fields,
            post_review=read.post_review,
            retention_until=read.retention_until.isoformat() if read.retention_until else None,
            **routing_data(placing, message, type, read.post_review_due),
        ),
    )
    if read.state is ItemState.RELEASED:
        queue_deliveries(transaction, context, policy, read, placing.audience.verdicts, "system")
    after = items.get(transaction, number)
    return CommandResult(
        after.name,
        after.state,
        after.revision,
        sentence("{name} is read and {state}", name=item.name, state=after.state),
    )


def _read_again(transaction: Transaction, context: Context, stored: StoredBody) -> tuple[bytes, DecodeResult]:
    """The message's own bytes, and what they say under today's rules, keys and levels of signature."""
    raw = stored.raw or b""
    signed = open_signed(raw, stored.sha256, context.directory, transaction.at)
    opened = None if signed is None else signed.opened
    reading = decode_message(raw, context.directory, transaction.at) if signed is None else signed.decode_result
    if isinstance(reading, DecodedMessage):
        judged = judge_signature(reading, opened, context.keys.current(transaction), transaction.at)
        reading = judged if isinstance(judged, DecodedMessage) else quarantined(reading, judged, stored.sha256)
    return raw if opened is None else opened.envelope.payload, reading


def _save_reference(
    transaction: Transaction, item: Item, decoded: DecodedMessage, route_texts: tuple[str, ...]
) -> None:
    envelope = decoded.message.envelope
    receipt = Receipt(
        0,
        envelope.reference,
        IntakeOutcome.ACCEPTED,
        item.name,
        item.state,
        "; ".join(route_texts),
        sha256=decoded.sha256,
        level=item.level,
        measure=measure_name(item.measure) if item.measure else None,
    )
    known = KnownReference(decoded.content_hash, item.number, receipt.stored_json())
    references.keep(transaction, envelope, known)


def reject(transaction: Transaction, context: Context, actor: Actor, number: int, reason: str) -> CommandResult:
    """Ends quarantined input; its bytes are kept."""
    item = _quarantined(transaction, context, actor, number)
    reason = require_text(reason, sentence("a reason"))
    items.save(transaction, item, replace(item, state=ItemState.REJECTED, decided_by=actor.officer))
    transaction.emit(actor.officer, item.name, ItemRejected(login=actor.login, reason=reason))
    after = items.get(transaction, number)
    return CommandResult(after.name, after.state, after.revision, sentence("{name} is rejected", name=item.name))


def _quarantined(transaction: Transaction, context: Context, actor: Actor, number: int) -> Item:
    officer = context.officer(transaction, actor, Right.QUARANTINE)
    item = items.get(transaction, number)
    context.refuse_own_country(officer, item.sender)
    context.require_read_access(transaction, officer, item)
    if item.state is not ItemState.QUARANTINED:
        raise Refused(
            RefusedCode.NOT_IN_QUARANTINE,
            sentence("{name} is {state}; it is not in quarantine", name=item.name, state=item.state),
        )
    return item
