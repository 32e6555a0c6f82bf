"""Skip a step of the tour, or end it."""

from __future__ import annotations

from dutydesk.tui.console import Actions, Console, Guide
from dutydesk.tui.tour.texts import texts


class TourActions:
    def __init__(self, console: Console) -> None:
        self._console = console

    def actions(self) -> Actions:
        return {"skip_step": self.skip_step, "end_tour": self.end_tour}

    async def skip_step(self) -> None:
        if (tour := self._active_tour()) is not None:
            await tour.skip()
            self._console.show_time()

    async def end_tour(self) -> None:
        if (tour := self._active_tour()) is not None:
            await tour.end()
            self._console.show_time()

    def _active_tour(self) -> Guide | None:
        tour = self._console.tour
        if tour is None or tour.is_over:
            self._console.notify(texts.NO_TOUR, "warn")
            return None
        return tour
