"""A message's body: the labels of its fields."""

from __future__ import annotations

from typing import Final

NAME_LABEL: Final = "Name"
ALIAS: Final = "Alias"
STATUS: Final = "Status"
BORN: Final = "Born"
MINOR: Final = "MINOR"
SEX: Final = "Sex"
NATIONALITY: Final = "Nationality"
DOCUMENT: Final = "Document"
DESCRIPTION: Final = "Description"
BIOMETRICS: Final = "Biometrics"
OCCUPATION: Final = "Occupation"
ABOUT: Final = "About"
FACTS: Final = "Facts"
WHEN_WHERE: Final = "When, where"
OFFENCE: Final = "Offence"
WARRANT: Final = "Warrant"
BY_A_JUDGE: Final = "by a judge"
NOT_BY_A_JUDGE: Final = "not by a judge"
IN_ABSENTIA: Final = "In absentia"
ASSURANCES: Final = "Assurances"
PURPOSE: Final = "Purpose"
HANDLING: Final = "Handling"
NOT_FOR: Final = "Not for"
KEPT_UNTIL: Final = "Kept until"
LANGUAGE: Final = "Language"
TEXT: Final = "Text"
#: Of an offence, by the names of its fields.
MONTHS: Final = {
    "maximum_penalty_months": "maximum penalty",
    "sentence_months": "sentence",
    "remaining_months": "remaining",
}


def born(when: str, where: str) -> str:
    return f"{when} in {where}" if when and where else when or where


def with_latin_letters(shown: str, latin: str) -> str:
    return f"{shown} (in Latin letters: {latin})"


def entry_of(name: str, place: int, count: int) -> str:
    return f"{name}, {place} of {count}"


def issued(reference: str, authority: str) -> str:
    return f"{reference} of {authority}" if reference and authority else reference or authority


def document(kind: str, number: str, issuer: str) -> str:
    return " ".join(filter(None, (kind, number, f"of {issuer}" if issuer else "")))


def months(what: str, number: int) -> str:
    return f"{what} {number} months"


def height(centimetres: str) -> str:
    return f"{centimetres} cm" if centimetres else ""


def weight(kilograms: str) -> str:
    return f"{kilograms} kg" if kilograms else ""


def hair(colour: str) -> str:
    return f"hair {colour}" if colour else ""


def eyes(colour: str) -> str:
    return f"eyes {colour}" if colour else ""
