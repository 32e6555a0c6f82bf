"""The shape of each message of ``dutydesk/1``: its fields, their types and their lengths.

The models are strict: they accept no unknown field and no similar type (``true`` is no 1, ``null`` is no text). An
optional field is ``NotRequired``. Checks that depend on the date or the directory are in ``meaning``.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal, NotRequired

from pydantic import ConfigDict, Field, TypeAdapter, with_config
from typing_extensions import TypedDict

from dutydesk.wire.decode import dates, limits

_STRICT = ConfigDict(strict=True, extra="forbid")

Reference = Annotated[
    str,
    Field(
        pattern=f"^{limits.REFERENCE_FORM}$",
        description="The sender's own, unique per sender.",
        examples=["FR-2022-000017"],
    ),
]
ItemNumber = Annotated[
    str, Field(pattern=f"^{limits.ITEM_FORM}$", description="The desk's item number.", examples=["D-000001"])
]
BureauCode = Annotated[
    str,
    Field(
        min_length=1,
        max_length=limits.CODE,
        description="A bureau at the desk's date: ISO 3166-1 alpha-2 in upper case, or 914.",
        json_schema_extra={"pattern": r"^([A-Z]{2}|914)$"},
    ),
]
NationalityCode = Annotated[
    str,
    Field(
        min_length=1,
        max_length=limits.CODE,
        description="ISO 3166-1 alpha-2 in upper case, or 914, 916, 922, UNK.",
        json_schema_extra={"pattern": r"^([A-Z]{2}|914|916|922|UNK)$"},
    ),
]
PartialDateText = Annotated[
    str,
    Field(
        max_length=limits.SHORT,
        description=f"A date known to the year, the month or the day, from {limits.YEAR_MIN} to {limits.YEAR_MAX}.",
        json_schema_extra={"pattern": dates.PARTIAL_DATE_PATTERN},
        examples=["1979", "1979-04", "1979-04-23"],
    ),
]
FullDateText = Annotated[
    str,
    Field(
        max_length=limits.SHORT,
        description=f"At most {limits.RETENTION_YEARS} years from receipt.",
        json_schema_extra={"pattern": dates.FULL_DATE_PATTERN, "format": "date"},
    ),
]
Instant = Annotated[
    str,
    Field(
        max_length=limits.SHORT,
        description="RFC 3339 with a zone.",
        json_schema_extra={"pattern": dates.INSTANT_PATTERN, "format": "date-time"},
        examples=["2022-03-12T09:30:00Z"],
    ),
]

Short = Annotated[str, Field(max_length=limits.SHORT)]
Name = Annotated[str, Field(max_length=limits.NAME)]
Line = Annotated[str, Field(max_length=limits.LINE)]
Paragraph = Annotated[str, Field(max_length=limits.PARAGRAPH)]
NeededShort = Annotated[str, Field(min_length=1, max_length=limits.SHORT)]
NeededName = Annotated[str, Field(min_length=1, max_length=limits.NAME)]
NeededParagraph = Annotated[str, Field(min_length=1, max_length=limits.PARAGRAPH)]
NeededText = Annotated[str, Field(min_length=1, max_length=limits.TEXT, description="Any script.")]
Months = Annotated[int, Field(ge=0, le=limits.PENALTY_MONTHS)]

Codes = Annotated[list[BureauCode], Field(max_length=limits.RECIPIENTS)]
SomeCodes = Annotated[list[BureauCode], Field(min_length=1, max_length=limits.RECIPIENTS)]
Audience = Annotated[
    Literal["all"] | SomeCodes,
    Field(
        union_mode="left_to_right",
        description='Codes, or "all": the members of that date, without the sender, sub-bureaus and entities.',
    ),
]

KindName = Literal["red", "blue", "green", "yellow", "black", "purple", "orange", "silver"]
PurposeName = Literal[
    "arrest_for_extradition",
    "locate_or_identify",
    "warn_of_criminal_activity",
    "locate_missing_person",
    "identify_body",
    "share_method",
    "warn_of_imminent_threat",
    "trace_assets",
]
StatusName = Literal[
    "wanted_for_prosecution",
    "wanted_to_serve_sentence",
    "charged",
    "convicted",
    "suspect",
    "witness",
    "victim",
    "missing",
    "person_of_interest",
    "unidentified",
    "deceased",
]
UrgencyName = Literal["routine", "urgent", "flash"]
ConfidentialityName = Literal["official_use_only", "restricted", "confidential"]
LanguageName = Literal["ar", "en", "es", "fr"]
ThingName = Literal["body", "object", "method", "threat", "asset"]
BiometricName = Literal["photo", "fingerprints", "dna", "dental"]
Biometrics = Annotated[list[BiometricName], Field(max_length=limits.BIOMETRICS)]


@with_config(_STRICT)
class NameFields(TypedDict):
    """A person's name as the sender writes it."""

    family: NotRequired[Name]
    given: NotRequired[Name]
    original_script: NotRequired[Name]


@with_config(_STRICT)
class DocumentFields(TypedDict):
    """An identity document."""

    type: NotRequired[Short]
    number: NotRequired[Short]
    issuer: NotRequired[NationalityCode]


@with_config(_STRICT)
class DescriptionFields(TypedDict):
    """What a person looks like."""

    height_cm: NotRequired[Annotated[int, Field(ge=0, le=limits.HEIGHT_CM)]]
    weight_kg: NotRequired[Annotated[int, Field(ge=0, le=limits.WEIGHT_KG)]]
    hair: NotRequired[Short]
    eyes: NotRequired[Short]
    marks: NotRequired[Paragraph]


@with_config(_STRICT)
class PersonFields(TypedDict):
    """A person, living, missing or dead."""

    type: Literal["person"]
    status: NotRequired[StatusName]
    name: NotRequired[NameFields]
    aliases: NotRequired[Annotated[list[NameFields], Field(max_length=limits.ALIASES)]]
    sex: NotRequired[Literal["M", "F", "X", "U"]]
    date_of_birth: NotRequired[PartialDateText]
    place_of_birth: NotRequired[Name]
    nationalities: NotRequired[Annotated[list[NationalityCode], Field(max_length=limits.NATIONALITIES)]]
    minor: NotRequired[bool]
    identity_documents: NotRequired[Annotated[list[DocumentFields], Field(max_length=limits.DOCUMENTS)]]
    description: NotRequired[DescriptionFields]
    biometrics: NotRequired[Biometrics]
    occupation: NotRequired[Name]


@with_config(_STRICT)
class ThingFields(TypedDict):
    """A body, an object, a method, a threat or an asset."""

    type: ThingName
    title: NotRequired[Name]
    description: NotRequired[Paragraph]
    biometrics: NotRequired[Biometrics]


@with_config(_STRICT)
class OffenceFields(TypedDict):
    """One offence; penalties are in months."""

    charge: NotRequired[Line]
    law: NotRequired[Line]
    category: NotRequired[Short]
    maximum_penalty_months: NotRequired[Months]
    sentence_months: NotRequired[Months]
    remaining_months: NotRequired[Months]


@with_config(_STRICT)
class FactsFields(TypedDict):
    """What happened, when and where."""

    summary: NotRequired[Paragraph]
    date: NotRequired[PartialDateText]
    place: NotRequired[Name]


@with_config(_STRICT)
class WarrantFields(TypedDict):
    """The arrest warrant or judgment."""

    reference: NotRequired[Name]
    authority: NotRequired[Name]
    date: NotRequired[PartialDateText]
    judicial: NotRequired[bool]


@with_config(_STRICT)
class AssurancesFields(TypedDict):
    """What the sender assures for a red diffusion or notice."""

    authority_competent: NotRequired[bool]
    extradition_will_be_sought: NotRequired[bool]
    coordinated_with_extradition_authority: NotRequired[bool]


@with_config(_STRICT)
class JudicialFields(TypedDict):
    """The judicial data."""

    offences: NotRequired[Annotated[list[OffenceFields], Field(max_length=limits.OFFENCES)]]
    facts: NotRequired[FactsFields]
    warrant: NotRequired[WarrantFields]
    in_absentia: NotRequired[bool]
    assurances: NotRequired[AssurancesFields]


@with_config(_STRICT)
class EnvelopeFields(TypedDict):
    """What every message carries."""

    schema: Annotated[Literal["dutydesk/1"], Field(description="The wire format.")]
    reference: Reference
    sender: BureauCode
    sent_at: Instant


@with_config(_STRICT)
class BodyFields(EnvelopeFields):
    """What a diffusion, a notice request and a correction share."""

    kind: KindName
    language: LanguageName
    subject: Annotated[PersonFields | ThingFields, Field(discriminator="type")]
    text: NeededText
    urgency: NotRequired[Annotated[UrgencyName, Field(description="Absent: routine.")]]
    confidentiality: NotRequired[Annotated[ConfidentialityName, Field(description="Absent: official_use_only.")]]
    purpose: NotRequired[Annotated[PurposeName, Field(description="Absent: the kind's own.")]]
    judicial: NotRequired[JudicialFields]
    restricted_from: NotRequired[Annotated[Codes, Field(description="Bureaus that may not see it.")]]
    retention_until: NotRequired[FullDateText]


@with_config(_STRICT)
class DiffusionFields(BodyFields):
    """An alert or a request that a bureau sends to some or all members."""

    type: Literal["diffusion"]
    recipients: Audience


@with_config(_STRICT)
class NoticeRequestFields(BodyFields):
    """A request for a notice: to all members, after review always."""

    type: Literal["notice_request"]


@with_config(_STRICT)
class CorrectionFields(BodyFields):
    """The whole new body of the sender's own earlier diffusion (with recipients) or notice request (without)."""

    type: Literal["correction"]
    of: Reference
    recipients: NotRequired[Audience]


@with_config(_STRICT)
class WithdrawalFields(EnvelopeFields):
    """The sender withdraws its own earlier message."""

    type: Literal["withdrawal"]
    of: Reference
    reason: NeededParagraph


@with_config(_STRICT)
class InformationFields(EnvelopeFields):
    """A bureau's answer to a request for information."""

    type: Literal["information"]
    about: ItemNumber
    text: NeededText


@with_config(_STRICT)
class ResponseFields(EnvelopeFields):
    """The recipient's own free decision."""

    type: Literal["response"]
    about: ItemNumber
    action: Literal["acknowledged", "acting", "acted", "declined"]
    note: NotRequired[Paragraph]


@with_config(_STRICT)
class RecallConfirmationFields(EnvelopeFields):
    """What a recipient did with an item that was recalled."""

    type: Literal["recall_confirmation"]
    about: ItemNumber
    outcome: Literal["deleted", "kept_on_national_basis", "already_acted"]
    note: NotRequired[Paragraph]


@with_config(_STRICT)
class RestrictionFields(EnvelopeFields):
    """A data owner's restriction; deny, allow or both must be there."""

    type: Literal["restriction"]
    deny: NotRequired[Audience]
    allow: NotRequired[Audience]
    of: NotRequired[Reference]
    reason: NotRequired[Paragraph]


@with_config(_STRICT)
class NominalQueryFields(TypedDict):
    """Whom to look for."""

    name: NeededName
    date_of_birth: NotRequired[PartialDateText]
    nationality: NotRequired[NationalityCode]
    document_number: NotRequired[Short]


@with_config(_STRICT)
class DocumentQueryFields(TypedDict):
    """Which travel document to look for."""

    document_number: NeededShort
    issuer: NotRequired[NationalityCode]


@with_config(_STRICT)
class NominalCheckFields(EnvelopeFields):
    """A check of a person against the nominal data."""

    type: Literal["check"]
    database: Literal["nominal"]
    query: NominalQueryFields
    place: NotRequired[Annotated[Name, Field(description="The control point.")]]


@with_config(_STRICT)
class DocumentCheckFields(EnvelopeFields):
    """A check of a travel document."""

    type: Literal["check"]
    database: Literal["travel_documents"]
    query: DocumentQueryFields
    place: NotRequired[Annotated[Name, Field(description="The control point.")]]


@with_config(_STRICT)
class CorrespondenceFields(EnvelopeFields):
    """Ordinary correspondence: routed, counted and passed on; its text is never shown at the desk."""

    type: Literal["message"]
    recipients: Audience
    text: NeededText


CheckFields = Annotated[NominalCheckFields | DocumentCheckFields, Field(discriminator="database")]

ENVELOPE: Final = TypeAdapter(EnvelopeFields)
DIFFUSION: Final = TypeAdapter(DiffusionFields)
NOTICE_REQUEST: Final = TypeAdapter(NoticeRequestFields)
CORRECTION: Final = TypeAdapter(CorrectionFields)
WITHDRAWAL: Final = TypeAdapter(WithdrawalFields)
INFORMATION: Final = TypeAdapter(InformationFields)
RESPONSE: Final = TypeAdapter(ResponseFields)
RECALL_CONFIRMATION: Final = TypeAdapter(RecallConfirmationFields)
RESTRICTION: Final = TypeAdapter(RestrictionFields)
CHECK: Final[TypeAdapter[NominalCheckFields | DocumentCheckFields]] = TypeAdapter(CheckFields)
CORRESPONDENCE: Final = TypeAdapter(CorrespondenceFields)
