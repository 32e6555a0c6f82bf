"""The list of all alarms. Enter opens the item, hit, measure or bureau that an alarm is about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical

from dutydesk.desk.base.rows import AlarmRow
from dutydesk.language.phrases import translate_in
from dutydesk.language.sentences import read_sentence
from dutydesk.tui.console import Console
from dutydesk.tui.frame.console_screen import ConsoleModal
from dutydesk.tui.frame.keys import KeyPlace, bindings, key_hint
from dutydesk.tui.frame.text_format import short_age
from dutydesk.tui.frame.texts import texts
from dutydesk.tui.person.actions import ListedPerson
from dutydesk.tui.widgets.frame_lines import PaneTitle
from dutydesk.tui.widgets.line_table import Cell, Column, LineTable
from dutydesk.tui.widgets.text_pane import Paragraph, TextPane
from dutydesk.wire.text.safe_text import safe_text


class AlarmTable(LineTable[AlarmRow]):
    def __init__(self, now: datetime, empty: str) -> None:
        super().__init__(empty, self._columns, lambda row: f"{row.alarm} {row.subject} {row.words}")
        self._now = now

    def _columns(self) -> Sequence[Column[AlarmRow]]:
        return (
            Column(texts.ALARM, 11, lambda row: Cell(safe_text(translate_in("alarm", row.alarm)), "bad")),
            Column(texts.ALARM_ABOUT, 8, lambda row: Cell(row.subject, "strong")),
            Column(texts.ALARM_SINCE, 5, self._since, right=True),
            Column(texts.ALARM_TEXT, 20, lambda row: Cell(safe_text(read_sentence(row.words))), flexible=True),
        )

    def _since(self, row: AlarmRow) -> Cell:
        return Cell(short_age(row.since, self._now) if row.since else "", "dim")


def _words_without_alarm(proposals: int) -> str:
    return texts.no_alarms_but_proposals(proposals, key_hint("desk.own_work")) if proposals else texts.ALARMS_NONE


class AlarmList(ConsoleModal[str | None]):
    """Its result is the subject of the chosen alarm."""

    CSS_PATH: ClassVar = [
        Path(__file__).parents[1] / "dialogs" / "dialog.tcss",
        Path(__file__).with_name("alarms.tcss"),
    ]
    AUTO_FOCUS = "AlarmTable"
    BINDINGS = bindings(KeyPlace.READER, KeyPlace.PERSON)

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        self._rows, self._now = console.all_alarms(), console.now()
        self.add_groups(ListedPerson(console, self._current_subject))

    def _current_subject(self) -> str:
        row = self.query_one(AlarmTable).selected
        return row.subject if row is not None else ""

    def compose(self) -> ComposeResult:
        with Vertical(id="alarms"):
            yield PaneTitle(id="alarms-title")
            yield AlarmTable(self._now, _words_without_alarm(self.console.waiting_counts().proposals))
            yield TextPane(id="alarm-words")

    def on_mount(self) -> None:
        title = self.query_one(PaneTitle)
        title.show(((texts.ALARMS_TITLE, "strong", 0),), ((texts.subjects_hint(key_hint("person.file")), "dim", 1),))
        table = self.query_one(AlarmTable)
        table.show_rows(self._rows)
        table.move_to(0)

    def on_line_table_moved(self, _event: LineTable.Moved) -> None:
        row = self.query_one(AlarmTable).selected
        self.query_one(TextPane).show([Paragraph(safe_text(read_sentence(row.words)))] if row else [])

    def on_line_table_opened(self, event: LineTable.Opened) -> None:
        row = event.row
        self.dismiss(row.subject if isinstance(row, AlarmRow) else None)

    def action_close(self) -> None:
        self.dismiss(None)
