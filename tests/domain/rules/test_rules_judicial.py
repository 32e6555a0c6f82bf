"""The limits of the rules on judicial data."""

from __future__ import annotations

from dataclasses import replace

import pytest
from bodies import complete, context, serving_body, with_facts, with_judicial, with_offence, with_person
from rule_cases import RED

from dutydesk.domain.messages.message import Body, Kind, MessageType
from dutydesk.domain.messages.subjects import Assurances, Offence, PersonStatus, Warrant
from dutydesk.domain.rules.examination import Severity, examine
from dutydesk.language.languages import Language
from dutydesk.wire.reference.read_rule_table import load_rules

LIGHT = Offence("Theft of a bicycle", "Criminal Code, article 158(1)", "theft", 12)
GRAVE = Offence("Robbery", "Criminal Code, article 161(2)", "robbery", 84)


def fired(body: Body, type: MessageType = MessageType.DIFFUSION) -> list[tuple[str, str]]:
    return [(finding.rule, finding.field) for finding in examine(body, context(type), load_rules())]


@pytest.mark.parametrize(("months", "fires"), [(0, True), (23, True), (24, False), (1200, False)])
def test_prosecution_needs_a_maximum_of_two_years(months: int, fires: bool) -> None:
    assert bool(fired(with_offence(RED, maximum_penalty_months=months))) is fires


def test_one_grave_offence_is_enough() -> None:
    assert fired(with_judicial(RED, offences=(LIGHT, GRAVE))) == []
    assert fired(with_judicial(RED, offences=(LIGHT, replace(LIGHT, maximum_penalty_months=18)))) == [
        ("JUD-01", "judicial.offences[1].maximum_penalty_months")
    ]


def test_the_sentence_passed_is_no_maximum_penalty() -> None:
    assert fired(with_offence(RED, maximum_penalty_months=24, sentence_months=3)) == []


@pytest.mark.parametrize(
    ("sentence", "remaining", "fires"),
    [(6, None, False), (None, 6, False), (60, 2, False), (5, 5, True), (5, 6, False)],
)
def test_serving_needs_a_sentence_or_a_remainder_of_six_months(
    sentence: int | None, remaining: int | None, fires: bool
) -> None:
    body = serving_body(sentence_months=sentence, remaining_months=remaining)
    assert ("JUD-02" in {rule for rule, _ in fired(body)}) is fires


def test_to_serve_a_sentence_the_maximum_penalty_does_not_count() -> None:
    assert fired(serving_body(maximum_penalty_months=12)) == []
    assert "JUD-02" in {rule for rule, _ in fired(serving_body(maximum_penalty_months=120, sentence_months=3))}


@pytest.mark.parametrize(("status", "rule"), [(PersonStatus.CHARGED, "JUD-01"), (PersonStatus.CONVICTED, "JUD-02")])
def test_the_label_charged_or_convicted_does_not_avoid_the_threshold(status: PersonStatus, rule: str) -> None:
    body = with_offence(with_person(RED, status=status), maximum_penalty_months=12, sentence_months=3)
    assert rule in {fired_rule for fired_rule, _ in fired(body)}


def test_below_the_threshold_a_diffusion_is_flagged_and_a_notice_request_blocked() -> None:
    for body, rule in (
        (with_offence(RED, maximum_penalty_months=12), "JUD-01"),
        (serving_body(sentence_months=3), "JUD-02"),
    ):
        (diffusion,) = examine(body, context(MessageType.DIFFUSION), load_rules())
        (request,) = examine(body, context(MessageType.NOTICE_REQUEST), load_rules())
        assert (diffusion.rule, diffusion.severity) == (rule, Severity.FLAG)
        assert (request.rule, request.severity) == (rule, Severity.BLOCK)


def test_a_missing_penalty_is_an_absence_and_not_a_light_penalty() -> None:
    assert fired(with_offence(RED, maximum_penalty_months=None)) == [
        ("JUD-04", "judicial.offences[0].maximum_penalty_months")
    ]


def test_each_offence_needs_its_data() -> None:
    assert fired(with_judicial(RED, offences=(GRAVE, Offence(maximum_penalty_months=30)))) == [
        ("JUD-04", "judicial.offences[1].charge"),
        ("JUD-04", "judicial.offences[1].law"),
    ]


def test_empty_groups_are_named_once() -> None:
    body = with_judicial(RED, warrant=Warrant(), assurances=Assurances())
    assert fired(body) == [("JUD-03", "judicial.warrant"), ("JUD-06", "judicial.assurances")]


def test_facts_in_arabic_are_not_thin() -> None:
    text = "حوّل المشتبه به بين مايو ويوليو 2018 أموال المصنع إلى حساباته الخاصة مستعملاً وثائق مزورة"
    assert fired(with_facts(replace(RED, language=Language.ARABIC, text=text), summary=text)) == []


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.RED])
def test_judicial_rules_are_for_red_only(kind: Kind) -> None:
    without = replace(complete(kind), judicial=None)
    assert not [rule for rule, _ in fired(without) if rule.startswith("JUD")]
