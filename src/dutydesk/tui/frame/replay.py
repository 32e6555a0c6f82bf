"""Pause the replay of a demo, and change its speed."""

from __future__ import annotations

from collections.abc import Callable

from dutydesk.tui.console import Actions, Console
from dutydesk.tui.frame.runner import DeskRunner, PacedRunner
from dutydesk.tui.frame.texts import texts


class ReplayActions:
    def __init__(self, console: Console, runner: Callable[[], DeskRunner | None]) -> None:
        self._console, self._runner = console, runner

    def actions(self) -> Actions:
        return {"pause": self.pause, "faster": self.faster, "slower": self.slower}

    def pause(self) -> None:
        """Pause, or go on."""
        if (runner := self._paced_runner()) is not None:
            runner.resume() if runner.paused else runner.pause()
            self._console.show_time()

    def faster(self) -> None:
        if (runner := self._paced_runner()) is not None:
            runner.faster()
            self._console.show_time()

    def slower(self) -> None:
        if (runner := self._paced_runner()) is not None:
            runner.slower()
            self._console.show_time()

    def _paced_runner(self) -> PacedRunner | None:
        runner = self._runner()
        if isinstance(runner, PacedRunner):
            return runner
        self._console.notify(texts.NO_REPLAY, "warn")
        return None
