"""The measures of one country, newest first."""

from __future__ import annotations

from collections.abc import Sequence

from dutydesk.desk.base.rows import MeasureRow
from dutydesk.tui.countries.table import level_cell
from dutydesk.tui.countries.texts import texts
from dutydesk.tui.frame.keys import key_hint
from dutydesk.tui.frame.text_format import date_and_time, readable_name, value_word
from dutydesk.tui.frame.texts import texts as frame_texts
from dutydesk.tui.widgets.line_table import Cell, Column, LineTable
from dutydesk.wire.text.safe_text import safe_text


class MeasureTable(LineTable[MeasureRow]):
    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(texts.empty_measures(key_hint("measure.order")), self._columns, lambda row: row.measure, id=id)

    def _columns(self) -> Sequence[Column[MeasureRow]]:
        return (
            Column(texts.MEASURE, 7, lambda row: Cell(row.measure, "strong")),
            Column(texts.LEVEL, 12, lambda row: level_cell(row.level)),
            Column(frame_texts.STATE, 16, lambda row: Cell(_state(row), "" if row.in_force or row.proposed else "dim")),
            Column(texts.ENDORSEMENT, 9, lambda row: Cell(value_word(row.endorsement))),
            Column(texts.ORDERED, 18, lambda row: Cell(date_and_time(row.ordered_at), "dim"), drop_order=1),
            Column(texts.ORDER, 8, lambda row: Cell(safe_text(row.order)), flexible=True),
        )


def _state(row: MeasureRow) -> str:
    if row.proposed == "lift":
        return texts.LIFT_PROPOSED
    if row.proposed:
        return texts.EASING_PROPOSED
    return texts.IN_FORCE if row.in_force else readable_name(row.state)
