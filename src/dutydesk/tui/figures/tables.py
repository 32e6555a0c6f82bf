"""The tables of figures and of their rows, and the line of the last hour."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Sparkline

from dutydesk.desk.base.hit_rows import FeedRow
from dutydesk.tui.feed.table import arrival_time, kind_cell, row_name, sender_of, state_cell, subject_cell
from dutydesk.tui.figures.rows import BAR_WIDTH, FigureRow
from dutydesk.tui.figures.texts import texts
from dutydesk.tui.frame.glyphs import UNICODE, glyphs
from dutydesk.tui.frame.text_format import date_and_time, format_count
from dutydesk.tui.frame.texts import texts as frame_texts
from dutydesk.tui.widgets.frame_lines import Line
from dutydesk.tui.widgets.line_table import Cell, Column, LineTable
from dutydesk.tui.widgets.sparkline import ascii_sparkline


class FigureTable(LineTable[FigureRow]):
    def __init__(self) -> None:
        super().__init__(texts.NO_FIGURES, self._columns, lambda row: row.key)

    def _columns(self) -> Sequence[Column[FigureRow]]:
        return (
            Column(texts.FIGURE, 23, lambda row: Cell(texts.FIGURE_NAMES[row.name] if row.first else "", "strong")),
            Column(texts.FIGURE_OF, 22, lambda row: Cell(row.label)),
            Column(texts.NUMBER, 9, lambda row: Cell(row.value), right=True),
            Column(texts.SHARE, BAR_WIDTH, self._bar, flexible=True),
        )

    def _bar(self, row: FigureRow) -> Cell:
        sign = "━" if self.signs is UNICODE else "#"
        length = round(row.share * BAR_WIDTH)
        return Cell(sign * max(length, 1) if row.share else "", "dim")


class FigureDetailTable(LineTable[FeedRow]):
    def __init__(self) -> None:
        super().__init__(texts.NO_ROWS, self._columns, row_name)

    def _columns(self) -> Sequence[Column[FeedRow]]:
        return (
            Column(
                frame_texts.TIME,
                18,
                lambda row: Cell(date_and_time(arrival_time(row)), "dim"),
                1,
            ),
            Column(frame_texts.ITEM, max(8, self.longest_key), lambda row: Cell(row_name(row), "strong")),
            Column(frame_texts.KIND, 8, kind_cell, drop_order=2),
            Column(frame_texts.FROM, 4, lambda row: Cell(sender_of(row))),
            Column(frame_texts.STATE, 13, lambda row: state_cell(row, self.signs)),
            Column(frame_texts.SUBJECT, 16, subject_cell, flexible=True),
        )


class LastHour(Horizontal):
    """One line: a label, the rate of the last minute, and the last hour as a sparkline."""

    def __init__(self, label: str, *, id: str) -> None:
        super().__init__(id=id)
        self._label = label
        self._blocks = glyphs() is UNICODE
        self._shown: tuple[int, ...] = ()

    def compose(self) -> ComposeResult:
        yield Line(id=f"{self.id}-label", classes="label")
        if self._blocks:
            yield Sparkline([0.0], summary_function=max)
        else:
            yield Line(id=f"{self.id}-ramp", classes="ramp")

    def show(self, minutes: Sequence[int], now: int) -> None:
        """``minutes``: counts per minute, oldest first; ``now``: count of the last 60 seconds."""
        self.query_one(f"#{self.id}-label", Line).show(
            (
                (f"{self._label:<17}", "", 0),
                (format_count(now), "strong", 0),
                (texts.peak(max((*minutes, now))), "dim", 1),
            )
        )
        if tuple(minutes) == self._shown:
            return
        self._shown = tuple(minutes)
        if self._blocks:
            self.query_one(Sparkline).data = [float(n) for n in minutes]
        else:
            self.query_one(f"#{self.id}-ramp", Line).show(((ascii_sparkline(minutes), "", 0),))
