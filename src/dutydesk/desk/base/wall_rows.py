"""The desk at a glance: what the wall screen shows, as counts and names."""

from __future__ import annotations

from datetime import datetime

from dutydesk.desk.base.rows import MeasureRow
from dutydesk.domain.frozen import value


@value(frozen=True, slots=True)
class KindTraffic:
    """Items of one type and kind in each period, oldest first. Both are ``None`` for unread input."""

    type: str | None
    kind: str | None
    counts: tuple[int, ...]


@value(frozen=True, slots=True)
class SenderTraffic:
    """Items of one bureau in each period, oldest first; ``sender`` is ``None`` where it can't be read."""

    sender: str | None
    name: str
    counts: tuple[int, ...]


@value(frozen=True, slots=True)
class RequesterChecks:
    """Checks that one bureau asked for, and how many of them found a record."""

    requester: str
    name: str
    checks: int
    with_hits: int


@value(frozen=True, slots=True)
class DutyRow:
    """An officer on duty. ``console_since`` is ``None`` for an officer who acts without a console.

    ``claims`` and ``proposals`` are the names of items: those the officer reviews, and those the officer has proposed
    a decision on that waits for a second person.
    """

    officer: str
    console_since: datetime | None
    last_act: datetime
    claims: tuple[str, ...]
    proposals: tuple[str, ...]


@value(frozen=True, slots=True)
class WallFigures:
    """Everything on the wall but the alarms.

    ``by_kind`` and ``by_sender`` count items in periods of the last hours, most items first; ``checks_per_hour`` counts
    checks in each of the last hours, the present one last. ``hits_by_place`` covers the same hours as the checks;
    a hit without a place counts only in ``hits``.
    """

    at: datetime
    by_kind: tuple[KindTraffic, ...]
    by_sender: tuple[SenderTraffic, ...]
    queue_ages: dict[str, int]
    oldest_held: datetime | None
    measures: tuple[MeasureRow, ...]
    checks_per_hour: tuple[int, ...]
    requesters: tuple[RequesterChecks, ...]
    hits: int
    hits_by_place: dict[str, int]
    duty: tuple[DutyRow, ...]

    @property
    def received(self) -> int:
        return sum(sum(row.counts) for row in self.by_sender)

    @property
    def waiting(self) -> int:
        return sum(self.queue_ages.values())
