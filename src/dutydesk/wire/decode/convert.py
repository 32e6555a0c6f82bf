"""Converts the shapes of the wire to the domain's frozen values.

It raises :class:`NotSoundError` for what a shape can't express and ``meaning`` has a problem for: an unknown code, a
date that does not exist. An optional text of only spaces counts as absent, because the rules check whether it says
something. Duplicate codes are merged in the order of their first occurrence.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from typing import Final

from msgspec import UnsetType

from dutydesk.domain.messages import message as m
from dutydesk.domain.messages import subjects
from dutydesk.wire.decode import shapes as w
from dutydesk.wire.decode.dates import full_date, instant, partial_date
from dutydesk.wire.decode.meaning import ReceiptDay

_EVERYONE = m.Everyone()
_THINGS: Final[dict[type[w.ThingShape], subjects.SubjectType]] = {
    w.BodyThing: subjects.SubjectType.BODY,
    w.ObjectThing: subjects.SubjectType.OBJECT,
    w.MethodThing: subjects.SubjectType.METHOD,
    w.ThreatThing: subjects.SubjectType.THREAT,
    w.AssetThing: subjects.SubjectType.ASSET,
}


class NotSoundError(ValueError):
    """The message has the shape of a message, but not its meaning; the argument is the field."""


def to_message(shape: w.MessageShape, receipt: ReceiptDay) -> m.Message:
    """The message of a shape, received on that day."""
    envelope = _envelope(shape, receipt)
    match shape:
        case w.DiffusionShape():
            recipients = _recipients(shape.recipients, shape.sender, receipt)
            return m.Diffusion(envelope, _body(shape, recipients, envelope, receipt))
        case w.NoticeRequestShape():
            return m.NoticeRequest(envelope, _body(shape, None, envelope, receipt))
        case w.CheckShape():
            return m.Check(envelope, _query(shape, receipt), _text_or_none(shape.place))
        case w.CorrectionShape():
            asked = shape.recipients
            to = None if isinstance(asked, UnsetType) else _recipients(asked, shape.sender, receipt)
            return m.Correction(envelope, shape.of, _body(shape, to, envelope, receipt))
        case w.CorrespondenceShape():
            return m.Correspondence(envelope, _recipients(shape.recipients, shape.sender, receipt), shape.text)
        case w.WithdrawalShape():
            return m.Withdrawal(envelope, shape.of, shape.reason)
        case w.InformationShape():
            return m.Information(envelope, shape.about, shape.text)
        case w.ResponseShape():
            return m.Response(envelope, shape.about, shape.action, _text_or_none(shape.note))
        case w.RecallConfirmationShape():
            return m.RecallConfirmation(envelope, shape.about, shape.outcome, _text_or_none(shape.note))
        case w.RestrictionShape():
            return _restriction(shape, envelope, receipt)


def repeated_recipients(shape: w.MessageShape) -> tuple[str, ...]:
    """The recipients that are named more than once."""
    match shape:
        case w.DiffusionShape() | w.CorrectionShape() | w.CorrespondenceShape():
            codes = shape.recipients
            if isinstance(codes, tuple) and len(set(codes)) < len(codes):
                return tuple(code for code, count in Counter(codes).items() if count > 1)
    return ()


def _envelope(shape: w.EnvelopeShape, receipt: ReceiptDay) -> m.Envelope:
    sent = instant(shape.sent_at)
    if sent is None:
        raise NotSoundError("sent_at")
    if shape.sender not in receipt.bureaus:
        raise NotSoundError("sender")
    return m.Envelope(shape.reference, shape.sender, sent)


def _restriction(shape: w.RestrictionShape, envelope: m.Envelope, receipt: ReceiptDay) -> m.Restriction:
    deny, allow = _side(shape.deny, receipt), _side(shape.allow, receipt)
    if deny is None and allow is None:
        raise NotSoundError("deny")
    return m.Restriction(envelope, deny=deny, allow=allow, of=shape.of or None, reason=_text_or_none(shape.reason))


def _side(audience: str | tuple[str, ...] | UnsetType, receipt: ReceiptDay) -> m.Recipients | None:
    if isinstance(audience, UnsetType):
        return None
    return _EVERYONE if isinstance(audience, str) else _bureaus(audience, receipt)


def _recipients(audience: str | tuple[str, ...], sender: str, receipt: ReceiptDay) -> m.Recipients:
    if isinstance(audience, str):
        return _EVERYONE
    codes = _bureaus(audience, receipt)
    if codes == (sender,):
        raise NotSoundError("recipients")
    return codes


def _bureaus(codes: tuple[str, ...], receipt: ReceiptDay) -> tuple[str, ...]:
    if not receipt.bureaus.issuperset(codes):
        raise NotSoundError("code")
    return tuple(dict.fromkeys(codes))


def _text_or_none(text: str | UnsetType) -> str | None:
    return text if text and not text.isspace() else None


def _partial(text: str | UnsetType) -> subjects.PartialDate | None:
    if isinstance(text, UnsetType):
        return None
    known = partial_date(text)
    if known is None:
        raise NotSoundError("date")
    return known


def _birth(text: str | UnsetType, receipt: ReceiptDay) -> subjects.PartialDate | None:
    born = _partial(text)
    if born is not None and born.earliest() > receipt.on:
        raise NotSoundError("date_of_birth")
    return born


def _nationality(code: str | UnsetType, receipt: ReceiptDay) -> str | None:
    if isinstance(code, UnsetType):
        return None
    if not receipt.directory.is_nationality(code):
        raise NotSoundError("nationality")
    return code


def _nationalities(codes: tuple[str, ...], receipt: ReceiptDay) -> tuple[str, ...]:
    if not all(map(receipt.directory.is_nationality, codes)):
        raise NotSoundError("nationalities")
    return tuple(dict.fromkeys(codes)) if len(codes) > 1 else codes


def _query(shape: w.CheckShape, receipt: ReceiptDay) -> m.NominalQuery | m.DocumentQuery:
    query = shape.query
    if shape.database == "nominal":
        if not query.name or query.issuer:
            raise NotSoundError("query")
        return m.NominalQuery(
            name=query.name,
            date_of_birth=_birth(query.date_of_birth, receipt),
            nationality=_nationality(query.nationality, receipt),
            document_number=_text_or_none(query.document_number),
        )
    if not query.document_number or query.name or query.nationality or not isinstance(query.date_of_birth, UnsetType):
        raise NotSoundError("query")
    return m.DocumentQuery(query.document_number, _nationality(query.issuer, receipt))


def _body(shape: w.BodyShape, recipients: m.Recipients | None, envelope: m.Envelope, receipt: ReceiptDay) -> m.Body:
    subject, judicial, denied = shape.subject, shape.judicial, shape.restricted_from
    return m.Body(
        shape.kind,
        recipients,
        shape.language,
        _person(subject, receipt) if isinstance(subject, w.PersonShape) else _thing(subject),
        shape.text,
        shape.urgency or m.Urgency.ROUTINE,
        shape.confidentiality or m.Confidentiality.OFFICIAL_USE_ONLY,
        shape.purpose or None,
        None if isinstance(judicial, UnsetType) else _judicial(judicial),
        _bureaus(denied, receipt) if denied else (),
        _retention(shape.retention_until, envelope.sent_at, receipt),
    )


def _retention(text: str | UnsetType, sent_at: datetime, receipt: ReceiptDay) -> date | None:
    if isinstance(text, UnsetType):
        return None
    until = full_date(text)
    if until is None or until > receipt.kept_until or (until < receipt.on and until < sent_at.date()):
        raise NotSoundError("retention_until")
    return until


def _person(shape: w.PersonShape, receipt: ReceiptDay) -> subjects.Person:
    name, aliases, documents, description = shape.name, shape.aliases, shape.identity_documents, shape.description
    nationalities, minor = shape.nationalities, shape.minor
    return subjects.Person(
        shape.status or None,
        None if isinstance(name, UnsetType) else _name(name),
        tuple([_name(alias) for alias in aliases]) if aliases else (),
        shape.sex or None,
        _birth(shape.date_of_birth, receipt),
        _text_or_none(shape.place_of_birth),
        _nationalities(nationalities, receipt) if nationalities else (),
        None if isinstance(minor, UnsetType) else minor,
        tuple([_document(document, receipt) for document in documents]) if documents else (),
        None if isinstance(description, UnsetType) else _description(description),
        _biometrics(shape.biometrics),
        _text_or_none(shape.occupation),
    )


def _thing(shape: w.ThingShape) -> subjects.Thing:
    return subjects.Thing(
        _THINGS[type(shape)],
        _text_or_none(shape.title),
        _text_or_none(shape.description),
        _biometrics(shape.biometrics),
    )


def _name(shape: w.NameShape) -> subjects.PersonName:
    return subjects.PersonName(
        _text_or_none(shape.family), _text_or_none(shape.given), _text_or_none(shape.original_script)
    )


def _document(shape: w.DocumentShape, receipt: ReceiptDay) -> subjects.IdentityDocument:
    return subjects.IdentityDocument(
        _text_or_none(shape.type), _text_or_none(shape.number), _nationality(shape.issuer, receipt)
    )


def _number(number: int | UnsetType) -> int | None:
    return None if isinstance(number, UnsetType) else number


def _yes_or_no(answer: bool | UnsetType) -> bool | None:
    return None if isinstance(answer, UnsetType) else answer


def _description(shape: w.DescriptionShape) -> subjects.PhysicalDescription:
    return subjects.PhysicalDescription(
        _number(shape.height_cm),
        _number(shape.weight_kg),
        _text_or_none(shape.hair),
        _text_or_none(shape.eyes),
        _text_or_none(shape.marks),
    )


def _biometrics(given: tuple[subjects.Biometric, ...] | UnsetType) -> tuple[subjects.Biometric, ...]:
    return tuple(dict.fromkeys(given)) if given else ()


def _judicial(shape: w.JudicialShape) -> subjects.Judicial:
    offences, facts, warrant, assurances = shape.offences, shape.facts, shape.warrant, shape.assurances
    return subjects.Judicial(
        tuple([_offence(offence) for offence in offences]) if offences else (),
        None if isinstance(facts, UnsetType) else _facts(facts),
        None if isinstance(warrant, UnsetType) else _warrant(warrant),
        _yes_or_no(shape.in_absentia),
        None if isinstance(assurances, UnsetType) else _assurances(assurances),
    )


def _offence(shape: w.OffenceShape) -> subjects.Offence:
    return subjects.Offence(
        _text_or_none(shape.charge),
        _text_or_none(shape.law),
        _text_or_none(shape.category),
        _number(shape.maximum_penalty_months),
        _number(shape.sentence_months),
        _number(shape.remaining_months),
    )


def _facts(shape: w.FactsShape) -> subjects.Facts:
    return subjects.Facts(_text_or_none(shape.summary), _partial(shape.date), _text_or_none(shape.place))


def _warrant(shape: w.WarrantShape) -> subjects.Warrant:
    return subjects.Warrant(
        _text_or_none(shape.reference),
        _text_or_none(shape.authority),
        _partial(shape.date),
        _yes_or_no(shape.judicial),
    )


def _assurances(shape: w.AssurancesShape) -> subjects.Assurances:
    return subjects.Assurances(
        _yes_or_no(shape.authority_competent),
        _yes_or_no(shape.extradition_will_be_sought),
        _yes_or_no(shape.coordinated_with_extradition_authority),
    )
