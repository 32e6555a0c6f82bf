"""The data behind the figures: counts from an index, and events since a time."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from itertools import islice

from dutydesk.domain.events.catalogue import parse_data
from dutydesk.domain.events.event import optional, required
from dutydesk.domain.events.log import EventKind
from dutydesk.domain.events.reviews import ItemRefused, RulingEvent
from dutydesk.domain.frozen import value
from dutydesk.store.engine.reader import Handle, from_us, optional_from_us, to_us
from dutydesk.store.engine.rows import StoreRow
from dutydesk.store.tables import bureaus, log

_HOUR_US, _MINUTE_US = 3_600_000_000, 60_000_000


@value(frozen=True, slots=True)
class DecisionTime:
    """A release or a refusal (``code``) of an item of ``sender``. ``cycle`` counts the item's reviews."""

    item: str
    sender: str | None
    code: str | None
    cycle: int
    at: datetime
    received_at: datetime


def seq_since(handle: Handle, at: datetime) -> int:
    """The number of the first event at or after a time; approximate where the clock stepped back."""
    return _first(log.head_seq(handle), at, lambda seq: handle.value("event_at", seq=seq))


def number_since(handle: Handle, at: datetime) -> int:
    """The number of the first item that was received at or after a time."""
    return _first(handle.value("item_highest"), at, lambda number: handle.value("item_received_at", number=number))


def time_of_event(handle: Handle, seq: int) -> datetime | None:
    """When an event was recorded; ``None`` where there is none of that number."""
    return optional_from_us(handle.value("event_at", seq=seq))


def receipt_of_item(handle: Handle, number: int) -> datetime | None:
    """When an item was received; ``None`` where there is none of that number."""
    return optional_from_us(handle.value("item_received_at", number=number))


def _first(highest: int, at: datetime, at_of: Callable[[int], int | None]) -> int:
    low, high, sought = 1, highest + 1, to_us(at)
    while low < high:
        middle = (low + high) // 2
        found = at_of(middle)
        if found is None or found < sought:
            low = middle + 1
        else:
            high = middle
    return low


def message_times(handle: Handle, since: datetime) -> list[datetime]:
    """When each message was received, without checks."""
    times = (from_us(row["at"]) for row in handle.all("message_times", first=seq_since(handle, since)))
    return [at for at in times if at >= since]


def received_by_country(handle: Handle, since: datetime | None, country: str | None) -> dict[str, int]:
    """Items by the country that sent them, most first; countries without items are left out."""
    first = 0 if since is None else number_since(handle, since)
    return _counts_by_code(handle.all("figure_received", first=first, country=country))


def states_of(handle: Handle, country: str) -> dict[str, int]:
    return {row["state"]: row["n"] for row in handle.all("figure_states_of", country=country)}


def waiting_since(handle: Handle, country: str | None) -> list[datetime]:
    """When each item that waits for a decision was received, oldest first."""
    rows = handle.all("figure_waiting_of", country=country) if country else handle.all("figure_waiting")
    return sorted(from_us(row["received_at"]) for row in rows)


def decisions(handle: Handle, since: datetime | None, country: str | None) -> list[DecisionTime]:
    """Decisions in the order of their times."""
    found = []
    for row in handle.all("figure_decisions", since=0 if since is None else to_us(since)):
        if country not in (None, row["sender"]):
            continue
        ruling = parse_data(row["kind"], json.loads(row["data"]))
        if not isinstance(ruling, RulingEvent):
            continue
        code = optional(ruling.code) if isinstance(ruling, ItemRefused) else None
        at, received_at = from_us(row["at"]), from_us(row["received_at"])
        found.append(DecisionTime(row["subject"], row["sender"], code, required(ruling.cycle), at, received_at))
    return found


def time_awaiting_sender(handle: Handle, item: str, until: datetime) -> timedelta:
    """How long the desk had waited for the sender's answers by ``until``; the review time excludes it."""
    waited, asked = timedelta(), None
    for row in handle.all("figure_questions", subject=item):
        at = from_us(row["at"])
        if at >= until:
            break
        if row["kind"] == EventKind.ITEM_ASKED:
            asked = asked or at
        elif asked is not None:
            waited, asked = waited + (at - asked), None
    return waited + (until - asked if asked is not None else timedelta())


# Checks and hits


def checks_against(handle: Handle, since: datetime | None, country: str | None) -> dict[str, int]:
    """Checks that consulted a country's records, from the hour of ``since``; the most consulted country first."""
    hour = 0 if since is None else to_us(since) // _HOUR_US
    return _counts_by_code(handle.all("figure_checks_against", day=hour // 24, hour=hour, country=country))


def checks_per_minute(handle: Handle, country: str | None) -> int:
    """Checks of the last sixty seconds: this minute's, and the share of the previous minute's that still counts."""
    requester = None if country is None else bureaus.id_of(handle, country)
    minute, past = divmod(to_us(handle.at), _MINUTE_US)
    row = handle.one("figure_checks_a_minute", minute=minute, requester=requester)
    return 0 if row is None else round(row["n"] + row["n_before"] * (1 - past / _MINUTE_US))


@value(frozen=True, slots=True)
class HitCounts:
    """Hits by place and category. A hit on a record of several categories counts for each; hits without one are left
    out.
    """

    by_source: dict[str, int]
    by_category: dict[str, int]
    by_place: dict[str, int]


def count_hits(handle: Handle, since: datetime | None, country: str | None) -> HitCounts:
    """Hits on all records, or on those of one country."""
    from_us_on = 0 if since is None else to_us(since)
    if country is None:
        rows = handle.all("figure_hits", since=from_us_on)
    else:
        rows = handle.all("figure_hits_of", since=from_us_on, country=country)
    categories: Counter[str] = Counter()
    places: Counter[str] = Counter()
    for row in rows:
        for category in filter(None, row["category"].split(",")):
            categories[category] += row["n"]
        if row["place"]:
            places[row["place"]] += row["n"]
    by_source = _counts_by_code(handle.all("figure_hits_by_source", since=from_us_on, country=country))
    return HitCounts(by_source, dict(categories.most_common()), dict(places.most_common()))


def hits_on_source(handle: Handle, since: datetime | None, most: int, source: str) -> list[int]:
    """The hits on one country's records, latest first."""
    after = 0 if since is None else to_us(since)
    return [row["id"] for row in handle.all("figure_hits_behind_source", source=source, since=after, most=most)]


def hits_under(handle: Handle, since: datetime | None, most: int, *, category: str = "", place: str = "") -> list[int]:
    """The hits of one category or at one place, latest first."""
    rows = handle.tuples("figure_hits_behind", since=0 if since is None else to_us(since))
    found = (
        number
        for number, categories, at_place in rows
        if (category in categories.split(",") if category else at_place == place)
    )
    return list(islice(found, most))


def _counts_by_code(rows: Iterable[StoreRow]) -> dict[str, int]:
    """Counts by code, greatest first; zero counts are left out."""
    return dict(sorted(((row["code"], row["n"]) for row in rows if row["n"]), key=lambda pair: (-pair[1], pair[0])))
