"""The shapes of the messages of ``dutydesk/1``, by which sound messages are read at speed.

With ``convert`` they accept exactly what ``models`` and ``meaning`` accept, and say nothing of what is wrong: a message
that they refuse is read again with those. An absent field is ``UNSET``.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from dutydesk.domain.messages.message import (
    Confidentiality,
    Kind,
    Purpose,
    RecallOutcome,
    ResponseAction,
    Urgency,
)
from dutydesk.domain.messages.subjects import Biometric, PersonStatus, Sex
from dutydesk.language.languages import Language
from dutydesk.wire.decode import limits

# The end of the text, not that of its last line.
Reference = Annotated[str, Meta(pattern=rf"\A{limits.REFERENCE_FORM}\Z")]
ItemNumber = Annotated[str, Meta(pattern=rf"\A{limits.ITEM_FORM}\Z")]
Code = Annotated[str, Meta(min_length=1, max_length=limits.CODE)]
Short = Annotated[str, Meta(max_length=limits.SHORT)]
Name = Annotated[str, Meta(max_length=limits.NAME)]
Line = Annotated[str, Meta(max_length=limits.LINE)]
Paragraph = Annotated[str, Meta(max_length=limits.PARAGRAPH)]
NeededName = Annotated[str, Meta(min_length=1, max_length=limits.NAME)]
NeededParagraph = Annotated[str, Meta(min_length=1, max_length=limits.PARAGRAPH)]
NeededText = Annotated[str, Meta(min_length=1, max_length=limits.TEXT)]
Months = Annotated[int, Meta(ge=0, le=limits.PENALTY_MONTHS)]
Codes = Annotated[tuple[Code, ...], Meta(max_length=limits.RECIPIENTS)]
Audience = Literal["all"] | Annotated[tuple[Code, ...], Meta(min_length=1, max_length=limits.RECIPIENTS)]
Biometrics = Annotated[tuple[Biometric, ...], Meta(max_length=limits.BIOMETRICS)]


class Shape(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """A part of a message."""


class NameShape(Shape, frozen=True):
    family: Name | UnsetType = UNSET
    given: Name | UnsetType = UNSET
    original_script: Name | UnsetType = UNSET


class DocumentShape(Shape, frozen=True):
    type: Short | UnsetType = UNSET
    number: Short | UnsetType = UNSET
    issuer: Code | UnsetType = UNSET


class DescriptionShape(Shape, frozen=True):
    height_cm: Annotated[int, Meta(ge=0, le=limits.HEIGHT_CM)] | UnsetType = UNSET
    weight_kg: Annotated[int, Meta(ge=0, le=limits.WEIGHT_KG)] | UnsetType = UNSET
    hair: Short | UnsetType = UNSET
    eyes: Short | UnsetType = UNSET
    marks: Paragraph | UnsetType = UNSET


class PersonShape(Shape, frozen=True, tag_field="type", tag="person"):
    status: PersonStatus | UnsetType = UNSET
    name: NameShape | UnsetType = UNSET
    aliases: Annotated[tuple[NameShape, ...], Meta(max_length=limits.ALIASES)] | UnsetType = UNSET
    sex: Sex | UnsetType = UNSET
    date_of_birth: Short | UnsetType = UNSET
    place_of_birth: Name | UnsetType = UNSET
    nationalities: Annotated[tuple[Code, ...], Meta(max_length=limits.NATIONALITIES)] | UnsetType = UNSET
    minor: bool | UnsetType = UNSET
    identity_documents: Annotated[tuple[DocumentShape, ...], Meta(max_length=limits.DOCUMENTS)] | UnsetType = UNSET
    description: DescriptionShape | UnsetType = UNSET
    biometrics: Biometrics | UnsetType = UNSET
    occupation: Name | UnsetType = UNSET


class ThingShape(Shape, frozen=True):
    title: Name | UnsetType = UNSET
    description: Paragraph | UnsetType = UNSET
    biometrics: Biometrics | UnsetType = UNSET


class BodyThing(ThingShape, frozen=True, tag_field="type", tag="body"):
    pass


class ObjectThing(ThingShape, frozen=True, tag_field="type", tag="object"):
    pass


class MethodThing(ThingShape, frozen=True, tag_field="type", tag="method"):
    pass


class ThreatThing(ThingShape, frozen=True, tag_field="type", tag="threat"):
    pass


class AssetThing(ThingShape, frozen=True, tag_field="type", tag="asset"):
    pass


class OffenceShape(Shape, frozen=True):
    charge: Line | UnsetType = UNSET
    law: Line | UnsetType = UNSET
    category: Short | UnsetType = UNSET
    maximum_penalty_months: Months | UnsetType = UNSET
    sentence_months: Months | UnsetType = UNSET
    remaining_months: Months | UnsetType = UNSET


class FactsShape(Shape, frozen=True):
    summary: Paragraph | UnsetType = UNSET
    date: Short | UnsetType = UNSET
    place: Name | UnsetType = UNSET


class WarrantShape(Shape, frozen=True):
    reference: Name | UnsetType = UNSET
    authority: Name | UnsetType = UNSET
    date: Short | UnsetType = UNSET
    judicial: bool | UnsetType = UNSET


class AssurancesShape(Shape, frozen=True):
    authority_competent: bool | UnsetType = UNSET
    extradition_will_be_sought: bool | UnsetType = UNSET
    coordinated_with_extradition_authority: bool | UnsetType = UNSET


class JudicialShape(Shape, frozen=True):
    offences: Annotated[tuple[OffenceShape, ...], Meta(max_length=limits.OFFENCES)] | UnsetType = UNSET
    facts: FactsShape | UnsetType = UNSET
    warrant: WarrantShape | UnsetType = UNSET
    in_absentia: bool | UnsetType = UNSET
    assurances: AssurancesShape | UnsetType = UNSET


class EnvelopeShape(Shape, frozen=True):
    schema: Literal["dutydesk/1"]
    reference: Reference
    sender: Code
    sent_at: Short


class BodyShape(EnvelopeShape, frozen=True):
    kind: Kind
    language: Language
    subject: PersonShape | BodyThing | ObjectThing | MethodThing | ThreatThing | AssetThing
    text: NeededText
    urgency: Urgency | UnsetType = UNSET
    confidentiality: Confidentiality | UnsetType = UNSET
    purpose: Purpose | UnsetType = UNSET
    judicial: JudicialShape | UnsetType = UNSET
    restricted_from: Codes | UnsetType = UNSET
    retention_until: Short | UnsetType = UNSET


class DiffusionShape(BodyShape, frozen=True, kw_only=True, tag_field="type", tag="diffusion"):
    recipients: Audience


class NoticeRequestShape(BodyShape, frozen=True, tag_field="type", tag="notice_request"):
    pass


class CorrectionShape(BodyShape, frozen=True, kw_only=True, tag_field="type", tag="correction"):
    of: Reference
    recipients: Audience | UnsetType = UNSET


class WithdrawalShape(EnvelopeShape, frozen=True, tag_field="type", tag="withdrawal"):
    of: Reference
    reason: NeededParagraph


class InformationShape(EnvelopeShape, frozen=True, tag_field="type", tag="information"):
    about: ItemNumber
    text: NeededText


class ResponseShape(EnvelopeShape, frozen=True, tag_field="type", tag="response"):
    about: ItemNumber
    action: ResponseAction
    note: Paragraph | UnsetType = UNSET


class RecallConfirmationShape(EnvelopeShape, frozen=True, tag_field="type", tag="recall_confirmation"):
    about: ItemNumber
    outcome: RecallOutcome
    note: Paragraph | UnsetType = UNSET


class RestrictionShape(EnvelopeShape, frozen=True, tag_field="type", tag="restriction"):
    deny: Audience | UnsetType = UNSET
    allow: Audience | UnsetType = UNSET
    of: Reference | UnsetType = UNSET
    reason: Paragraph | UnsetType = UNSET


class QueryShape(Shape, frozen=True):
    """A query of either database; which fields belong to which is seen when it is converted."""

    name: NeededName | UnsetType = UNSET
    date_of_birth: Short | UnsetType = UNSET
    nationality: Code | UnsetType = UNSET
    document_number: Short | UnsetType = UNSET
    issuer: Code | UnsetType = UNSET


class CheckShape(EnvelopeShape, frozen=True, tag_field="type", tag="check"):
    database: Literal["nominal", "travel_documents"]
    query: QueryShape
    place: Name | UnsetType = UNSET


class CorrespondenceShape(EnvelopeShape, frozen=True, tag_field="type", tag="message"):
    recipients: Audience
    text: NeededText


MessageShape = (
    DiffusionShape
    | NoticeRequestShape
    | CorrectionShape
    | WithdrawalShape
    | InformationShape
    | ResponseShape
    | RecallConfirmationShape
    | RestrictionShape
    | CheckShape
    | CorrespondenceShape
)
