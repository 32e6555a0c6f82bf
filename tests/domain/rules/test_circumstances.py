"""Circumstances give words another sense wherever they stand in a body; what they lift is told where it matters."""

from __future__ import annotations

from dataclasses import replace

import pytest
from bodies import context, with_facts, with_offence
from rule_cases import RED

from dutydesk.domain.messages.message import Body, MessageType
from dutydesk.domain.rules.examination import Finding, examine
from dutydesk.domain.rules.lexicon import CIRCUMSTANCE, Lexicon, WordList
from dutydesk.language.languages import Language
from dutydesk.wire.reference.read_rule_table import load_rules

NEUTRAL = "In May 2018 in Tver the person was seen near the station with two others."


def found(body: Body, rule: str = "EXC-01") -> list[Finding]:
    findings = examine(body, context(MessageType.NOTICE_REQUEST), load_rules())
    return [finding for finding in findings if finding.rule == rule]


def charged(charge: str, facts: str = NEUTRAL, language: Language = Language.ENGLISH) -> Body:
    body = with_offence(replace(RED, language=language), charge=charge, category=None, law="12")
    return with_facts(body, summary=facts)


#: The charge alone, and facts that give it another sense.
LIFTED = [
    ("Prostitution", "In May 2018 in Tver he locked six women in a flat and took their earnings.", Language.ENGLISH),
    ("Sodomy", "In May 2018 in Tver, in a cellar, with a knife at his throat, he raped a neighbour.", Language.ENGLISH),
    ("Pornography", "From 2016 on he kept and shared films of boys of ten and eleven years.", Language.ENGLISH),
    (
        "Prostitution",
        "En mai 2018 il a confisqué le passeport de six femmes retenues dans un appartement.",
        Language.FRENCH,
    ),
    (
        "Prostitución",
        "En mayo de 2018 retuvo a seis mujeres encerradas en un piso y cobraba por ellas.",
        Language.SPANISH,
    ),
    ("ممارسة الدعارة", "في مايو 2018 احتجز المتهم ست نساء في شقة وصادر جوازات سفرهن.", Language.ARABIC),
    ("Dispute on an unpaid debt", "On 3 May 2018 in Tver he shot his partner dead in a car.", Language.ENGLISH),
    ("Adultère et autres faits", "Le 3 mai 2018, il a tué son épouse de six coups de couteau.", Language.FRENCH),
]


@pytest.mark.parametrize(("charge", "facts", "language"), LIFTED)
def test_a_circumstance_far_from_the_word_lifts_it(charge: str, facts: str, language: Language) -> None:
    assert found(charged(charge, language=language))
    assert not found(charged(charge, facts, language))


@pytest.mark.parametrize(
    "text",
    [
        "Rape; sodomy by use of force",
        "Détention de l'image d'un mineur présentant un caractère pornographique",
        "Conspiracy to transport minors for prostitution",
        "Promoción de la prostitución de personas retenidas con violencia",
    ],
)
def test_the_order_of_words_does_not_matter(text: str) -> None:
    assert not found(charged(text))


@pytest.mark.parametrize(
    "charge",
    [
        "Custody of a minor child withheld from the mother",
        "Abduction of his own child",
        "Sustracción de menores por la madre",
    ],
)
def test_the_child_of_a_custody_matter_is_no_circumstance(charge: str) -> None:
    assert found(charged(charge))


def test_a_criminal_organisation_lifts_and_is_told_with_the_words() -> None:
    body = charged(
        "Prostitution", "From 2016 to 2018 in Tver a criminal organisation ran eleven flats; he kept the keys."
    )
    assert not found(body)
    (finding,) = found(body, "EXC-02")
    assert finding.words == "criminal organisation"
    assert "may lift the exclusion of prostitution (Prostitution)" in finding.message


def test_what_stands_in_no_charge_and_no_fact_lifts_nothing() -> None:
    assert found(replace(charged("Prostitution"), text="Violence is possible; a gang may help the person."))


def test_a_list_can_only_be_lifted_by_a_circumstance() -> None:
    force = WordList("EXC-01", "force", ("force",), use=CIRCUMSTANCE)
    Lexicon((force, WordList("EXC-01", "x", ("word",), lifted_by=("force",))))
    with pytest.raises(ValueError, match="'age' is no circumstance"):
        Lexicon((force, WordList("EXC-01", "x", ("word",), lifted_by=("age",))))
