"""The sentence that covers a terminal smaller than 80x24."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.geometry import Size
from textual.widgets import Static

from dutydesk.tui.console import Console
from dutydesk.tui.frame.console_screen import ConsoleModal
from dutydesk.tui.frame.texts import texts


class TooSmall(ConsoleModal[None]):
    CSS_PATH: ClassVar = Path(__file__).with_name("too_small.tcss")
    BINDINGS: ClassVar = [Binding("q", "app.quit", show=False)]

    def __init__(self, console: Console, size: Size) -> None:
        super().__init__(console)
        self._first = size

    def compose(self) -> ComposeResult:
        yield Static(texts.needs_size(*self._first), markup=False)

    def on_resize(self, event: events.Resize) -> None:
        self.query_one(Static).update(texts.needs_size(event.size.width, event.size.height))
