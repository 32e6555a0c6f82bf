"""Retention of an item's body: at most 5 years; the source is asked to renew 6 months before the end (RPD 49-51)."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, time
from functools import lru_cache

RETENTION_YEARS = 5
RENEWAL_MONTHS = 6


def months_before(on: date, months: int) -> date:
    """The same day ``months`` earlier, or the last day of that month; a negative number goes forward."""
    years, month = divmod(on.year * 12 + on.month - 1 - months, 12)
    last = calendar.monthrange(years, month + 1)[1]
    return date(years, month + 1, min(on.day, last))


@lru_cache(maxsize=64)
def retention_end(asked: date | None, received: datetime) -> datetime:
    """The end (UTC) of the last day of retention: the day that the sender asks for, at most 5 years from receipt.

    Without a day the retention is 5 years.
    """
    longest = months_before(received.date(), -12 * RETENTION_YEARS)
    return datetime.combine(min(asked, longest) if asked is not None else longest, time.max, UTC)


@lru_cache(maxsize=64)
def renewal_from(until: datetime) -> datetime:
    """The time (UTC) from which the source is asked whether to keep the body longer."""
    return datetime.combine(months_before(until.date(), RENEWAL_MONTHS), time.min, UTC)
