"""Python's garbage collector in processes that work for hours."""

from __future__ import annotations

import gc
from typing import Final

#: New objects between two looks, and looks between those at older ones. A message leaves some hundred objects, hardly
#: any of them in a cycle: looking after each 700 of them, as Python does, takes a tenth of the time of taking one in.
_THRESHOLDS: Final = (20_000, 20, 20)


def leave_out_loaded() -> None:
    """Leaves what is loaded so far out of every look."""
    gc.freeze()


def look_seldom() -> None:
    """The same, and looks seldom at what comes later: for a process that takes in messages and shows nothing."""
    leave_out_loaded()
    gc.set_threshold(*_THRESHOLDS)
