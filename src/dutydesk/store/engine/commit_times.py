"""How long commits take: a histogram of those of one process, from the batch's start until it is durable."""

from __future__ import annotations

from bisect import bisect_left
from typing import Final

from dutydesk.domain.frozen import value

#: From a commit on a fast disk to one that an officer takes for a hang.
COMMIT_BOUNDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


@value(frozen=True, slots=True)
class CommitHistogram:
    """``counts`` has the commits up to each of ``bounds``, in seconds, and above the one before; then those above all.

    ``seconds`` is the sum of their times.
    """

    bounds: tuple[float, ...]
    counts: tuple[int, ...]
    seconds: float

    @property
    def total(self) -> int:
        return sum(self.counts)


class CommitTimes:
    """Counted in the event loop's thread, and read there."""

    def __init__(self) -> None:
        self._counts = [0] * (len(COMMIT_BOUNDS) + 1)
        self._seconds = 0.0

    def add(self, seconds: float) -> None:
        self._counts[bisect_left(COMMIT_BOUNDS, seconds)] += 1
        self._seconds += seconds

    @property
    def histogram(self) -> CommitHistogram:
        return CommitHistogram(COMMIT_BOUNDS, tuple(self._counts), self._seconds)
