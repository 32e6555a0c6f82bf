"""The table of rules and human checks, and the examination of a body against the rules.

The examination names the rules that fired and the words on which they fired; an officer decides on the request.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import date
from enum import StrEnum

from dutydesk.domain.frozen import value
from dutydesk.domain.messages.message import Body, Kind, MessageType
from dutydesk.domain.rules import DESK_DATA_RULES, RULES
from dutydesk.domain.rules.evidence import REVIEWED_TYPES, ArticleConflict, Evidence, ReviewContext, RuleFunction
from dutydesk.domain.rules.lexicon import Lexicon
from dutydesk.domain.rules.table_digest import digest_of

__all__ = [
    "ArticleConflict",
    "BodyFindings",
    "Decider",
    "Finding",
    "HumanCheck",
    "ReviewContext",
    "Rule",
    "RuleTable",
    "Severities",
    "Severity",
    "examine",
    "examine_body",
]


class Severity(StrEnum):
    """``block`` prevents a release, except by an override. ``flag`` permits a release with a recorded reason."""

    BLOCK = "block"
    FLAG = "flag"


class Decider(StrEnum):
    """Who judges: the program alone, the officer after the program points at words, or both."""

    PROGRAM = "program"
    POINTS = "points"
    BOTH = "both"


@value(frozen=True, slots=True)
class Finding:
    """A rule that fired. ``field`` is a dotted path; ``words`` are the words it fired on, empty for a missing value."""

    rule: str
    article: str
    severity: Severity
    field: str
    words: str
    message: str


@value(frozen=True, slots=True)
class Severities:
    """The severity of a rule by kind and message type, with a default for all other combinations.

    Without a default the rule applies only to the combinations in ``named``.
    """

    default: Severity | None
    named: Mapping[tuple[Kind, MessageType], Severity] = field(default_factory=dict, hash=False)

    def of(self, kind: Kind, type: MessageType) -> Severity | None:
        """The severity for a kind and type; ``None`` if the rule does not apply."""
        return self.named.get((kind, type), self.default)


@value(frozen=True, slots=True)
class Rule:
    """One row of the table.

    ``words`` says what the rule checks. ``thin`` is the severity where a value is there but may not be enough.
    ``override``: a supervisor may release despite the rule, with a reason (RPD 83(1)(b)). ``four_eyes``: the types on
    which another person must confirm the decision if the rule fired.
    """

    id: str
    article: str
    decides: Decider
    words: str
    example: str
    severities: Severities
    thin: Severity | None = None
    override: bool = False
    four_eyes: frozenset[MessageType] = frozenset()

    @property
    def may_block(self) -> bool:
        """Whether any of its severities is ``block``."""
        severities = (self.thin, self.severities.default, *self.severities.named.values())
        return Severity.BLOCK in severities


@value(frozen=True, slots=True)
class HumanCheck:
    """A point of the checklist that only a person can judge. ``kinds`` is ``None`` if it applies to every kind."""

    id: str
    article: str
    words: str
    types: frozenset[MessageType]
    kinds: frozenset[Kind] | None = None

    def applies_to(self, kind: Kind | None, type: MessageType) -> bool:
        return type in self.types and (self.kinds is None or kind in self.kinds)


#: Hex digits that tell one edition of a rule from another.
ROW_DIGEST_LENGTH = 16

_Step = tuple[Rule, Severity, RuleFunction]


@value(frozen=True, slots=True)
class RuleTable:
    """The rules in their order, the human checks, the conflicts between members, and the word lists.

    ``name`` is what its authors call this edition of the table; ``digest`` identifies its content. Raises
    ``ValueError`` for a rule that is listed twice or has no function in the program, and for one that only points at
    words and yet blocks.
    """

    rules: tuple[Rule, ...]
    checks: tuple[HumanCheck, ...]
    conflicts: tuple[ArticleConflict, ...] = ()
    lexicon: Lexicon = field(default=Lexicon(), repr=False, compare=False)
    name: str = field(default="", compare=False)
    _digest: str = field(init=False, default="", repr=False, compare=False)
    _for_two: Mapping[MessageType, frozenset[str]] = field(init=False, repr=False, compare=False)
    _by_id: Mapping[str, Rule] = field(init=False, repr=False, compare=False)
    _steps: Mapping[tuple[Kind, MessageType], tuple[_Step, ...]] = field(init=False, repr=False, compare=False)
    _body_steps: Mapping[tuple[Kind, MessageType], tuple[_Step, ...]] = field(init=False, repr=False, compare=False)
    _desk_data_steps: Mapping[tuple[Kind, MessageType], tuple[_Step, ...]] = field(
        init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        by_id: dict[str, Rule] = {}
        for rule in self.rules:
            if rule.id not in RULES:
                raise ValueError(f"rule {rule.id}: the program has no such rule")
            if rule.id in by_id:
                raise ValueError(f"rule {rule.id} is listed twice")
            if rule.decides is Decider.POINTS and rule.may_block:
                raise ValueError(f"rule {rule.id} only points, so it may flag but never block")
            by_id[rule.id] = rule
        for sense in self.lexicon.senses:
            if sense.rule not in RULES:
                raise ValueError(f"rule {sense.rule}: words point to {sense.name}, but the program has no such rule")
        object.__setattr__(self, "_by_id", by_id)
        by_type = {type: frozenset(rule.id for rule in self.rules if type in rule.four_eyes) for type in MessageType}
        object.__setattr__(self, "_for_two", by_type)
        steps = {(kind, type): self._steps_of(kind, type) for kind in Kind for type in REVIEWED_TYPES}
        object.__setattr__(self, "_steps", steps)
        desk_findings = {
            key: tuple(step for step in row if step[0].id in DESK_DATA_RULES) for key, row in steps.items()
        }
        object.__setattr__(self, "_desk_data_steps", desk_findings)
        body_steps = {
            key: tuple(step for step in row if step[0].id not in DESK_DATA_RULES) for key, row in steps.items()
        }
        object.__setattr__(self, "_body_steps", body_steps)

    def _steps_of(self, kind: Kind, type: MessageType) -> tuple[_Step, ...]:
        weighed = ((rule, rule.severities.of(kind, type)) for rule in self.rules)
        return tuple((rule, severity, RULES[rule.id]) for rule, severity in weighed if severity is not None)

    @property
    def ids(self) -> frozenset[str]:
        return frozenset(self._by_id)

    @property
    def digest(self) -> str:
        """SHA-256 of all rules, checks, conflicts and word lists, in hex; made at its first use."""
        if not self._digest:
            object.__setattr__(
                self, "_digest", digest_of((self.rules, self.checks, self.conflicts, self.lexicon.senses))
            )
        return self._digest

    def row_digests(self) -> Mapping[str, str]:
        """For each rule the beginning of the SHA-256 of its row and its word lists; shows which rules differ."""
        rows = {}
        for rule in self.rules:
            senses = tuple(sense for sense in self.lexicon.senses if sense.rule == rule.id)
            rows[rule.id] = digest_of((rule, senses))[:ROW_DIGEST_LENGTH]
        return rows

    @property
    def four_eyes(self) -> Mapping[MessageType, frozenset[str]]:
        """The rules whose findings need two persons, by the type of the item; without types that have none."""
        return {type: rules for type, rules in self._for_two.items() if rules}

    def for_two(self, type: MessageType) -> frozenset[str]:
        """The rules whose findings need two persons on an item of this type."""
        return self._for_two[type]

    @property
    def overridable(self) -> frozenset[str]:
        """The rules that a supervisor may override."""
        return frozenset(rule.id for rule in self.rules if rule.override)

    def find(self, rule_id: str) -> Rule | None:
        return self._by_id.get(rule_id)

    def severity(self, rule_id: str, kind: Kind, type: MessageType) -> Severity | None:
        """The severity of a rule; ``None`` if it does not apply or is not in the table."""
        rule = self._by_id.get(rule_id)
        return rule.severities.of(kind, type) if rule is not None else None

    def may_be_overridden(self, rule_id: str) -> bool:
        """Whether a supervisor may release, with a reason, although the rule blocks."""
        rule = self._by_id.get(rule_id)
        return rule is not None and rule.override

    def demands_four_eyes(self, rule_id: str, type: MessageType) -> bool:
        """Whether another person must confirm the decision on an item of this type on which the rule fired."""
        rule = self._by_id.get(rule_id)
        return rule is not None and type in rule.four_eyes

    def steps(self, kind: Kind, type: MessageType) -> tuple[_Step, ...]:
        """The rules that apply to a diffusion or notice request of a kind, in table order."""
        return self._steps[kind, type]

    def body_steps(self, kind: Kind, type: MessageType) -> tuple[_Step, ...]:
        """The rules of :meth:`steps` that need only the message."""
        return self._body_steps[kind, type]

    def desk_data_steps(self, kind: Kind, type: MessageType) -> tuple[_Step, ...]:
        """The rules of :meth:`steps` that need the desk's own data."""
        return self._desk_data_steps[kind, type]

    def checklist(self, kind: Kind | None, type: MessageType) -> tuple[HumanCheck, ...]:
        """The checks that an officer ticks before a release. ``kind`` is ``None`` for types without one."""
        return tuple(check for check in self.checks if check.applies_to(kind, type))


@value(frozen=True, slots=True)
class BodyFindings:
    """The findings, by rule, of the rules that need only the message, with the type and date of the examination."""

    type: MessageType
    received_on: date
    findings: Mapping[str, tuple[Finding, ...]]

    def applies_to(self, context: ReviewContext) -> bool:
        """Whether the findings are valid for the type and date of the context."""
        return self.type is context.type and self.received_on == context.received_on


def examine_body(body: Body, context: ReviewContext, table: RuleTable) -> BodyFindings:
    """The first half of :func:`examine`: the rules that need no data from the store."""
    with_hits = context.with_hits(table.lexicon.search_body(body), table.for_two(context.type))
    found = {}
    for rule, severity, function in table.body_steps(body.kind, context.type):
        if findings := [_finding(rule, severity, evidence) for evidence in function(body, with_hits)]:
            found[rule.id] = tuple(findings)
    return BodyFindings(context.type, context.received_on, found)


def examine(
    body: Body, context: ReviewContext, table: RuleTable, body_findings: BodyFindings | None = None
) -> tuple[Finding, ...]:
    """The findings of all rules that apply, in table order. Never raises.

    ``body_findings`` is an earlier result of :func:`examine_body` on the same body with the same table. If its type or
    date differs from the context, the body is examined again.
    """
    if body_findings is None or not body_findings.applies_to(context):
        body_findings = examine_body(body, context, table)
    desk_findings = [
        (rule.id, _finding(rule, severity, evidence))
        for rule, severity, function in table.desk_data_steps(body.kind, context.type)
        for evidence in function(body, context)
    ]
    if not desk_findings:
        return tuple([finding for findings in body_findings.findings.values() for finding in findings])
    found: list[Finding] = []
    for rule, _, _ in table.steps(body.kind, context.type):
        found += body_findings.findings.get(rule.id, ())
        found += [finding for of, finding in desk_findings if of == rule.id]
    return tuple(found)


def _finding(rule: Rule, severity: Severity, evidence: Evidence) -> Finding:
    weight = rule.thin if evidence.thin and rule.thin is not None else severity
    return Finding(rule.id, rule.article, weight, evidence.field, evidence.words, evidence.message)
