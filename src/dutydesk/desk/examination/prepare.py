"""What can be worked out of a message before the transaction that takes it in: so that the store is held for less."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dutydesk.desk.base.context import Context
from dutydesk.desk.examination.filing import RecordContent, record_content
from dutydesk.domain.messages.message import Body, Confidentiality, Diffusion, MessageType, NoticeRequest, type_of
from dutydesk.domain.messages.subjects import Person
from dutydesk.domain.rules.examination import BodyFindings, ReviewContext, examine_body
from dutydesk.domain.rules.likeness import Identity, identity_of
from dutydesk.wire.decode.outcome import DecodedMessage, DecodeResult


@dataclass(frozen=True, slots=True)
class PreparedMessage:
    """Who a message is about, how that is filed, and what the rules find in its body alone."""

    identity: Identity
    record_content: RecordContent
    body_findings: BodyFindings


def prepare(context: Context, decode_result: DecodeResult, at: datetime) -> PreparedMessage | None:
    """``None`` for what is not examined, or only as what its earlier message was. Reads nothing but its arguments."""
    match decode_result:
        case DecodedMessage(message=Diffusion() | NoticeRequest() as message):
            envelope, body = message.envelope, message.body
            review_context = body_context(context, body, type_of(message), envelope.sender, at, envelope.sent_at)
            return PreparedMessage(
                identity_in_body(body), record_content(body), examine_body(body, review_context, context.rules)
            )
        case _:
            return None


def body_context(
    context: Context, body: Body, type: MessageType, sender: str, at: datetime, sent_at: datetime
) -> ReviewContext:
    """The context of a review, as far as no store is needed for it."""
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
    )


def identity_in_body(body: Body | None) -> Identity:
    return identity_of(body.subject) if body is not None and isinstance(body.subject, Person) else Identity()
