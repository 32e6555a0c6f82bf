"""Panels in columns: how many lines each gets, and what the lines of the whole wall are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeAlias

from rich.cells import cell_len

from dutydesk.domain.frozen import value
from dutydesk.tui.frame.glyphs import Glyphs
from dutydesk.tui.wall.texts import texts

#: A text and the name of its style, or none.
Span: TypeAlias = tuple[str, str]
SpanLine: TypeAlias = tuple[Span, ...]

GAP: Final = 2
#: From this height on an empty line parts the panels of a column.
_AIRY_LINES: Final = 26
THREE_COLUMNS: Final = 120


@value(frozen=True, slots=True)
class Panel:
    """``head`` lines stay; of ``rows`` as many are shown as fit, at least ``least`` of them.

    ``empty`` is the sentence where there are no rows.
    """

    title: str
    summary: str
    rows: tuple[SpanLine, ...]
    empty: str
    head: tuple[SpanLine, ...] = ()
    least: int = 2

    @property
    def wanted(self) -> int:
        return len(self.head) + len(self.rows) if self.rows else 1

    @property
    def minimum(self) -> int:
        return min(self.wanted, len(self.head) + self.least)

    def lines(self, room: int, cells: int, signs: Glyphs) -> list[SpanLine]:
        """The title and ``room`` lines under it."""
        found = [_title_line(self.title, self.summary, cells, signs)]
        if not self.rows:
            found.append(((self.empty, "dim"),))
        elif self.wanted <= room:
            found += [*self.head, *self.rows]
        else:
            shown = max(room - len(self.head) - 1, 0)
            found += [*self.head, *self.rows[:shown], ((texts.more(len(self.rows) - shown), "dim"),)]
        return found[: room + 1]


def _title_line(title: str, summary: str, cells: int, signs: Glyphs) -> SpanLine:
    line = signs.line * max(cells - cell_len(title) - cell_len(summary) - 2, 1)
    return ((title, "head"), (f" {line} ", "rule"), (summary, ""))


def share_out(panels: Sequence[Panel], height: int) -> list[int]:
    """How many lines under its title each panel gets: its least, then one more each in turn."""
    rooms = [panel.minimum for panel in panels]
    left = height - len(panels) - sum(rooms)
    while left > 0 and any(room < panel.wanted for room, panel in zip(rooms, panels, strict=True)):
        for place, panel in enumerate(panels):
            if left > 0 and rooms[place] < panel.wanted:
                rooms[place] += 1
                left -= 1
    return rooms


def column_lines(panels: Sequence[Panel], cells: int, height: int, signs: Glyphs) -> list[SpanLine]:
    airy = height >= _AIRY_LINES
    rooms = share_out(panels, height - (len(panels) - 1 if airy else 0))
    lines: list[SpanLine] = []
    for panel, room in zip(panels, rooms, strict=True):
        lines += panel.lines(room, cells, signs)
        if airy:
            lines.append(())
    return (lines + [()] * height)[:height]


def column_widths(width: int) -> tuple[int, ...]:
    """Equal widths of two or three columns; the last takes what is left over."""
    columns = 3 if width >= THREE_COLUMNS else 2
    each = (width - GAP * (columns - 1)) // columns
    return (*[each] * (columns - 1), width - (each + GAP) * (columns - 1))


def side_by_side(columns: Sequence[Sequence[SpanLine]], widths: Sequence[int]) -> list[SpanLine]:
    return [_joined(parts, widths) for parts in zip(*columns, strict=True)]


def _joined(parts: Sequence[SpanLine], widths: Sequence[int]) -> SpanLine:
    line: list[Span] = []
    for part, width in zip(parts, widths, strict=True):
        used = sum(cell_len(text) for text, _ in part)
        line += [*part, (" " * (max(width - used, 0) + GAP), "")]
    return tuple(line[:-1])
