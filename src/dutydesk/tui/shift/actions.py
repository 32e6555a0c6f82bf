"""What the console does about a shift: its handover, who was away, and the curtain over a console that nobody uses."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING, cast

from textual import events

from dutydesk.desk.shift import handover
from dutydesk.domain.errors import DeskError
from dutydesk.tui.frame.too_small import TooSmall
from dutydesk.tui.shift import texts
from dutydesk.tui.shift.handover import HandoverForm, LastHandover
from dutydesk.tui.shift.pages import AwaySummary, Curtain, KeyPage

if TYPE_CHECKING:
    from dutydesk.desk.shift.presence import AbsenceSummary
    from dutydesk.tui.app import DutyDeskApp


class ShiftActions:
    """Beside the console's own acts. ``idle_clock`` gives seconds that only ever grow."""

    idle_clock = staticmethod(time.monotonic)
    _last_use = 0.0

    @property
    def _console(self) -> DutyDeskApp:
        return cast("DutyDeskApp", self)

    async def action_handover(self) -> None:
        console = self._console
        try:
            found = await handover.draft_handover(console.desk)
        except DeskError as error:
            console.refuse(error)
            return
        await console.push_screen(HandoverForm(found.note))

    async def action_accept_handover(self) -> None:
        console = self._console
        try:
            found = (await handover.draft_handover(console.desk)).last
        except DeskError as error:
            console.refuse(error)
            return
        if found is None:
            console.say(texts.HANDOVER_NONE)
            return
        await console.push_screen(LastHandover(found, console.actor.officer))

    async def show_absence(self, changed: AbsenceSummary | None) -> None:
        """``changed`` while the officer was away is told first."""
        self._last_use = self.idle_clock()
        if changed is not None:
            await self._console.push_screen(AwaySummary(changed))

    def record_use(self, event: events.Event) -> None:
        """A key or the mouse: somebody is there."""
        if isinstance(event, events.Key | events.Paste | events.MouseEvent):
            self._last_use = self.idle_clock()

    def any_key(self, event: events.Key) -> bool:
        """Whether a page that waits for any key has taken this one."""
        screen = self._console.screen
        return isinstance(screen, KeyPage) and screen.any_key(event.key)

    @property
    def is_locked(self) -> bool:
        return any(isinstance(screen, Curtain) for screen in self._console.screen_stack)

    async def lock_if_idle(self) -> None:
        """Draws the curtain over everything that stands there, and takes nothing of it away."""
        after = self._console.desk.context.settings.lock_after
        if not after or self.idle_clock() - self._last_use < after / timedelta(seconds=1):
            return
        console = self._console
        if not self.is_locked and not isinstance(console.screen, TooSmall):
            alarms = len(console.all_alarms())
            await console.push_screen(Curtain(console.desk.realm, console.actor.officer, alarms))

    def show_alarms_on_curtain(self) -> None:
        for screen in self._console.screen_stack:
            if isinstance(screen, Curtain):
                screen.show_alarms(len(self._console.all_alarms()))

    def unlock(self) -> None:
        console = self._console
        console.pop_screen()
        console.check_size(console.size)
