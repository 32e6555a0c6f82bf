"""Help for what the mouse rests on, in a small box next to it."""

from __future__ import annotations

from textual import events
from textual.content import Content
from textual.widget import Widget


class HoverHelp(Widget):
    """A widget that is painted line by line and knows what each cell is about."""

    def help_at(self, x: int, y: int) -> str:  # noqa: ARG002
        """Safe text, such as what a key does; empty for none."""
        return ""

    def on_mouse_move(self, event: events.MouseMove) -> None:
        words = self.help_at(event.x, event.y)
        shown = Content(words) if words else None
        if shown != self.tooltip:
            self.tooltip = shown
