"""Lines for the terminal, with few changes of colour and only as many cells as differ."""

from __future__ import annotations

from collections.abc import Iterable

from rich.segment import Segment
from textual.strip import Strip

ISOLATES = ("\u2068", "\u2069")


def changed_width(before: Strip, after: Strip) -> int:
    """Up to which cell a line must be repainted; 0 if nothing differs. Textual crops lines at the right only."""
    old, new = list(before), list(after)
    end = after.cell_length
    while old and new and old[-1] == new[-1]:
        end -= new[-1].cell_length
        del old[-1], new[-1]
    return end if old or new else 0


class SegmentMerger:
    """Joins neighbours of the same style, so that the style is sent to the terminal once.

    Blanks show only their background, so they take the style of their neighbour.
    """

    def __init__(self) -> None:
        self.segments: list[Segment] = []

    def extend(self, parts: Iterable[Segment]) -> None:
        for part in parts:
            self.add(part)

    def add(self, part: Segment) -> None:
        last = self.segments[-1] if self.segments else None
        if last is None or part.text in ISOLATES or last.text in ISOLATES:
            self.segments.append(part)
        elif part.style == last.style or (_is_blank(part) and _same_background(part, last)):
            self.segments[-1] = Segment(last.text + part.text, last.style)
        elif _is_blank(last) and _same_background(part, last):
            self.segments[-1] = Segment(last.text + part.text, part.style)
        else:
            self.segments.append(part)


def _is_blank(part: Segment) -> bool:
    return not part.text.strip(" ")


def _same_background(one: Segment, other: Segment) -> bool:
    return (
        one.style is not None
        and other.style is not None
        and one.style.bgcolor == other.style.bgcolor
        and not (one.style.underline or other.style.underline or one.style.reverse or other.style.reverse)
    )
