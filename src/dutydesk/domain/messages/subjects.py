"""The person or thing that a diffusion is about, and the judicial data of the case."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Literal

from dutydesk.domain.frozen import value


class SubjectType(StrEnum):
    PERSON = "person"
    BODY = "body"
    OBJECT = "object"
    METHOD = "method"
    THREAT = "threat"
    ASSET = "asset"


class PersonStatus(StrEnum):
    WANTED_FOR_PROSECUTION = "wanted_for_prosecution"
    WANTED_TO_SERVE_SENTENCE = "wanted_to_serve_sentence"
    CHARGED = "charged"
    CONVICTED = "convicted"
    SUSPECT = "suspect"
    WITNESS = "witness"
    VICTIM = "victim"
    MISSING = "missing"
    PERSON_OF_INTEREST = "person_of_interest"
    UNIDENTIFIED = "unidentified"
    DECEASED = "deceased"


class Sex(StrEnum):
    MALE = "M"
    FEMALE = "F"
    UNSPECIFIED = "X"
    UNKNOWN = "U"


class Biometric(StrEnum):
    PHOTO = "photo"
    FINGERPRINTS = "fingerprints"
    DNA = "dna"
    DENTAL = "dental"


@value(frozen=True, slots=True)
class PartialDate:
    """A date known to the year, the month or the day. Unknown parts are ``None``."""

    year: int
    month: int | None = None
    day: int | None = None

    def __str__(self) -> str:
        parts = [f"{self.year:04d}"]
        if self.month is not None:
            parts.append(f"{self.month:02d}")
        if self.day is not None:
            parts.append(f"{self.day:02d}")
        return "-".join(parts)

    def earliest(self) -> date:
        """The first day that the date may mean."""
        return date(self.year, self.month or 1, self.day or 1)


@value(frozen=True, slots=True)
class PersonName:
    family: str | None = None
    given: str | None = None
    original_script: str | None = None


@value(frozen=True, slots=True)
class IdentityDocument:
    type: str | None = None
    number: str | None = None
    issuer: str | None = None


@value(frozen=True, slots=True)
class PhysicalDescription:
    height_cm: int | None = None
    weight_kg: int | None = None
    hair: str | None = None
    eyes: str | None = None
    marks: str | None = None


@value(frozen=True, slots=True)
class Person:
    """The subject of a diffusion about a person, living or missing."""

    status: PersonStatus | None = None
    name: PersonName | None = None
    aliases: tuple[PersonName, ...] = ()
    sex: Sex | None = None
    date_of_birth: PartialDate | None = None
    place_of_birth: str | None = None
    nationalities: tuple[str, ...] = ()
    minor: bool | None = None
    identity_documents: tuple[IdentityDocument, ...] = ()
    description: PhysicalDescription | None = None
    biometrics: tuple[Biometric, ...] = ()
    occupation: str | None = None

    @property
    def type(self) -> Literal[SubjectType.PERSON]:
        return SubjectType.PERSON


@value(frozen=True, slots=True)
class Thing:
    """A body, an object, a method, a threat or an asset."""

    type: SubjectType
    title: str | None = None
    description: str | None = None
    biometrics: tuple[Biometric, ...] = ()


Subject = Person | Thing


@value(frozen=True, slots=True)
class Offence:
    """One offence. Penalties and sentences are in months."""

    charge: str | None = None
    law: str | None = None
    category: str | None = None
    maximum_penalty_months: int | None = None
    sentence_months: int | None = None
    remaining_months: int | None = None


@value(frozen=True, slots=True)
class Facts:
    summary: str | None = None
    date: PartialDate | None = None
    place: str | None = None


@value(frozen=True, slots=True)
class Warrant:
    reference: str | None = None
    authority: str | None = None
    date: PartialDate | None = None
    judicial: bool | None = None


@value(frozen=True, slots=True)
class Assurances:
    authority_competent: bool | None = None
    extradition_will_be_sought: bool | None = None
    coordinated_with_extradition_authority: bool | None = None


@value(frozen=True, slots=True)
class Judicial:
    offences: tuple[Offence, ...] = ()
    facts: Facts | None = None
    warrant: Warrant | None = None
    in_absentia: bool | None = None
    assurances: Assurances | None = None
