"""The messages of the wire format ``dutydesk/1``, as frozen values.

Absent fields are ``None`` or empty. The rules report an absent field as a finding; decoding does not reject it.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from dutydesk.domain.frozen import value
from dutydesk.domain.messages.subjects import Judicial, PartialDate, Subject
from dutydesk.language.languages import Language


class Kind(StrEnum):
    RED = "red"
    BLUE = "blue"
    GREEN = "green"
    YELLOW = "yellow"
    BLACK = "black"
    PURPLE = "purple"
    ORANGE = "orange"
    SILVER = "silver"


class Purpose(StrEnum):
    ARREST_FOR_EXTRADITION = "arrest_for_extradition"
    LOCATE_OR_IDENTIFY = "locate_or_identify"
    WARN_OF_CRIMINAL_ACTIVITY = "warn_of_criminal_activity"
    LOCATE_MISSING_PERSON = "locate_missing_person"
    IDENTIFY_BODY = "identify_body"
    SHARE_METHOD = "share_method"
    WARN_OF_IMMINENT_THREAT = "warn_of_imminent_threat"
    TRACE_ASSETS = "trace_assets"


PURPOSE_OF_KIND: dict[Kind, Purpose] = {
    Kind.RED: Purpose.ARREST_FOR_EXTRADITION,
    Kind.BLUE: Purpose.LOCATE_OR_IDENTIFY,
    Kind.GREEN: Purpose.WARN_OF_CRIMINAL_ACTIVITY,
    Kind.YELLOW: Purpose.LOCATE_MISSING_PERSON,
    Kind.BLACK: Purpose.IDENTIFY_BODY,
    Kind.PURPLE: Purpose.SHARE_METHOD,
    Kind.ORANGE: Purpose.WARN_OF_IMMINENT_THREAT,
    Kind.SILVER: Purpose.TRACE_ASSETS,
}


class Urgency(StrEnum):
    ROUTINE = "routine"
    URGENT = "urgent"
    FLASH = "flash"


class Confidentiality(StrEnum):
    OFFICIAL_USE_ONLY = "official_use_only"
    RESTRICTED = "restricted"
    CONFIDENTIAL = "confidential"


class ResponseAction(StrEnum):
    ACKNOWLEDGED = "acknowledged"
    ACTING = "acting"
    ACTED = "acted"
    DECLINED = "declined"


class RecallOutcome(StrEnum):
    DELETED = "deleted"
    KEPT_ON_NATIONAL_BASIS = "kept_on_national_basis"
    ALREADY_ACTED = "already_acted"


class Database(StrEnum):
    NOMINAL = "nominal"
    TRAVEL_DOCUMENTS = "travel_documents"


@value(frozen=True, slots=True)
class Everyone:
    """``"all"``: every member country on the desk's date, without the sender, sub-bureaus and entities."""


Recipients = tuple[str, ...] | Everyone


@value(frozen=True, slots=True)
class Body:
    """The content of a diffusion, a notice request or a correction.

    ``recipients`` is ``None`` in a notice request. ``purpose`` is ``None`` where the sender stated none.
    """

    kind: Kind
    recipients: Recipients | None
    language: Language
    subject: Subject
    text: str
    urgency: Urgency = Urgency.ROUTINE
    confidentiality: Confidentiality = Confidentiality.OFFICIAL_USE_ONLY
    purpose: Purpose | None = None
    judicial: Judicial | None = None
    restricted_from: tuple[str, ...] = ()
    retention_until: date | None = None

    @property
    def effective_purpose(self) -> Purpose:
        """The stated purpose, or else the purpose of the kind."""
        return self.purpose or PURPOSE_OF_KIND[self.kind]


@value(frozen=True, slots=True)
class Envelope:
    """The fields of every message. ``sent_at`` is the sender's own time; it never decides a route or an order."""

    reference: str
    sender: str
    sent_at: datetime


@value(frozen=True, slots=True)
class Diffusion:
    envelope: Envelope
    body: Body


@value(frozen=True, slots=True)
class NoticeRequest:
    envelope: Envelope
    body: Body


@value(frozen=True, slots=True)
class Correction:
    """``of`` is the reference of the sender's own earlier message."""

    envelope: Envelope
    of: str
    body: Body


@value(frozen=True, slots=True)
class Withdrawal:
    envelope: Envelope
    of: str
    reason: str


@value(frozen=True, slots=True)
class Information:
    """More information from a sender. ``about`` is the name of the desk's item, such as ``D-000001``."""

    envelope: Envelope
    about: str
    text: str


@value(frozen=True, slots=True)
class Response:
    envelope: Envelope
    about: str
    action: ResponseAction
    note: str | None = None


@value(frozen=True, slots=True)
class RecallConfirmation:
    envelope: Envelope
    about: str
    outcome: RecallOutcome
    note: str | None = None


@value(frozen=True, slots=True)
class Restriction:
    """``of`` is the reference of one of the sender's own messages; ``None`` means all of the sender's data."""

    envelope: Envelope
    deny: Recipients | None
    allow: Recipients | None
    of: str | None = None
    reason: str | None = None


@value(frozen=True, slots=True)
class NominalQuery:
    name: str
    date_of_birth: PartialDate | None = None
    nationality: str | None = None
    document_number: str | None = None


@value(frozen=True, slots=True)
class DocumentQuery:
    document_number: str
    issuer: str | None = None


@value(frozen=True, slots=True)
class Check:
    envelope: Envelope
    query: NominalQuery | DocumentQuery
    place: str | None = None

    @property
    def database(self) -> Database:
        match self.query:
            case NominalQuery():
                return Database.NOMINAL
            case DocumentQuery():
                return Database.TRAVEL_DOCUMENTS


@value(frozen=True, slots=True)
class Correspondence:
    """An ordinary ``message``. The desk routes, counts and delivers it, and never shows its text."""

    envelope: Envelope
    recipients: Recipients
    text: str


Message = (
    Diffusion
    | NoticeRequest
    | Correction
    | Withdrawal
    | Information
    | Response
    | RecallConfirmation
    | Restriction
    | Check
    | Correspondence
)


class MessageType(StrEnum):
    DIFFUSION = "diffusion"
    NOTICE_REQUEST = "notice_request"
    CORRECTION = "correction"
    WITHDRAWAL = "withdrawal"
    INFORMATION = "information"
    RESPONSE = "response"
    RECALL_CONFIRMATION = "recall_confirmation"
    RESTRICTION = "restriction"
    CHECK = "check"
    MESSAGE = "message"


def type_of(message: Message) -> MessageType:
    match message:
        case Diffusion():
            return MessageType.DIFFUSION
        case NoticeRequest():
            return MessageType.NOTICE_REQUEST
        case Correction():
            return MessageType.CORRECTION
        case Withdrawal():
            return MessageType.WITHDRAWAL
        case Information():
            return MessageType.INFORMATION
        case Response():
            return MessageType.RESPONSE
        case RecallConfirmation():
            return MessageType.RECALL_CONFIRMATION
        case Restriction():
            return MessageType.RESTRICTION
        case Check():
            return MessageType.CHECK
        case Correspondence():
            return MessageType.MESSAGE
