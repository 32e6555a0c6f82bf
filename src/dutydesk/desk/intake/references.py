"""Whether a sender's reference is used up, by the log; the table only keeps the receipt for a repeat."""

from __future__ import annotations

import json
from collections.abc import Sequence

from dutydesk.desk.base import differences
from dutydesk.desk.base.context import Context
from dutydesk.desk.intake.receipts import IntakeOutcome, Receipt
from dutydesk.domain.delivery.items import Item, item_name, item_number
from dutydesk.domain.events.accepted import content_of, reference_of, sha256_of
from dutydesk.domain.events.checks import CheckTaken
from dutydesk.domain.events.deliveries import DeliveryAnswered
from dutydesk.domain.events.digests import digest_of
from dutydesk.domain.events.event import LogEvent, fitting, optional
from dutydesk.domain.events.facts import Fact
from dutydesk.domain.events.intake import IntakeAccepted
from dutydesk.domain.events.items import ReferenceFields
from dutydesk.domain.events.restrictions import RestrictionStated
from dutydesk.domain.events.routes import RouteEvent, VersionEvent
from dutydesk.domain.frozen import value
from dutydesk.domain.messages.message import Envelope
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import bodies, check_references, items, log_queries
from dutydesk.store.tables.items import KnownReference, StoredBody
from dutydesk.wire.decode.message import decode_message
from dutydesk.wire.decode.outcome import DecodedMessage

#: Messages of one transaction from which on their references are looked up together.
_WORTH_ONE_LOOK = 4


@value(frozen=True, slots=True)
class UsedReference:
    """A reference that is used up. ``is_repeat``: by a message with the same content."""

    is_repeat: bool
    item: int | None
    receipt: str


def find_used(transaction: Transaction, context: Context, decoded: DecodedMessage) -> UsedReference | None:
    """The use of the message's reference, or ``None``. A row that differs from the log is corrected, with an alarm."""
    envelope = decoded.message.envelope
    known = transaction.used_references.get((envelope.sender, envelope.reference))
    if known is None:
        fact = log_queries.acceptance_of(transaction, envelope.sender, envelope.reference)
        if fact is not None:
            return _find_used_in_log(transaction, context, decoded, fact)
        if log_queries.has_full_listing(transaction):
            return None
        known = items.known_reference(transaction, envelope.sender, envelope.reference)
    return (
        None if known is None else UsedReference(known.content_hash == decoded.content_hash, known.item, known.receipt)
    )


def is_free(transaction: Transaction, envelope: Envelope) -> bool:
    """Whether it is certain that nobody has used the reference: one look for all messages of the transaction."""
    named = envelope.sender, envelope.reference
    if transaction.free_references is None:
        transaction.free_references = _free_among(transaction, transaction.expected_references)
    return named in transaction.free_references and named not in transaction.used_references


def _free_among(transaction: Transaction, references: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
    if len(references) < _WORTH_ONE_LOOK or not log_queries.has_full_listing(transaction):
        return set()
    used = log_queries.used_among(transaction, references) | check_references.used_among(transaction, references)
    return {each for place, each in enumerate(references) if place not in used}


def item_number_of(transaction: Transaction, sender: str, reference: str) -> int | None:
    """The number of the item that the message of that reference opened or acted on."""
    known: KnownReference | None = transaction.used_references.get((sender, reference))
    if known is not None:
        return known.item
    fact, row = log_queries.acceptance_of(transaction, sender, reference), None
    if fact is None and log_queries.has_full_listing(transaction):
        return None
    row = items.known_reference(transaction, sender, reference)
    if fact is None:
        return None if row is None else row.item
    number = _item_of(fact)
    if row is None or row.item != number:
        _report(transaction, sender, reference, number)
        receipt = _receipt(transaction, fact, number)
        items.take_reference(
            transaction, sender, reference, KnownReference(row.content_hash if row else "", number, receipt)
        )
    return number


def keep(transaction: Transaction, envelope: Envelope, known: KnownReference) -> None:
    """Writes that a message has used its reference, and its receipt, whose digest the log keeps."""
    items.take_reference(transaction, envelope.sender, envelope.reference, known)
    name = f"{envelope.sender} {envelope.reference}"
    transaction.keep_receipt(name, digest_of(known.receipt))


def reference_fields(decoded: DecodedMessage) -> ReferenceFields:
    """The fields by which the log alone shows that a reference is used up; in the event of every accepted message.

    The hash of its content covers messages whose body is not kept.
    """
    envelope = decoded.message.envelope
    return {
        "sender": envelope.sender,
        "reference": envelope.reference,
        "content": decoded.content_hash,
        **decoded.signature_fields,
    }


def is_used(transaction: Transaction, sender: str, reference: str) -> bool:
    if log_queries.acceptance_of(transaction, sender, reference) is not None:
        return True
    return items.known_reference(transaction, sender, reference) is not None


def _find_used_in_log(
    transaction: Transaction, context: Context, decoded: DecodedMessage, fact: Fact[LogEvent]
) -> UsedReference:
    envelope, number = decoded.message.envelope, _item_of(fact)
    row = items.known_reference(transaction, envelope.sender, envelope.reference)
    content = _content_hash(transaction, context, decoded, fact, number, row)
    is_repeat = content == decoded.content_hash
    if row is not None and row.item == number and row.content_hash == content and _is_sound(transaction, fact, row):
        return UsedReference(is_repeat, number, row.receipt)
    _report(transaction, envelope.sender, envelope.reference, number)
    right = KnownReference(content, number, _receipt(transaction, fact, number))
    items.take_reference(transaction, envelope.sender, envelope.reference, right)
    return UsedReference(is_repeat, number, right.receipt)


def _content_hash(
    transaction: Transaction,
    context: Context,
    decoded: DecodedMessage,
    fact: Fact[LogEvent],
    number: int | None,
    row: KnownReference | None,
) -> str:
    """The content hash of the message that used the reference: by the log, else of the body that the log confirms.

    Where neither is left, as after a purge, the table's; else empty, which equals no hash.
    """
    logged, sha256 = content_of(fact.event), sha256_of(fact.event)
    if logged is not None:
        return logged
    if sha256 == decoded.sha256:
        return decoded.content_hash
    body = _body_received(transaction, number, sha256) if number is not None and sha256 is not None else None
    read = None if body is None else decode_message(body.raw or b"", context.directory, body.received_at)
    if isinstance(read, DecodedMessage):
        return read.content_hash
    return row.content_hash if row is not None else ""


def _body_received(transaction: Transaction, number: int, sha256: str) -> StoredBody | None:
    for version, digest in bodies.logged_bodies(transaction, [number])[number].hashes.items():
        kept = bodies.verify_version(transaction, number, version) if digest == sha256 else None
        if kept is not None and kept.sound_raw is not None:
            return kept.body
    return None


def _is_sound(transaction: Transaction, fact: Fact[LogEvent], row: KnownReference) -> bool:
    """Whether the stored receipt agrees with the log on the item."""
    try:
        kept = json.loads(row.receipt)
    except ValueError:
        return False
    if not isinstance(kept, dict) or kept.get("item") != (item_name(row.item) if row.item is not None else None):
        return False
    route = _route(transaction, fact)
    wanted = dict(zip(("state", "level", "measure"), _place(route), strict=True)) if route is not None else {}
    sha256 = sha256_of(fact.event)
    if sha256 is not None:
        wanted["sha256"] = sha256
    return all(kept.get(key) == value for key, value in wanted.items())


def _route(transaction: Transaction, fact: Fact[LogEvent]) -> RouteEvent | None:
    """The route of the message by the log; ``None`` for an act on an item, and for a check."""
    if isinstance(fact.event, VersionEvent):
        return fact.event
    if not isinstance(fact.event, IntakeAccepted):
        return None
    logged = log_queries.item(transaction, fact.subject)
    return logged.first_route if logged is not None else None


def _place(route: RouteEvent) -> tuple[str | None, str | None, str | None]:
    """State, level and measure."""
    return fitting(route.state), fitting(route.level), fitting(route.measure)


def _receipt(transaction: Transaction, fact: Fact[LogEvent], number: int | None) -> str:
    """The receipt rebuilt from the log and the item, without the words on its route.

    Words made from the item's causes would disclose what a register holds.
    """
    route = _route(transaction, fact)
    state, level, measure = _place(route) if route is not None else (None, None, None)
    item = items.find(transaction, number) if number is not None else None
    return Receipt(
        line=0,
        reference=reference_of(fact.event)[1],
        outcome=IntakeOutcome.ACCEPTED,
        item=item_name(number) if number is not None else None,
        state=state or _state_of(item),
        sha256=sha256_of(fact.event),
        level=level,
        measure=measure,
    ).stored_json()


def _state_of(item: Item | None) -> str | None:
    return item.state if item is not None else None


def _item_of(fact: Fact[LogEvent]) -> int | None:
    match fact.event:
        case DeliveryAnswered() | CheckTaken():
            return None
        case RestrictionStated():
            return item_number(optional(fact.event.item) or "")
        case _:
            return item_number(fact.subject)


def _report(transaction: Transaction, sender: str, reference: str, number: int | None) -> None:
    differences.report(
        transaction,
        "reference",
        item_name(number) if number is not None else sender,
        f"what the store keeps of the reference {reference} of {sender} was removed or changed; the log has it as "
        "accepted, so it is not accepted again",
        {"sender": sender, "taken": reference},
    )
