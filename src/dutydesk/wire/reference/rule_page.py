"""One rule as a lawyer reads it: article, who decides, severities, words, and figures of the last evaluation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dutydesk.domain.frozen import value
from dutydesk.domain.messages.message import Kind
from dutydesk.domain.rules import DESK_DATA_RULES
from dutydesk.domain.rules.evaluation import as_percent
from dutydesk.domain.rules.evidence import REVIEWED_TYPES
from dutydesk.domain.rules.examination import Decider, Rule, RuleTable, Severity
from dutydesk.wire.reference.evaluation_figures import KeptFigures
from dutydesk.wire.reference.sense_rows import SenseRow, sense_rows

_DECIDES = {
    Decider.PROGRAM: "The program decides, from the message's fields or the desk's data.",
    Decider.POINTS: "The program points at words; an officer judges them, and gives a reason to release.",
    Decider.BOTH: "The program decides where something is missing; an officer judges what is there.",
}
_NOT_RUN = "no evaluation is kept; rules evaluate FILE --write makes one"


@value(frozen=True, slots=True)
class RulePage:
    """``severities`` by kind and type; ``figures`` a row for each language, ready to be printed."""

    rule: str
    article: str
    checks: str
    example: str
    decides: tuple[str, ...]
    severities: Mapping[str, str]
    senses: tuple[SenseRow, ...]
    evaluation: str
    figures: tuple[Mapping[str, object], ...]


def rule_page(rule: Rule, table: RuleTable, files: Mapping[str, bytes], kept: KeptFigures | None) -> RulePage:
    figures = () if kept is None else tuple(_figures(rule, kept))
    return RulePage(
        rule.id,
        rule.article,
        rule.words,
        rule.example,
        tuple(_deciders(rule)),
        _severities(rule),
        sense_rows(files, rule.id),
        _evaluation(rule, table, kept, has_figures=bool(figures)),
        figures,
    )


def _deciders(rule: Rule) -> Iterator[str]:
    yield _DECIDES[rule.decides]
    weights = {rule.severities.of(kind, type) for kind in Kind for type in REVIEWED_TYPES} | {rule.thin}
    if Severity.BLOCK in weights:
        yield (
            "A block stands until the message is corrected, but a supervisor may release despite it, with a reason."
            if rule.override
            else "A block stands until the message is corrected, or the finding goes; nobody releases against it."
        )
    if Severity.FLAG in weights:
        yield "A flag is released with a recorded reason."
    if rule.four_eyes:
        types = " or ".join(f"a {type.replace('_', ' ')}" for type in sorted(rule.four_eyes))
        yield f"A second officer must confirm the decision on {types}."


def _severities(rule: Rule) -> Mapping[str, str]:
    """By type, and by kind where kinds differ; with the severity of a doubtful case."""
    shown: dict[str, str] = {}
    for type in sorted(REVIEWED_TYPES):
        by_kind = {kind: rule.severities.of(kind, type) for kind in Kind}
        for severity in (Severity.BLOCK, Severity.FLAG):
            kinds = [kind.value for kind, weight in by_kind.items() if weight is severity]
            if kinds:
                named = "every kind" if len(kinds) == len(Kind) else ", ".join(kinds)
                shown[f"{type.replace('_', ' ')}, {named}"] = severity.value
    if rule.thin is not None:
        shown["in a doubtful case"] = rule.thin.value
    return shown


def _evaluation(rule: Rule, table: RuleTable, kept: KeptFigures | None, *, has_figures: bool) -> str:
    if rule.id in DESK_DATA_RULES:
        return "none: this rule needs the desk's own data, and no corpus of texts can show it"
    if kept is None:
        return _NOT_RUN
    same = kept.digest == table.digest
    edition = "this edition of the table" if same else "ANOTHER edition of the table, so that it may be different now"
    words = f"{kept.made_on}, {kept.texts:,} texts, with {edition}"
    return words if has_figures else f"{words}; no text was about {rule.id}"


def _figures(rule: Rule, kept: KeptFigures) -> Iterator[Mapping[str, object]]:
    for (name, language), count in sorted(kept.rules.items()):
        if name == rule.id:
            yield {
                "language": language,
                "cases": str(count.cases),
                "found": str(count.found),
                "recall": as_percent(count.recall),
                "controls": str(count.controls),
                "false_alarms": f"{count.false_alarms} ({as_percent(count.false_alarm_rate)})",
                "false_blocks": str(count.false_blocks),
            }
