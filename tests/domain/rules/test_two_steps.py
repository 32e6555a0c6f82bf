"""An examination in two steps, before and inside a transaction, gives the same findings as one in a single step."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from bodies import DIRECTORY, RECEIVED, context
from rule_cases import CASES, Case
from test_findings_of_the_shift import AT, reviewed_bodies

from dutydesk.domain.messages.message import Body, MessageType
from dutydesk.domain.rules.examination import Finding, ReviewContext, RuleTable, examine, examine_body
from dutydesk.domain.rules.likeness import Identity, Likeness
from dutydesk.domain.rules.registers import EarlierItem, Register, RegisterEntry, RegisterMatch
from dutydesk.wire.reference.directory import load_directory
from dutydesk.wire.reference.read_rule_table import load_rules

OTHER = {MessageType.DIFFUSION: MessageType.NOTICE_REQUEST, MessageType.NOTICE_REQUEST: MessageType.DIFFUSION}
#: The fields of the context that need data from a store.
ON_FILE: dict[str, object] = {
    "silver_share_left": 0,
    "reference_taken": "R-1",
    "earlier": (EarlierItem("D-000007", "diffusion", "red", "refused", RECEIVED, Likeness.STRONG),),
    "on_file": (
        RegisterMatch(RegisterEntry(Register.CCF, "C-1", Identity(), RECEIVED), Likeness.STRONG),
        RegisterMatch(RegisterEntry(Register.REFUGEES, "R-9", Identity(), RECEIVED, "RU"), Likeness.WEAK),
    ),
    "addressed": ("FR", "DE"),
    "restricted": frozenset({"FR", "DE"}),
}
NOT_ASKED = ReviewContext(MessageType.DIFFUSION, "RU", RECEIVED, DIRECTORY)
#: The same fields without data from a store.
ASKED_OF_NOBODY: dict[str, object] = {name: getattr(NOT_ASKED, name) for name in ON_FILE}


def examine_in_one_step(body: Body, told: ReviewContext, table: RuleTable) -> list[tuple[str, str, str, str]]:
    """Applies rule after rule with the full context."""
    told = replace(told, pointed=table.lexicon.search_body(body), for_two=table.for_two(told.type))
    return [
        (rule.id, one.field, one.words, one.message)
        for rule, _, function in table.steps(body.kind, told.type)
        for one in function(body, told)
    ]


def finding_values(findings: tuple[Finding, ...]) -> list[tuple[str, str, str, str]]:
    return [(finding.rule, finding.field, finding.words, finding.message) for finding in findings]


def require_the_same(body: Body, told: ReviewContext) -> None:
    table = load_rules()
    for more in ({}, ON_FILE):
        full = replace(told, **more)  # type: ignore[arg-type]
        read = examine_body(body, replace(full, **ASKED_OF_NOBODY), table)  # type: ignore[arg-type]
        assert finding_values(examine(body, full, table, read)) == examine_in_one_step(body, full, table)
        assert examine(body, full, table, read) == examine(body, full, table)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_two_steps_find_what_one_finds(case: Case) -> None:
    require_the_same(case.body, context(case.type, **case.context_changes))


def test_two_steps_find_what_one_finds_in_the_sample_shift() -> None:
    directory, table = load_directory(), load_rules()
    for body, type, sender in reviewed_bodies():
        require_the_same(body, ReviewContext(type, sender, AT.date(), directory, conflicts=table.conflicts))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_was_read_as_another_type_or_on_another_day_is_read_again(case: Case) -> None:
    table, told = load_rules(), context(case.type, **case.context_changes)
    for other in (
        replace(told, type=OTHER[told.type]),
        replace(told, received_on=told.received_on - timedelta(days=4000)),
    ):
        assert examine(case.body, told, table, examine_body(case.body, other, table)) == examine(case.body, told, table)
