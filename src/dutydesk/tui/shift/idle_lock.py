"""The curtain over a console that nobody uses."""

from __future__ import annotations

import time
from datetime import timedelta

from textual import events

from dutydesk.tui.console import Console
from dutydesk.tui.frame.too_small import TooSmall
from dutydesk.tui.shift.pages import Curtain


class IdleLock:
    """Covers everything once no key and no mouse was used for the desk's ``lock_after``; closes nothing below it."""

    def __init__(self, console: Console) -> None:
        self._console = console
        #: Seconds from a clock that never goes back.
        self.clock = time.monotonic
        self._last_use = 0.0

    @property
    def is_locked(self) -> bool:
        return any(isinstance(screen, Curtain) for screen in self._console.screens)

    def start(self) -> None:
        self._last_use = self.clock()

    def record_use(self, event: events.Event) -> None:
        if isinstance(event, events.Key | events.Paste | events.MouseEvent):
            self._last_use = self.clock()

    async def lock_if_idle(self) -> None:
        after = self._console.desk.context.settings.lock_after
        if not after or self.clock() - self._last_use < after / timedelta(seconds=1):
            return
        if not self.is_locked and not isinstance(self._console.screens[-1], TooSmall):
            await self._console.open_screen(Curtain(self._console))

    def show_alarms(self) -> None:
        for screen in self._console.screens:
            if isinstance(screen, Curtain):
                screen.show_alarms(len(self._console.all_alarms()))
