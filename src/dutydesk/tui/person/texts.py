"""A person's file: its lines, why each stands there, and what lines share."""

from __future__ import annotations

from typing import Final

from dutydesk.desk.base.person_rows import LineKind, LinkKind, Sameness
from dutydesk.domain.messages.message import Database
from dutydesk.domain.rules.registers import CcfMatter, Register

TITLE: Final = "A person's file"
EMPTY: Final = "Nothing is on file."
HINT: Final = "newest first"

WHEN: Final = "WHEN, UTC"
LINE: Final = "LINE"
WHAT: Final = "WHAT"
BUREAU: Final = "FROM"
POINTS: Final = "LIKE"
NAME: Final = "NAME"
WHY: Final = "WHY"
WHY_WIDE: Final = "WHY, AND WHAT IT SHARES"

#: What the lines are, with their number.
COUNTS: Final = {
    LineKind.ITEM: "items: {n}",
    LineKind.REFUSAL: "refusals: {n}",
    LineKind.RECALL: "recalls: {n}",
    LineKind.HIT: "hits: {n}",
    LineKind.RECORD: "records: {n}",
    LineKind.REGISTER: "registers: {n}",
}
SAMENESS: Final = {
    Sameness.SELF: "opened from here",
    Sameness.DOCUMENT: "same document",
    Sameness.NAME_AND_BIRTH: "name and birth",
    Sameness.NAME: "same name",
    Sameness.LIKE: "",
    Sameness.QUERY: "",
}
LINKS: Final = {
    LinkKind.DOCUMENT: "same document {value}",
    LinkKind.CASE: "same case {value}",
    LinkKind.FAMILY: "correction of {value}",
    LinkKind.PERSON: "name and birth",
}
#: The same where there is no room for the value.
LINKS_BRIEF: Final = {
    LinkKind.DOCUMENT: "same document",
    LinkKind.CASE: "same case",
    LinkKind.FAMILY: "correction",
    LinkKind.PERSON: "name and birth",
}
HITS: Final = {
    Database.NOMINAL: "hit, nominal",
    Database.TRAVEL_DOCUMENTS: "hit, documents",
}
#: The same, for the first item of its family.
CORRECTED: Final = "corrected by another"
REGISTERS: Final = {Register.REFUGEES: "refugee", Register.CCF: "CCF file"}
MATTERS: Final = {CcfMatter.DECISION: "CCF decision", CcfMatter.OPEN_REQUEST: "CCF request"}
REFUSED: Final = "refused"
RECALLED: Final = "recalled"
RECORD_OF_PERSON: Final = "nominal record"
RECORD_OF_DOCUMENT: Final = "document record"
NO_FILE_OF_ROW: Final = "Only an item or a hit has a file of its own."

DETAILS_WHAT: Final = "What it is"
DETAILS_WHEN: Final = "When"
DETAILS_BUREAU: Final = "Bureau"
DETAILS_LIKE: Final = "Likeness"
DETAILS_BECAUSE: Final = "Because"
DETAILS_LINKS: Final = "What it shares with other lines"
DETAILS_RECORD: Final = "The record"
DETAILS_ENTRY: Final = "The register's entry"
DETAILS_TITLE: Final = "Title"
DETAILS_REFERENCE: Final = "Reference"
DETAILS_BORN: Final = "Born"
DETAILS_NATIONALITIES: Final = "Nationality"
DETAILS_DOCUMENTS: Final = "Documents"
DETAILS_UNTIL: Final = "Kept until"
DETAILS_LIST: Final = "List"
DETAILS_MATTER: Final = "Matter"
DETAILS_DECISION: Final = "Decision"
DETAILS_COUNTRY: Final = "Origin"
DETAILS_REGISTER: Final = "Register"
REGISTER_NAMES: Final = {Register.REFUGEES: "confirmed refugees", Register.CCF: "files of the CCF"}
DETAILS_RULED_BY: Final = "By"
DETAILS_CODE: Final = "Ground"
DETAILS_URGENT: Final = "Signed"
ONE_SIGNATURE: Final = "by one person, because it was urgent"
DETAILS_PLACE: Final = "Place"
DETAILS_APART: Final = "Judged apart"
NO_LINK: Final = "It shares no document, no case and no correction with another line."


def count(kind: LineKind, number: int) -> str:
    return COUNTS[kind].format(n=number)


def opened_from(subject: str) -> str:
    return f"from {subject}"


def born(birth: str) -> str:
    return f"born {birth}"


def link(kind: LinkKind, value: str) -> str:
    return LINKS[kind].format(value=value)


def refused_for(code: str) -> str:
    return f"refused, {code}"


def hit(database: str) -> str:
    return HITS[Database(database)]


def register_entry(register: str, matter: str | None) -> str:
    return MATTERS[CcfMatter(matter)] if matter else REGISTERS[Register(register)]


def folded(number: int, key: str) -> str:
    return f"judged to be another person: {number} ({key} shows them)"


def unfolded(number: int, key: str) -> str:
    return f"judged to be another person: {number} ({key} hides them)"


def left_out(number: int, *, more: bool) -> str:
    if not number:
        return "There may be others: the desk compares only the likest."
    if more:
        return f"{number} more are not shown, and there may be others."
    return f"{number} more are not shown: the least like, and the oldest hits."


def points(number: int) -> str:
    return f"{number} of 100 points"


def shared_with(what: str, names: str) -> str:
    return f"{what}: {names}"


def judged_apart(officer: str, until: str, reason: str) -> str:
    return f"by {officer}, until {until}: {reason}"


def details_title(subject: str) -> str:
    return f"Why {subject} is on file"


def same_person(key: str) -> str:
    return f"On the same person ({key} opens the whole file)"
