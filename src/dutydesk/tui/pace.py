"""How often the console paints what changes by itself. A thin line gets less, and later."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Final

#: Rich's name of the sixteen colours.
FEW_COLOURS: Final = "standard"


@dataclass(frozen=True, slots=True)
class Pace:
    """All in seconds. ``jumps``: a feed that is full moves on by half a screen at once, not line by line.

    ``waits_behind``: what changes beside a dialog is painted when that is closed.
    """

    repaint: float = 0.25
    countdown: float = 1.0
    jumps: bool = False
    waits_behind: bool = False


#: Never more than four repaints of changes in a second.
USUAL: Final = Pace()
THIN: Final = Pace(repaint=2.0, countdown=5.0, jumps=True, waits_behind=True)


def use_few_colours() -> None:
    """Acts only before Textual is imported."""
    os.environ.setdefault("TEXTUAL_COLOR_SYSTEM", FEW_COLOURS)
    os.environ["TEXTUAL_ANIMATIONS"] = "none"
