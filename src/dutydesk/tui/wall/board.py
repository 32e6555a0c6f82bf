"""The wall itself: text in columns, of which only the lines that differ are painted again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from dutydesk.desk.base.rows import AlarmRow, WaitingCounts
from dutydesk.desk.base.wall_rows import WallFigures
from dutydesk.tui.frame.glyphs import glyphs
from dutydesk.tui.frame.text_format import isolated_segments, segments_of
from dutydesk.tui.wall import panels
from dutydesk.tui.wall.layout import Panel, SpanLine, column_lines, column_widths, side_by_side
from dutydesk.tui.widgets.segments import SegmentMerger, changed_width


class WallBoard(Widget):
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "wall--head",
        "wall--rule",
        "wall--bar",
        "wall--strong",
        "wall--dim",
        "wall--warn",
        "wall--bad",
        "wall--good",
    }

    def __init__(self) -> None:
        super().__init__()
        self._figures: WallFigures | None = None
        self._alarms: tuple[AlarmRow, ...] = ()
        self._waiting = WaitingCounts()
        self._now: datetime | None = None
        self._lines: list[SpanLine] = []

    @property
    def text(self) -> str:
        """All its text, for tests."""
        return "\n".join("".join(text for text, _ in line) for line in self._lines)

    def show(self, figures: WallFigures, alarms: Sequence[AlarmRow], waiting: WaitingCounts, now: datetime) -> None:
        self._figures, self._alarms, self._waiting, self._now = figures, tuple(alarms), waiting, now
        before, self._lines = self._lines, self._lay_out()
        if len(before) != len(self._lines):
            self.refresh()
            return
        for y, (old, new) in enumerate(zip(before, self._lines, strict=True)):
            if old != new:
                end = changed_width(self._strip(old), self._strip(new))
                self.refresh(Region(0, y, end, 1))

    def on_resize(self) -> None:
        self._lines = self._lay_out()
        self.refresh()

    def _lay_out(self) -> list[SpanLine]:
        if self._figures is None or self._now is None or self.size.width < 2 or not self.size.height:
            return []
        widths = column_widths(self.size.width - 2)
        signs = glyphs()
        columns = [
            column_lines(group, width, self.size.height, signs)
            for group, width in zip(self._groups(self._figures, widths, self._now), widths, strict=True)
        ]
        return side_by_side(columns, widths)

    def _groups(self, figures: WallFigures, widths: Sequence[int], now: datetime) -> Sequence[Sequence[Panel]]:
        signs = glyphs()
        kinds = panels.kinds(figures, widths[0], signs)
        senders = panels.senders(figures, widths[0] if len(widths) == 2 else widths[1], signs)
        last = widths[-1]
        desk = [
            panels.queue(figures, self._waiting, last, signs, now),
            panels.measures(figures, last, now),
            panels.duty(figures, last, now),
            panels.alarms(self._alarms, self._waiting.proposals, last, now),
        ]
        if len(widths) == 2:
            return [kinds, senders, panels.checks(figures, widths[0], signs)], desk
        checks = panels.checks_by_bureau(figures, widths[0], signs)
        return [kinds, checks], [senders], [*desk, panels.places(figures, last, signs)]

    def render_line(self, y: int) -> Strip:
        return self._strip(self._lines[y]) if y < len(self._lines) else Strip.blank(self.size.width, self.rich_style)

    def _strip(self, line: SpanLine) -> Strip:
        base, merged = self.rich_style, SegmentMerger()
        merged.extend(segments_of(" ", base))
        for text, tone in line:
            merged.extend(isolated_segments(text, self._tone(tone, base)))
        return Strip(merged.segments).adjust_cell_length(self.size.width, base)

    def _tone(self, tone: str, base: Style) -> Style:
        return base + self.get_component_rich_style(f"wall--{tone}", partial=True) if tone else base
