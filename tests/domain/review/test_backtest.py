"""What a changed table would have found, and what that would have changed for the item."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dutydesk.domain.messages.message import Kind, MessageType
from dutydesk.domain.review.backtest import (
    BacktestTotals,
    FindingsOfThen,
    OutcomeChange,
    TableDifference,
    compare_tables,
)
from dutydesk.domain.rules.examination import Finding, RuleTable, Severities, Severity
from dutydesk.domain.supervision.policy import Policy
from dutydesk.wire.reference.read_rule_table import load_rules

BLOCK, FLAG = Severity.BLOCK, Severity.FLAG


def finding(rule: str, severity: Severity = FLAG) -> Finding:
    return Finding(rule, "article", severity, "text", "words", "message")


def then(*findings: Finding, type: MessageType = MessageType.DIFFUSION, hold_on_block: bool = False) -> FindingsOfThen:
    return FindingsOfThen(type, Kind.RED, "DE", findings, Policy(0), load_rules(), (), hold_on_block)


def table(rule: str, **changes: object) -> RuleTable:
    known = load_rules()
    rules = tuple(replace(row, **changes) if row.id == rule else row for row in known.rules)  # type: ignore[arg-type]
    return RuleTable(rules, known.checks, known.conflicts, known.lexicon)


def test_rules_are_new_gone_the_same_or_weighed_otherwise() -> None:
    before = then(finding("SEN-01"), finding("INT-01"), finding("JUD-03", BLOCK))
    found = compare_tables(before, [finding("INT-01"), finding("JUD-03"), finding("RET-02")], load_rules())
    assert found == TableDifference(("RET-02",), ("SEN-01",), ("INT-01",), ("JUD-03",), found.outcomes)
    assert found.outcomes == (OutcomeChange.NO_REVIEW_AFTERWARDS, OutcomeChange.RELEASE)


def test_nothing_changes_where_the_findings_are_the_same() -> None:
    findings = (finding("SEN-01"), finding("CON-03"))
    assert compare_tables(then(*findings), findings, load_rules()).is_empty


@pytest.mark.parametrize(
    ("before", "after", "outcomes"),
    [
        ((), (finding("CON-03"),), {OutcomeChange.SECOND_OFFICER}),
        ((finding("CON-03"),), (), {OutcomeChange.ONE_OFFICER}),
        ((), (finding("JUD-03", BLOCK),), {OutcomeChange.HELD, OutcomeChange.NO_RELEASE}),
        ((finding("JUD-03", BLOCK),), (), {OutcomeChange.FREED, OutcomeChange.RELEASE}),
        ((), (finding("JUD-01", BLOCK),), {OutcomeChange.HELD}),
        ((), (finding("SEN-01"),), set()),
    ],
)
def test_what_other_findings_change(
    before: tuple[Finding, ...], after: tuple[Finding, ...], outcomes: set[OutcomeChange]
) -> None:
    assert set(compare_tables(then(*before, hold_on_block=True), after, load_rules()).outcomes) == outcomes


def test_a_notice_request_is_held_whatever_a_table_finds() -> None:
    request = then(type=MessageType.NOTICE_REQUEST, hold_on_block=True)
    found = compare_tables(request, [finding("JUD-01", BLOCK)], load_rules())
    assert found.outcomes == ()


def test_four_eyes_are_those_of_each_table() -> None:
    findings = (finding("SEN-01"),)
    found = compare_tables(then(*findings), findings, table("SEN-01", four_eyes=frozenset(MessageType)))
    assert found.outcomes == (OutcomeChange.SECOND_OFFICER,)


def test_what_the_desk_held_is_not_looked_up_again_but_weighed_again() -> None:
    held = then(finding("HIS-01", BLOCK), finding("CON-05", FLAG))
    assert compare_tables(held, (), load_rules()).is_empty
    eased = table("HIS-01", severities=Severities(FLAG))
    assert compare_tables(held, (), eased).reweighed == ("HIS-01",)
    nowhere = table("HIS-01", severities=Severities(None))
    assert compare_tables(held, (), nowhere).gone == ("HIS-01",)
    strict = table("CON-05", thin=None)
    assert compare_tables(held, (), strict).reweighed == ("CON-05",)


def test_the_totals_count_items_rules_and_outcomes() -> None:
    totals = BacktestTotals()
    for before, after in (((), (finding("CON-03"),)), ((finding("CON-03"),), ()), ((), ())):
        totals.add(compare_tables(then(*before), after, load_rules()))
    assert (totals.items, totals.changed) == (3, 2)
    assert (totals.rules["CON-03"].new, totals.rules["CON-03"].gone) == (1, 1)
    assert totals.outcomes == {OutcomeChange.SECOND_OFFICER: 1, OutcomeChange.ONE_OFFICER: 1}
