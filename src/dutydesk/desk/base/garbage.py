"""Python's garbage collector, at the start of a process and in those that work for hours."""

from __future__ import annotations

import gc
from typing import Final

#: New objects between two looks, and looks between those at older ones. A message leaves some hundred objects, hardly
#: any of them in a cycle: looking after each 700 of them, as Python does, takes a tenth of the time of taking one in.
_THRESHOLDS: Final = (20_000, 20, 20)
_USUAL: Final = gc.get_threshold()


def start_quickly() -> None:
    """Looks seldom while modules are imported: what they make stays, and looking takes a twentieth of a start."""
    gc.set_threshold(*_THRESHOLDS)


def leave_out_loaded() -> None:
    """Leaves what is loaded so far out of every look, and looks as often as usual at what comes later."""
    gc.freeze()
    gc.set_threshold(*_USUAL)


def look_seldom() -> None:
    """The same, but looks seldom at what comes later: for a process that takes in messages and shows nothing."""
    leave_out_loaded()
    gc.set_threshold(*_THRESHOLDS)
