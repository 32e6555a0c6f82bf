"""Read one setting of ``desk.toml``: its type, its bounds, and what its name means."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from math import isnan

from dutydesk.desk.base.alarm_settings import parse_alarm
from dutydesk.desk.base.place_settings import parse_transport
from dutydesk.desk.base.witness_settings import parse_witnesses
from dutydesk.domain.review.guards import Decision
from dutydesk.wire.reference.directory import load_directory
from dutydesk.wire.reference.templates import load_templates

EVERYBODY = "all"
#: The name of each time in the file, and its unit. The name contains the unit, so that nobody misreads a bare number.
TIME_UNITS = {
    "claim_lease": ("claim_lease_minutes", "minutes"),
    "information_due": ("information_due_days", "days"),
    "endorsement_due": ("endorsement_due_days", "days"),
    "measure_review": ("measure_review_days", "days"),
    "post_review_due": ("post_review_due_hours", "hours"),
    "backoff_first": ("backoff_first_seconds", "seconds"),
    "backoff_most": ("backoff_most_seconds", "seconds"),
    "dispatch_delay": ("dispatch_delay_seconds", "seconds"),
    "dismissal": ("dismissal_days", "days"),
    "lock_after": ("lock_after_minutes", "minutes"),
}
_MAY_BE_ZERO = frozenset({"dispatch_delay", "lock_after"})


class EntryError(ValueError):
    """A fault in one entry of a table; ``name`` is the entry's name."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(problem)
        self.name = name


SettingParser = Callable[[object, frozenset[str]], object]


def _time_parser(name: str) -> SettingParser:
    unit = TIME_UNITS[name][1]

    def read(value: object, _rules: frozenset[str]) -> timedelta:
        if isinstance(value, bool) or not isinstance(value, int | float) or isnan(value):
            raise ValueError(f"is a number of {unit}, not {value!r}")
        if value < 0 or (value == 0 and name not in _MAY_BE_ZERO):
            raise ValueError(f"is {value}; a time can't be {'negative' if value < 0 else 'zero'}")
        try:
            return timedelta(**{unit: value})
        except OverflowError as error:
            raise ValueError(f"is {value} {unit}, which is out of all bounds") from error

    return read


def _parse_tries(value: object, _rules: frozenset[str]) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 100:
        raise ValueError(f"is a whole number from 1 to 100, not {value!r}")
    return value


def _parse_shifts(value: object, _rules: frozenset[str]) -> tuple[int, ...]:
    if not isinstance(value, list) or not value or any(type(hour) is not int or not 0 <= hour <= 23 for hour in value):
        raise ValueError(f"is a list of hours from 0 to 23, not {value!r}")
    if sorted(set(value)) != value:
        raise ValueError("names its hours in order, each once")
    return tuple(value)


def _parse_rule_ids(value: object, rules: frozenset[str]) -> tuple[str, ...]:
    if not isinstance(value, list) or any(not isinstance(rule, str) for rule in value):
        raise ValueError(f"is a list of rule ids, not {value!r}")
    for rule in value:
        if rule not in rules:
            raise ValueError(f"names {rule!r}, which is no rule; rules are {', '.join(sorted(rules))}")
    return tuple(value)


def _parse_switch(value: object, _rules: frozenset[str]) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"is true or false, not {value!r}")
    return value


def _parse_codes(value: object, _rules: frozenset[str]) -> tuple[str, ...]:
    if not isinstance(value, list) or any(not isinstance(code, str) for code in value):
        raise ValueError(f"is a list of bureau codes, not {value!r}")
    today = datetime.now(UTC).date()
    for code in value:
        if load_directory().bureau(code, today) is None:
            raise ValueError(f"names {load_directory().bureau_code_error(code, today)}")
    return tuple(value)


def _parse_folder(value: object, _rules: frozenset[str]) -> str:
    if not isinstance(value, str) or not value.strip() or "\0" in value:
        raise ValueError(f"is the name of a folder, not {value!r}")
    return value


def _parse_cleared(value: object, rules: frozenset[str]) -> tuple[str, ...] | None:
    return None if value == EVERYBODY else _parse_codes(value, rules)


def _integer_parser(least: int, most: int) -> SettingParser:
    def read(value: object, _rules: frozenset[str]) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise ValueError(f"is a whole number from {least:,} to {most:,}, not {value!r}")
        return value

    return read


def _parse_sample_rate(value: object, _rules: frozenset[str]) -> int:
    """Return the sample rate. The rate 1 is invalid: it would hold every item, for which the level ``held`` exists."""
    if isinstance(value, bool) or not isinstance(value, int) or not (value == 0 or 2 <= value <= 1_000_000):
        raise ValueError(f"is 0 (off), or a whole number from 2 to 1,000,000: one in so many; not {value!r}")
    return value


def _parse_keys(value: object, _rules: frozenset[str]) -> tuple[tuple[str, str], ...]:
    wanted = 'a table of a key\'s id and the key that it is moved to, such as "item.claim" = "f6"'
    if not isinstance(value, dict):
        raise ValueError(f"is {wanted}")
    for name, key in value.items():
        if not isinstance(key, str) or not key.strip():
            raise EntryError(name, f"is {wanted}; {name} has no key there")
    return tuple((str(name), str(key)) for name, key in value.items())


def _parse_templates(value: object, _rules: frozenset[str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the sentences for each decision: the desk's own, or the program's where the desk names none."""
    decisions = {decision.value for decision in Decision}
    if not isinstance(value, dict):
        raise ValueError("is a table with a list of sentences for each decision")
    own: dict[str, tuple[str, ...]] = {}
    for name, sentences in value.items():
        if name not in decisions:
            raise EntryError(
                name, f"names {name!r}, which is no decision; decisions are {', '.join(sorted(decisions))}"
            )
        if not isinstance(sentences, list) or any(not isinstance(text, str) or not text.strip() for text in sentences):
            raise EntryError(name, f"has no list of sentences for {name}")
        own[name] = tuple(sentences)
    return tuple((dict(load_templates()) | own).items())


PARSERS: dict[str, SettingParser] = {name: _time_parser(name) for name in TIME_UNITS} | {
    "delivery_tries": _parse_tries,
    "shifts": _parse_shifts,
    "four_eyes": _parse_rule_ids,
    "hold_on_block": _parse_switch,
    "sign_deliveries": _parse_switch,
    "country_officers_read_denied": _parse_switch,
    "allow_unsafe_cluster": _parse_switch,
    "checkpoint_hourly": _parse_switch,
    "checkpoint_at_handover": _parse_switch,
    "witnesses": parse_witnesses,
    "rules": _parse_folder,
    "keys": _parse_keys,
    "templates": _parse_templates,
    "cleared_for_confidential": _parse_cleared,
    "silver_pilot": _parse_codes,
    "silver_quota": _integer_parser(0, 1_000_000),
    "hit_score": _integer_parser(1, 100),
    "likeness_score": _integer_parser(50, 100),
    "checks_per_minute": _integer_parser(1, 1_000_000),
    "sample_review": _parse_sample_rate,
    "correction_alarm": _integer_parser(1, 1_000_000),
    "far_ms": _integer_parser(1, 10_000),
    "alarm": parse_alarm,
    "transport": parse_transport,
    "metrics_off_loopback": _parse_switch,
}
