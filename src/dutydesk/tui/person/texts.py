"""A person's file: its lines, why each stands there, and what lines share."""

from __future__ import annotations

from typing import Final

from dutydesk.desk.base.person_rows import LineKind, LinkKind, Sameness
from dutydesk.domain.messages.message import Database
from dutydesk.domain.rules.registers import CcfMatter, Register
from dutydesk.language.phrases import Phrase, PhraseTable, translate


class PersonTexts:
    TITLE = Phrase("A person's file")
    EMPTY = Phrase("Nothing is on file.")
    HINT = Phrase("newest first")
    WHEN = Phrase("WHEN, UTC", cells=16)
    LINE = Phrase("LINE", cells=9)
    WHAT = Phrase("WHAT", cells=18)
    BUREAU = Phrase("FROM", cells=4)
    POINTS = Phrase("LIKE", cells=4)
    NAME = Phrase("NAME", cells=24)
    WHY = Phrase("WHY")
    WHY_WIDE = Phrase("WHY, AND WHAT IT SHARES")

    #: What the lines are, with their number.
    COUNTS = PhraseTable(
        {
            LineKind.ITEM: "items: {n}",
            LineKind.REFUSAL: "refusals: {n}",
            LineKind.RECALL: "recalls: {n}",
            LineKind.HIT: "hits: {n}",
            LineKind.RECORD: "records: {n}",
            LineKind.REGISTER: "registers: {n}",
        }
    )
    SAMENESS = PhraseTable(
        {
            Sameness.SELF: "opened from here",
            Sameness.DOCUMENT: "same document",
            Sameness.NAME_AND_BIRTH: "name and birth",
            Sameness.NAME: "same name",
            Sameness.LIKE: "",
            Sameness.QUERY: "",
        }
    )
    LINKS = PhraseTable(
        {
            LinkKind.DOCUMENT: "same document {value}",
            LinkKind.CASE: "same case {value}",
            LinkKind.FAMILY: "correction of {value}",
            LinkKind.PERSON: "name and birth",
        }
    )

    #: The same where there is no room for the value.
    LINKS_BRIEF = PhraseTable(
        {
            LinkKind.DOCUMENT: "same document",
            LinkKind.CASE: "same case",
            LinkKind.FAMILY: "correction",
            LinkKind.PERSON: "name and birth",
        }
    )
    HITS = PhraseTable(
        {
            Database.NOMINAL: "hit, nominal",
            Database.TRAVEL_DOCUMENTS: "hit, documents",
        }
    )

    #: The same, for the first item of its family.
    CORRECTED = Phrase("corrected by another")
    REGISTERS = PhraseTable({Register.REFUGEES: "refugee", Register.CCF: "CCF file"})
    MATTERS = PhraseTable({CcfMatter.DECISION: "CCF decision", CcfMatter.OPEN_REQUEST: "CCF request"})
    REFUSED = Phrase("its refusal", cells=16)
    RECALLED = Phrase("its recall", cells=16)
    RECORD_OF_PERSON = Phrase("nominal record", cells=18)
    RECORD_OF_DOCUMENT = Phrase("document record", cells=18)
    NO_FILE_OF_ROW = Phrase("Only an item or a hit has a file of its own.")
    DETAILS_WHAT = Phrase("What it is")
    DETAILS_WHEN = Phrase("When")
    DETAILS_BUREAU = Phrase("Bureau")
    DETAILS_LIKE = Phrase("Likeness")
    DETAILS_BECAUSE = Phrase("Because")
    DETAILS_LINKS = Phrase("What it shares with other lines")
    DETAILS_RECORD = Phrase("The record")
    DETAILS_ENTRY = Phrase("The register's entry")
    DETAILS_TITLE = Phrase("Title")
    DETAILS_REFERENCE = Phrase("Reference")
    DETAILS_BORN = Phrase("Born")
    DETAILS_NATIONALITIES = Phrase("Nationality")
    DETAILS_DOCUMENTS = Phrase("Documents")
    DETAILS_UNTIL = Phrase("Kept until")
    DETAILS_LIST = Phrase("List")
    DETAILS_MATTER = Phrase("Matter")
    DETAILS_DECISION = Phrase("Decision")
    DETAILS_COUNTRY = Phrase("Origin")
    DETAILS_REGISTER = Phrase("Register")
    REGISTER_NAMES = PhraseTable({Register.REFUGEES: "confirmed refugees", Register.CCF: "files of the CCF"})
    DETAILS_RULED_BY = Phrase("By")
    DETAILS_CODE = Phrase("Ground")
    DETAILS_URGENT = Phrase("Signed")
    ONE_SIGNATURE = Phrase("by one person, because it was urgent")
    DETAILS_PLACE = Phrase("Place")
    DETAILS_APART = Phrase("Judged apart")
    NO_LINK = Phrase("It shares no document, no case and no correction with another line.")

    def count(self, kind: LineKind, number: int) -> str:
        return self.COUNTS[kind].format(n=number)

    def opened_from(self, subject: str) -> str:
        return translate("from {subject}", subject=subject)

    def born(self, birth: str) -> str:
        return translate("born {birth}", birth=birth)

    def link(self, kind: LinkKind, value: str) -> str:
        return self.LINKS[kind].format(value=value)

    def refused_for(self, code: str) -> str:
        return translate("refusal, {code}", code=code)

    def hit(self, database: str) -> str:
        return self.HITS[Database(database)]

    def register_entry(self, register: str, matter: str | None) -> str:
        return self.MATTERS[CcfMatter(matter)] if matter else self.REGISTERS[Register(register)]

    def folded(self, number: int, key: str) -> str:
        return translate("judged to be another person: {number} ({key} shows them)", number=number, key=key)

    def unfolded(self, number: int, key: str) -> str:
        return translate("judged to be another person: {number} ({key} hides them)", number=number, key=key)

    def left_out(self, number: int, *, more: bool) -> str:
        if not number:
            return translate("There may be others: the desk compares only the likest.")
        if more:
            return translate("{number} more are not shown, and there may be others.", number=number)
        return translate("{number} more are not shown: the least like, and the oldest hits.", number=number)

    def points(self, number: int) -> str:
        return translate("{number} of 100 points", number=number)

    def shared_with(self, what: str, names: str) -> str:
        return f"{what}: {names}"

    def judged_apart(self, officer: str, until: str, reason: str) -> str:
        return translate("by {officer}, until {until}: {reason}", officer=officer, until=until, reason=reason)

    def details_title(self, subject: str) -> str:
        return translate("Why {subject} is on file", subject=subject)

    def same_person(self, key: str) -> str:
        return translate("On the same person ({key} opens the whole file)", key=key)


texts: Final = PersonTexts()
