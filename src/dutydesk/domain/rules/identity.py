"""Who the person is: a complete identity set, sane dates, the mark of a minor, values that say something."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

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

OLDEST_AGE = 120
FULL_AGE = 18
_BODILY = frozenset({Biometric.FINGERPRINTS, Biometric.DNA, Biometric.DENTAL})
_SET_A_BODILY = frozenset({Biometric.FINGERPRINTS, Biometric.DNA})
_PLACEHOLDER_BIRTH = PartialDate(1900, 1, 1)


def identity_set(body: Body, _: ReviewContext) -> Iterable[Evidence]:
    """IDN-01: set A (names, sex, birth and a further item) or set B (photo and a further item) is complete."""
    person = body.subject
    if not isinstance(person, Person):
        return (Evidence("subject", "", "No person is identified."),)
    lacks_a = _missing_from_set_a(person)
    if not lacks_a:
        return ()
    lacks_b = _missing_from_set_b(person)
    if not lacks_b:
        return ()
    message = (
        f"Neither identity set is complete: the first lacks {', '.join(lacks_a)}; the second {', '.join(lacks_b)}."
    )
    return (Evidence("subject", "", message),)


def _missing_from_set_a(person: Person) -> list[str]:
    name = person.name
    lacks: list[str] = []
    if name is None or not is_given(name.family):
        lacks.append("a family name")
    if name is None or not is_given(name.given):
        lacks.append("a forename")
    if person.sex is None or person.sex is Sex.UNKNOWN:
        lacks.append("the sex")
    if person.date_of_birth is None or person.date_of_birth == _PLACEHOLDER_BIRTH:
        lacks.append("a birth date")
    if not (
        has_features(person.description)
        or not _SET_A_BODILY.isdisjoint(person.biometrics)
        or any(is_given(document.number) for document in person.identity_documents)
    ):
        lacks.append("one of description, DNA, fingerprints, identity document")
    return lacks


def _missing_from_set_b(person: Person) -> list[str]:
    lacks: list[str] = []
    if Biometric.PHOTO not in person.biometrics:
        lacks.append("a photo")
    if not (
        any(map(has_name, person.aliases))
        or has_features(person.description)
        or not _BODILY.isdisjoint(person.biometrics)
    ):
        lacks.append("one of alias, description, biometrics")
    return lacks


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
    """IDN-02: the age is at most 120 years; facts and warrant lie after the birth and not in the future.

    A partial date is faulted only where every day that it may mean is at fault. A day's grace covers time zones.
    """
    today, tomorrow = day_of(context.received_on), day_after(context.received_on)
    birth = body.subject.date_of_birth if isinstance(body.subject, Person) else None
    found: list[Evidence] = []
    if birth is not None:
        if years_after(last_day(birth), OLDEST_AGE + 1) <= today:
            message = f"A person born {birth} would be older than {OLDEST_AGE} years."
            found.append(Evidence("subject.date_of_birth", str(birth), message))
        if first_day(birth) > tomorrow:
            found.append(Evidence("subject.date_of_birth", str(birth), f"The birth date {birth} lies in the future."))
    for field, what, known in _judicial_dates(body):
        if birth is not None and last_day(known) < first_day(birth):
            message = f"The date of the {what}, {known}, lies before the person's birth on {birth}."
            found.append(Evidence(field, str(known), message))
        if first_day(known) > tomorrow and not (what == "facts" and body.kind is Kind.ORANGE):
            found.append(Evidence(field, str(known), f"The date of the {what}, {known}, lies in the future."))
    return found


def _judicial_dates(body: Body) -> Iterator[tuple[str, str, PartialDate]]:
    judicial = body.judicial
    if judicial is None:
        return
    if judicial.facts is not None and judicial.facts.date is not None:
        yield "judicial.facts.date", "facts", judicial.facts.date
    if judicial.warrant is not None and judicial.warrant.date is not None:
        yield "judicial.warrant.date", "warrant", judicial.warrant.date


def minor_flag(body: Body, context: ReviewContext) -> Iterable[Evidence]:
    """IDN-03: a person who is under 18 at receipt is marked as a minor; one who may be is marked either way."""
    person = body.subject
    if not isinstance(person, Person) or person.minor is True or person.date_of_birth is None:
        return ()
    birth = person.date_of_birth
    today = day_of(context.received_on)
    if years_after(first_day(birth), FULL_AGE) > today:
        message = f"A person born {birth} is a minor, but is not marked as one."
        return (Evidence("subject.minor", str(birth), message),)
    if person.minor is None and years_after(last_day(birth), FULL_AGE) > today:
        message = f"A person born {birth} may be a minor, and the mark says neither yes nor no."
        return (Evidence("subject.minor", str(birth), message),)
    return ()


def placeholders(body: Body, _: ReviewContext) -> Iterable[Evidence]:
    """IDN-04: no value merely fills its field."""
    subject = body.subject
    if isinstance(subject, Thing):
        return _fillers((("subject.title", subject.title), ("subject.description", subject.description)))
    found: list[Evidence] = []
    if subject.name is not None:
        found += _fillers_of_name("subject.name", subject.name)
    for index, alias in enumerate(subject.aliases):
        found += _fillers_of_name(f"subject.aliases[{index}]", alias)
    for index, document in enumerate(subject.identity_documents):
        if is_placeholder(document.number):
            found += _fillers(((f"subject.identity_documents[{index}].number", document.number),))
    found += _fillers((("subject.place_of_birth", subject.place_of_birth), ("subject.occupation", subject.occupation)))
    if subject.date_of_birth == _PLACEHOLDER_BIRTH:
        message = "1 January 1900 stands on forms where the birth date is not known."
        found.append(Evidence("subject.date_of_birth", str(subject.date_of_birth), message))
    if subject.description is not None:
        found += _fillers_of_description(subject.description)
    return found


def _fillers(values: Iterable[tuple[str, str | None]]) -> list[Evidence]:
    return [
        Evidence(field, quoted(value), f"The value in {field} only fills the field.")
        for field, value in values
        if is_placeholder(value)
    ]


def _fillers_of_name(path: str, name: PersonName) -> list[Evidence]:
    return _fillers(
        (
            (f"{path}.family", name.family),
            (f"{path}.given", name.given),
            (f"{path}.original_script", name.original_script),
        )
    )


def _fillers_of_description(description: PhysicalDescription) -> list[Evidence]:
    found = _fillers(
        (
            ("subject.description.hair", description.hair),
            ("subject.description.eyes", description.eyes),
            ("subject.description.marks", description.marks),
        )
    )
    for field, measured in (("height_cm", description.height_cm), ("weight_kg", description.weight_kg)):
        if measured is not None and measured <= 0:
            path = f"subject.description.{field}"
            found.append(Evidence(path, str(measured), f"The value in {path} only fills the field."))
    return found
