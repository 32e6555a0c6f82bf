"""How often the console paints changes that nobody asked for. A slow line gets fewer and later ones."""

from __future__ import annotations

import os
from typing import Final

from dutydesk.domain.frozen import value

#: Rich's name of the sixteen colours.
SIXTEEN_COLOURS: Final = "standard"
#: More changes between two polls than anybody can read.
FLOOD: Final = 200


@value(frozen=True, slots=True)
class Pace:
    """Times in seconds; ``idle``, ``repaint`` and ``flood`` are pauses after a poll with no, some or many changes.

    ``hidden_panes``: how often panes out of sight are read. ``countdown``: how often a countdown is painted.
    ``half_screen_scroll``: a full feed scrolls by half a screen, not line by line. ``defer_behind_dialogs``: changes
    next to a dialog are painted when it closes.
    """

    idle: float = 0.15
    repaint: float = 0.25
    flood: float = 0.4
    hidden_panes: float = 1.0
    countdown: float = 1.0
    half_screen_scroll: bool = False
    defer_behind_dialogs: bool = False

    def delay(self, changes: int) -> float:
        """The pause after a poll that found so many changes. Painting a flood is expensive, and nobody can read it."""
        if not changes:
            return self.idle
        return self.flood if changes > FLOOD else self.repaint


#: At most four repaints of changes a second.
NORMAL_PACE: Final = Pace()
SLOW_LINE_PACE: Final = Pace(
    repaint=2.0, flood=2.0, hidden_panes=2.0, countdown=5.0, half_screen_scroll=True, defer_behind_dialogs=True
)


def use_sixteen_colours() -> None:
    """Use sixteen colours and no animations. Has an effect only before Textual is imported."""
    os.environ.setdefault("TEXTUAL_COLOR_SYSTEM", SIXTEEN_COLOURS)
    os.environ["TEXTUAL_ANIMATIONS"] = "none"
