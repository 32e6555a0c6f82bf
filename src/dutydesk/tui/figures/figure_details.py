"""The items or hits that a figure counts; enter opens one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical

from dutydesk.desk.base.hit_rows import FeedRow, HitRow
from dutydesk.desk.base.rows import ItemRow
from dutydesk.tui.console import Console
from dutydesk.tui.feed.table import row_name
from dutydesk.tui.figures.tables import FigureDetailTable
from dutydesk.tui.figures.texts import texts
from dutydesk.tui.frame.console_screen import ConsoleModal
from dutydesk.tui.frame.keys import KeyPlace, bindings
from dutydesk.tui.frame.texts import texts as frame_texts
from dutydesk.tui.widgets.frame_lines import PaneTitle
from dutydesk.tui.widgets.line_table import LineTable


class FigureDetails(ConsoleModal[str | None]):
    """Its result is the name of the chosen item or hit."""

    CSS_PATH: ClassVar = [
        Path(__file__).parents[1] / "dialogs" / "dialog.tcss",
        Path(__file__).with_name("screen.tcss"),
    ]
    AUTO_FOCUS = "FigureDetailTable"
    BINDINGS = bindings(KeyPlace.READER)

    def __init__(self, console: Console, title: str, rows: Sequence[FeedRow]) -> None:
        super().__init__(console)
        self._title, self._rows = title, rows

    def compose(self) -> ComposeResult:
        with Vertical(id="behind"):
            yield PaneTitle(id="behind-title")
            yield FigureDetailTable()

    def on_mount(self) -> None:
        count = texts.row_count(len(self._rows), hits=any(isinstance(row, HitRow) for row in self._rows))
        title = self.query_one(PaneTitle)
        title.show(((self._title, "strong", 0), (count, "", 1)), ((frame_texts.ALARMS_HINT, "dim", 2),))
        table = self.query_one(FigureDetailTable)
        table.show_rows(self._rows)
        table.move_to(0)

    def on_line_table_opened(self, event: LineTable.Opened) -> None:
        self.dismiss(row_name(event.row) if isinstance(event.row, ItemRow | HitRow) else None)

    def action_close(self) -> None:
        self.dismiss(None)
