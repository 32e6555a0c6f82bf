"""The least data that each kind needs, and what other rules count in facts and recipients."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest
from bodies import complete, context, with_facts, with_judicial, with_person, with_thing, with_warrant
from rule_cases import BLUE, GREEN, ORANGE, PURPLE, RED, YELLOW

from dutydesk.domain.messages.message import Body, Confidentiality, Kind, MessageType, Purpose
from dutydesk.domain.messages.subjects import (
    Biometric,
    Facts,
    Judicial,
    Offence,
    PartialDate,
    PersonName,
    PhysicalDescription,
)
from dutydesk.domain.rules.examination import examine
from dutydesk.wire.reference.read_rule_table import load_rules


def rules_fired(body: Body, **told: object) -> set[str]:
    return {finding.rule for finding in examine(body, context(**told), load_rules())}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "known",
    [
        {"name": PersonName(original_script="Скарвин")},
        {"aliases": (PersonName("Skarv"),)},
        {"biometrics": (Biometric.PHOTO,)},
    ],
)
def test_one_way_to_recognise_a_person_is_enough(known: Mapping[str, object]) -> None:
    for body, rule in ((BLUE, "MIN-BLUE"), (YELLOW, "MIN-YELLOW")):
        nobody = with_person(body, name=None, aliases=(), biometrics=(), description=None)
        assert rules_fired(nobody) == {rule}
        assert rules_fired(with_person(nobody, **known)) == set()


def test_a_missing_person_may_be_known_by_description_only() -> None:
    described = PhysicalDescription(height_cm=139)
    assert rules_fired(with_person(YELLOW, name=None, biometrics=(), description=described)) == set()


@pytest.mark.parametrize(("text", "fires"), [("Tell us his address.", False), ("Tell his address.", True)])
def test_a_request_has_four_words(text: str, fires: bool) -> None:
    assert ("MIN-BLUE" in rules_fired(replace(BLUE, text=text))) is fires


@pytest.mark.parametrize(
    "grounds",
    [
        Judicial(offences=(Offence(charge="Burglary"),)),
        Judicial(offences=(Offence(law="Criminal Code, article 158"),)),
        Judicial(offences=(Offence(category="burglary"),)),
        Judicial(facts=Facts(summary="Opened safes in three banks.")),
    ],
)
def test_one_ground_is_enough_for_a_warning(grounds: Judicial) -> None:
    assert rules_fired(replace(GREEN, judicial=grounds)) == set()


@pytest.mark.parametrize("empty", [Judicial(), Judicial(facts=Facts("-")), Judicial(offences=(Offence("n/a"),))])
def test_empty_judicial_data_are_no_ground(empty: Judicial) -> None:
    assert rules_fired(replace(GREEN, judicial=empty)) == {"MIN-GREEN"}


@pytest.mark.parametrize(
    "dated",
    [
        {"judicial": Judicial(facts=Facts(date=PartialDate(2022, 3)))},
        {"judicial": Judicial(facts=Facts(summary="Left on 8 March."))},
        {"text": "Left home on ٨ March."},
    ],
)
def test_the_date_of_an_event_may_stand_in_the_facts_or_the_text(dated: Mapping[str, object]) -> None:
    undated = replace(YELLOW, text="Left home and did not come back.")
    assert rules_fired(replace(undated, judicial=Judicial(facts=Facts("Left home.")))) == {"MIN-YELLOW"}
    assert rules_fired(replace(undated, **dated)) == set()  # type: ignore[arg-type]


@pytest.mark.parametrize("body", [PURPLE, ORANGE])
def test_a_title_or_a_description_is_enough(body: Body) -> None:
    assert rules_fired(with_thing(body, title=None)) == set()
    assert rules_fired(with_thing(body, description=None)) == set()


@pytest.mark.parametrize(
    ("summary", "fires"),
    [("He took the money from the till twice.", False), ("He took the money from the till.", True)],
)
def test_a_summary_of_facts_has_eight_words(summary: str, fires: bool) -> None:
    assert ("JUD-05" in rules_fired(with_facts(RED, summary=summary))) is fires


def test_half_of_the_letters_in_another_script_are_not_most_of_them() -> None:
    assert rules_fired(replace(RED, text="Skarvin Скарвин")) == set()
    assert rules_fired(replace(RED, text="Skarvin Скарвина")) == {"FRM-02"}


def test_the_day_of_birth_itself_is_no_fault() -> None:
    born = with_person(YELLOW, date_of_birth=PartialDate(2022, 3, 10))
    assert "IDN-02" not in rules_fired(with_judicial(born, facts=Facts(date=PartialDate(2022, 3, 10))))
    assert "IDN-02" in rules_fired(with_judicial(born, facts=Facts(date=PartialDate(2022, 3, 9))))
    assert "IDN-02" not in rules_fired(with_person(YELLOW, date_of_birth=PartialDate(2022, 3, 13)))
    assert "IDN-02" in rules_fired(with_person(YELLOW, date_of_birth=PartialDate(2022, 3, 14)))


def test_the_last_day_of_the_calendar_has_no_next_day() -> None:
    body = with_warrant(RED, date=PartialDate(9999, 12, 31))
    assert "IDN-02" not in {
        f.rule for f in examine(body, context(received_on=date.max), load_rules()) if "warr" in f.field
    }


def test_retention_that_ends_on_the_day_of_receipt_is_not_over() -> None:
    (finding,) = examine(replace(BLUE, retention_until=date(2022, 3, 12)), context(), load_rules())
    assert "within 6 months" in finding.message


@pytest.mark.parametrize(
    ("type", "words"),
    [(MessageType.DIFFUSION, "A red diffusion "), (MessageType.NOTICE_REQUEST, "A red notice request ")],
)
def test_a_message_says_what_was_examined(type: MessageType, words: str) -> None:
    body = replace(complete(Kind.RED), purpose=Purpose.SHARE_METHOD)
    (finding,) = examine(body, context(type), load_rules())
    assert finding.message.startswith(words)


@pytest.mark.parametrize(
    ("recipients", "message", "words"),
    [
        (("PL",), "1 recipient is not cleared for confidential data.", "PL"),
        (("PL", "DE"), "2 recipients are not cleared for confidential data.", "PL, DE"),
        (("PL",) * 12, "12 recipients are not cleared for confidential data.", ", ".join(["PL"] * 12)),
        (("PL",) * 13, "13 recipients are not cleared for confidential data.", ", ".join(["PL"] * 12) + ", …"),
    ],
)
def test_uncleared_recipients_are_counted_and_named(recipients: tuple[str, ...], message: str, words: str) -> None:
    body = replace(RED, recipients=recipients, confidentiality=Confidentiality.CONFIDENTIAL)
    (finding,) = examine(body, context(cleared_for_confidential=frozenset()), load_rules())
    assert (finding.message, finding.words) == (message, words)
