"""The words of the wall."""

from __future__ import annotations

from typing import Final

BY_KIND: Final = "RECEIVED, BY KIND"
BY_SENDER: Final = "RECEIVED, BY SENDER"
QUEUE: Final = "QUEUE, BY AGE"
MEASURES: Final = "MEASURES"
CHECKS: Final = "CHECKS"
DUTY: Final = "ON DUTY"
ALARMS: Final = "ALARMS"

NO_TRAFFIC: Final = "No message has arrived in these hours."
NO_QUEUE: Final = "No item waits for a decision."
NO_MEASURES: Final = "No measure is in force or pending."
NO_CHECKS: Final = "No check was made in these hours."
NO_DUTY: Final = "Nobody is on duty at this desk."
NO_ALARMS: Final = "Nothing is overdue, dead or unsigned."

# Columns
MEASURE: Final = "ORDER"
LEVEL: Final = "LEVEL"
SINCE: Final = "SINCE"
ENDORSE_BY: Final = "ENDORSE"
REVIEW_BY: Final = "REVIEW"
ASKED_BY: Final = "BUREAU"
CHECK_COUNT: Final = "CHECKS"
HIT_COUNT: Final = "HITS"
HITS_AT: Final = "HITS AT"
OFFICER: Final = "OFFICER"
CONSOLE: Final = "CONSOLE"
LAST_ACT: Final = "LAST"
CLAIMS: Final = "REVIEWS"
AN_HOUR: Final = "an hour"

#: Marks a date that has passed; it stands behind the date, for terminals without colour.
OVERDUE: Final = "!"
#: Marks a measure that is not in force yet.
PENDING: Final = "?"
NO_CONSOLE: Final = "-"
UNKNOWN_SENDER: Final = "unread"


def in_hours(number: int, hours: int) -> str:
    return f"{number:,} in {hours} h"


def waiting(number: int, oldest: str) -> str:
    return f"{number:,}, oldest {oldest}" if oldest else f"{number:,}"


def in_force(number: int) -> str:
    return f"{number:,} in force"


def checks_and_hits(checks: int, hits: int, hours: int) -> str:
    return f"{checks:,} in {hours} h, hits: {hits:,}"


def more(number: int) -> str:
    return f"and {number:,} more"


def claims(first: str, others: int) -> str:
    return f"{first} +{others:,}" if others else first


def proposals(number: int) -> str:
    return f"{number:,} proposed"
