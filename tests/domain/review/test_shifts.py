"""Which shift is current, and which one a handover is about."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from dutydesk.domain.review.shifts import handover_name, handover_number, shift_at, shift_to_hand_over

HOURS = (6, 14, 22)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2022, 3, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "begin", "end"),
    [
        (at(10, 6), at(10, 6), at(10, 14)),
        (at(10, 13, 59), at(10, 6), at(10, 14)),
        (at(10, 14), at(10, 14), at(10, 22)),
        (at(10, 23), at(10, 22), at(11, 6)),
        (at(10, 0), at(9, 22), at(10, 6)),
    ],
)
def test_the_shift_that_runs(now: datetime, begin: datetime, end: datetime) -> None:
    shift = shift_at(now, HOURS)
    assert (shift.begin, shift.end) == (begin, end)


def test_a_desk_with_one_change_a_day_has_shifts_of_a_day() -> None:
    shift = shift_at(at(10, 3), (6,))
    assert (shift.begin, shift.end) == (at(9, 6), at(10, 6))


@pytest.mark.parametrize(
    ("now", "begin"),
    [
        (at(10, 13, 50), at(10, 6)),
        (at(10, 14), at(10, 6)),
        (at(10, 14, 59), at(10, 6)),
        (at(10, 15), at(10, 14)),
        (at(10, 6, 5), at(9, 22)),
    ],
)
def test_in_its_first_hour_the_shift_before_is_handed_over(now: datetime, begin: datetime) -> None:
    assert shift_to_hand_over(now, HOURS).begin == begin


def test_names() -> None:
    assert handover_number(handover_name(7)) == 7
    assert handover_number("D-000007") is None
