"""Reads the table of rules and human checks. A fault in it is reported with its rule; nothing is guessed."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import TypeVar

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
from dutydesk.wire.reference.word_lists import load_lexicon

DEFAULT = "default"
_CHECKED_TYPES = REVIEWED_TYPES | {MessageType.CORRECTION, MessageType.MESSAGE}
_RULE_KEYS = frozenset({"id", "article", "decides", "words", "example", "severity"})
_CHECK_KEYS = frozenset({"id", "article", "words", "types"})
_CONFLICT_KEYS = frozenset({"parties", "since"})

Word = TypeVar("Word", bound=StrEnum)


class RuleTableError(ValueError):
    """The table can't be used; the message is one sentence that names the rule."""


@lru_cache(maxsize=1)
def load_rules() -> RuleTable:
    """The package's table. Read once per process. Raises ``RuleTableError``."""
    return parse_rules(data_file("rules.toml").decode())


def parse_rules(text: str, lexicon: Lexicon | None = None) -> RuleTable:
    """A complete table from TOML, with the package's word lists unless others are given.

    Raises ``RuleTableError``, also for a rule of the program without a row.
    """
    try:
        document: Mapping[str, object] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise RuleTableError(f"the rule table is no TOML: {fault}") from fault
    _reject_keys(document, "the rule table", required=frozenset({"rule", "check"}), optional=frozenset({"conflict"}))
    rules = tuple(_rule(where, row) for where, row in _rows(document, "rule"))
    missing = RULES.keys() - {rule.id for rule in rules}
    if missing:
        raise RuleTableError(f"rule {min(missing)} has no row in the rule table")
    checks = tuple(_check(where, row) for where, row in _rows(document, "check"))
    twice = _first_repeated(check.id for check in checks)
    if twice is not None:
        raise RuleTableError(f"check {twice} is listed twice")
    conflicts = tuple(_conflict(where, row) for where, row in _rows(document, "conflict"))
    try:
        return RuleTable(rules, checks, conflicts, lexicon or load_lexicon())
    except ValueError as fault:
        raise RuleTableError(str(fault)) from fault


def _rows(document: Mapping[str, object], name: str) -> Iterator[tuple[str, Mapping[str, object]]]:
    rows = document.get(name, [])
    if not isinstance(rows, list):
        raise RuleTableError(f"{name}: write each one under [[{name}]]")
    for number, row in enumerate(rows, 1):
        if not isinstance(row, dict):
            raise RuleTableError(f"{name}: write each one under [[{name}]]")
        identity = row.get("id")
        yield f"{name} {identity if isinstance(identity, str) else number}", row


def _rule(where: str, row: Mapping[str, object]) -> Rule:
    _reject_keys(row, where, required=_RULE_KEYS, optional=frozenset({"thin", "override", "four_eyes"}))
    return Rule(
        id=_text(row, "id", where),
        article=_text(row, "article", where),
        decides=_word(Decider, row["decides"], f"{where}: decides"),
        words=_text(row, "words", where),
        example=_text(row, "example", where),
        severities=_severities(row["severity"], where),
        thin=_word(Severity, row["thin"], f"{where}: thin") if "thin" in row else None,
        override=_is_overridden_by_supervisors(row, where),
        four_eyes=_four_eyes(row, where),
    )


def _is_overridden_by_supervisors(row: Mapping[str, object], where: str) -> bool:
    if "override" in row and row["override"] != Role.SUPERVISOR:
        raise RuleTableError(f"{where}: override must be {Role.SUPERVISOR.value!r}, not {row['override']!r}")
    return "override" in row


def _four_eyes(row: Mapping[str, object], where: str) -> frozenset[MessageType]:
    """The types that ``four_eyes`` names; ``true`` means every type that is examined."""
    value = row.get("four_eyes", False)
    if isinstance(value, bool):
        return REVIEWED_TYPES if value else frozenset()
    if not isinstance(value, list) or not value:
        raise RuleTableError(f"{where}: four_eyes must be true or false, or a list of types, not {value!r}")
    return frozenset(_word(MessageType, word, f"{where}: four_eyes", allowed=REVIEWED_TYPES) for word in value)


def _severities(written: object, where: str) -> Severities:
    """One severity for all, or a table by kind whose entries may be tables by type."""
    if not isinstance(written, dict):
        return Severities(_word(Severity, written, f"{where}: severity"))
    if not written:
        raise RuleTableError(f"{where}: severity names no kind")
    default = _by_type(written.get(DEFAULT, {}), where)
    named = {(kind, type): severity for kind in Kind for type, severity in default.items()}
    for word, entry in written.items():
        if word != DEFAULT:
            kind = _word(Kind, word, f"{where}: severity")
            named = {key: severity for key, severity in named.items() if key[0] is not kind}
            named |= {(kind, type): severity for type, severity in _by_type(entry, where).items()}
    return Severities(None, named)


def _by_type(entry: object, where: str) -> dict[MessageType, Severity]:
    if not isinstance(entry, dict):
        severity = _word(Severity, entry, f"{where}: severity")
        return dict.fromkeys(REVIEWED_TYPES, severity)
    found: dict[MessageType, Severity] = {}
    for word, severity in entry.items():
        type = _word(MessageType, word, f"{where}: severity", allowed=REVIEWED_TYPES)
        found[type] = _word(Severity, severity, f"{where}: severity")
    return found


def _check(where: str, row: Mapping[str, object]) -> HumanCheck:
    _reject_keys(row, where, required=_CHECK_KEYS, optional=frozenset({"kinds"}))
    types = (_word(MessageType, word, f"{where}: types", allowed=_CHECKED_TYPES) for word in _list(row, "types", where))
    return HumanCheck(
        id=_text(row, "id", where),
        article=_text(row, "article", where),
        words=_text(row, "words", where),
        types=frozenset(types),
        kinds=frozenset(_word(Kind, word, f"{where}: kinds") for word in _list(row, "kinds", where))
        if "kinds" in row
        else None,
    )


def _conflict(where: str, row: Mapping[str, object]) -> ArticleConflict:
    _reject_keys(row, where, required=_CONFLICT_KEYS, optional=frozenset({"until"}))
    parties = frozenset(str(code) for code in _list(row, "parties", where))
    if len(parties) < 2:
        raise RuleTableError(f"{where}: parties names fewer than two countries")
    until = _day(row["until"], f"{where}: until") if "until" in row else None
    return ArticleConflict(parties, _day(row["since"], f"{where}: since"), until)


def _reject_keys(row: Mapping[str, object], where: str, *, required: frozenset[str], optional: frozenset[str]) -> None:
    unknown = row.keys() - required - optional
    if unknown:
        raise RuleTableError(
            f"{where}: unknown key {min(unknown)}; it may have {', '.join(sorted(required | optional))}"
        )
    missing = required - row.keys()
    if missing:
        raise RuleTableError(f"{where}: {min(missing)} is missing")


def _text(row: Mapping[str, object], key: str, where: str) -> str:
    value = row[key]
    if not isinstance(value, str) or not value.strip():
        raise RuleTableError(f"{where}: {key} must be a text that is not empty")
    return value


def _list(row: Mapping[str, object], key: str, where: str) -> list[object]:
    value = row[key]
    if not isinstance(value, list) or not value:
        raise RuleTableError(f"{where}: {key} must be a list that is not empty")
    return value


def _day(value: object, where: str) -> date:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise RuleTableError(f"{where} must be a date such as 2022-02-24, without quotes")
    return value


def _word(words: type[Word], written: object, where: str, allowed: Iterable[Word] | None = None) -> Word:
    known = [word for word in words if allowed is None or word in allowed]
    for word in known:
        if written == word.value and isinstance(written, str):
            return word
    raise RuleTableError(f"{where} must be one of {', '.join(known)}, not {written!r}")


def _first_repeated(ids: Iterable[str]) -> str | None:
    seen: set[str] = set()
    for identity in ids:
        if identity in seen:
            return identity
        seen.add(identity)
    return None
