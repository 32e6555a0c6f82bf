"""Each rule fires on the fault that it is for, where it stands and as heavily as the table says, and only then."""

from __future__ import annotations

import pytest
from bodies import complete, context
from rule_cases import CASES, Case

from dutydesk.domain.compliance import examine
from dutydesk.domain.rules import RULES
from dutydesk.wire.rule_table import load_rules


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_fault_is_found_where_it_stands(case: Case) -> None:
    findings = examine(case.body, context(case.type, **case.told), load_rules())
    found = {(finding.rule, finding.field): finding for finding in findings}
    finding = found[case.rule, case.field]
    assert finding.severity is case.severity
    assert finding.words == case.words


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_repaired_body_does_not_fire_the_rule(case: Case) -> None:
    repaired = case.repaired or complete(case.body.kind)
    findings = examine(repaired, context(case.type, **case.retold), load_rules())
    assert case.rule not in {finding.rule for finding in findings}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_finding_is_one_sentence_that_leaves_the_verdict_to_the_officer(case: Case) -> None:
    for finding in examine(case.body, context(case.type, **case.told), load_rules()):
        assert finding.message[0].isupper() or finding.message[0].isdigit()
        assert finding.message[-1] in ".?"
        assert "\n" not in finding.message
        assert "complian" not in finding.message.casefold()


def test_every_rule_of_the_table_can_fire() -> None:
    assert {case.rule for case in CASES} == {rule.id for rule in load_rules().rules}


def test_the_table_and_the_program_have_the_same_rules() -> None:
    assert {rule.id for rule in load_rules().rules} == set(RULES)
