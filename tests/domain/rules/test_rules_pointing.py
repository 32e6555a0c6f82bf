"""The rules that point at words find word forms in four languages, and never a part of a word."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from bodies import complete, context, serving_body, with_facts, with_judicial, with_offence, with_person, with_thing
from rule_cases import BLUE, PURPLE, RED, YELLOW

from dutydesk.domain.messages.message import Body, Kind, MessageType
from dutydesk.domain.messages.subjects import PhysicalDescription
from dutydesk.domain.rules.examination import Finding, Severity, examine
from dutydesk.domain.rules.folded_text import fold, original_text
from dutydesk.language.languages import Language
from dutydesk.wire.reference.read_rule_table import load_rules

FOLDER = Path(__file__).with_name("sentences")
MAIN_RULES = ("EXC-01", "CON-02", "CON-03", "SEN-01")
SENTENCES = [
    (file.stem, language, expected == "points", sentence)
    for file in sorted(FOLDER.glob("*.toml"))
    for language, table in tomllib.loads(file.read_text("utf-8")).items()
    for expected, sentences in table.items()
    for sentence in sentences
]


def found(body: Body, rule: str, type: MessageType = MessageType.DIFFUSION) -> list[Finding]:
    return [finding for finding in examine(body, context(type), load_rules()) if finding.rule == rule]


@pytest.mark.parametrize(("rule", "language", "points", "sentence"), SENTENCES)
def test_a_sentence_is_pointed_at_or_not(rule: str, language: str, points: bool, sentence: str) -> None:
    charged = with_offence(replace(RED, language=Language(language), text="1."), charge="12(3)", category=None)
    findings = found(with_facts(charged, summary=sentence), rule)
    assert bool(findings) is points, findings
    for finding in findings:
        assert finding.field == "judicial.facts.summary"
        assert finding.words in sentence
        assert finding.words.strip()


@pytest.mark.parametrize("rule", MAIN_RULES)
@pytest.mark.parametrize("language", list(Language))
def test_each_main_rule_has_a_dozen_sentences_on_both_sides_in_each_language(rule: str, language: Language) -> None:
    for side in (True, False):
        assert len([s for s in SENTENCES if s[:3] == (rule, language.value, side)]) >= 12


@pytest.mark.parametrize(
    ("body", "field", "words"),
    [
        (with_offence(RED, charge="Desertion"), "judicial.offences[0].charge", "Desertion"),
        (with_offence(RED, law="Law on extremist activity"), "judicial.offences[0].law", "extremist"),
        (with_offence(RED, category="treason"), "judicial.offences[0].category", "treason"),
        (with_person(RED, occupation="Ex-politician"), "subject.occupation", "Ex-politician"),
        (with_person(RED, occupation="صحفية"), "subject.occupation", "صحفية"),
        (with_person(RED, occupation="journaliste"), "subject.occupation", "journaliste"),
        (
            with_person(RED, description=PhysicalDescription(marks="tattoo: military unit 4")),
            "subject.description.marks",
            "military unit",
        ),
        (with_thing(PURPLE, title="Leaflets against the king"), "subject.title", "Leaflets against the king"),
        (with_thing(PURPLE, description="Extremist leaflets in a van"), "subject.description", "Extremist"),
        (replace(BLUE, text="He is a dissident and lives abroad now."), "text", "dissident"),
        (replace(RED, text="Il a fui après le coup d’État manqué."), "text", "coup d’État"),
    ],
)
def test_every_field_that_says_something_is_read(body: Body, field: str, words: str) -> None:
    findings = found(body, "CON-03")
    assert (field, words, Severity.FLAG) in [(f.field, f.words, f.severity) for f in findings]


def test_a_name_is_no_word() -> None:
    body = with_person(RED, place_of_birth="Separatist Street 4")
    assert not found(body, "CON-03")


def test_a_calling_is_looked_for_where_it_stands() -> None:
    assert not found(replace(RED, text="He threatened a journalist and a soldier."), "CON-03")


def test_the_declared_language_does_not_matter() -> None:
    body = replace(RED, language=Language.FRENCH, text="He is accused of high treason.")
    assert found(body, "CON-03")


def test_each_sense_is_told_once_with_the_other_fields_named() -> None:
    body = with_facts(with_offence(RED, charge="Desertion"), summary="He left his unit (desertion) in May.")
    findings = found(body, "CON-03")
    assert len({finding.message.split(" (also", 1)[0] for finding in findings}) == len(findings)
    assert all("also in judicial.facts.summary" in finding.message for finding in findings)


@pytest.mark.parametrize("rule", [*MAIN_RULES, "EXC-02", "INT-01"])
def test_the_message_says_that_words_only_point(rule: str) -> None:
    sentence = next(s for r, _, points, s in SENTENCES if r == rule and points)
    for finding in found(with_facts(RED, summary=sentence), rule):
        assert "point" in finding.message
        assert "indication" in finding.message or "officer decides" in finding.message


@pytest.mark.parametrize("rule", [*MAIN_RULES, "EXC-02", "INT-01"])
@pytest.mark.parametrize("type", [MessageType.DIFFUSION, MessageType.NOTICE_REQUEST])
def test_the_message_says_how_many_judge(rule: str, type: MessageType) -> None:
    sentence = next(s for r, _, points, s in SENTENCES if r == rule and points)
    judges = "two officers must decide" if load_rules().demands_four_eyes(rule, type) else "an officer must decide"
    for finding in found(with_facts(RED, summary=sentence), rule, type):
        assert judges in finding.message


def test_an_excluded_charge_flags_whatever_the_type() -> None:
    body = with_facts(
        with_offence(RED, charge="Adultery"), summary="In May 2018 in Tver she left with a neighbour for a week."
    )
    for type in (MessageType.DIFFUSION, MessageType.NOTICE_REQUEST):
        assert [f.severity for f in found(body, "EXC-01", type)] == [Severity.FLAG]


def test_an_excluded_word_outside_the_charge_only_flags() -> None:
    body = with_facts(RED, summary="He stole the savings of a woman with whom he had committed adultery in Tver.")
    assert [f.severity for f in found(body, "EXC-01", MessageType.NOTICE_REQUEST)] == [Severity.FLAG]


def test_organised_crime_may_lift_an_exclusion() -> None:
    charged = with_offence(RED, charge="Issuing unpaid cheques")
    lifted = with_facts(charged, summary="He signed unpaid cheques for a criminal organisation in Tver in May 2018.")
    assert found(charged, "EXC-01")
    assert not found(lifted, "EXC-01", MessageType.NOTICE_REQUEST)
    (finding,) = found(lifted, "EXC-02")
    assert finding.words == "criminal organisation"
    assert "may lift the exclusion of an unpaid cheque (unpaid cheques)" in finding.message


def test_a_tax_case_needs_gain_or_organised_crime() -> None:
    taxed = with_offence(RED, charge="VAT fraud", category=None)
    assert found(with_facts(taxed, summary="In May 2018 in Tver he filed four wrong returns."), "EXC-02")
    assert not found(with_facts(taxed, summary="In May 2018 he moved it to private accounts."), "EXC-02")


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.RED])
def test_exclusions_are_for_red_only(kind: Kind) -> None:
    assert not found(replace(complete(kind), text="A matter of adultery and of VAT fraud."), "EXC-01")


def test_the_health_of_the_missing_is_no_finding() -> None:
    text = "Left home on 8 March 2022; is diabetic and needs insulin."
    assert not found(replace(YELLOW, text=text), "SEN-01")
    assert found(replace(BLUE, text=text), "SEN-01")


@pytest.mark.parametrize(
    ("summary", "thin"),
    [
        (
            "The accused is suspected of having committed embezzlement on a large scale under article 160 of the code.",
            True,
        ),
        ("L'accusé est soupçonné d'avoir commis le délit prévu par l'article 160 du code pénal.", True),
        ("El acusado cometió el delito previsto en el artículo 160 del Código Penal contra el Estado.", True),
        ("المتهم مشتبه به بارتكاب الجريمة المنصوص عليها في المادة 160 من قانون العقوبات", True),
        ("In May 2018 in Tver he moved the wages of forty workers to his brother's firm.", False),
        ("En mai 2018, il a vendu des terrains inexistants à quarante familles.", False),
        ("En mayo de 2018 vendió solares inexistentes a cuarenta familias.", False),
        ("في مايو 2018 باع شققا لا وجود لها لأربعين عائلة وقبض الثمن", False),
    ],
)
def test_facts_that_only_repeat_the_charge_are_thin(summary: str, thin: bool) -> None:
    findings = found(with_facts(RED, summary=summary), "JUD-05")
    assert [finding.severity for finding in findings] == ([Severity.FLAG] if thin else [])


@pytest.mark.parametrize(
    "text",
    [
        "He was convicted in absentia.",
        "Il a été jugé par contumace.",
        "Fue condenado en rebeldía.",
        "صدر الحكم غيابيا.",
    ],
)
def test_words_of_a_trial_in_absence_without_its_mark_are_pointed_out(text: str) -> None:
    (finding,) = found(replace(serving_body(), text=text), "JUD-07")
    assert finding.field == "text"
    assert not found(replace(serving_body(), text="He sat in the court room."), "JUD-07")


@pytest.mark.parametrize(
    "text",
    ["A retrial is assured.", "Il peut former opposition.", "Tiene derecho a un nuevo juicio.", "تضمن إعادة المحاكمة."],
)
def test_a_trial_in_absence_is_no_finding_where_a_new_trial_is_spoken_of(text: str) -> None:
    absent = with_judicial(serving_body(), in_absentia=True)
    assert found(absent, "JUD-07")
    assert not found(replace(absent, text=text), "JUD-07")


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Élève", "eleve"),
        ("أُخِذَ", "اخذ"),
        ("مُتَطَرِّفــة", "متطرفه"),
        ("رأى", "راي"),
        ("adul\u200bter\u00adio", "adulterio"),
        ("unpaid_cheque", "unpaid cheque"),
        ("Straße", "strasse"),
        ("l’État", "l'etat"),
    ],
)
def test_folding(text: str, folded: str) -> None:
    assert fold(text) == folded
    assert fold(original_text(text, 0, len(folded))) == folded


def test_the_words_are_quoted_as_they_are_written() -> None:
    text = "Accusé d’ADULTÈRE ; رُفع الأمر بتهمة الزِّنا."
    (finding,) = found(replace(RED, text=text), "EXC-01")
    assert finding.words == "ADULTÈRE"
    (finding,) = found(replace(RED, text="رُفع الأمر بتهمة الزِّنا."), "EXC-01")
    assert finding.words == "بتهمة الزِّنا"
