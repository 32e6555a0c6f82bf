"""The one place that builds the context of a review: what the rules know of a message apart from its body."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, TypedDict

from typing_extensions import Unpack

from dutydesk.desk.base.context import Context
from dutydesk.desk.base.message import ItemMessage
from dutydesk.desk.base.routing_memory import NOBODY, Audience
from dutydesk.desk.examination.filing import person_in_body
from dutydesk.desk.examination.persons import identity_in_body
from dutydesk.desk.examination.silver_quota import remaining_share
from dutydesk.desk.examination.watch import SourcePerson, earlier_refusals, find_watched, register_matches
from dutydesk.domain.delivery.items import Item
from dutydesk.domain.frozen import value
from dutydesk.domain.messages.message import Body, Confidentiality, Kind, MessageType
from dutydesk.domain.rules.examination import ReviewContext
from dutydesk.domain.rules.registers import EarlierItem, RegisterMatch
from dutydesk.store.engine.reader import Handle
from dutydesk.store.tables import persons

if TYPE_CHECKING:
    from dutydesk.desk.examination.prepare import PreparedMessage


@value(frozen=True, slots=True)
class ExaminedMessage:
    """A message to be examined as ``type``: a correction is examined as the type of what it corrects.

    ``own_item`` is the item of which this is the body, or which it corrects; it is not held against itself.
    ``prepared`` was worked out ahead of the transaction.
    """

    message: ItemMessage
    type: MessageType
    own_item: Item | None = None
    prepared: PreparedMessage | None = None


class HeldFacts(TypedDict, total=False):
    """The fields of a review's context that need the store."""

    silver_share_left: int | None
    earlier: tuple[EarlierItem, ...]
    on_file: tuple[RegisterMatch, ...]
    addressed: tuple[str, ...]
    restricted: frozenset[str]
    reference_taken: str | None


def review_context(
    handle: Handle,
    context: Context,
    subject: ExaminedMessage,
    body: Body,
    audience: Audience = NOBODY,
    reference_taken: str | None = None,
) -> ReviewContext:
    """The whole context of a review: :func:`body_context`, and what the store holds."""
    message, own = subject.message, subject.own_item
    sender = message.envelope.sender
    person = source_person(subject, body)
    watch = subject.prepared.watch if subject.prepared is not None else None
    found = (watch.current(handle) if watch is not None else None) or find_watched(handle, context, person)
    return body_context(
        context,
        body,
        subject.type,
        sender,
        handle.at,
        message.envelope.sent_at,
        silver_share_left=remaining_share(handle, context.settings, sender, own) if body.kind is Kind.SILVER else None,
        earlier=earlier_refusals(handle, context, person, found, own.number if own else None),
        on_file=register_matches(handle, context, person, found),
        addressed=audience.addressed,
        restricted=audience.restricted,
        reference_taken=reference_taken,
    )


def source_person(subject: ExaminedMessage, body: Body) -> SourcePerson:
    """The person of the message, as its preparation has worked it out, or from its body."""
    sender, prepared = subject.message.envelope.sender, subject.prepared
    if prepared is not None:
        return SourcePerson(sender, prepared.identity, prepared.record_content.person, prepared.person_keys)
    identity = identity_in_body(body)
    return SourcePerson(sender, identity, person_in_body(body), tuple(persons.key_rows(identity)))


def body_context(
    context: Context,
    body: Body,
    type: MessageType,
    sender: str,
    at: datetime,
    sent_at: datetime,
    **held: Unpack[HeldFacts],
) -> ReviewContext:
    """The review context; without what is ``held`` it needs no store, and can be built ahead of the transaction."""
    confidential = body.confidentiality is Confidentiality.CONFIDENTIAL
    return ReviewContext(
        type=type,
        sender=sender,
        received_on=at.date(),
        directory=context.directory,
        pilot_members=frozenset(context.settings.silver_pilot),
        cleared_for_confidential=context.cleared_bureaus(confidential=confidential),
        conflicts=context.rules.conflicts,
        sent_on=sent_at.date(),
        **held,
    )
