"""What a monitor may know of a desk: numbers only, by names from closed sets, never a person, a text or a country."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from dutydesk.domain.frozen import value


@value(frozen=True, slots=True)
class HealthFigures:
    """The desk at one moment; times in seconds, counts since the store was made.

    ``queue_ages`` counts the items that wait for a decision, by the age groups of the figures, and ``oldest_seconds``
    is the age of the oldest. ``unfiled`` items can be found by their number only, the oldest of them since
    ``unfiled_seconds``. ``head`` numbers the last event of the chain, ``checkpoint`` the last one that a signed
    checkpoint covers, ``checkpoint_seconds`` is the age of that; both are ``None`` in a log without one.
    """

    realm: str
    states: Mapping[str, int]
    queue_ages: tuple[int, ...]
    oldest_seconds: float
    outcomes: Mapping[str, int]
    deliveries: Mapping[str, int]
    waiting: int
    decisions: int
    unfiled: int
    unfiled_seconds: float
    head: int
    checkpoint: int | None
    checkpoint_seconds: float | None


@value(frozen=True, slots=True)
class FeedPosition:
    """The last event of the log, and when the first one after a given event was recorded."""

    head: int
    first_new_at: datetime | None
