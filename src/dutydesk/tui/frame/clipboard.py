"""Copy to the clipboard of the officer's terminal (OSC 52), which never says whether it took the text."""

from __future__ import annotations

import re

from dutydesk.tui.console import Actions, Console
from dutydesk.tui.frame.keys import key_hint
from dutydesk.tui.frame.screen import DeskScreen
from dutydesk.tui.frame.texts import texts
from dutydesk.wire.text.safe_text import safe_text

_DIRECTION_ISOLATES = re.compile("[\u2066-\u2069]")


class CopyActions:
    """Copy the number of what the cursor of the top screen is on."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def actions(self) -> Actions:
        return {"copy": self.copy}

    def copy(self) -> None:
        screen = self._console.screens[-1]
        name = screen.subject() if isinstance(screen, DeskScreen) else ""
        if name:
            self._console.copy_to_terminal(name)
        else:
            self._console.notify(texts.nothing_selected(key_hint("list.down"), key_hint("list.up")), "warn")


def plain_text(text: str) -> str:
    """Without control characters, and without marks of direction, which belong to the screen and not to the text."""
    return _DIRECTION_ISOLATES.sub("", safe_text(text, multiline=True)).strip()
