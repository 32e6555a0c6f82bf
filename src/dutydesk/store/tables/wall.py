"""The data behind the wall screen: counts over the last hours, each read from where those hours begin."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from dutydesk.domain.frozen import value
from dutydesk.store.engine.reader import Handle, to_us
from dutydesk.store.tables import bureaus
from dutydesk.store.tables.figures import number_since

_HOUR_US = 3_600_000_000


@value(frozen=True, slots=True)
class TrafficCount:
    """``n`` items of one type, kind and sender in one period, counted from the first."""

    period: int
    type: str | None
    kind: str | None
    sender: str | None
    n: int


@value(frozen=True, slots=True)
class CheckCount:
    """``n`` checks of one bureau in one hour since 1970; ``with_hits`` of them found a record."""

    hour: int
    requester: str
    n: int
    with_hits: int


def traffic(handle: Handle, begin: datetime, period: timedelta) -> Iterator[TrafficCount]:
    width = round(period.total_seconds() * 1_000_000)
    rows = handle.all("wall_traffic", begin=to_us(begin), width=width, first=number_since(handle, begin))
    for row in rows:
        yield TrafficCount(row["period"], row["type"], row["kind"], row["sender"], row["n"])


def hour_of(at: datetime) -> int:
    return to_us(at) // _HOUR_US


def checks(handle: Handle, first_hour: int) -> Iterator[CheckCount]:
    for row in handle.all("wall_checks", hour=first_hour):
        yield CheckCount(row["hour"], bureaus.code_of(handle, row["requester"]), row["n"], row["with_hits"])


def hits_by_place(handle: Handle, since: datetime) -> dict[str | None, int]:
    return {row["place"]: row["n"] for row in handle.all("wall_hits", since=to_us(since))}
