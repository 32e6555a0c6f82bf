"""The steps of a clock that was set back, by the log."""

from __future__ import annotations

from contextlib import suppress

from dutydesk.domain.events.clock_steps import ClockSteps, clock_step
from dutydesk.domain.events.event import IncompleteEvent
from dutydesk.domain.events.store import ClockSteppedBack
from dutydesk.store.engine.reader import Handle
from dutydesk.store.tables import log_queries

_NONE = ClockSteps()


class ClockStepReader:
    """Reads the steps again where the log has a later one."""

    def __init__(self) -> None:
        self._last: tuple[bytes, ClockSteps] = (b"", _NONE)

    def current(self, handle: Handle) -> ClockSteps:
        """The steps by the log; an event that can't be read is left out."""
        head = bytes(handle.cached_value("keys_clock_head") or b"")
        if not head:
            return _NONE
        last = self._last  # the threads of writer and reader share it
        if last[0] != head:
            self._last = last = head, _read(handle)
        return last[1]


def _read(handle: Handle) -> ClockSteps:
    steps = _NONE
    for row in handle.all("keys_clock_events", after=0):
        with suppress(IncompleteEvent):
            steps = steps.with_step(clock_step(log_queries.fact_as(row, ClockSteppedBack)))
    return steps
