"""What a measure stopped; enter opens the item."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical

from dutydesk.desk.base.rows import AffectedItemRow
from dutydesk.tui.console import Console
from dutydesk.tui.countries.texts import texts
from dutydesk.tui.frame.console_screen import ConsoleModal
from dutydesk.tui.frame.keys import KeyPlace, bindings
from dutydesk.tui.frame.text_format import desk_text
from dutydesk.tui.widgets.frame_lines import PaneTitle
from dutydesk.tui.widgets.line_table import Cell, Column, LineTable


class WorklistTable(LineTable[AffectedItemRow]):
    def __init__(self) -> None:
        super().__init__(texts.NO_WORK, self._columns, lambda row: f"{row.item} {row.what}")

    def _columns(self) -> Sequence[Column[AffectedItemRow]]:
        return (
            Column(texts.WORK_ITEM, 9, lambda row: Cell(row.item, "strong")),
            Column(texts.WORK_WHAT, 20, lambda row: Cell(desk_text(row.what)), flexible=True),
        )


class Worklist(ConsoleModal[str | None]):
    """Its result is the chosen item."""

    CSS_PATH: ClassVar = [
        Path(__file__).parents[1] / "dialogs" / "dialog.tcss",
        Path(__file__).parents[1] / "feed" / "over.tcss",
    ]
    AUTO_FOCUS = "WorklistTable"
    BINDINGS = bindings(KeyPlace.READER)

    def __init__(self, console: Console, measure: str, rows: Sequence[AffectedItemRow]) -> None:
        super().__init__(console)
        self._measure, self._rows = measure, rows

    def compose(self) -> ComposeResult:
        with Vertical(id="over"):
            yield PaneTitle(id="over-title")
            yield WorklistTable()

    def on_mount(self) -> None:
        title = f"{texts.WORKLIST}: {self._measure}"
        self.query_one(PaneTitle).show(((title, "strong", 0),), ((texts.WORKLIST_HINT, "dim", 1),))
        table = self.query_one(WorklistTable)
        table.show_rows(self._rows)
        table.move_to(0)

    def on_line_table_opened(self, event: LineTable.Opened) -> None:
        self.dismiss(event.row.item if isinstance(event.row, AffectedItemRow) else None)

    def action_close(self) -> None:
        self.dismiss(None)
