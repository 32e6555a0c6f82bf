"""What the console asks of whatever runs beside it: a dispatcher, or a replay that can be paused and sped up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, runtime_checkable


class DeskRunner(Protocol):
    def state_words(self) -> str:
        """The dispatcher's state in a few words, for the header: ``dispatching``, ``standing by``."""
        ...


@runtime_checkable
class TroubledRunner(Protocol):
    """A runner that says what stands in its way."""

    def troubles(self) -> tuple[str, ...]:
        """A sentence for each; none once work goes on."""
        ...


@runtime_checkable
class PacedRunner(Protocol):
    """A runner whose traffic has a speed, as a replay has."""

    @property
    def paused(self) -> bool: ...

    def pause(self) -> None: ...

    def resume(self) -> None: ...

    def faster(self) -> None: ...

    def slower(self) -> None: ...

    def speed_words(self) -> str:
        """Such as ``60x``."""
        ...


@runtime_checkable
class TourRunner(Protocol):
    """A replay that leaves a part of its script to an officer who is guided through it."""

    @property
    def touring(self) -> bool: ...

    @property
    def tour_country(self) -> str: ...

    @property
    def tour_order(self) -> Mapping[str, str]:
        """The order that the script would give: ``level``, ``order``, ``by``, ``reason``, ``channels``."""
        ...

    async def do_held_back(self) -> None:
        """What the officer did not do is done by the script's own persons."""
        ...

    async def end_tour(self) -> None:
        """The script and the colleagues go on as if there had been none."""
        ...
