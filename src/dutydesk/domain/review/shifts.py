"""The shifts of the duty desk: which one somebody hands over, by the hours at which shifts change."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

#: So long after a change of shifts it is still the one before that is handed over.
HANDOVER_GRACE = timedelta(hours=1)
_HANDOVER = re.compile(r"S-(\d{1,15})", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True)
class Shift:
    """From ``begin`` up to ``end``, both UTC."""

    begin: datetime
    end: datetime


def shift_at(at: datetime, hours: Sequence[int]) -> Shift:
    """The shift that runs at ``at``. ``hours`` are the hours of the day, UTC, at which shifts change; at least one."""
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    changes = [midnight + timedelta(days=day, hours=hour) for day in (-1, 0, 1) for hour in sorted(hours)]
    return Shift(max(change for change in changes if change <= at), min(change for change in changes if change > at))


def shift_to_hand_over(at: datetime, hours: Sequence[int]) -> Shift:
    """The shift that is handed over at ``at``: the one that runs, and in its first hour the one before it."""
    running = shift_at(at, hours)
    if at - running.begin >= HANDOVER_GRACE:
        return running
    return shift_at(running.begin - timedelta(microseconds=1), hours)


def handover_name(number: int) -> str:
    return f"S-{number:04d}"


def handover_number(name: str) -> int | None:
    match = _HANDOVER.fullmatch(name.strip())
    return int(match[1]) if match else None
