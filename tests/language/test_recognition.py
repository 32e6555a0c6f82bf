"""Sentences that were stored as plain English are read by their templates."""

from __future__ import annotations

from gettext import NullTranslations
from io import BytesIO

import pytest
from babel.messages import Catalog
from babel.messages.mofile import write_mo

from dutydesk.language.catalogues import Catalogue
from dutydesk.language.languages import Language
from dutydesk.language.recognition import templates_of
from dutydesk.language.sentences import joined, read_sentence, sentence

FRENCH = {
    "{sender} goes by {level}: no measure is in force for it": "aucune mesure n'est en vigueur pour {sender} ({level})",
    "{sender} goes by {level}": "{sender}, {level}",
    "The words point to {sense}{also}, which article 3 asks about.": "Article 3 : {sense}{also}.",
    " (also in {fields})": " (aussi dans {fields})",
    "a politician, or the opposition": "un homme politique, ou l'opposition",
    "family name {relation}": "nom de famille {relation}",
    "equal": "identique",
    "born {date} in both": "né(e) le {date} des deux côtés",
    "refused: {reason}": "refusé : {reason}",
    "no rule {rule!r}": "aucune règle {rule!r}",
    "{count:,} are left": "il en reste {count:,}",
}
VALUES = {"held": "retenu"}


class French(NullTranslations):
    def gettext(self, message: str) -> str:
        return FRENCH.get(message, message)

    def pgettext(self, context: str, message: str) -> str:
        return VALUES.get(message, message) if context == "value" else message


CATALOGUE = Catalogue(Language.FRENCH, French(), [english for english in FRENCH if "{" in english])


@pytest.mark.parametrize(
    ("stored", "read"),
    [
        ("RU goes by held: no measure is in force for it", "aucune mesure n'est en vigueur pour RU (retenu)"),
        ("RU goes by held", "RU, retenu"),
        (
            "The words point to a politician, or the opposition (also in facts.summary), which article 3 asks about.",
            "Article 3 : un homme politique, ou l'opposition (aussi dans facts.summary).",
        ),
        (
            "The words point to a politician, or the opposition, which article 3 asks about.",
            "Article 3 : un homme politique, ou l'opposition.",
        ),
        ("family name equal; born 1968 in both", "nom de famille identique; né(e) le 1968 des deux côtés"),
        ("1,200 are left", "il en reste 1,200"),
        ("no rule 'held'", "aucune règle 'held'"),
    ],
)
def test_a_stored_sentence_is_recognised(stored: str, read: str) -> None:
    assert read_sentence(stored, CATALOGUE) == read


@pytest.mark.parametrize("text", ["", " ", "He was seen in Lyon.", "D-000012", "A court asks: hold it; thank you."])
def test_what_the_desk_did_not_write_stays_as_it_is(text: str) -> None:
    assert read_sentence(text, CATALOGUE) == text


def test_what_people_typed_into_a_sentence_stays_as_it_is() -> None:
    assert read_sentence("refused: equal", CATALOGUE) == "refusé : equal"


def test_a_stored_sentence_within_another_is_read_too() -> None:
    both = sentence("refused: {reason}", reason=joined([sentence("RU goes by held"), "in person"], "; "))
    assert read_sentence(both, CATALOGUE) == "refusé : RU, retenu; in person"


def test_templates_are_read_from_a_compiled_catalogue() -> None:
    catalogue, compiled = Catalog(), BytesIO()
    catalogue.add("{item} is held", "{item} est retenu")
    catalogue.add("held", "retenu", context="value")
    catalogue.add("{item} goes", "{item} part", context="value")
    catalogue.add(("{number} item", "{number} items"), ("{number} élément", "{number} éléments"))
    write_mo(compiled, catalogue)
    assert list(templates_of(compiled.getvalue())) == ["{item} is held"]
