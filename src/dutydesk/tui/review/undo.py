"""The countdown after a release from this console: how long it can certainly be undone."""

from __future__ import annotations

from datetime import datetime

from textual.timer import Timer

from dutydesk.tui.console import Console
from dutydesk.tui.frame.change_feed import ChangeSet
from dutydesk.tui.frame.keys import key_hint
from dutydesk.tui.review.texts import texts


class UndoCountdown:
    """``number``: the released item, or ``None``. Without a dispatch delay nothing is counted."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self.number: int | None = None
        self._until: datetime | None = None
        self._timer: Timer | None = None

    def begin(self, number: int, asked_at: datetime) -> None:
        """``asked_at``: a time before the release was written, so that the countdown is never too long."""
        self.end()
        self.number = number
        delay = self._console.desk.context.settings.dispatch_delay
        if delay:
            self._until = asked_at + delay
            self._timer = self._console.set_interval(self._console.pace.countdown, self._show_time_left)
            self._show_time_left()

    def end(self) -> None:
        """There is nothing left to undo."""
        self.number = None
        self._stop()

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.stop()
        self._timer = self._until = None
        self._console.show_countdown("")

    def _show_time_left(self) -> None:
        left = 0.0 if self._until is None else (self._until - self._console.now()).total_seconds()
        if left <= 0 or self.number is None:
            self._stop()
        else:
            self._console.show_countdown(texts.undo_time_left(key_hint("item.undo"), self.number, int(left)))

    def apply_changes(self, change_set: ChangeSet) -> None:
        """End if somebody else undid or recalled the item."""
        if self.number in change_set.taken_back:
            self.end()
