"""How often the console paints what changes by itself. A thin line gets less, and later."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Final

#: Rich's name of the sixteen colours.
SIXTEEN_COLOURS: Final = "standard"
#: Changes between two looks, a quarter of a second, that are more than anybody reads.
FLOOD: Final = 200


@dataclass(frozen=True, slots=True)
class Pace:
    """All in seconds. ``jumps``: a feed that is full moves on by half a screen at once, not line by line.

    ``unseen``: panes that are out of sight follow as often. ``waits_behind``: what changes beside a dialog is painted
    when that is closed.
    """

    idle: float = 0.15
    repaint: float = 0.25
    flood: float = 0.4
    hidden_panes: float = 1.0
    countdown: float = 1.0
    half_screen_scroll: bool = False
    defer_behind_dialogs: bool = False

    def delay(self, changes: int) -> float:
        """The pause behind a look that found so many changes: nobody reads a flood, and painting it costs much."""
        if not changes:
            return self.idle
        return self.flood if changes > FLOOD else self.repaint


#: Never more than four repaints of changes in a second.
NORMAL_PACE: Final = Pace()
SLOW_LINE_PACE: Final = Pace(
    repaint=2.0, flood=2.0, hidden_panes=2.0, countdown=5.0, half_screen_scroll=True, defer_behind_dialogs=True
)


def use_sixteen_colours() -> None:
    """Acts only before Textual is imported."""
    os.environ.setdefault("TEXTUAL_COLOR_SYSTEM", SIXTEEN_COLOURS)
    os.environ["TEXTUAL_ANIMATIONS"] = "none"
