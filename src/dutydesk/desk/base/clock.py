"""The desk's clock. A DEMO store's clock starts with its traffic and runs with the replay; others use UTC now."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """The desk's time, in UTC."""
        ...


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class ReplayClock:
    """Runs from ``start``, ``rate`` times as fast as real time; never backwards."""

    def __init__(self, start: datetime, rate: float = 1.0) -> None:
        # One value, replaced as a whole: the store's threads read the time while the replay changes its speed.
        self._pace = (start, time.monotonic(), rate)

    @property
    def rate(self) -> float:
        return self._pace[2]

    def now(self) -> datetime:
        base, since, rate = self._pace
        return base + timedelta(seconds=(time.monotonic() - since) * rate)

    def set_rate(self, rate: float) -> None:
        """Changes the rate; at 0 the clock stands still."""
        self._pace = (self.now(), time.monotonic(), rate)

    def advance_to(self, at: datetime) -> None:
        """Moves forward to ``at``, if that is later."""
        self._pace = (max(self.now(), at), time.monotonic(), self.rate)
