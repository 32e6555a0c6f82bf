"""How far the primary seems on a machine that is busy for a while."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from dutydesk.store.engines.postgresql import distance


class Line:
    """A line whose round trips take so many milliseconds, one after the other."""

    def __init__(self, trips: Iterator[float]) -> None:
        self._trips, self._now_ms = trips, 0.0

    def command(self, _sql: str) -> None:
        self._now_ms += next(self._trips)

    def now(self) -> float:
        return self._now_ms / 1_000


@pytest.fixture
def found_of(monkeypatch: pytest.MonkeyPatch) -> Callable[[list[float], float], float]:
    """What is found of a line with these trips, of which the last one goes on, where so much is not far."""

    def find(trips: list[float], most_ms: float) -> float:
        def each() -> Iterator[float]:
            yield from trips
            while True:
                yield trips[-1]

        line = Line(each())
        monkeypatch.setattr(distance.time, "perf_counter", line.now)
        return round(distance.surer_round_trip_ms(line, most_ms), 3)  # type: ignore[arg-type]

    return find


def test_a_machine_that_is_busy_for_a_dozen_round_trips_is_not_taken_for_a_long_line(
    found_of: Callable[[list[float], float], float],
) -> None:
    assert found_of([12.0] * 12 + [0.1], 5.0) == 0.1


def test_a_long_line_is_long_however_often_it_is_asked(found_of: Callable[[list[float], float], float]) -> None:
    assert found_of([60.0, 52.0, 50.0], 5.0) == 50.0


def test_of_a_near_line_the_shortest_round_trip_is_told(found_of: Callable[[list[float], float], float]) -> None:
    assert found_of([3.0, 0.4, 2.0], 5.0) == 0.4
