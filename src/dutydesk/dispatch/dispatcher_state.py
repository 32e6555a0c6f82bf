"""What a dispatcher says of itself to whoever watches it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Phase(StrEnum):
    RUNNING = "running"
    STANDING_BY = "standing by"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class DispatcherState:
    """For the header of the console. ``error`` is the latest fault in one sentence, ``None`` once work goes on.

    ``delivered``, ``failed`` and ``received`` count lines and messages since the start. ``problems`` are sentences
    about files of the inbox that can't be taken. ``lock_holder`` names the process that dispatches while this one
    waits; it is empty where that is not known.
    """

    phase: Phase = Phase.STOPPED
    delivered: int = 0
    failed: int = 0
    received: int = 0
    error: str | None = None
    problems: tuple[str, ...] = ()
    lock_holder: str | None = None

    @property
    def troubles(self) -> tuple[str, ...]:
        """All that stands in its way now."""
        return (*((self.error,) if self.error is not None else ()), *self.problems)
