"""Converts the wire's fields to the domain's frozen values, for messages of valid shape and meaning.

An optional text of only spaces counts as absent, because the rules check whether it says something. Duplicate codes are
merged in the order of their first occurrence.
"""

from __future__ import annotations

from datetime import datetime

from dutydesk.domain.messages import message as m
from dutydesk.domain.messages import subjects
from dutydesk.language.languages import Language
from dutydesk.wire.decode import models as w
from dutydesk.wire.decode.dates import full_date, instant, partial_date

_KINDS = {str(k): k for k in m.Kind}
_PURPOSES = {str(k): k for k in m.Purpose}
_URGENCIES = {str(k): k for k in m.Urgency}
_CONFIDENTIALITIES = {str(k): k for k in m.Confidentiality}
_LANGUAGES = {str(k): k for k in Language}
_SUBJECT_TYPES = {str(k): k for k in subjects.SubjectType}
_STATUSES = {str(k): k for k in subjects.PersonStatus}
_SEXES = {str(k): k for k in subjects.Sex}
_BIOMETRICS = {str(k): k for k in subjects.Biometric}
_EVERYONE = m.Everyone()


def diffusion(fields: w.DiffusionFields) -> m.Diffusion:
    return m.Diffusion(_envelope(fields), _body(fields, _recipients(fields["recipients"])))


def notice_request(fields: w.NoticeRequestFields) -> m.NoticeRequest:
    return m.NoticeRequest(_envelope(fields), _body(fields, None))


def correction(fields: w.CorrectionFields) -> m.Correction:
    body = _body(fields, _recipients(fields["recipients"]) if "recipients" in fields else None)
    return m.Correction(_envelope(fields), fields["of"], body)


def withdrawal(fields: w.WithdrawalFields) -> m.Withdrawal:
    return m.Withdrawal(_envelope(fields), fields["of"], fields["reason"])


def information(fields: w.InformationFields) -> m.Information:
    return m.Information(_envelope(fields), fields["about"], fields["text"])


def response(fields: w.ResponseFields) -> m.Response:
    action = m.ResponseAction(fields["action"])
    return m.Response(_envelope(fields), fields["about"], action, _text_or_none(fields.get("note")))


def recall_confirmation(fields: w.RecallConfirmationFields) -> m.RecallConfirmation:
    outcome = m.RecallOutcome(fields["outcome"])
    return m.RecallConfirmation(_envelope(fields), fields["about"], outcome, _text_or_none(fields.get("note")))


def restriction(fields: w.RestrictionFields) -> m.Restriction:
    return m.Restriction(
        _envelope(fields),
        deny=_recipients(fields["deny"]) if "deny" in fields else None,
        allow=_recipients(fields["allow"]) if "allow" in fields else None,
        of=fields.get("of"),
        reason=_text_or_none(fields.get("reason")),
    )


def check(fields: w.NominalCheckFields | w.DocumentCheckFields) -> m.Check:
    query: m.NominalQuery | m.DocumentQuery
    if fields["database"] == "nominal":
        person = fields["query"]
        query = m.NominalQuery(
            name=person["name"],
            date_of_birth=_partial(person.get("date_of_birth")),
            nationality=person.get("nationality"),
            document_number=_text_or_none(person.get("document_number")),
        )
    else:
        document = fields["query"]
        query = m.DocumentQuery(document["document_number"], document.get("issuer"))
    return m.Check(_envelope(fields), query, _text_or_none(fields.get("place")))


def correspondence(fields: w.CorrespondenceFields) -> m.Correspondence:
    return m.Correspondence(_envelope(fields), _recipients(fields["recipients"]), fields["text"])


def _envelope(fields: w.EnvelopeFields) -> m.Envelope:
    return m.Envelope(fields["reference"], fields["sender"], _sent_at(fields["sent_at"]))


def _sent_at(text: str) -> datetime:
    sent = instant(text)
    if sent is None:
        raise ValueError(f"{text} was to be checked before")
    return sent


def _recipients(codes: list[str] | str) -> m.Recipients:
    return _EVERYONE if isinstance(codes, str) else tuple(dict.fromkeys(codes))


def _text_or_none(text: str | None) -> str | None:
    return text if text and not text.isspace() else None


def _partial(text: str | None) -> subjects.PartialDate | None:
    return None if text is None else partial_date(text)


def _body(fields: w.BodyFields, recipients: m.Recipients | None) -> m.Body:
    subject = fields["subject"]
    retention = fields.get("retention_until")
    return m.Body(
        kind=_KINDS[fields["kind"]],
        recipients=recipients,
        language=_LANGUAGES[fields["language"]],
        subject=_person(subject) if subject["type"] == "person" else _thing(subject),
        text=fields["text"],
        urgency=_URGENCIES[fields.get("urgency", "routine")],
        confidentiality=_CONFIDENTIALITIES[fields.get("confidentiality", "official_use_only")],
        purpose=_PURPOSES[fields["purpose"]] if "purpose" in fields else None,
        judicial=_judicial(fields["judicial"]) if "judicial" in fields else None,
        restricted_from=tuple(dict.fromkeys(fields.get("restricted_from", ()))),
        retention_until=None if retention is None else full_date(retention),
    )


def _person(fields: w.PersonFields) -> subjects.Person:
    return subjects.Person(
        status=_STATUSES[fields["status"]] if "status" in fields else None,
        name=_name(fields["name"]) if "name" in fields else None,
        aliases=tuple(map(_name, fields.get("aliases", ()))),
        sex=_SEXES[fields["sex"]] if "sex" in fields else None,
        date_of_birth=_partial(fields.get("date_of_birth")),
        place_of_birth=_text_or_none(fields.get("place_of_birth")),
        nationalities=tuple(dict.fromkeys(fields.get("nationalities", ()))),
        minor=fields.get("minor"),
        identity_documents=tuple(map(_document, fields.get("identity_documents", ()))),
        description=_description(fields["description"]) if "description" in fields else None,
        biometrics=_biometrics(fields.get("biometrics")),
        occupation=_text_or_none(fields.get("occupation")),
    )


def _thing(fields: w.ThingFields) -> subjects.Thing:
    return subjects.Thing(
        type=_SUBJECT_TYPES[fields["type"]],
        title=_text_or_none(fields.get("title")),
        description=_text_or_none(fields.get("description")),
        biometrics=_biometrics(fields.get("biometrics")),
    )


def _name(fields: w.NameFields) -> subjects.PersonName:
    return subjects.PersonName(
        _text_or_none(fields.get("family")),
        _text_or_none(fields.get("given")),
        _text_or_none(fields.get("original_script")),
    )


def _document(fields: w.DocumentFields) -> subjects.IdentityDocument:
    return subjects.IdentityDocument(
        _text_or_none(fields.get("type")), _text_or_none(fields.get("number")), fields.get("issuer")
    )


def _description(fields: w.DescriptionFields) -> subjects.PhysicalDescription:
    return subjects.PhysicalDescription(
        height_cm=fields.get("height_cm"),
        weight_kg=fields.get("weight_kg"),
        hair=_text_or_none(fields.get("hair")),
        eyes=_text_or_none(fields.get("eyes")),
        marks=_text_or_none(fields.get("marks")),
    )


def _biometrics(names: list[w.BiometricName] | None) -> tuple[subjects.Biometric, ...]:
    return () if names is None else tuple(map(_BIOMETRICS.__getitem__, dict.fromkeys(names)))


def _judicial(fields: w.JudicialFields) -> subjects.Judicial:
    return subjects.Judicial(
        offences=tuple(map(_offence, fields.get("offences", ()))),
        facts=_facts(fields["facts"]) if "facts" in fields else None,
        warrant=_warrant(fields["warrant"]) if "warrant" in fields else None,
        in_absentia=fields.get("in_absentia"),
        assurances=_assurances(fields["assurances"]) if "assurances" in fields else None,
    )


def _offence(fields: w.OffenceFields) -> subjects.Offence:
    return subjects.Offence(
        charge=_text_or_none(fields.get("charge")),
        law=_text_or_none(fields.get("law")),
        category=_text_or_none(fields.get("category")),
        maximum_penalty_months=fields.get("maximum_penalty_months"),
        sentence_months=fields.get("sentence_months"),
        remaining_months=fields.get("remaining_months"),
    )


def _facts(fields: w.FactsFields) -> subjects.Facts:
    return subjects.Facts(
        _text_or_none(fields.get("summary")), _partial(fields.get("date")), _text_or_none(fields.get("place"))
    )


def _warrant(fields: w.WarrantFields) -> subjects.Warrant:
    return subjects.Warrant(
        reference=_text_or_none(fields.get("reference")),
        authority=_text_or_none(fields.get("authority")),
        date=_partial(fields.get("date")),
        judicial=fields.get("judicial"),
    )


def _assurances(fields: w.AssurancesFields) -> subjects.Assurances:
    return subjects.Assurances(
        authority_competent=fields.get("authority_competent"),
        extradition_will_be_sought=fields.get("extradition_will_be_sought"),
        coordinated_with_extradition_authority=fields.get("coordinated_with_extradition_authority"),
    )
