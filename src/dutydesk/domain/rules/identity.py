"""Rules on the person's identity: complete identity sets, plausible dates, minors and placeholders."""

from __future__ import annotations

from collections.abc import Iterable

from dutydesk.domain.messages.message import Body, Kind
from dutydesk.domain.messages.subjects import (
    Biometric,
    PartialDate,
    Person,
    PersonName,
    PhysicalDescription,
    Sex,
    Thing,
)
from dutydesk.domain.rules.evidence import Evidence, ReviewContext
from dutydesk.domain.rules.values import (
    day_after,
    day_of,
    first_day,
    is_given,
    is_placeholder,
    last_day,
    quoted,
    years_after,
)
from dutydesk.language.sentences import joined, sentence

OLDEST_AGE = 120
FULL_AGE = 18
_BODY_BIOMETRICS = frozenset({Biometric.FINGERPRINTS, Biometric.DNA, Biometric.DENTAL})
_SET_A_BIOMETRICS = frozenset({Biometric.FINGERPRINTS, Biometric.DNA})
_FACTS, _WARRANT = sentence("facts"), sentence("warrant")
_PLACEHOLDER_BIRTH = PartialDate(1900, 1, 1)


def identity_set(body: Body, _: ReviewContext) -> Iterable[Evidence]:
    """IDN-01: set A (names, sex, birth and one more item) or set B (photo and one more item) is complete."""
    person = body.subject
    if not isinstance(person, Person):
        return (Evidence("subject", "", sentence("No person is identified.")),)
    missing_a = _missing_from_set_a(person)
    if not missing_a:
        return ()
    missing_b = _missing_from_set_b(person)
    if not missing_b:
        return ()
    message = sentence(
        "Neither identity set is complete: the first lacks {missing_a}; the second {missing_b}.",
        missing_a=joined(missing_a),
        missing_b=joined(missing_b),
    )
    return (Evidence("subject", "", message),)


def _missing_from_set_a(person: Person) -> list[str]:
    name = person.name
    missing: list[str] = []
    if name is None or not is_given(name.family):
        missing.append(sentence("a family name"))
    if name is None or not is_given(name.given):
        missing.append(sentence("a forename"))
    if person.sex is None or person.sex is Sex.UNKNOWN:
        missing.append(sentence("the sex"))
    if person.date_of_birth is None or person.date_of_birth == _PLACEHOLDER_BIRTH:
        missing.append(sentence("a birth date"))
    if not (
        has_features(person.description)
        or not _SET_A_BIOMETRICS.isdisjoint(person.biometrics)
        or any(is_given(document.number) for document in person.identity_documents)
    ):
        missing.append(sentence("one of description, DNA, fingerprints, identity document"))
    return missing


def _missing_from_set_b(person: Person) -> list[str]:
    missing: list[str] = []
    if Biometric.PHOTO not in person.biometrics:
        missing.append(sentence("a photo"))
    if not (
        any(map(has_name, person.aliases))
        or has_features(person.description)
        or not _BODY_BIOMETRICS.isdisjoint(person.biometrics)
    ):
        missing.append(sentence("one of alias, description, biometrics"))
    return missing


def has_name(name: PersonName | None) -> bool:
    return name is not None and (is_given(name.family) or is_given(name.given) or is_given(name.original_script))


def has_features(description: PhysicalDescription | None) -> bool:
    """Whether any feature is given; a height or weight of 0 means unknown."""
    if description is None:
        return False
    return (
        bool(description.height_cm)
        or bool(description.weight_kg)
        or is_given(description.hair)
        or is_given(description.eyes)
        or is_given(description.marks)
    )


def plausible_dates(body: Body, context: ReviewContext) -> Iterable[Evidence]:
    """IDN-02: the age is at most 120 years; facts and warrant are dated after the birth and not in the future.

    A partial date gives a finding only if every day that it may mean is wrong. One day of tolerance covers time zones.
    The facts of an orange item may be in the future.
    """
    birth = body.subject.date_of_birth if isinstance(body.subject, Person) else None
    dates = _judicial_dates(body)
    if birth is None and not dates:
        return ()
    today, tomorrow = day_of(context.received_on), day_after(context.received_on)
    found: list[Evidence] = []
    if birth is not None:
        if years_after(last_day(birth), OLDEST_AGE + 1) <= today:
            message = sentence(
                "A person born {birth} would be older than {oldest_age} years.", birth=birth, oldest_age=OLDEST_AGE
            )
            found.append(Evidence("subject.date_of_birth", str(birth), message))
        if first_day(birth) > tomorrow:
            found.append(
                Evidence(
                    "subject.date_of_birth",
                    str(birth),
                    sentence("The birth date {birth} lies in the future.", birth=birth),
                )
            )
    for field, what, known in dates:
        if birth is not None and last_day(known) < first_day(birth):
            message = sentence(
                "The date of the {what}, {known}, lies before the person's birth on {birth}.",
                what=what,
                known=known,
                birth=birth,
            )
            found.append(Evidence(field, str(known), message))
        if first_day(known) > tomorrow and not (what is _FACTS and body.kind is Kind.ORANGE):
            found.append(
                Evidence(
                    field,
                    str(known),
                    sentence("The date of the {what}, {known}, lies in the future.", what=what, known=known),
                )
            )
    return found


def _judicial_dates(body: Body) -> list[tuple[str, str, PartialDate]]:
    judicial = body.judicial
    found: list[tuple[str, str, PartialDate]] = []
    if judicial is None:
        return found
    if judicial.facts is not None and judicial.facts.date is not None:
        found.append(("judicial.facts.date", _FACTS, judicial.facts.date))
    if judicial.warrant is not None and judicial.warrant.date is not None:
        found.append(("judicial.warrant.date", _WARRANT, judicial.warrant.date))
    return found


def minor_flag(body: Body, context: ReviewContext) -> Iterable[Evidence]:
    """IDN-03: a person under 18 at receipt is marked as a minor. If the age is uncertain, the field is yes or no."""
    person = body.subject
    if not isinstance(person, Person) or person.minor is True or person.date_of_birth is None:
        return ()
    birth = person.date_of_birth
    today = day_of(context.received_on)
    if years_after(first_day(birth), FULL_AGE) > today:
        message = sentence("A person born {birth} is a minor, but is not marked as one.", birth=birth)
        return (Evidence("subject.minor", str(birth), message),)
    if person.minor is None and years_after(last_day(birth), FULL_AGE) > today:
        message = sentence("A person born {birth} may be a minor, but the field says neither yes nor no.", birth=birth)
        return (Evidence("subject.minor", str(birth), message),)
    return ()


def placeholders(body: Body, _: ReviewContext) -> Iterable[Evidence]:
    """IDN-04: no value is a mere placeholder."""
    subject = body.subject
    if isinstance(subject, Thing):
        return _placeholder_evidence((("subject.title", subject.title), ("subject.description", subject.description)))
    found: list[Evidence] = []
    if subject.name is not None:
        found += _name_placeholders("subject.name", subject.name)
    for index, alias in enumerate(subject.aliases):
        found += _name_placeholders(f"subject.aliases[{index}]", alias)
    for index, document in enumerate(subject.identity_documents):
        if is_placeholder(document.number):
            found += _placeholder_evidence(((f"subject.identity_documents[{index}].number", document.number),))
    found += _placeholder_evidence(
        (("subject.place_of_birth", subject.place_of_birth), ("subject.occupation", subject.occupation))
    )
    if subject.date_of_birth == _PLACEHOLDER_BIRTH:
        message = sentence("1 January 1900 is often entered when the birth date is not known.")
        found.append(Evidence("subject.date_of_birth", str(subject.date_of_birth), message))
    if subject.description is not None:
        found += _description_placeholders(subject.description)
    return found


def _placeholder_evidence(values: Iterable[tuple[str, str | None]]) -> list[Evidence]:
    return [
        Evidence(field, quoted(value), sentence("The value in {field} only fills the field.", field=field))
        for field, value in values
        if is_placeholder(value)
    ]


def _name_placeholders(path: str, name: PersonName) -> Iterable[Evidence]:
    if not (is_placeholder(name.family) or is_placeholder(name.given) or is_placeholder(name.original_script)):
        return ()
    return _placeholder_evidence(
        (
            (f"{path}.family", name.family),
            (f"{path}.given", name.given),
            (f"{path}.original_script", name.original_script),
        )
    )


def _description_placeholders(description: PhysicalDescription) -> list[Evidence]:
    found = _placeholder_evidence(
        (
            ("subject.description.hair", description.hair),
            ("subject.description.eyes", description.eyes),
            ("subject.description.marks", description.marks),
        )
    )
    for field, value in (("height_cm", description.height_cm), ("weight_kg", description.weight_kg)):
        if value is not None and value <= 0:
            path = f"subject.description.{field}"
            found.append(Evidence(path, str(value), sentence("The value in {path} only fills the field.", path=path)))
    return found
