"""The figures of the network, for screens and commands."""

from __future__ import annotations

from datetime import datetime

from dutydesk.domain.frozen import value


@value(frozen=True, slots=True)
class DeskCounters:
    """The maintained counters of the desk, grouped by what they count."""

    states: dict[str, int]
    outcomes: dict[str, int]
    deliveries: dict[str, int]
    suppressed: dict[str, int]
    refusals: dict[str, int]
    events: int
    decisions: int


@value(frozen=True, slots=True)
class NetworkFigures:
    """The figures of the network, or of one ``country``. Counts over time begin at ``since``.

    Durations are in seconds. ``checks_against`` counts the checks that consulted a country's records, by that country;
    ``hits_by_source`` counts hits by the country whose record was hit. ``received`` counts items by sender;
    ``queue_ages`` counts the items that wait for a decision, by age.
    """

    at: datetime
    since: datetime | None
    country: str | None
    messages_per_minute: int
    checks_per_minute: int
    states: dict[str, int]
    refusals: dict[str, int]
    oldest_held_seconds: int | None
    checks_against: dict[str, int]
    hits_by_source: dict[str, int]
    hits_by_category: dict[str, int]
    hits_by_place: dict[str, int]
    received: dict[str, int]
    queue_ages: dict[str, int]
    released: int
    refused: int
    decision_seconds_median: int | None
    decision_seconds_90th: int | None
    sentences: tuple[str, ...] = ()


@value(frozen=True, slots=True)
class MinuteCounts:
    """The number of messages received in each minute from ``first`` on. The last minute is not over yet."""

    first: datetime
    messages: tuple[int, ...]
