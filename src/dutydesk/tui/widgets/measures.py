"""The measures of one country, newest first."""

from __future__ import annotations

from collections.abc import Sequence

from dutydesk.desk.views import MeasureRow
from dutydesk.tui import words
from dutydesk.tui.keys import brief
from dutydesk.tui.plain import moment
from dutydesk.tui.widgets.countries import level_cell
from dutydesk.tui.widgets.line_table import Cell, Column, LineTable
from dutydesk.wire.safe_text import safe


class Measures(LineTable[MeasureRow]):
    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(words.empty_measures(brief("measure.order")), id=id)

    def columns(self) -> Sequence[Column[MeasureRow]]:
        return (
            Column(words.MEASURE, 7, lambda row: Cell(row.measure, "strong")),
            Column(words.LEVEL, 12, lambda row: level_cell(row.level)),
            Column(words.STATE, 16, lambda row: Cell(_state(row), "" if row.in_force or row.proposed else "dim")),
            Column(words.ENDORSEMENT, 9, lambda row: Cell(row.endorsement)),
            Column(words.ORDERED, 18, lambda row: Cell(moment(row.ordered_at), "dim"), drop=1),
            Column(words.ORDER, 8, lambda row: Cell(safe(row.order)), flexible=True),
        )

    def key_of(self, row: MeasureRow) -> str:
        return row.measure


def _state(row: MeasureRow) -> str:
    if row.proposed == "lift":
        return words.LIFT_PROPOSED
    if row.proposed:
        return words.EASING_PROPOSED
    return words.IN_FORCE if row.in_force else row.state
