"""Intake: one message becomes an item, an act on one, or a refusal; always with a receipt and an event."""

from __future__ import annotations

from dataclasses import dataclass, replace

from dutydesk.desk.base.context import Context
from dutydesk.desk.base.message import ItemMessage, recipients_of
from dutydesk.desk.checks import check
from dutydesk.desk.checks.check import Asked, CheckAnswer
from dutydesk.desk.checks.matching import Search
from dutydesk.desk.delivery.direct_lease import Leasing
from dutydesk.desk.examination.examine import examined
from dutydesk.desk.examination.prepare import Beforehand, think_ahead
from dutydesk.desk.intake import corrections, follow_ups, references
from dutydesk.desk.intake.open_item import new_item
from dutydesk.desk.intake.receipts import Outcome, Receipt, repeated
from dutydesk.desk.intake.references import ReferenceTaken
from dutydesk.domain.delivery.items import Item, item_name, measure_name
from dutydesk.domain.delivery.states import ItemState, Notice
from dutydesk.domain.errors import Refused
from dutydesk.domain.events.log import EventKind, Json
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
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import items, records
from dutydesk.store.tables import notices as notices_table
from dutydesk.store.tables.items import KnownReference, StoredBody
from dutydesk.wire.decode.outcome import Decoded, Problem, Quarantined, Reading, Rejected
from dutydesk.wire.decode.stream import RawMessage, decode_raw

INTAKE = "intake"


@dataclass(frozen=True, slots=True)
class Incoming:
    """Bytes as they came, what reading them gave, and the bureau that the channel they came by belongs to, if any."""

    raw: RawMessage
    reading: Reading
    bound_to: str | None = None
    actor: str = INTAKE
    found: Search | None = None
    ahead: Beforehand | None = None


def read_ahead(handle: Handle, context: Context, raw: RawMessage, bound_to: str | None, actor: str) -> Incoming:
    """What a message says, and what follows from that alone; of a check, whom it may mean."""
    reading = decode_raw(raw, context.directory, handle.at)
    found = None
    if isinstance(reading, Decoded) and isinstance(reading.message, Check):
        found = check.find(handle, context, reading.message.query)
    return Incoming(raw, reading, bound_to, actor, found, think_ahead(context, reading, handle.at))


def take_in(transaction: Transaction, context: Context, incoming: Incoming, leasing: Leasing | None = None) -> Receipt:
    """One message's intake. The level that counts is the one in force at this commit.

    ``leasing`` takes what goes out, and the receipt, into the dispatcher's hands at once.
    """
    reading = _bound(incoming)
    if reading is not incoming.reading:
        transaction.count("alarm:channel")
    match reading:
        case Rejected():
            return _reject(transaction, incoming, reading.reference, reading.sender, reading.problems)
        case Quarantined():
            return _quarantine(transaction, incoming, reading, Outcome.QUARANTINED)
        case Decoded():
            return _take_decoded(transaction, context, incoming, reading, leasing)


def _bound(incoming: Incoming) -> Reading:
    """A channel that belongs to one bureau takes nothing in another's name."""
    reading, bound = incoming.reading, incoming.bound_to
    if bound is None:
        return reading
    sender = reading.message.envelope.sender if isinstance(reading, Decoded) else reading.sender
    if sender is None or sender == bound:
        return reading
    reference = reading.message.envelope.reference if isinstance(reading, Decoded) else reading.reference
    problem = Problem("sender", f"says {sender}, but came by the channel of {bound}; SECURITY ALARM")
    return Rejected((problem,), reading.sha256, reference, sender)


def _take_decoded(
    transaction: Transaction, context: Context, incoming: Incoming, reading: Decoded, leasing: Leasing | None
) -> Receipt:
    envelope = reading.message.envelope
    known = _known(transaction, context, incoming, reading)
    if known is not None and known.is_repeat:
        transaction.emit(
            incoming.actor,
            EventKind.INTAKE_REPEATED,
            item_name(known.item) if known.item else envelope.sender,
            reference=envelope.reference,
            sender=envelope.sender,
            sha256=reading.sha256,
        )
        transaction.count(f"outcome:{Outcome.REPEAT}")
        return repeated(known.receipt, incoming.raw.line)
    if known is not None:
        problem = Problem("reference", f"{envelope.reference} is known with other content; the first stands")
        quarantined = Quarantined((problem,), reading.sha256, envelope.reference, envelope.sender)
        findings = _conflict_findings(transaction, context, reading.message)
        return _quarantine(transaction, incoming, quarantined, Outcome.CONFLICT, known.item, findings)
    try:
        receipt = _accept(transaction, context, incoming, reading, leasing)
    except Refused as refusal:
        problems = tuple(Problem(obstacle.what, obstacle.words) for obstacle in refusal.detail)
        return _reject(transaction, incoming, envelope.reference, envelope.sender, problems)
    transaction.receive(envelope.sender)
    transaction.count(f"outcome:{Outcome.ACCEPTED}")
    return receipt


def _known(transaction: Transaction, context: Context, incoming: Incoming, reading: Decoded) -> ReferenceTaken | None:
    """Checks without a hit store no receipt; a repeated check rebuilds its answer.

    What is no check can't repeat one: a row that says so was put there, and would swallow a message.
    """
    envelope = reading.message.envelope
    known = references.taken(transaction, context, reading)
    if known is None and (digest := records.known_check(transaction, envelope.sender, envelope.reference)) is not None:
        is_repeat = digest == reading.content_hash
        if is_repeat and not isinstance(reading.message, Check):
            return None
        return ReferenceTaken(is_repeat, None, _answered(incoming, reading, check.NOTHING).kept())
    return known


def _left_out(message: ItemMessage, reading: Decoded) -> tuple[str, ...]:
    """The notice that the sender gets who named itself among its recipients, or one of them more than once."""
    recipients, sender = recipients_of(message), message.envelope.sender
    notices = []
    if isinstance(recipients, tuple) and sender in recipients:
        notices.append(f"{sender} is the sender and was left out of the recipients")
    if reading.named_twice:
        notices.append(f"named more than once among the recipients, and counted once: {', '.join(reading.named_twice)}")
    return tuple(notices)


def _conflict_findings(transaction: Transaction, context: Context, message: Message) -> tuple[Finding, ...]:
    """What the rules say of a message whose reference is taken, so that both can be judged side by side."""
    match message:
        case Diffusion() | NoticeRequest():
            reference = message.envelope.reference
            return examined(transaction, context, message, type_of(message), reference_taken=reference)
        case _:
            return ()


def _accept(
    transaction: Transaction, context: Context, incoming: Incoming, reading: Decoded, leasing: Leasing | None
) -> Receipt:
    """Raises Refused, before anything is written, for an act that its item does not admit."""
    message, envelope = reading.message, reading.message.envelope
    match message:
        case Diffusion() | NoticeRequest() | Correspondence():
            raw, actor, ahead = incoming.raw.raw, incoming.actor, incoming.ahead
            taken = new_item(transaction, context, raw, reading, message, actor, ahead=ahead, leasing=leasing)
        case Correction():
            taken = corrections.correct(transaction, context, incoming.raw.raw, reading, message, incoming.actor)
        case Check():
            return _take_check(transaction, context, incoming, reading, message)
        case _:
            acted = follow_ups.actor(transaction, context, message, incoming.actor, reading.content_hash)
            return _receipt(transaction, context, incoming, reading, acted.item, acted.words)
    item, cause = taken.item, "; ".join((*taken.told, *_left_out(message, reading)))
    if item.state is ItemState.BLOCKED:
        notices_table.add_notice(transaction, item, envelope.sender, Notice.BLOCKED, {"reference": envelope.reference})
    return _receipt(transaction, context, incoming, reading, item, cause, leasing)


def _receipt(
    transaction: Transaction,
    context: Context,
    incoming: Incoming,
    reading: Decoded,
    item: Item | None,
    cause: str | None,
    leasing: Leasing | None = None,
) -> Receipt:
    envelope = reading.message.envelope
    receipt = Receipt(
        line=incoming.raw.line,
        reference=envelope.reference,
        outcome=Outcome.ACCEPTED,
        item=item.name if item else None,
        state=item.state if item else None,
        cause=cause,
        sha256=reading.sha256,
        level=item.level if item else None,
        measure=measure_name(item.measure) if item and item.measure else None,
    )
    known = KnownReference(reading.content_hash, item.number if item else None, receipt.kept())
    items.take_reference(transaction, envelope.sender, envelope.reference, known)
    if item is not None:
        data: dict[str, Json] = {
            "reference": envelope.reference,
            "outcome": receipt.outcome.value,
            "state": receipt.state,
            "sha256": receipt.sha256,
        }
        if leasing is None or envelope.sender in context.policy(transaction).offline:
            notices_table.add_notice(transaction, item, envelope.sender, Notice.RECEIPT, data)
        else:
            leasing.tell(item, envelope.sender, Notice.RECEIPT, data)
    return receipt


def _take_check(
    transaction: Transaction, context: Context, incoming: Incoming, reading: Decoded, message: Check
) -> Receipt:
    """The answer is on the receipt, which its sender alone gets."""
    envelope = message.envelope
    asked = Asked(envelope.sender, message.query, message.place, incoming.actor, envelope.reference)
    try:
        answer = check.check(transaction, context, asked, incoming.found)
    except Refused:
        check.count_limited(transaction, asked)
        raise
    receipt = _answered(incoming, reading, answer)
    if answer.hits:
        transaction.emit(
            incoming.actor,
            EventKind.CHECK_TAKEN,
            envelope.sender,
            database=asked.database.value,
            hits=len(answer.hits),
            **references.named(message, reading.content_hash),
        )
        known = KnownReference(reading.content_hash, None, receipt.kept())
        items.take_reference(transaction, envelope.sender, envelope.reference, known)
    else:
        records.remember_check(transaction, envelope.sender, envelope.reference, reading.content_hash)
    return receipt


def _answered(incoming: Incoming, reading: Decoded, answer: CheckAnswer) -> Receipt:
    return Receipt(
        line=incoming.raw.line,
        reference=reading.message.envelope.reference,
        outcome=Outcome.ACCEPTED,
        sha256=reading.sha256,
        result=answer.result,
        hits=answer.hits,
    )


def _reject(
    transaction: Transaction,
    incoming: Incoming,
    reference: str | None,
    sender: str | None,
    problems: tuple[Problem, ...],
) -> Receipt:
    """No item, and the bytes are not kept: only their hash and the problems are."""
    transaction.emit(
        incoming.actor,
        EventKind.INTAKE_REJECTED,
        "intake",
        sha256=incoming.raw.sha256,
        size=incoming.raw.size,
        reference=reference,
        sender=sender,
        problems=[[problem.path, problem.problem] for problem in problems],
    )
    transaction.count(f"outcome:{Outcome.REJECTED}")
    cause = f"{problems[0].path}: {problems[0].problem}" if problems else "rejected"
    return Receipt(
        incoming.raw.line, reference, Outcome.REJECTED, cause=cause, problems=problems, sha256=incoming.raw.sha256
    )


def _quarantine(
    transaction: Transaction,
    incoming: Incoming,
    reading: Quarantined,
    outcome: Outcome,
    beside: int | None = None,
    findings: tuple[Finding, ...] = (),
) -> Receipt:
    """An item with its bytes, for an officer to look at; it does not take the reference."""
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
        title="conflicting message" if outcome is Outcome.CONFLICT else "unreadable message",
        original_script=None,
        level=None,
        measure=None,
        causes=(cause,),
        beside=beside,
        retention_until=retention_end(None, at),
    )
    if outcome is Outcome.QUARANTINED and reading.sender is not None:
        item = replace(item, title="message from an unknown sender")
    item = replace(item, number=items.add(transaction, item))
    problems = tuple((problem.path, problem.problem) for problem in reading.problems)
    items.add_body(transaction, StoredBody(item.number, 1, at, reading.sha256, findings, problems, incoming.raw.raw))
    transaction.emit(
        incoming.actor,
        EventKind.INTAKE_CONFLICT if outcome is Outcome.CONFLICT else EventKind.INTAKE_QUARANTINED,
        item.name,
        sender=reading.sender,
        reference=reading.reference,
        sha256=reading.sha256,
        problems=[[path, problem] for path, problem in problems],
        beside=item_name(beside) if beside else None,
    )
    transaction.count(f"outcome:{outcome}")
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
