"""What a reader process has worked out of one message, as MessagePack: the message, and its prepared examination."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import msgspec

from dutydesk.desk.examination.filing import RecordContent
from dutydesk.desk.examination.prepare import PreparedMessage
from dutydesk.desk.intake.signatures import OpenedMessage
from dutydesk.domain.messages.message import (
    Body,
    Confidentiality,
    Diffusion,
    Envelope,
    Everyone,
    Kind,
    MessageType,
    NoticeRequest,
    Purpose,
    Recipients,
    Urgency,
    type_of,
)
from dutydesk.domain.messages.subjects import Judicial, Person, Thing
from dutydesk.domain.rules.examination import BodyFindings
from dutydesk.domain.rules.likeness import Identity
from dutydesk.language.languages import Language
from dutydesk.language.sentences import Sentence
from dutydesk.wire.decode.outcome import DecodedMessage
from dutydesk.wire.signed.jws import SignedEnvelope

_EVERYONE = Everyone()


class _BodyParts(NamedTuple):
    """A body whose alternatives stand beside each other: a person or a thing, a list of recipients or everyone."""

    kind: Kind
    to_everyone: bool
    recipients: tuple[str, ...] | None
    language: Language
    person: Person | None
    thing: Thing | None
    text: str
    urgency: Urgency
    confidentiality: Confidentiality
    purpose: Purpose | None
    judicial: Judicial | None
    restricted_from: tuple[str, ...]
    retention_until: date | None


class Plan(NamedTuple):
    """A sound diffusion or notice request. It holds no route, verdict or level: those are of the transaction.

    ``received`` is the SHA-256 of the input; where that was signed, its envelope and the key by which the signature was
    found right follow.
    """

    type: MessageType
    envelope: Envelope
    body: _BodyParts
    sha256: str
    content_hash: str
    repeated_recipients: tuple[str, ...]
    identity: Identity
    person_keys: tuple[tuple[str, str], ...]
    record_content: RecordContent
    body_findings: BodyFindings
    received: str
    envelope_signed: SignedEnvelope | None
    verified_with: bytes | None


def _plain(value: object) -> str:
    if isinstance(value, Sentence):
        return "".join(value)
    raise TypeError(type(value).__name__)


_encode = msgspec.msgpack.Encoder(enc_hook=_plain).encode
_decode = msgspec.msgpack.Decoder(Plan).decode


def plan_to_bytes(
    decoded: DecodedMessage,
    message: Diffusion | NoticeRequest,
    prepared: PreparedMessage,
    received: str,
    opened: OpenedMessage | None = None,
) -> bytes:
    plan = Plan(
        type_of(message),
        message.envelope,
        _parts(message.body),
        decoded.sha256,
        decoded.content_hash,
        decoded.repeated_recipients,
        prepared.identity,
        prepared.person_keys,
        prepared.record_content,
        prepared.body_findings,
        received,
        None if opened is None else opened.envelope,
        None if opened is None else opened.verified_with,
    )
    return _encode(plan)


class ReadMessage(NamedTuple):
    """What a reader has worked out of the input with the SHA-256 ``received``."""

    decoded: DecodedMessage
    prepared: PreparedMessage
    opened: OpenedMessage | None
    received: str


def plan_from_bytes(data: bytes) -> ReadMessage:
    """Raises ``msgspec.DecodeError`` for anything but a plan."""
    plan = _decode(data)
    form = NoticeRequest if plan.type is MessageType.NOTICE_REQUEST else Diffusion
    message = form(plan.envelope, _body(plan.body))
    signed = plan.envelope_signed
    return ReadMessage(
        DecodedMessage(message, plan.sha256, plan.content_hash, plan.repeated_recipients),
        PreparedMessage(plan.identity, plan.person_keys, plan.record_content, plan.body_findings),
        None if signed is None else OpenedMessage(signed, plan.verified_with),
        plan.received,
    )


def _parts(body: Body) -> _BodyParts:
    subject, recipients = body.subject, body.recipients
    return _BodyParts(
        body.kind,
        isinstance(recipients, Everyone),
        recipients if isinstance(recipients, tuple) else None,
        body.language,
        subject if isinstance(subject, Person) else None,
        subject if isinstance(subject, Thing) else None,
        body.text,
        body.urgency,
        body.confidentiality,
        body.purpose,
        body.judicial,
        body.restricted_from,
        body.retention_until,
    )


def _body(parts: _BodyParts) -> Body:
    subject = parts.person or parts.thing
    if subject is None:
        raise msgspec.DecodeError("a plan without a subject")
    recipients: Recipients | None = _EVERYONE if parts.to_everyone else parts.recipients
    return Body(
        parts.kind,
        recipients,
        parts.language,
        subject,
        parts.text,
        parts.urgency,
        parts.confidentiality,
        parts.purpose,
        parts.judicial,
        parts.restricted_from,
        parts.retention_until,
    )
