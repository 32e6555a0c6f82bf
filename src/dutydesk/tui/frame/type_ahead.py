"""Keys that come faster than what they open: each waits until the one before it has done all it does.

Textual hands a key to the widget that has the focus when the key arrives, and looks for its action only once the key
has bubbled up from there. Of a burst such as ``/ru z`` all keys arrive before the first has moved the focus: letters
would act on the list, or be lost.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from time import monotonic
from typing import Any

from textual import events
from textual.app import App
from textual.message_pump import MessagePump
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input, TextArea

from dutydesk.domain.limits import DEFAULT_LIMITS, ConsoleLimits
from dutydesk.tui.dialogs.dialog import Dialog
from dutydesk.tui.frame import texts
from dutydesk.tui.frame.keys import key_hint
from dutydesk.tui.widgets.choice import Choice

SUSPEND = "ctrl+z"
#: So many screens may open one another before a key is let through.
_MAX_SCREEN_CHANGES = 8


class TypeAhead:
    """Takes keys and pasted text in the app's place, in the order in which they come."""

    def __init__(
        self, app: App[Any], say: Callable[[str], None], limits: ConsoleLimits = DEFAULT_LIMITS.console
    ) -> None:
        """``say`` shows the officer one line."""
        self._app = app
        self._say = say
        self._limits = limits
        self._action_pending = False
        self._text_pending = False
        self._muted_until = 0.0
        self._closed = False

    async def close(self) -> None:
        """Take no more keys, and wait until what the keys so far have opened is there."""
        self._closed = True
        await self._settle()

    def should_drop(self, event: events.Event) -> bool:
        """Whether a key or a paste is not for the console: it is being left, or the officer types for the shell.

        Ctrl+z wants to suspend the console, which it does not; what follows is meant for the shell. In a text of
        several lines ctrl+z takes back what was typed.
        """
        if not isinstance(event, events.Key | events.Paste) or event.is_forwarded:
            return False
        if self._closed:
            return True
        if isinstance(event, events.Key) and event.key == SUSPEND and not isinstance(self._app.focused, TextArea):
            self._muted_until = monotonic() + self._limits.shell_pause_seconds
            self._say(texts.suspend_ignored(key_hint("desk.quit")))
            return True
        return monotonic() < self._muted_until

    async def handle_key(self, event: events.Key) -> None:
        """An act waits for all before it; a letter of a text only for an act, which may have opened what it is for."""
        app = self._app
        app.app_focus = True
        is_text = event.is_printable or event.key == "enter"
        if self._action_pending or (
            self._text_pending and not (event.is_printable and isinstance(app.focused, Input | TextArea))
        ):
            await self._settle()
        if await app._check_bindings(event.key, priority=True):
            self._action_pending = True
            return
        field = self._target_field(opening=event.is_printable and not self._is_tick_key(event))
        if field is not None and (event.is_printable or (is_text and isinstance(field, TextArea))):
            self._forward(field, event)
        elif await app._check_bindings(event.key):
            self._action_pending = True

    def record_action(self) -> None:
        """A key has done its work elsewhere: the next one waits for it."""
        self._action_pending = True

    async def handle_paste(self, event: events.Paste) -> None:
        """Pasted text is text, whatever it holds; in a field of one line its lines become words."""
        if self._action_pending or self._text_pending:
            await self._settle()
        field = self._target_field(opening=True)
        if field is not None:
            text = event.text if isinstance(field, TextArea) else " ".join(event.text.splitlines())
            self._forward(field, events.Paste(text))

    def _forward(self, field: Widget, event: events.Event) -> None:
        """Give the event to the field. A field out of sight takes the text and the dialog says so."""
        screen = field.screen
        if _is_visible(field):
            if field is not self._app.focused:
                screen.set_focus(field)
        elif isinstance(screen, Dialog):
            screen.report_hidden_input()
        field._forward_event(event)
        self._text_pending = True

    def _target_field(self, *, opening: bool) -> Widget | None:
        """The field that takes a text: the focused one; else, in a dialog that has a field, the one it was opened for.

        So a letter never moves a choice, and never presses a button, in a dialog that has a text.
        """
        focused = self._app.focused
        if isinstance(focused, Input | TextArea):
            return focused
        screen = self._app.screen
        if not (opening and screen.is_modal):
            return None
        found = [field for field in screen.query("*") if isinstance(field, Input | TextArea) and field.focusable]
        fields = [field for field in found if _is_visible(field)] or found
        return next((field for field in fields if isinstance(field, TextArea)), next(iter(fields), None))

    def _is_tick_key(self, event: events.Key) -> bool:
        """Whether a space ticks the word under the cursor: no text begins with a space."""
        focused = self._app.focused
        return event.key == "space" and isinstance(focused, Choice) and focused.many

    async def _settle(self) -> None:
        """Until what the keys before have caused is done, and what they have opened has its focus."""
        app = self._app
        for _ in range(_MAX_SCREEN_CHANGES):
            top = app.screen
            for pump in _ancestors(app.focused or top):
                await _drain(pump, self._limits.settle_seconds)
            await app._flush_next_callbacks()
            if app.screen is top:
                break
        self._action_pending = self._text_pending = False


def _is_visible(field: Widget) -> bool:
    return all(node.display for node in field.ancestors_with_self if isinstance(node, Widget))


def _ancestors(widget: Widget) -> Iterator[MessagePump]:
    for node in widget.ancestors_with_self:
        yield node
        if isinstance(node, Screen):
            return


async def _drain(pump: MessagePump, seconds: float) -> None:
    done = asyncio.Event()
    if pump.call_later(done.set):
        try:
            await asyncio.wait_for(done.wait(), seconds)
        except TimeoutError:
            return
