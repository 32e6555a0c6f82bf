"""Reads the table of rules and human checks. Every fault is reported with its line and rule; nothing is guessed."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from dutydesk.domain.messages.message import Kind, MessageType
from dutydesk.domain.review.officers import Role
from dutydesk.domain.rules import RULES
from dutydesk.domain.rules.evidence import REVIEWED_TYPES
from dutydesk.domain.rules.examination import (
    ArticleConflict,
    Decider,
    HumanCheck,
    Rule,
    RuleTable,
    Severities,
    Severity,
)
from dutydesk.domain.rules.lexicon import Lexicon
from dutydesk.wire.reference.directory import data_file
from dutydesk.wire.reference.table_faults import Row, TableError, TableFault, TableFile, read_table_file
from dutydesk.wire.reference.word_lists import load_lexicon

DEFAULT = "default"
TABLE_FILE = "rules.toml"
#: The name of the program's own table.
BUILT_IN = "built-in"
_CHECKED_TYPES = REVIEWED_TYPES | {MessageType.CORRECTION, MessageType.MESSAGE}
_RULE_KEYS = frozenset({"id", "article", "decides", "words", "example", "severity"})
_CHECK_KEYS = frozenset({"id", "article", "words", "types"})
_CONFLICT_KEYS = frozenset({"parties", "since"})


class RuleTableError(TableError):
    """The table can't be used; each fault names its rule."""


@lru_cache(maxsize=1)
def load_rules() -> RuleTable:
    """The package's table. Read once per process. Raises ``RuleTableError``."""
    return parse_rules(data_file(TABLE_FILE).decode(), name=BUILT_IN)


def parse_rules(text: str, lexicon: Lexicon | None = None, *, name: str = "") -> RuleTable:
    """A complete table from TOML, with the package's word lists unless others are given.

    ``name`` is the table's name where the text gives no ``edition``. Raises ``RuleTableError``, also for a rule of the
    program without a row.
    """
    table, faults = read_rules(text, lexicon or load_lexicon(), name=name)
    if table is None:
        raise RuleTableError(faults)
    return table


def read_rules(text: str, lexicon: Lexicon, *, name: str = "") -> tuple[RuleTable | None, tuple[TableFault, ...]]:
    """The table, or ``None`` and all its faults."""
    file = read_table_file(TABLE_FILE, text)
    if file.faults:
        return None, tuple(file.faults)
    file.reject_tables(("rule", "check", "conflict", "edition"), "the rule table")
    edition = _edition(file)
    rules = tuple([_rule(row) for row in file.rows("rule")])
    checks = tuple([_check(row) for row in file.rows("check")])
    conflicts = tuple([_conflict(row) for row in file.rows("conflict")])
    _compare_with_program(file, rules)
    _reject_repeated(file, "check", [check.id for check in checks])
    if "check" not in file.document:
        file.add_fault(1, "the rule table: check is missing")
    if file.faults:
        return None, tuple(file.faults)
    try:
        return RuleTable(rules, checks, conflicts, lexicon, name=edition or name), ()
    except ValueError as fault:
        file.add_fault(1, str(fault))
        return None, tuple(file.faults)


def _edition(file: TableFile) -> str:
    edition = file.document.get("edition", "")
    if isinstance(edition, str):
        return edition.strip()
    file.add_fault(file.places.line("", 0, "edition"), f"edition must be a text, not {edition!r}")
    return ""


def _compare_with_program(file: TableFile, rules: Iterable[Rule]) -> None:
    """The table has a row for each rule of the program, and no other."""
    named = [rule.id for rule in rules]
    for index, identity in enumerate(named):
        if identity not in RULES:
            file.add_fault(file.places.line("rule", index, "id"), f"rule {identity}: the program has no such rule")
    for identity in sorted(RULES.keys() - set(named)):
        file.add_fault(1, f"rule {identity} has no row in the rule table")
    _reject_repeated(file, "rule", named)


def _reject_repeated(file: TableFile, table: str, identities: Iterable[str]) -> None:
    seen: set[str] = set()
    for index, identity in enumerate(identities):
        if identity in seen:
            file.add_fault(file.places.line(table, index, "id"), f"{table} {identity} is listed twice")
        seen.add(identity)


def _rule(row: Row) -> Rule:
    row.reject_keys(_RULE_KEYS, frozenset({"thin", "override", "four_eyes"}))
    decides = row.word(Decider, row.values.get("decides", Decider.BOTH.value), "decides")
    rule = Rule(
        id=row.text("id"),
        article=row.text("article"),
        decides=decides or Decider.BOTH,
        words=row.text("words"),
        example=row.text("example"),
        severities=_severities(row, row.values.get("severity", Severity.FLAG.value)),
        thin=row.word(Severity, row.values["thin"], "thin") if "thin" in row.values else None,
        override=_is_overridden_by_supervisors(row),
        four_eyes=_four_eyes(row),
    )
    if rule.decides is Decider.POINTS and rule.may_block:
        row.fault("it only points, so it may flag but never block", "severity")
    return rule


def _is_overridden_by_supervisors(row: Row) -> bool:
    if "override" in row.values and row.values["override"] != Role.SUPERVISOR:
        row.fault(f"override must be {Role.SUPERVISOR.value!r}, not {row.values['override']!r}", "override")
    return "override" in row.values


def _four_eyes(row: Row) -> frozenset[MessageType]:
    """The types that ``four_eyes`` names; ``true`` means every type that is examined."""
    value = row.values.get("four_eyes", False)
    if isinstance(value, bool):
        return REVIEWED_TYPES if value else frozenset()
    if not isinstance(value, list) or not value:
        row.fault(f"four_eyes must be true or false, or a list of types, not {value!r}", "four_eyes")
        return frozenset()
    types = (row.word(MessageType, word, "four_eyes", REVIEWED_TYPES) for word in value)
    return frozenset(type for type in types if type is not None)


def _severities(row: Row, written: object) -> Severities:
    """One severity for all, or a table by kind whose entries may be tables by type."""
    if not isinstance(written, dict):
        return Severities(row.word(Severity, written, "severity"))
    if not written:
        row.fault("severity names no kind", "severity")
    default = _by_type(row, written.get(DEFAULT, {}))
    named = {(kind, type): severity for kind in Kind for type, severity in default.items()}
    for word, entry in written.items():
        if word == DEFAULT or (kind := row.word(Kind, word, "severity")) is None:
            continue
        named = {key: severity for key, severity in named.items() if key[0] is not kind}
        named |= {(kind, type): severity for type, severity in _by_type(row, entry).items()}
    return Severities(None, named)


def _by_type(row: Row, entry: object) -> dict[MessageType, Severity]:
    if not isinstance(entry, dict):
        severity = row.word(Severity, entry, "severity")
        return {} if severity is None else dict.fromkeys(REVIEWED_TYPES, severity)
    found: dict[MessageType, Severity] = {}
    for word, written in entry.items():
        type = row.word(MessageType, word, "severity", REVIEWED_TYPES)
        severity = row.word(Severity, written, "severity")
        if type is not None and severity is not None:
            found[type] = severity
    return found


def _check(row: Row) -> HumanCheck:
    row.reject_keys(_CHECK_KEYS, frozenset({"kinds"}))
    types = (row.word(MessageType, word, "types", _CHECKED_TYPES) for word in row.listed("types"))
    kinds = [row.word(Kind, word, "kinds") for word in row.listed("kinds")]
    return HumanCheck(
        id=row.text("id"),
        article=row.text("article"),
        words=row.text("words"),
        types=frozenset(type for type in types if type is not None),
        kinds=frozenset(kind for kind in kinds if kind is not None) if "kinds" in row.values else None,
    )


def _conflict(row: Row) -> ArticleConflict:
    row.reject_keys(_CONFLICT_KEYS, frozenset({"until"}))
    parties = frozenset(str(code) for code in row.listed("parties"))
    if len(parties) < 2:
        row.fault("parties names fewer than two countries", "parties")
    return ArticleConflict(parties, row.day("since"), row.day("until") if "until" in row.values else None)
