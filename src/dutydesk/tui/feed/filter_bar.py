"""The line in which a filter is typed; it applies when typing pauses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input

from dutydesk.tui.frame.keys import KeyPlace, bindings
from dutydesk.tui.frame.preferences import Preferences
from dutydesk.tui.widgets.line_input import LineInput

DEBOUNCE_SECONDS = 0.15


class FilterBar(LineInput):
    """Hidden while it is empty and has no focus. Enter keeps the filter and leaves, esc clears it.

    The filters that were used stay in the officer's ``preferences``, under the bar's id.
    """

    BINDINGS = bindings(KeyPlace.FILTER)

    @dataclass
    class Typed(Message):
        bar: FilterBar
        text: str

    @dataclass
    class Left(Message):
        bar: FilterBar

    def __init__(
        self,
        hint: str,
        preferences: Preferences,
        *,
        id: str,
        complete: Callable[[str], str] | None = None,
    ) -> None:
        """``complete`` makes of a line one whose last word is complete."""
        super().__init__(placeholder=hint, id=id, compact=True, select_on_focus=False)
        self._preferences, self._history_name, self._complete = preferences, id, complete
        self.display = False
        self.cursor_blink = False
        self._debounce: Timer | None = None
        self._used = preferences.history(id)
        self._at = 0

    def open_bar(self) -> None:
        self.display = True
        self._used = self._preferences.history(self._history_name)
        self._at = len(self._used)
        self.screen.set_focus(self)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        if self._debounce is not None:
            self._debounce.stop()
        self._debounce = self.set_timer(DEBOUNCE_SECONDS, self._post_typed)

    def _post_typed(self) -> None:
        self._debounce = None
        self.post_message(self.Typed(self, self.value))

    def action_leave(self) -> None:
        if self._debounce is not None:
            self._debounce.stop()
            self._post_typed()
        self._remember(self.value.strip())
        self.display = bool(self.value.strip())
        self.post_message(self.Left(self))

    def action_clear(self) -> None:
        self._remember(self.value.strip())
        self.value = ""
        self.action_leave()

    def _remember(self, text: str) -> None:
        if text:
            self._preferences.remember(self._history_name, text)
            self._used = self._preferences.history(self._history_name)
        self._at = len(self._used)

    def action_before(self) -> None:
        """Go back in the history; text that is being typed joins it."""
        if self._at == len(self._used) and self.value.strip() and self.value.strip() not in self._used:
            self._used.append(self.value.strip())
        self._show_used(self._at - 1)

    def action_after(self) -> None:
        if self._at + 1 < len(self._used):
            self._show_used(self._at + 1)
        else:
            self.action_leave()

    def action_complete(self) -> None:
        if self._complete is not None and self.cursor_position == len(self.value):
            self.set_text(self._complete(self.value))

    def _show_used(self, place: int) -> None:
        if 0 <= place < len(self._used):
            self._at = place
            self.set_text(self._used[place])

    def set_text(self, text: str) -> None:
        """Set the filter as if it had been typed."""
        self.value = text
        self.cursor_position = len(text)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
