"""Intake: a message becomes an item, an act on an item or a rejection, always with a receipt and an event."""

from __future__ import annotations

from dataclasses import replace

from dutydesk.desk.base.context import Context
from dutydesk.desk.base.message import ItemMessage, recipients_of
from dutydesk.desk.checks import check
from dutydesk.desk.checks.check import CheckRequest, CheckResult
from dutydesk.desk.delivery.outbox import Outbox, QueueOutbox
from dutydesk.desk.examination.examine import examine_message
from dutydesk.desk.examination.review_context import ExaminedMessage
from dutydesk.desk.intake import corrections, follow_ups, references
from dutydesk.desk.intake.incoming import IncomingMessage
from dutydesk.desk.intake.open_item import AcceptedMessage, open_item
from dutydesk.desk.intake.receipts import IntakeOutcome, Receipt, repeat_receipt
from dutydesk.desk.intake.references import UsedReference
from dutydesk.desk.intake.signatures import has_signature_fault, judge_signature, quarantined
from dutydesk.domain.delivery.items import Item, item_name, measure_name
from dutydesk.domain.delivery.states import ItemState, Notice
from dutydesk.domain.errors import Refused
from dutydesk.domain.events.checks import CheckTaken
from dutydesk.domain.events.event import fitting
from dutydesk.domain.events.intake import IntakeConflict, IntakeQuarantined, IntakeRejected, IntakeRepeated
from dutydesk.domain.events.log import Json
from dutydesk.domain.messages.message import (
    Check,
    Correction,
    Correspondence,
    Diffusion,
    Message,
    NoticeRequest,
    Urgency,
    type_of,
)
from dutydesk.domain.records.retention import retention_end
from dutydesk.domain.rules.examination import Finding
from dutydesk.language.sentences import sentence
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import check_references, items, notices
from dutydesk.store.tables.items import KnownReference, StoredBody
from dutydesk.wire.decode.outcome import DecodedMessage, DecodeResult, Problem, QuarantinedMessage, RejectedMessage


def receive_message(transaction: Transaction, context: Context, incoming: IncomingMessage, outbox: Outbox) -> Receipt:
    """Takes one message in. The measures in force in this transaction count.

    What goes out, and the receipt, are written to ``outbox``.
    """
    reading = _check_channel(incoming)
    if reading is not incoming.decode_result:
        transaction.add_to_counter("alarm:channel")
    reading = _check_signature(transaction, context, incoming, reading)
    match reading:
        case RejectedMessage():
            return _reject(transaction, incoming, reading.reference, reading.sender, reading.problems)
        case QuarantinedMessage():
            return _quarantine(transaction, incoming, reading, IntakeOutcome.QUARANTINED)
        case DecodedMessage():
            return _receive_decoded(transaction, context, incoming, reading, outbox)


def _check_channel(incoming: IncomingMessage) -> DecodeResult:
    """Rejects a message that names another sender than the bureau that owns its channel."""
    reading, bound = incoming.decode_result, incoming.channel_owner
    if bound is None:
        return reading
    sender = reading.message.envelope.sender if isinstance(reading, DecodedMessage) else reading.sender
    if sender is None or sender == bound:
        return reading
    reference = reading.message.envelope.reference if isinstance(reading, DecodedMessage) else reading.reference
    problem = Problem(
        "sender",
        sentence("says {sender}, but came by the channel of {bound}; SECURITY ALARM", sender=sender, bound=bound),
    )
    return RejectedMessage((problem,), reading.sha256, reference, sender)


def _check_signature(
    transaction: Transaction, context: Context, incoming: IncomingMessage, reading: DecodeResult
) -> DecodeResult:
    """The message with its signature; quarantined where that is wrong, or missing though it must not."""
    if isinstance(reading, DecodedMessage):
        judged = judge_signature(reading, incoming.opened, context.keys.current(transaction), transaction.at)
        if isinstance(judged, DecodedMessage):
            return judged
        reading = quarantined(reading, judged, incoming.raw.sha256)
    if isinstance(reading, QuarantinedMessage) and has_signature_fault(reading):
        transaction.add_to_counter("alarm:signature")
    return reading


def _receive_decoded(
    transaction: Transaction,
    context: Context,
    incoming: IncomingMessage,
    decoded: DecodedMessage,
    outbox: Outbox,
) -> Receipt:
    envelope = decoded.message.envelope
    known = _find_reference(transaction, context, incoming, decoded)
    if known is not None and known.is_repeat:
        transaction.emit(
            incoming.actor,
            item_name(known.item) if known.item else envelope.sender,
            IntakeRepeated(reference=envelope.reference, sender=envelope.sender, sha256=decoded.sha256),
        )
        transaction.add_to_counter(f"outcome:{IntakeOutcome.REPEAT}")
        return repeat_receipt(known.receipt, incoming.raw.line)
    if known is not None:
        problem = Problem(
            "reference",
            sentence("{reference} is known with other content; the first stands", reference=envelope.reference),
        )
        conflict = QuarantinedMessage((problem,), incoming.raw.sha256, envelope.reference, envelope.sender)
        findings = _conflict_findings(transaction, context, decoded.message)
        return _quarantine(transaction, incoming, conflict, IntakeOutcome.CONFLICT, known.item, findings)
    try:
        receipt = _accept(transaction, context, incoming, decoded, outbox)
    except Refused as refusal:
        problems = tuple(Problem(obstacle.what, obstacle.words) for obstacle in refusal.detail)
        return _reject(transaction, incoming, envelope.reference, envelope.sender, problems)
    transaction.count_message(envelope.sender)
    transaction.add_to_counter(f"outcome:{IntakeOutcome.ACCEPTED}")
    return receipt


def _find_reference(
    transaction: Transaction, context: Context, incoming: IncomingMessage, decoded: DecodedMessage
) -> UsedReference | None:
    """The earlier use of the message's reference. Checks without a hit store no receipt; a repeat rebuilds it.

    Only a check can repeat a check: a stored check that matches another message was forged, and is ignored.
    """
    envelope = decoded.message.envelope
    if references.is_free(transaction, envelope):
        return None
    known = references.find_used(transaction, context, decoded)
    if (
        known is None
        and (digest := check_references.stored_check(transaction, envelope.sender, envelope.reference)) is not None
    ):
        is_repeat = digest == decoded.content_hash
        if is_repeat and not isinstance(decoded.message, Check):
            return None
        return UsedReference(is_repeat, None, _check_receipt(incoming, decoded, check.NO_HIT).stored_json())
    return known


def _recipient_remarks(message: ItemMessage, decoded: DecodedMessage) -> tuple[str, ...]:
    """Remarks for a sender that named itself among its recipients, or named one of them more than once."""
    recipients, sender = recipients_of(message), message.envelope.sender
    remarks = []
    if decoded.is_flagged:
        remarks.append(sentence("it is not signed; {sender} is to sign its messages", sender=sender))
    if isinstance(recipients, tuple) and sender in recipients:
        remarks.append(sentence("{sender} is the sender and was left out of the recipients", sender=sender))
    if decoded.repeated_recipients:
        remarks.append(
            sentence(
                "named more than once among the recipients, and counted once: {repeated_recipients}",
                repeated_recipients=", ".join(decoded.repeated_recipients),
            )
        )
    return tuple(remarks)


def _conflict_findings(transaction: Transaction, context: Context, message: Message) -> tuple[Finding, ...]:
    """The findings on a message whose reference is taken, so that an officer can compare both."""
    match message:
        case Diffusion() | NoticeRequest():
            reference = message.envelope.reference
            subject = ExaminedMessage(message, type_of(message))
            return examine_message(transaction, context, subject, reference_taken=reference)
        case _:
            return ()


def _accept(
    transaction: Transaction,
    context: Context,
    incoming: IncomingMessage,
    decoded: DecodedMessage,
    outbox: Outbox,
) -> Receipt:
    """Raises Refused, before anything is written, for an act that the state of its item does not allow."""
    message, envelope = decoded.message, decoded.message.envelope
    match message:
        case Diffusion() | NoticeRequest() | Correspondence():
            accepted = AcceptedMessage(incoming.body, decoded, message, incoming.actor, incoming.prepared)
            taken = open_item(transaction, context, accepted, outbox)
        case Correction():
            taken = corrections.correct(transaction, context, incoming.body, decoded, message, incoming.actor)
        case Check():
            return _run_check(transaction, context, incoming, decoded, message)
        case _:
            acted = follow_ups.apply_follow_up(transaction, context, decoded, incoming.actor)
            queue = QueueOutbox(transaction)
            return _write_receipt(transaction, context, incoming, decoded, acted.item, acted.words, queue)
    item, cause = taken.item, "; ".join((*taken.route_texts, *_recipient_remarks(message, decoded)))
    if item.state is ItemState.BLOCKED:
        notices.add_notice(transaction, item, envelope.sender, Notice.BLOCKED, {"reference": envelope.reference})
    return _write_receipt(transaction, context, incoming, decoded, item, cause, outbox)


def _write_receipt(
    transaction: Transaction,
    context: Context,
    incoming: IncomingMessage,
    decoded: DecodedMessage,
    item: Item | None,
    cause: str | None,
    outbox: Outbox,
) -> Receipt:
    envelope = decoded.message.envelope
    receipt = Receipt(
        line=incoming.raw.line,
        reference=envelope.reference,
        outcome=IntakeOutcome.ACCEPTED,
        item=item.name if item else None,
        state=item.state if item else None,
        cause=cause,
        sha256=decoded.sha256,
        level=item.level if item else None,
        measure=measure_name(item.measure) if item and item.measure else None,
    )
    known = KnownReference(decoded.content_hash, item.number if item else None, receipt.stored_json())
    references.keep(transaction, envelope, known)
    if item is not None:
        data: dict[str, Json] = {
            "reference": envelope.reference,
            "outcome": receipt.outcome.value,
            "state": receipt.state,
            "sha256": receipt.sha256,
        }
        is_offline = envelope.sender in context.policy(transaction).offline
        outbox.add_notice(item, envelope.sender, Notice.RECEIPT, data, is_offline=is_offline)
    return receipt


def _run_check(
    transaction: Transaction, context: Context, incoming: IncomingMessage, decoded: DecodedMessage, message: Check
) -> Receipt:
    """Runs a check. Its result is on the receipt, which only the requester gets."""
    envelope = message.envelope
    asked = CheckRequest(envelope.sender, message.query, message.place, incoming.actor, envelope.reference)
    try:
        answer = check.check(transaction, context, asked, incoming.search)
    except Refused:
        check.count_over_limit(transaction, asked)
        raise
    receipt = _check_receipt(incoming, decoded, answer)
    if answer.hits:
        transaction.emit(
            incoming.actor,
            envelope.sender,
            CheckTaken(
                database=asked.database.value,
                hits=len(answer.hits),
                **references.reference_fields(decoded),
            ),
        )
        known = KnownReference(decoded.content_hash, None, receipt.stored_json())
        references.keep(transaction, envelope, known)
    else:
        check_references.store_check(transaction, envelope.sender, envelope.reference, decoded.content_hash)
    return receipt


def _check_receipt(incoming: IncomingMessage, decoded: DecodedMessage, result: CheckResult) -> Receipt:
    return Receipt(
        line=incoming.raw.line,
        reference=decoded.message.envelope.reference,
        outcome=IntakeOutcome.ACCEPTED,
        sha256=decoded.sha256,
        result=result.result,
        hits=result.hits,
    )


def _reject(
    transaction: Transaction,
    incoming: IncomingMessage,
    reference: str | None,
    sender: str | None,
    problems: tuple[Problem, ...],
) -> Receipt:
    """Rejects a message: it opens no item, and of its bytes only the hash is kept, with the problems."""
    transaction.emit(
        incoming.actor,
        "intake",
        IntakeRejected(
            sha256=incoming.raw.sha256,
            size=incoming.raw.size,
            reference=reference,
            sender=sender,
            problems=tuple((problem.path, problem.problem) for problem in problems),
        ),
    )
    transaction.add_to_counter(f"outcome:{IntakeOutcome.REJECTED}")
    cause = f"{problems[0].path}: {problems[0].problem}" if problems else "rejected"
    return Receipt(
        incoming.raw.line, reference, IntakeOutcome.REJECTED, cause=cause, problems=problems, sha256=incoming.raw.sha256
    )


def _quarantine(
    transaction: Transaction,
    incoming: IncomingMessage,
    reading: QuarantinedMessage,
    outcome: IntakeOutcome,
    conflicting_item: int | None = None,
    findings: tuple[Finding, ...] = (),
) -> Receipt:
    """Opens an item in quarantine for the bytes, for an officer to look at; it does not use up the reference."""
    at = transaction.at
    cause = f"{reading.problems[0].path}: {reading.problems[0].problem}"
    item = Item(
        number=0,
        type=None,
        kind=None,
        reference=reading.reference,
        sender=reading.sender,
        state=ItemState.QUARANTINED,
        version=1,
        cycle=1,
        revision=1,
        urgency=Urgency.ROUTINE,
        received_at=at,
        routed_at=at,
        title="conflicting message" if outcome is IntakeOutcome.CONFLICT else "unreadable message",
        original_script=None,
        level=None,
        measure=None,
        causes=(cause,),
        conflicting_item=conflicting_item,
        retention_until=retention_end(None, at),
    )
    if outcome is IntakeOutcome.QUARANTINED and reading.sender is not None:
        item = replace(item, title="message from an unknown sender")
    if has_signature_fault(reading):
        item = replace(item, title="message whose signature does not hold")
    item = replace(item, number=items.add(transaction, item))
    problems = tuple((problem.path, problem.problem) for problem in reading.problems)
    items.add_body(transaction, StoredBody(item.number, 1, at, reading.sha256, findings, problems, incoming.raw.raw))
    transaction.emit(
        incoming.actor,
        item.name,
        (IntakeConflict if outcome is IntakeOutcome.CONFLICT else IntakeQuarantined)(
            sender=reading.sender,
            reference=reading.reference,
            sha256=reading.sha256,
            problems=problems,
            findings=fitting(items.findings_digest(findings)),
            beside=item_name(conflicting_item) if conflicting_item else None,
        ),
    )
    transaction.add_to_counter(f"outcome:{outcome}")
    return Receipt(
        incoming.raw.line,
        reading.reference,
        outcome,
        item=item.name,
        state=item.state,
        cause=cause,
        problems=reading.problems,
        sha256=reading.sha256,
    )
