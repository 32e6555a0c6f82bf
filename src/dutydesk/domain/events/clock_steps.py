"""How far the log had come whenever the clock stepped back: what had ended by then stays ended."""

from __future__ import annotations

from bisect import bisect_right
from datetime import datetime

from dutydesk.domain.events.event import instant, optional
from dutydesk.domain.events.facts import Fact
from dutydesk.domain.events.store import ClockSteppedBack
from dutydesk.domain.frozen import value


@value(frozen=True, slots=True)
class ClockStep:
    """A clock that stepped back at ``seq`` of the log, which had come to the time ``reached``.

    ``last_record`` is the number of the newest record at that moment; 0 in a log of an earlier release.
    """

    seq: int
    reached: datetime
    last_record: int


def clock_step(fact: Fact[ClockSteppedBack]) -> ClockStep:
    """Raises IncompleteEvent for an event without its time."""
    return ClockStep(fact.seq, instant(fact.event.was), optional(fact.event.last_record) or 0)


@value(frozen=True, slots=True)
class ClockSteps:
    """The steps in the order of the log, without those that a later one reaches as far as.

    Only what stood in the log before a step has ended by it: a clock that ran years ahead for a moment ends nothing of
    what comes in once it is set right.
    """

    steps: tuple[ClockStep, ...] = ()

    def with_step(self, step: ClockStep) -> ClockSteps:
        """The same and one more, later in the log."""
        return ClockSteps((*(each for each in self.steps if each.reached > step.reached), step))

    def reached_after(self, seq: int) -> datetime | None:
        """The latest time that the log had reached at a step behind ``seq``; ``None`` without such a step."""
        place = bisect_right(self.steps, seq, key=lambda step: step.seq)
        return self.steps[place].reached if place < len(self.steps) else None

    def reached_with(self, record: int) -> datetime | None:
        """The same for the steps that found the record of that number there."""
        return next((step.reached for step in self.steps if step.last_record >= record), None)
