"""The checklist of one item: its points are ticked one by one, for the present version of the text.

After the last point it stays open, so that nothing acts on the screen behind it; one key then opens the decision.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from textual.app import ComposeResult

from dutydesk.desk.base.rows import ChecklistRow, ItemView
from dutydesk.domain.delivery.items import item_number
from dutydesk.language.sentences import read_sentence
from dutydesk.tui.console import Console
from dutydesk.tui.dialogs.dialog import Dialog
from dutydesk.tui.difference.actions import DialogDifference
from dutydesk.tui.frame.keys import KeyPlace, bindings, key_hint
from dutydesk.tui.frame.text_format import display_text, title_of
from dutydesk.tui.item.texts import texts as item_texts
from dutydesk.tui.person.actions import DialogPerson
from dutydesk.tui.review.texts import texts
from dutydesk.tui.widgets.line_table import Cell, Column, LineTable
from dutydesk.tui.widgets.text_pane import Paragraph, TextPane


class ChecklistTable(LineTable[ChecklistRow]):
    def __init__(self) -> None:
        super().__init__(item_texts.NO_CHECKLIST, self._columns, lambda row: row.check)

    def _columns(self) -> Sequence[Column[ChecklistRow]]:
        return (
            Column("", 3, lambda row: Cell(self.signs.unticked if row.ticked_by is None else self.signs.ticked)),
            Column(texts.TICK_POINT, 11, lambda row: Cell(row.check, "strong")),
            Column(texts.TICKED_BY, 10, lambda row: Cell(display_text(row.ticked_by or ""))),
            Column(texts.TICK_DESCRIPTION, 20, lambda row: Cell(read_sentence(row.words), "dim"), flexible=True),
        )


class ChecklistDialog(Dialog):
    AUTO_FOCUS = "ChecklistTable"
    BINDINGS = bindings(KeyPlace.TICKS)

    def __init__(self, console: Console, view: ItemView, decide: Callable[[], Awaitable[None]]) -> None:
        """``decide`` opens the decision on the item."""
        super().__init__(console, f"{texts.TICK_TITLE} {view.row.item}", texts.TICK)
        self._view = view
        self._decide = decide
        self.add_groups(
            DialogDifference(console, item_number(view.row.item) or 0, self.show_refusal),
            DialogPerson(console, item_number(view.row.item) or 0, self.show_refusal),
        )

    def content(self) -> ComposeResult:
        yield TextPane(id="lines")
        yield ChecklistTable()
        yield TextPane(id="note")

    def rows_of_fields(self) -> int:
        return len(self._view.checklist) + 4

    def populate(self) -> None:
        row = self._view.row
        lines = [
            Paragraph(title_of(row), tone="strong"),
            Paragraph(texts.tick_hint(key_hint("ticks.tick")), tone="dim"),
        ]
        if row.claimed_by != self.console.actor.officer:
            lines.append(Paragraph(texts.claim_first(key_hint("item.claim")), tone="warn"))
        self.query_one("#lines", TextPane).show(lines)
        self._show_points()

    def _show_points(self) -> None:
        table = self.query_one(ChecklistTable)
        table.styles.height = len(self._view.checklist) + 2
        table.show_rows(self._view.checklist)
        if self._view.checklist and self._is_complete:
            self.show_problem([Paragraph(texts.all_points_ticked(key_hint("ticks.decide")), tone="good")])
        if table.cursor is None and self._view.checklist:
            unticked = (place for place, point in enumerate(self._view.checklist) if point.ticked_by is None)
            table.move_to(next(unticked, 0))
        self._show_words()

    def _show_words(self) -> None:
        point = self.query_one(ChecklistTable).selected
        self.query_one("#note", TextPane).show(
            [Paragraph(read_sentence(point.words), f"{point.check}:")] if point else []
        )

    def on_line_table_moved(self, _event: LineTable.Moved) -> None:
        self._show_words()

    async def on_line_table_opened(self, _event: LineTable.Opened) -> None:
        await self.action_submit()

    @property
    def _is_complete(self) -> bool:
        return all(row.ticked_by is not None for row in self._view.checklist)

    async def action_decide(self) -> None:
        if self._is_complete:
            self.dismiss()
            await self._decide()

    async def submit(self) -> None:
        point = self.query_one(ChecklistTable).selected
        number = item_number(self._view.row.item)
        if point is None or number is None:
            return
        if self._is_complete:
            return
        if point.ticked_by is None:
            await self.console.desk.review.tick(self.console.actor, number, point.check)
        self._view = await self.console.desk.queries.show(number)
        self.show_problem([])
        self._show_points()
        table = self.query_one(ChecklistTable)
        here = table.place_of(point.check)
        later = [p for p, row in enumerate(table.rows) if row.ticked_by is None and p > (here or 0)]
        if later:
            table.move_to(later[0])
        self.console.schedule_update()
