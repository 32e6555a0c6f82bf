"""A message's body: the labels of its fields."""

from __future__ import annotations

from typing import Final

from dutydesk.language.phrases import Phrase, PhraseTable, translate


class BodyTexts:
    NAME_LABEL = Phrase("Name")
    ALIAS = Phrase("Alias")
    STATUS = Phrase("Status")
    BORN = Phrase("Born")
    MINOR = Phrase("MINOR")
    SEX = Phrase("Sex")
    NATIONALITY = Phrase("Nationality")
    DOCUMENT = Phrase("Document")
    DESCRIPTION = Phrase("Description")
    BIOMETRICS = Phrase("Biometrics")
    OCCUPATION = Phrase("Occupation")
    ABOUT = Phrase("About")
    FACTS = Phrase("Facts")
    WHEN_WHERE = Phrase("When, where")
    OFFENCE = Phrase("Offence")
    WARRANT = Phrase("Warrant")
    BY_A_JUDGE = Phrase("by a judge")
    NOT_BY_A_JUDGE = Phrase("not by a judge")
    IN_ABSENTIA = Phrase("In absentia")
    ASSURANCES = Phrase("Assurances")
    PURPOSE = Phrase("Purpose")
    HANDLING = Phrase("Handling")
    NOT_FOR = Phrase("Not for")
    KEPT_UNTIL = Phrase("Kept until")
    LANGUAGE = Phrase("Language")
    TEXT = Phrase("Text")

    #: Of an offence, by the names of its fields.
    MONTHS = PhraseTable(
        {
            "maximum_penalty_months": "maximum penalty",
            "sentence_months": "sentence",
            "remaining_months": "remaining",
        }
    )

    def born(self, when: str, where: str) -> str:
        return translate("{when} in {where}", when=when, where=where) if when and where else when or where

    def with_latin_letters(self, shown: str, latin: str) -> str:
        return translate("{shown} (in Latin letters: {latin})", shown=shown, latin=latin)

    def entry_of(self, name: str, place: int, count: int) -> str:
        return translate("{name}, {place} of {count}", name=name, place=place, count=count)

    def issued(self, reference: str, authority: str) -> str:
        return (
            translate("{reference} of {authority}", reference=reference, authority=authority)
            if reference and authority
            else reference or authority
        )

    def document(self, kind: str, number: str, issuer: str) -> str:
        return " ".join(filter(None, (kind, number, translate("of {issuer}", issuer=issuer) if issuer else "")))

    def months(self, what: str, number: int) -> str:
        return translate("{what} {number} months", what=what, number=number)

    def height(self, centimetres: str) -> str:
        return translate("{centimetres} cm", centimetres=centimetres) if centimetres else ""

    def weight(self, kilograms: str) -> str:
        return translate("{kilograms} kg", kilograms=kilograms) if kilograms else ""

    def hair(self, colour: str) -> str:
        return translate("hair {colour}", colour=colour) if colour else ""

    def eyes(self, colour: str) -> str:
        return translate("eyes {colour}", colour=colour) if colour else ""


texts: Final = BodyTexts()
