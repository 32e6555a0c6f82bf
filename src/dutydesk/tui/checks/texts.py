"""The form of a database check, and its result."""

from __future__ import annotations

from typing import Final

CHECK: Final = "Check"
CHECK_TITLE: Final = "Check the databases"
CHECK_HINT: Final = (
    "For a bureau that asks by another way. The result holds only what that bureau may see, and the check is recorded."
)
REQUESTER: Final = "For bureau"
REQUESTER_HINT: Final = "e.g. EE"
DATABASE: Final = "Database"
NAME: Final = "Name"
NAME_HINT: Final = "the whole name, in any order and script"
BIRTH: Final = "Born"
BIRTH_HINT: Final = "1968, 1968-04 or 1968-04-23"
NATIONALITY: Final = "Nationality"
DOCUMENT: Final = "Document no."
ISSUER: Final = "Issued by"
PLACE: Final = "Place"
PLACE_HINT: Final = "the control point"
BAD_BIRTH: Final = "a date of birth is written as 1968, 1968-04 or 1968-04-23"
NOMINAL_FIELDS: Final = "a check of persons needs a name or a document number, and no issuer"
DOCUMENT_FIELDS: Final = "a check of travel documents needs a document number, and nothing about a person"
NO_RECORD: Final = "No record."
RESULT_TITLE: Final = "Result for"


def checked(requester: str, hits: int) -> str:
    return f"Checked for {requester}: {hits} hits" if hits else f"Checked for {requester}: no record"


def hit_label(hit: str, score: int) -> str:
    return f"{hit}, score {score}:"


def hit_line(record: str, source: str, why: str) -> str:
    return f"{record} of {source}. {why}"
