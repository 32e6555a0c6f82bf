"""The rule table as a page; ``python -m dutydesk.wire.reference.rules_page`` writes it."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from dutydesk.domain.messages.message import Kind
from dutydesk.domain.rules.evidence import REVIEWED_TYPES
from dutydesk.domain.rules.examination import Decider, Rule, RuleTable
from dutydesk.wire.reference.read_rule_table import load_rules

FILE_NAME = "RULES.md"
_DECIDES = {
    Decider.PROGRAM: "decides",
    Decider.POINTS: "points",
    Decider.BOTH: "decides on absence, points at content",
}
_BEGINNING = """# The rules of the review

Written from `rules.toml`. A lawyer corrects rules and words in a copy that the desk then uses (`dutydesk rules export`,
see [OPERATIONS.md](OPERATIONS.md)), and reads one rule with its words and figures by `dutydesk rules explain RULE`. A
rule that *decides* is the program's alone; one that *points* quotes words, and a person judges. What blocks is not
released while it stands; what flags is released with a recorded reason. No rule says that a request is in order: the
desk says which rules fired, and that no other did.

| rule | article | severity | decides or points | what it checks | example |
|---|---|---|---|---|---|
"""
_CHECKS = """
## What only a person can judge

Ticked by a person, for each version of a body, before a release.

| point | article | asked of | what is judged |
|---|---|---|---|
"""


def rules_page(table: RuleTable) -> str:
    rules = "".join(
        _row(rule.id, rule.article, _severity(rule), _DECIDES[rule.decides], rule.words, rule.example)
        for rule in table.rules
    )
    checks = "".join(
        _row(check.id, check.article, _scope_text(check.types, check.kinds), check.words) for check in table.checks
    )
    return _BEGINNING + rules + _CHECKS + checks


def _row(*cells: str) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |\n"


def _severity(rule: Rule) -> str:
    notes = [f"{rule.thin} in a doubtful case"] if rule.thin is not None else []
    notes += ["a supervisor may override"] if rule.override else []
    notes += [_two_persons(rule)] if rule.four_eyes else []
    return "; ".join((_severity_by_kind(rule), *notes))


def _two_persons(rule: Rule) -> str:
    if rule.four_eyes >= REVIEWED_TYPES:
        return "two persons judge"
    return f"two persons judge a {' or '.join(sorted(type.replace('_', ' ') for type in rule.four_eyes))}"


def _severity_by_kind(rule: Rule) -> str:
    """One word if all kinds and types have the same severity, else as few words as possible."""
    by_type = {type: {kind: rule.severities.of(kind, type) for kind in Kind} for type in sorted(REVIEWED_TYPES)}
    words: list[str] = []
    for kind in Kind:
        found = {type: weights[kind] for type, weights in by_type.items()}
        named = {type: severity for type, severity in found.items() if severity is not None}
        if not named:
            continue
        if len(named) == len(found) and len(set(named.values())) == 1:
            said = next(iter(named.values())).value
        else:
            said = ", ".join(f"{severity} for a {type.replace('_', ' ')}" for type, severity in named.items())
        words.append(f"{kind}: {said}")
    all_the_same = {word.split(": ", 1)[1] for word in words}
    if len(words) == len(Kind) and len(all_the_same) == 1:
        return all_the_same.pop()
    return "; ".join(words)


def _scope_text(types: frozenset[str], kinds: frozenset[Kind] | None) -> str:
    if kinds is not None:
        return ", ".join(sorted(kinds))
    return "every message" if types == {"message"} else "every kind"


def page_file() -> Path:
    return Path(str(files("dutydesk.data") / FILE_NAME))


if __name__ == "__main__":
    page_file().write_text(rules_page(load_rules()), "utf-8")
