"""The checklist of one item: each point is ticked by itself, for the present version of the text.

It closes itself after its last open point.
"""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult

from dutydesk.desk.base.rows import CheckRow, ItemView
from dutydesk.domain.delivery.items import item_number
from dutydesk.tui.dialogs.dialog import Dialog
from dutydesk.tui.frame.keys import Where, bindings, brief
from dutydesk.tui.frame.plain import outside, title_of
from dutydesk.tui.item import texts as item_texts
from dutydesk.tui.review import texts
from dutydesk.tui.widgets.line_table import Cell, Column, LineTable
from dutydesk.tui.widgets.text_pane import Paragraph, TextPane


class TickList(LineTable[CheckRow]):
    def columns(self) -> Sequence[Column[CheckRow]]:
        return (
            Column("", 3, lambda row: Cell(self.signs.unticked if row.ticked_by is None else self.signs.ticked)),
            Column(texts.TICK_POINT, 11, lambda row: Cell(row.check, "strong")),
            Column(texts.TICKED_BY, 10, lambda row: Cell(outside(row.ticked_by or ""))),
            Column(texts.TICK_SAYS, 20, lambda row: Cell(row.words, "dim"), flexible=True),
        )

    def key_of(self, row: CheckRow) -> str:
        return row.check


class Ticks(Dialog):
    AUTO_FOCUS = "TickList"
    BINDINGS = bindings(Where.TICKS)

    def __init__(self, view: ItemView) -> None:
        super().__init__(f"{texts.TICK_TITLE} {view.row.item}", texts.TICK)
        self._view = view

    def content(self) -> ComposeResult:
        yield TextPane(id="lines")
        yield TickList(item_texts.NO_CHECKLIST)
        yield TextPane(id="note")

    def begin(self) -> None:
        row = self._view.row
        lines = [Paragraph(title_of(row), tone="strong"), Paragraph(texts.tick_hint(brief("ticks.tick")), tone="dim")]
        if row.claimed_by != self.console.actor.officer:
            lines.append(Paragraph(texts.claim_first(brief("item.claim")), tone="warn"))
        self.query_one("#lines", TextPane).show(lines)
        self._show_points()

    def _show_points(self) -> None:
        table = self.query_one(TickList)
        table.styles.height = len(self._view.checklist) + 2
        table.show_rows(self._view.checklist)
        if table.cursor is None and self._view.checklist:
            unticked = (place for place, point in enumerate(self._view.checklist) if point.ticked_by is None)
            table.move_to(next(unticked, 0))
        self._show_words()

    def _show_words(self) -> None:
        point = self.query_one(TickList).selected
        self.query_one("#note", TextPane).show([Paragraph(point.words, f"{point.check}:")] if point else [])

    def on_line_table_moved(self, _event: LineTable.Moved) -> None:
        self._show_words()

    async def on_line_table_opened(self, _event: LineTable.Opened) -> None:
        await self.action_submit()

    async def submit(self) -> None:
        point = self.query_one(TickList).selected
        number = item_number(self._view.row.item)
        if point is None or number is None:
            return
        if point.ticked_by is None:
            await self.console.desk.tick(self.console.actor, number, point.check)
        self._view = await self.console.desk.show(number)
        if all(row.ticked_by is not None for row in self._view.checklist):
            self.console.say(texts.all_ticked(self._view.row.item))
            self.dismiss()
            self.console.look_soon()
            return
        self.show_problem([])
        self._show_points()
        table = self.query_one(TickList)
        here = table.place_of(point.check)
        later = [p for p, row in enumerate(table.rows) if row.ticked_by is None and p > (here or 0)]
        if later:
            table.move_to(later[0])
        self.console.look_soon()
