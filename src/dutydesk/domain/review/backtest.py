"""Compares what a changed table of rules would have found in an item with what was found, and what that would change.

Everything but the findings stays as it was: the sender's level, the audience, the desk's settings.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum

from dutydesk.domain.delivery.route import HOLDING_RULES, RouteOutcome, RoutingFacts, route
from dutydesk.domain.frozen import value
from dutydesk.domain.messages.message import Kind, MessageType
from dutydesk.domain.review.four_eyes import four_eyes_reasons
from dutydesk.domain.review.guards import RECHECKED_AT_RELEASE
from dutydesk.domain.rules import DESK_DATA_RULES
from dutydesk.domain.rules.examination import Finding, RuleTable, Severity
from dutydesk.domain.supervision.policy import Policy


class OutcomeChange(StrEnum):
    """What other findings change for an item."""

    HELD = "held"
    FREED = "freed"
    SECOND_OFFICER = "second_officer"
    ONE_OFFICER = "one_officer"
    NO_RELEASE = "no_release"
    RELEASE = "release"
    REVIEW_AFTERWARDS = "review_afterwards"
    NO_REVIEW_AFTERWARDS = "no_review_afterwards"


@value(frozen=True, slots=True)
class FindingsOfThen:
    """A routed item: ``table`` is the one in force today, with the rules that the settings add to its ``four_eyes``."""

    type: MessageType
    kind: Kind
    sender: str
    findings: tuple[Finding, ...]
    policy: Policy
    table: RuleTable
    extra_four_eyes: tuple[str, ...] = ()
    hold_on_block: bool = False


@value(frozen=True, slots=True)
class TableDifference:
    """The rules that fire newly, fire no more, fire as before, or fire with another severity; and the outcomes."""

    new: tuple[str, ...]
    gone: tuple[str, ...]
    same: tuple[str, ...]
    reweighed: tuple[str, ...]
    outcomes: tuple[OutcomeChange, ...]

    @property
    def is_empty(self) -> bool:
        return not (self.new or self.gone or self.reweighed or self.outcomes)


@dataclass(slots=True)
class RuleDifference:
    """On how many items one rule fires newly, no more, as before, or with another severity."""

    new: int = 0
    gone: int = 0
    same: int = 0
    reweighed: int = 0


@dataclass(slots=True)
class BacktestTotals:
    """``items`` were compared. ``withheld`` are kept from the reader, ``unreadable`` have no sound body any more."""

    items: int = 0
    changed: int = 0
    withheld: int = 0
    unreadable: int = 0
    rules: dict[str, RuleDifference] = field(default_factory=dict)
    outcomes: Counter[OutcomeChange] = field(default_factory=Counter)

    def add(self, found: TableDifference) -> None:
        self.items += 1
        self.changed += not found.is_empty
        for name in ("new", "gone", "same", "reweighed"):
            for rule in getattr(found, name):
                count = self.rules.setdefault(rule, RuleDifference())
                setattr(count, name, getattr(count, name) + 1)
        self.outcomes.update(found.outcomes)


def compare_tables(then: FindingsOfThen, body_findings: Iterable[Finding], changed: RuleTable) -> TableDifference:
    """``body_findings`` are those of the changed table in the body alone.

    Rules that need the desk's own data are not run again: what the desk held then is not known. Their findings of then
    get the severity of the changed table.
    """
    now = (*body_findings, *_reweighed(then, changed))
    before, after = _blocking(then.findings), _blocking(now)
    both = [rule for rule in before if rule in after]
    return TableDifference(
        tuple(rule for rule in after if rule not in before),
        tuple(rule for rule in before if rule not in after),
        tuple(rule for rule in both if before[rule] is after[rule]),
        tuple(rule for rule in both if before[rule] is not after[rule]),
        tuple(_outcomes(then, now, changed)),
    )


def _blocking(findings: Iterable[Finding]) -> dict[str, bool]:
    """Whether each rule that fired blocks."""
    found: dict[str, bool] = {}
    for finding in findings:
        found[finding.rule] = found.get(finding.rule, False) or finding.severity is Severity.BLOCK
    return found


def _reweighed(then: FindingsOfThen, changed: RuleTable) -> Iterable[Finding]:
    for finding in then.findings:
        if finding.rule in DESK_DATA_RULES:
            severity = _severity_now(then, finding, changed)
            if severity is not None:
                yield replace(finding, severity=severity)


def _severity_now(then: FindingsOfThen, finding: Finding, changed: RuleTable) -> Severity | None:
    before, after = then.table.find(finding.rule), changed.find(finding.rule)
    severity = changed.severity(finding.rule, then.kind, then.type)
    if before is None or after is None or severity is None:
        return severity
    was_thin = before.thin is finding.severity and before.severities.of(then.kind, then.type) is not finding.severity
    return after.thin if was_thin and after.thin is not None else severity


def _outcomes(then: FindingsOfThen, now: tuple[Finding, ...], changed: RuleTable) -> Iterable[OutcomeChange]:
    was, would = (route(_routing_facts(then, findings), then.policy) for findings in (then.findings, now))
    if was.outcome is not would.outcome:
        yield OutcomeChange.HELD if would.outcome is RouteOutcome.REVIEW else OutcomeChange.FREED
    if was.post_review is not would.post_review and was.outcome is would.outcome:
        yield OutcomeChange.REVIEW_AFTERWARDS if would.post_review else OutcomeChange.NO_REVIEW_AFTERWARDS
    two_then = bool(four_eyes_reasons(then.findings, then.type, then.table, then.extra_four_eyes, ()))
    two_now = bool(four_eyes_reasons(now, then.type, changed, then.extra_four_eyes, ()))
    if two_then is not two_now:
        yield OutcomeChange.SECOND_OFFICER if two_now else OutcomeChange.ONE_OFFICER
    stuck_then, stuck_now = _is_stuck(then.findings, then.table), _is_stuck(now, changed)
    if stuck_then is not stuck_now:
        yield OutcomeChange.NO_RELEASE if stuck_now else OutcomeChange.RELEASE


def _routing_facts(then: FindingsOfThen, findings: tuple[Finding, ...]) -> RoutingFacts:
    fired = dict.fromkeys(finding.rule for finding in findings)
    return RoutingFacts(
        type=then.type,
        kind=then.kind,
        sender=then.sender,
        has_audience=not RECHECKED_AT_RELEASE & fired.keys(),
        blocking=tuple(rule for rule, blocks in _blocking(findings).items() if blocks),
        holding=tuple(rule for rule in fired if rule in HOLDING_RULES),
        hold_on_block=then.hold_on_block,
    )


def _is_stuck(findings: Iterable[Finding], table: RuleTable) -> bool:
    """Whether a block stands that nobody can override."""
    return any(
        finding.severity is Severity.BLOCK
        and finding.rule not in RECHECKED_AT_RELEASE
        and not table.may_be_overridden(finding.rule)
        for finding in findings
    )
