"""A row of counts as one line of bars, in one colour: a change of colour for each bar costs more bytes than the bar."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from rich.console import Console
from rich.segment import Segment
from textual.renderables.sparkline import Sparkline

#: From zero to the maximum, for terminals without block characters.
_ASCII_BARS = " .:-=+*#"
_RENDERER = Console(width=400, height=1, color_system=None)


def sparkline(counts: Sequence[int], cells: int, *, blocks: bool) -> str:
    """``counts`` in at most ``cells`` bars, oldest first; neighbours are added up where there are more counts."""
    sums = condense(counts, cells)
    if not blocks:
        return ascii_sparkline(sums)
    drawn = Sparkline([float(n) for n in sums], width=len(sums))
    return "".join(part.text for part in _RENDERER.render(drawn) if isinstance(part, Segment)).rstrip("\n")


def condense(counts: Sequence[int], most: int) -> tuple[int, ...]:
    """At most ``most`` sums of equally many neighbours; the oldest sum may have fewer."""
    if not counts or most <= 0:
        return ()
    step = ceil(len(counts) / most)
    first = len(counts) % step
    head = (sum(counts[:first]),) if first else ()
    return (*head, *(sum(counts[place : place + step]) for place in range(first, len(counts), step)))


def ascii_sparkline(counts: Sequence[int]) -> str:
    most = max(counts, default=0)
    return "".join(_ASCII_BARS[-(-n * (len(_ASCII_BARS) - 1) // most) if most else 0] for n in counts)
