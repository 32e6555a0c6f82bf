"""Keys typed faster than the screens open: each key waits until the action of the key before it is complete.

Textual gives a key to the widget that has the focus when the key arrives, and looks for an action once the key has
bubbled up from there. In a burst such as ``/ru z`` all keys arrive before the first has moved the focus: letters
would act on the list or be lost.
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

from dutydesk.domain.limits import ConsoleLimits
from dutydesk.tui.dialogs.dialog import Dialog
from dutydesk.tui.frame.keys import key_hint
from dutydesk.tui.frame.texts import texts
from dutydesk.tui.textual_internals import forward_event, run_binding, run_next_callbacks
from dutydesk.tui.widgets.choice import Choice

SUSPEND = "ctrl+z"
#: Upper bound on screens that open one another before the next key is let through.
_MAX_SCREEN_CHANGES = 8


class TypeAhead:
    """Takes keys and pasted text instead of the app, in the order of their arrival."""

    def __init__(self, app: App[Any], notify: Callable[[str], None], limits: ConsoleLimits) -> None:
        """``notify`` shows the officer one line."""
        self._app = app
        self._notify = notify
        self._limits = limits
        self._action_pending = False
        self._text_pending = False
        #: The choice that kept the focus while what was typed went to a hidden field.
        self._typed_on: Widget | None = None
        self._muted_until = 0.0
        self._closed = False

    async def close(self) -> None:
        """Take no more keys, and wait until everything that earlier keys open is open."""
        self._closed = True
        await self._settle()

    def should_drop(self, event: events.Event) -> bool:
        """Whether to ignore a key or paste, because the console is closing or the officer types for the shell.

        Ctrl+z does not suspend the console, but what follows is meant for the shell. In a field of several lines ctrl+z
        undoes typing.
        """
        if not isinstance(event, events.Key | events.Paste) or event.is_forwarded:
            return False
        if self._closed:
            return True
        if isinstance(event, events.Key) and event.key == SUSPEND and not isinstance(self._app.focused, TextArea):
            self._muted_until = monotonic() + self._limits.shell_pause_seconds
            self._notify(texts.suspend_ignored(key_hint("desk.quit")))
            return True
        return monotonic() < self._muted_until

    async def handle_key(self, event: events.Key) -> None:
        """An action waits for everything before it; a letter typed into a field waits only for actions."""
        app = self._app
        app.app_focus = True
        is_text = event.is_printable or event.key == "enter"
        if self._action_pending or (
            self._text_pending and not (event.is_printable and isinstance(app.focused, Input | TextArea))
        ):
            await self._settle()
        if await run_binding(app, event.key, priority=True):
            self._action_pending, self._typed_on = True, None
            return
        field = self._target_field(opening=event.is_printable and not self._chooses(event))
        if field is not None and (event.is_printable or (is_text and isinstance(field, TextArea))):
            self._forward(field, event)
        elif await run_binding(app, event.key):
            self._action_pending, self._typed_on = True, None

    def record_action(self) -> None:
        """A page has used a key: the next key waits for it."""
        self._action_pending = True

    async def handle_paste(self, event: events.Paste) -> None:
        """Pasted text never runs actions; in a field of one line its line breaks become spaces."""
        if self._action_pending or self._text_pending:
            await self._settle()
        field = self._target_field(opening=True)
        if field is not None:
            text = event.text if isinstance(field, TextArea) else " ".join(event.text.splitlines())
            self._forward(field, events.Paste(text))

    def _forward(self, field: Widget, event: events.Event) -> None:
        """Give the event to the field. If the field is hidden, the dialog tells the officer."""
        screen = field.screen
        if _is_visible(field):
            if field is not self._app.focused:
                screen.set_focus(field)
        elif isinstance(screen, Dialog):
            self._typed_on = self._app.focused
            screen.report_hidden_input()
        forward_event(field, event)
        self._text_pending = True

    def _target_field(self, *, opening: bool) -> Widget | None:
        """The field that takes text: the focused one, else the main field of a dialog.

        A letter thus never moves a choice or presses a button in a dialog that has a field.
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

    def _chooses(self, event: events.Key) -> bool:
        """Whether the key is a space that chooses or ticks an option, and not part of a text."""
        focused = self._app.focused
        return event.key == "space" and isinstance(focused, Choice) and focused is not self._typed_on

    async def _settle(self) -> None:
        """Wait until earlier keys have had their full effect and the screens they opened have the focus."""
        app = self._app
        for _ in range(_MAX_SCREEN_CHANGES):
            top = app.screen
            for pump in _ancestors(app.focused or top):
                await _drain(pump, self._limits.settle_seconds)
            await run_next_callbacks(app)
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
