"""Read the desk at a glance: traffic, queue, measures, checks and hits, and who is on duty with what.

The wall shows counts, codes and numbers of items, which every officer may see, and no text of an item.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final, TypeVar

from dutydesk.desk.base.context import Context
from dutydesk.desk.base.rows import MeasureRow
from dutydesk.desk.base.wall_rows import DutyRow, KindTraffic, RequesterChecks, SenderTraffic, WallFigures
from dutydesk.desk.views.countries import measure_rows
from dutydesk.desk.views.figures import count_by_age, country_name
from dutydesk.domain.delivery.items import Item
from dutydesk.domain.events.log import EventKind
from dutydesk.domain.supervision.measures import MeasureState
from dutydesk.store.engine.reader import Handle
from dutydesk.store.tables import figures, handovers, items, log, officers, wall

#: The traffic of eight hours, in periods of ten minutes that begin on the clock's tens.
PERIOD: Final = timedelta(minutes=10)
PERIODS: Final = 48
CHECK_HOURS: Final = 24
#: An officer who did something this recently is on duty, with or without a console.
PRESENT: Final = timedelta(hours=1)
#: A console that was never left counts for one long shift.
LONGEST_SHIFT: Final = timedelta(hours=12)
MAX_QUEUE: Final = 500

Key = TypeVar("Key")


def wall_figures(handle: Handle, context: Context) -> WallFigures:
    begin = _period_start(handle.at) - PERIOD * (PERIODS - 1)
    counted = list(wall.traffic(handle, begin, PERIOD))
    by_kind = _by_period(((row.type, row.kind), row.period, row.n) for row in counted)
    by_sender = _by_period((row.sender, row.period, row.n) for row in counted)
    waiting = figures.waiting_since(handle, None)
    first_hour = wall.hour_of(handle.at) - CHECK_HOURS + 1
    checks = list(wall.checks(handle, first_hour))
    hits = wall.hits_by_place(handle, handle.at - timedelta(hours=CHECK_HOURS))
    return WallFigures(
        at=handle.at,
        by_kind=tuple(KindTraffic(type, kind, counts) for (type, kind), counts in by_kind),
        by_sender=tuple(
            SenderTraffic(sender, country_name(handle, context, sender) if sender else "", counts)
            for sender, counts in by_sender
        ),
        queue_ages=count_by_age(waiting, handle.at),
        oldest_held=waiting[0] if waiting else None,
        measures=tuple(_current(measure_rows(handle, context, None))),
        checks_per_hour=_per_hour(checks, first_hour),
        requesters=_requesters(handle, context, checks),
        hits=sum(hits.values()),
        hits_by_place=dict(Counter({place: n for place, n in hits.items() if place}).most_common()),
        duty=tuple(_duty(handle)),
    )


def _period_start(at: datetime) -> datetime:
    return at.replace(minute=at.minute - at.minute % 10, second=0, microsecond=0)


def _by_period(counted: Iterable[tuple[Key, int, int]]) -> list[tuple[Key, tuple[int, ...]]]:
    """Return the counts of each key by period, the key with the most first."""
    found: defaultdict[Key, list[int]] = defaultdict(lambda: [0] * PERIODS)
    for key, period, n in counted:
        if period < PERIODS:
            found[key][period] += n
    rows = [(key, tuple(counts)) for key, counts in found.items()]
    return sorted(rows, key=lambda row: (-sum(row[1]), str(row[0])))


def _per_hour(checks: Iterable[wall.CheckCount], first_hour: int) -> tuple[int, ...]:
    counts = [0] * CHECK_HOURS
    for check in checks:
        if check.hour < first_hour + CHECK_HOURS:
            counts[check.hour - first_hour] += check.n
    return tuple(counts)


def _requesters(handle: Handle, context: Context, checks: Iterable[wall.CheckCount]) -> tuple[RequesterChecks, ...]:
    by_code = groupby(sorted(checks, key=lambda check: check.requester), key=lambda check: check.requester)
    found = []
    for requester, group in by_code:
        each = list(group)
        name = country_name(handle, context, requester)
        found.append(RequesterChecks(requester, name, sum(one.n for one in each), sum(one.with_hits for one in each)))
    return tuple(sorted(found, key=lambda row: (-row.checks, row.requester)))


def _current(rows: Iterable[MeasureRow]) -> list[MeasureRow]:
    """Return the measures in force, then those that are ordered or proposed; by country."""
    pending = (MeasureState.ORDERED, MeasureState.PROPOSED)
    found = [row for row in rows if row.in_force or row.state in pending]
    return sorted(found, key=lambda row: (not row.in_force, row.country, row.measure))


def _duty(handle: Handle) -> list[DutyRow]:
    """Return who is on duty, the officer with the most claims first."""
    claims, proposals = _work(items.review_queue(handle, MAX_QUEUE), handle.at)
    found = []
    for officer in officers.all_officers(handle):
        last = handovers.last_of_person(handle, officer.name)
        if last is None:
            continue
        since = _console_since(handle, officer.name)
        mine, proposed = tuple(claims[officer.name]), tuple(proposals[officer.name])
        acted = last.kind != EventKind.OFFICER_SIGNED_OUT and handle.at - last.at < PRESENT
        if since is not None or acted or mine:
            found.append(DutyRow(officer.name, since, last.at, mine, proposed))
    return sorted(found, key=lambda row: (-len(row.claims), row.console_since is None, row.officer))


def _work(queue: Iterable[Item], at: datetime) -> tuple[defaultdict[str, list[str]], defaultdict[str, list[str]]]:
    claims: defaultdict[str, list[str]] = defaultdict(list)
    proposals: defaultdict[str, list[str]] = defaultdict(list)
    for item in queue:
        if claimed_by := item.claimed_by(at):
            claims[claimed_by].append(item.name)
        if item.proposed_by:
            proposals[item.proposed_by].append(item.name)
    return claims, proposals


def _console_since(handle: Handle, officer: str) -> datetime | None:
    """Return when the officer opened the console that is still open, as far as the log tells."""
    arrived = log.last_of(handle, officer, EventKind.OFFICER_SIGNED_IN, officer)
    if arrived is None or handle.at - arrived.at > LONGEST_SHIFT:
        return None
    left = log.last_of(handle, officer, EventKind.OFFICER_SIGNED_OUT, officer)
    return arrived.at if left is None or left.seq < arrived.seq else None
