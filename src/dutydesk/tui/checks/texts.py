"""The form of a database check, and its result."""

from __future__ import annotations

from typing import Final

from dutydesk.language.phrases import Phrase, translate


class CheckTexts:
    CHECK = Phrase("Check")
    CHECK_TITLE = Phrase("Check the databases")
    CHECK_HINT = Phrase(
        "For a bureau that asks by another way. The result holds only what that bureau may "
        "see, and the check is recorded."
    )
    REQUESTER = Phrase("For bureau", cells=11)
    REQUESTER_HINT = Phrase("e.g. EE")
    DATABASE = Phrase("Database", cells=11)
    NAME = Phrase("Name", cells=11)
    NAME_HINT = Phrase("the whole name, in any order and script")
    BIRTH = Phrase("Born", cells=11)
    BIRTH_HINT = Phrase("1968, 1968-04 or 1968-04-23")
    NATIONALITY = Phrase("Nationality", cells=11)
    DOCUMENT = Phrase("Document no.", cells=11)
    ISSUER = Phrase("Issued by", cells=11)
    PLACE = Phrase("Place", cells=11)
    PLACE_HINT = Phrase("the control point")
    BAD_BIRTH = Phrase("a date of birth is written as 1968, 1968-04 or 1968-04-23")
    NOMINAL_FIELDS = Phrase("a check of persons needs a name or a document number, and no issuer")
    DOCUMENT_FIELDS = Phrase("a check of travel documents needs a document number, and nothing about a person")
    NO_RECORD = Phrase("No record.")
    RESULT_TITLE = Phrase("Result for")

    def checked(self, requester: str, hits: int) -> str:
        return (
            translate("Checked for {requester}: {hits} hits", requester=requester, hits=hits)
            if hits
            else translate("Checked for {requester}: no record", requester=requester)
        )

    def hit_label(self, hit: str, score: int) -> str:
        return translate("{hit}, score {score}:", hit=hit, score=score)

    def hit_line(self, record: str, source: str, why: str) -> str:
        return translate("{record} of {source}. {why}", record=record, source=source, why=why)


texts: Final = CheckTexts()
