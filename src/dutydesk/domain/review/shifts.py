"""The shifts of the duty desk, and which of them a handover at a given time is about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from dutydesk.domain.frozen import value

#: For this long after a change, a handover is still about the shift before.
HANDOVER_GRACE = timedelta(hours=1)
_HANDOVER = re.compile(r"S-(\d{1,15})", re.IGNORECASE | re.ASCII)


@value(frozen=True, slots=True)
class Shift:
    """From ``begin`` up to but not including ``end``, both UTC."""

    begin: datetime
    end: datetime


def shift_at(at: datetime, hours: Sequence[int]) -> Shift:
    """The shift at the time ``at``. ``hours`` are the UTC hours of the day at which shifts change; at least one."""
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    changes = [midnight + timedelta(days=day, hours=hour) for day in (-1, 0, 1) for hour in sorted(hours)]
    return Shift(max(change for change in changes if change <= at), min(change for change in changes if change > at))


def shift_to_hand_over(at: datetime, hours: Sequence[int]) -> Shift:
    """The shift that a handover at ``at`` is about: the current one, or in its first hour the one before."""
    current = shift_at(at, hours)
    if at - current.begin >= HANDOVER_GRACE:
        return current
    return shift_at(current.begin - timedelta(microseconds=1), hours)


def handover_name(number: int) -> str:
    return f"S-{number:04d}"


def handover_number(name: str) -> int | None:
    match = _HANDOVER.fullmatch(name.strip())
    return int(match[1]) if match else None
