"""The histogram of commits: each commit in one place of it, with its time in the sum."""

from __future__ import annotations

from dutydesk.store.engine.commit_times import COMMIT_BOUNDS, CommitTimes


def test_a_commit_is_counted_up_to_the_bound_that_it_reaches() -> None:
    times = CommitTimes()
    for seconds in (0.0, 0.001, 0.0011, 60.0):
        times.add(seconds)
    found = times.histogram
    assert found.bounds == COMMIT_BOUNDS == tuple(sorted(COMMIT_BOUNDS))
    assert (found.counts[:2], found.counts[-1], found.total) == ((2, 1), 1, 4)
    assert len(found.counts) == len(COMMIT_BOUNDS) + 1
    assert round(found.seconds, 4) == 60.0021
