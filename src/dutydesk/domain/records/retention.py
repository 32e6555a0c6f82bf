"""How long an item's body is kept: 5 years at most, and the source is asked 6 months before the end (RPD 49-51)."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, time

RETENTION_YEARS = 5
RENEWAL_MONTHS = 6


def months_before(on: date, months: int) -> date:
    """The same day of an earlier month, or that month's last day."""
    years, month = divmod(on.year * 12 + on.month - 1 - months, 12)
    last = calendar.monthrange(years, month + 1)[1]
    return date(years, month + 1, min(on.day, last))


def retention_end(asked: date | None, received: datetime) -> datetime:
    """The end of the day that the sender names, never later than 5 years from receipt, which is also the default."""
    longest = months_before(received.date(), -12 * RETENTION_YEARS)
    return datetime.combine(min(asked, longest) if asked is not None else longest, time.max, UTC)


def renewal_from(until: datetime) -> datetime:
    """When the source is to be asked whether there is a reason to keep it longer."""
    return datetime.combine(months_before(until.date(), RENEWAL_MONTHS), time.min, UTC)
