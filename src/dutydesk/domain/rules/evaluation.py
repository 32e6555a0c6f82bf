"""Compares what the rules find in labelled texts with what a lawyer expects of them.

A case expects some rules and forbids others. *Recall* is the share of expected rules that fired; a *false alarm* is a
rule that fired where a case forbids it, which makes the case a *control* of that rule; a *false block* is a finding
that nobody can release, of a rule that the case does not expect.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from dutydesk.domain.frozen import value
from dutydesk.domain.rules.examination import Finding, RuleTable, Severity


@value(frozen=True, slots=True)
class Label:
    """What is expected of one text, and why. ``place`` is its file and line; ``source`` where it comes from."""

    id: str
    place: str
    language: str
    expected: frozenset[str]
    forbidden: frozenset[str]
    why: str = ""
    source: str = ""


@dataclass(slots=True)
class RuleCount:
    """The counts of one rule, in one language or in all."""

    cases: int = 0
    found: int = 0
    controls: int = 0
    false_alarms: int = 0
    false_blocks: int = 0

    @property
    def recall(self) -> float | None:
        """Found of the cases, from 0 to 1; ``None`` without cases."""
        return self.found / self.cases if self.cases else None

    @property
    def false_alarm_rate(self) -> float | None:
        """False alarms of the controls, from 0 to 1; ``None`` without controls."""
        return self.false_alarms / self.controls if self.controls else None

    def add(self, other: RuleCount) -> None:
        self.cases += other.cases
        self.found += other.found
        self.controls += other.controls
        self.false_alarms += other.false_alarms
        self.false_blocks += other.false_blocks


@value(frozen=True, slots=True)
class Miss:
    """One difference from a label. ``what`` is ``missed``, ``false_alarm`` or ``false_block``.

    ``words`` are those on which the rule fired, or for a missed rule those of the other findings.
    """

    what: str
    rule: str
    label: Label
    words: tuple[str, ...]


@dataclass(slots=True)
class Evaluation:
    """The counts by rule and language, and each difference from a label. Narrowed to ``only_rules`` where given.

    ``unreleasable`` are the texts with a block that nobody can override, expected or not.
    """

    only_rules: frozenset[str] | None = None
    texts: int = 0
    unreleasable: int = 0
    counts: dict[tuple[str, str], RuleCount] = field(default_factory=lambda: defaultdict(RuleCount))
    misses: list[Miss] = field(default_factory=list)

    def add(self, label: Label, findings: Iterable[Finding], table: RuleTable) -> None:
        """Counts one text."""
        fired = _by_rule(findings)
        blocking = frozenset(rule for rule, found in fired.items() if _blocks_for_good(found, table))
        self.texts += 1
        self.unreleasable += bool(blocking)
        for rule in sorted(label.expected):
            self._count(label, rule, "cases", "found" if rule in fired else None)
            if rule not in fired and self._counts(rule):
                others = tuple(f"{other}: {words}" for other, found in fired.items() for words in _words(found))
                self.misses.append(Miss("missed", rule, label, others))
        for rule in sorted(label.forbidden):
            self._count(label, rule, "controls", "false_alarms" if rule in fired else None)
            if rule in fired:
                self._add_miss("false_alarm", rule, label, fired[rule])
        for rule in sorted(blocking - label.expected):
            self._count(label, rule, "false_blocks", None)
            self._add_miss("false_block", rule, label, fired[rule])

    def _counts(self, rule: str) -> bool:
        return self.only_rules is None or rule in self.only_rules

    def _count(self, label: Label, rule: str, name: str, also: str | None) -> None:
        if self._counts(rule):
            count = self.counts[rule, label.language]
            for each in (name, also):
                if each is not None:
                    setattr(count, each, getattr(count, each) + 1)

    def _add_miss(self, what: str, rule: str, label: Label, found: Iterable[Finding]) -> None:
        if self._counts(rule):
            self.misses.append(Miss(what, rule, label, _words(found)))

    @property
    def total(self) -> RuleCount:
        """All rules and languages together: an expected rule of a text is one case."""
        return _sum(self.counts.values())

    def by_rule(self) -> Mapping[str, RuleCount]:
        """The counts of each rule in all languages, by the rule's name."""
        return {
            rule: _sum(count for (of, _), count in self.counts.items() if of == rule)
            for rule in sorted({rule for rule, _ in self.counts})
        }


def _sum(counts: Iterable[RuleCount]) -> RuleCount:
    total = RuleCount()
    for count in counts:
        total.add(count)
    return total


def _by_rule(findings: Iterable[Finding]) -> Mapping[str, list[Finding]]:
    found: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        found[finding.rule].append(finding)
    return found


def _blocks_for_good(found: Iterable[Finding], table: RuleTable) -> bool:
    return any(each.severity is Severity.BLOCK and not table.may_be_overridden(each.rule) for each in found)


def _words(found: Iterable[Finding]) -> tuple[str, ...]:
    """The words of the findings; a missing value is named by its field."""
    return tuple(each.words or f"({each.field})" for each in found)


@value(frozen=True, slots=True)
class Requirements:
    """The limits that an evaluation must keep, each from 0 to 1; ``None`` for no limit.

    ``false_blocks`` is the most of them, as a number of texts.
    """

    recall: float | None = None
    false_alarms: float | None = None
    false_blocks: int | None = None

    def missed(self, found: Evaluation) -> tuple[str, ...]:
        """A sentence for each limit that is not kept. A limit without anything to measure is not kept."""
        total = found.total
        said: list[str] = []
        if self.recall is not None and (total.recall is None or total.recall < self.recall):
            said.append(f"recall is {as_percent(total.recall)}, and at least {as_percent(self.recall)} is required")
        rate = total.false_alarm_rate
        if self.false_alarms is not None and (rate is None or rate > self.false_alarms):
            most = as_percent(self.false_alarms)
            said.append(f"false alarms are {as_percent(rate)} of the controls, and at most {most} are allowed")
        if self.false_blocks is not None and total.false_blocks > self.false_blocks:
            said.append(f"there are {total.false_blocks} false blocks, and at most {self.false_blocks} are allowed")
        return tuple(said)


def as_percent(share: float | None) -> str:
    """A share as officers read it; a dash where there is nothing to count."""
    return "-" if share is None else f"{share:.1%}"
