"""The limits of the rules on source, form, purpose and protection."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from bodies import complete, context, the_conflict, with_facts, with_person
from rule_cases import BLUE, RED, RUSSIAN, SILVER

from dutydesk.domain.messages.message import Body, Everyone, Kind, MessageType, Purpose
from dutydesk.domain.messages.subjects import PersonStatus
from dutydesk.domain.rules.examination import ArticleConflict, ReviewContext, examine
from dutydesk.language.languages import Language
from dutydesk.wire.reference.read_rule_table import load_rules

ARABIC = "يُطلب تحديد مكان الشخص وتوقيفه تمهيداً لتسليمه."


def rules_fired(body: Body, told: ReviewContext | None = None) -> set[str]:
    return {finding.rule for finding in examine(body, told or context(), load_rules())}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (Language.ARABIC, ARABIC),
        (Language.FRENCH, "Prière de localiser et d’arrêter l’intéressé, né à Œuilly, en vue de son extradition."),
        (Language.SPANISH, "Localícese y deténgase al señor Núñez; ¿domicilio último conocido?"),
        (Language.ENGLISH, "Locate Скарвин Илья, also written Skarvin, and tell us the present address."),
    ],
)
def test_text_in_the_script_of_its_language_is_right(language: Language, text: str) -> None:
    body = with_facts(replace(RED, language=language, text=text), summary=f"{text} {text} {text}")
    assert "FRM-02" not in rules_fired(body)


def test_the_script_that_was_found_is_named() -> None:
    findings = examine(replace(RED, text=RUSSIAN), context(), load_rules())
    assert [finding.message for finding in findings] == [
        "The text is declared as English, but most of its letters are Cyrillic."
    ]


def test_long_words_are_cut() -> None:
    (finding,) = examine(replace(RED, text=RUSSIAN * 40), context(), load_rules())
    assert len(finding.words) == 80
    assert finding.words.endswith("…")


@pytest.mark.parametrize("recipients", [Everyone(), ("914",), ("HK",), ("RU", "PL")])
def test_members_sub_bureaus_and_entities_may_be_recipients(recipients: tuple[str, ...] | Everyone) -> None:
    """The desk drops the sender from a longer list, without a finding."""
    assert "FRM-03" not in rules_fired(replace(RED, recipients=recipients))


def test_a_notice_request_needs_no_recipients() -> None:
    assert examine(replace(RED, recipients=None), context(MessageType.NOTICE_REQUEST), load_rules()) == ()


@pytest.mark.parametrize("kind", list(Kind))
def test_a_purpose_that_is_not_stated_is_the_kinds_own(kind: Kind) -> None:
    assert "PUR-01" not in rules_fired(replace(complete(kind), purpose=None))


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("purpose", list(Purpose))
def test_only_the_kinds_own_purpose_fits(kind: Kind, purpose: Purpose) -> None:
    body = complete(kind)
    assert ("PUR-01" in rules_fired(replace(body, purpose=purpose))) == (purpose is not body.purpose)


@pytest.mark.parametrize("status", [PersonStatus.WITNESS, PersonStatus.VICTIM])
def test_blue_may_look_for_a_witness_or_a_victim(status: PersonStatus) -> None:
    assert rules_fired(with_person(BLUE, status=status)) == set()


def test_silver_needs_a_pilot_member_with_a_share_left() -> None:
    assert rules_fired(SILVER, context(silver_share_left=1)) == set()
    assert rules_fired(SILVER, context(silver_share_left=0)) == {"SLV-01"}
    assert rules_fired(SILVER, context(pilot_members=frozenset())) == {"SRC-01", "SLV-01"}


def test_a_conflict_counts_for_both_sides_and_only_while_it_is_open() -> None:
    of_ukraine = with_person(RED, nationalities=("UA",))
    assert rules_fired(of_ukraine, context(conflicts=(the_conflict(),))) == {"CON-04"}
    assert rules_fired(RED, context(sender="UA", conflicts=(the_conflict(),))) == {"CON-04"}
    assert rules_fired(RED, context(conflicts=(the_conflict(),))) == set()
    assert rules_fired(of_ukraine, context(conflicts=(replace(the_conflict(), since=date(2022, 3, 13)),))) == set()
    assert rules_fired(of_ukraine, context(conflicts=(replace(the_conflict(), until=date(2022, 3, 12)),))) == set()


def test_a_sub_bureau_is_on_its_parents_side() -> None:
    between = ArticleConflict(frozenset({"CN", "IT"}), date(2000, 1, 1))
    body = with_person(RED, nationalities=("IT",))
    assert rules_fired(body, context(sender="HK", conflicts=(between,))) == {"CON-04"}


def test_only_confidential_data_need_a_clearance() -> None:
    assert rules_fired(RED, context(cleared_for_confidential=frozenset())) == set()
