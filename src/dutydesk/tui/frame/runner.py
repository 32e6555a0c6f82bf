"""What the console needs from the dispatcher or replay that runs in the same process."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, runtime_checkable


class DeskRunner(Protocol):
    def state_words(self) -> str:
        """The dispatcher's state in a few words, for the header: ``dispatching``, ``standing by``."""
        ...


@runtime_checkable
class TroubledRunner(Protocol):
    """A runner that reports its troubles."""

    def troubles(self) -> tuple[str, ...]:
        """A sentence for each; empty once the runner works again."""
        ...


@runtime_checkable
class PacedRunner(Protocol):
    """A replay, whose speed can be changed."""

    @property
    def paused(self) -> bool: ...

    def pause(self) -> None: ...

    def resume(self) -> None: ...

    def faster(self) -> None: ...

    def slower(self) -> None: ...

    def speed_words(self) -> str:
        """For example ``60x``."""
        ...


@runtime_checkable
class TourRunner(Protocol):
    """A replay that leaves a part of its script to the officer on the guided tour."""

    @property
    def touring(self) -> bool: ...

    @property
    def tour_country(self) -> str: ...

    @property
    def tour_order(self) -> Mapping[str, str]:
        """The order that the script would issue: ``level``, ``order``, ``by``, ``reason``, ``channels``."""
        ...

    async def do_held_back(self) -> None:
        """Let the script do the step that the officer has skipped."""
        ...

    async def end_tour(self) -> None:
        """Let script and simulated colleagues continue without the officer."""
        ...
