"""The desk's one clock. A DEMO store's clock starts with its traffic and runs with the replay; others use UTC now."""

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
    """Runs ``rate`` times as fast as the world from ``start`` on; never backwards."""

    def __init__(self, start: datetime, rate: float = 1.0) -> None:
        self._base = start
        self._since = time.monotonic()
        self._rate = rate

    @property
    def rate(self) -> float:
        return self._rate

    def now(self) -> datetime:
        return self._base + timedelta(seconds=(time.monotonic() - self._since) * self._rate)

    def set_rate(self, rate: float) -> None:
        """0 stands still."""
        self._base, self._since, self._rate = self.now(), time.monotonic(), rate

    def advance_to(self, at: datetime) -> None:
        """Moves on to ``at`` if that is later."""
        now = self.now()
        self._base, self._since = max(now, at), time.monotonic()
