"""The report of a comparison of tables and log, and what all its parts share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from dutydesk.domain.frozen import value
from dutydesk.domain.proof.projection.compare import Comparison, StateDifference

#: Called with the work done so far and all of it, in any unit.
StateProgress: TypeAlias = Callable[[int, int], None]
MOST_DIFFERENCES: Final = 1_000


@value(frozen=True, slots=True)
class StateReport:
    """``differences`` are the first that were found, ``count`` is all of them.

    ``rows`` were compared up to event ``events``; ``unsaid`` of their columns are not in the log, because they were
    written before event ``complete_from`` by an earlier release. ``complete_from`` is 0 where all of the log is of one.
    ``unread`` are the full-text indexes that were not compared: officers were at work, or the store can't be written.
    ``together`` are rows whose columns an earlier release logged by one digest: a difference in them names no column.
    """

    differences: tuple[StateDifference, ...]
    count: int
    rows: int
    unsaid: int
    events: int
    complete_from: int
    unread: tuple[str, ...] = ()
    together: int = 0

    @property
    def holds(self) -> bool:
        return not self.count


@dataclass(slots=True)
class StateFindings:
    """What was found so far."""

    comparison: Comparison = field(default_factory=Comparison)
    differences: list[StateDifference] = field(default_factory=list)
    count: int = 0

    def add(self, found: Iterable[StateDifference]) -> None:
        for each in found:
            self.count += 1
            if len(self.differences) < MOST_DIFFERENCES:
                self.differences.append(each)
