"""What a dispatcher reports of itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from enum import StrEnum
from typing import Final

from dutydesk.domain.frozen import value
from dutydesk.language.sentences import sentence


class Phase(StrEnum):
    RUNNING = "running"
    STANDING_BY = "standing by"
    STOPPED = "stopped"


#: The phases in words.
PHASE_WORDS: Final = {
    Phase.RUNNING: sentence("dispatching"),
    Phase.STANDING_BY: sentence("standing by"),
    Phase.STOPPED: sentence("stopped"),
}


@value(frozen=True, slots=True)
class DispatcherState:
    """The state as the console's header shows it. ``error`` is the present fault in one sentence, ``None`` without one.

    ``delivered``, ``failed`` and ``received`` count since the start. ``problems`` are sentences about files of the
    inbox that can't be read, and about a lock that can't be taken. ``faults`` names the steps that fail now.
    ``lock_holder`` names the process that dispatches while this one waits; it is empty if that is unknown.
    ``passes_alarms_on``: of several boxes that dispatch beside each other one tells of the desk's alarms.
    """

    phase: Phase = Phase.STOPPED
    delivered: int = 0
    failed: int = 0
    received: int = 0
    error: str | None = None
    problems: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    lock_holder: str | None = None
    passes_alarms_on: bool = True

    @property
    def troubles(self) -> tuple[str, ...]:
        """Everything that is wrong now."""
        return (*((self.error,) if self.error is not None else ()), *self.problems)


class StepCounts:
    """Counts the steps of the dispatcher that began; one that hangs begins none.

    ``log`` and ``filing`` run beside the others and say nothing of them.
    """

    _BESIDE: Final = frozenset({"log", "filing"})

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def begin(self, step: str) -> None:
        self._counts[step] += 1

    def counted(self, step: str, ask: Callable[[], bool]) -> Callable[[], bool]:
        """``ask``, which a long step calls between its parts, and which counts each of them."""

        def begin_and_ask() -> bool:
            self.begin(step)
            return ask()

        return begin_and_ask

    @property
    def intake(self) -> int:
        return self._counts["inbox"]

    @property
    def delivery(self) -> int:
        return sum(n for step, n in self._counts.items() if step != "inbox" and step not in self._BESIDE)
