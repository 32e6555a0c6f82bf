"""What waits for the officer, by one key: proposals to sign, claims, and the officer's own proposals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import ClassVar, TypeAlias

from textual.app import ComposeResult
from textual.containers import Vertical

from dutydesk.desk.views.own_work import WorkKind, WorkRow
from dutydesk.domain.errors import DeskError
from dutydesk.domain.frozen import value
from dutydesk.tui.console import Actions, Console
from dutydesk.tui.frame.console_screen import ConsoleModal
from dutydesk.tui.frame.keys import KeyPlace, bindings, key_hint
from dutydesk.tui.frame.text_format import readable_name, short_age
from dutydesk.tui.frame.texts import texts as frame_texts
from dutydesk.tui.person.actions import ListedPerson
from dutydesk.tui.personal.texts import texts
from dutydesk.tui.widgets.frame_lines import PaneTitle
from dutydesk.tui.widgets.line_table import Cell, Column, LineTable
from dutydesk.wire.text.safe_text import safe_text


class OwnWorkActions:
    def __init__(self, console: Console) -> None:
        self._console = console

    def actions(self) -> Actions:
        return {"own_work": self.open}

    async def open(self) -> None:
        console = self._console
        try:
            rows = await console.desk.queries.own_work(console.actor.officer)
        except DeskError as error:
            console.refuse(error)
            return
        await console.open_screen(OwnWorkList(console, rows), console.open_subject)

    async def to_sign(self) -> str:
        """How many proposals wait for the officer's signature, in words; empty for none."""
        console = self._console
        try:
            rows = await console.desk.queries.own_work(console.actor.officer)
        except DeskError:
            return ""  # the header says that the store can't be read
        number = sum(row.kind is WorkKind.SIGN for row in rows)
        return texts.work_to_sign(number, key_hint("desk.own_work")) if number else ""


@value(frozen=True, slots=True)
class WorkGroup:
    """The heading of some rows."""

    words: str


Line: TypeAlias = WorkRow | WorkGroup


def _grouped(rows: Sequence[WorkRow]) -> Iterator[Line]:
    for kind, run in groupby(rows, lambda row: row.kind):
        members = list(run)
        yield WorkGroup(texts.work_group(kind, len(members)))
        yield from members


def _key(line: Line) -> str:
    return line.words if isinstance(line, WorkGroup) else f"{line.kind} {line.subject} {line.what}"


def _heading(line: Line) -> str | None:
    return line.words if isinstance(line, WorkGroup) else None


class OwnWorkTable(LineTable[Line]):
    def __init__(self, console: Console) -> None:
        super().__init__(texts.WORK_NONE, self._columns, _key, heading_of=_heading)
        self._now = console.now

    def _columns(self) -> Sequence[Column[Line]]:
        return (
            Column(texts.WORK_SUBJECT, 9, lambda line: self._cell(line, "subject")),
            Column(texts.WORK_WHAT_COLUMN, 13, lambda line: self._cell(line, "what")),
            Column(texts.WORK_BY, 12, lambda line: self._cell(line, "by")),
            Column(texts.WORK_SINCE, 6, lambda line: self._cell(line, "since"), right=True),
            Column(texts.WORK_TEXT, 16, lambda line: self._cell(line, "title"), flexible=True),
        )

    def _cell(self, line: Line, column: str) -> Cell:
        if isinstance(line, WorkGroup):
            return Cell("")
        match column:
            case "subject":
                return Cell(line.subject, "strong")
            case "what":
                return Cell(texts.WORK_WHAT.get(line.what, readable_name(line.what)))
            case "by":
                return Cell(safe_text(line.proposer))
            case "since":
                is_past = line.at is not None and line.kind is not WorkKind.CLAIMED
                return Cell(short_age(line.at, self._now()) if is_past and line.at else "", "dim")
            case _:
                return Cell(safe_text(line.title))


class OwnWorkList(ConsoleModal[str | None]):
    """Its result is the subject of the chosen row."""

    CSS_PATH: ClassVar = Path(__file__).with_name("personal.tcss")
    AUTO_FOCUS = "OwnWorkTable"
    BINDINGS = bindings(KeyPlace.READER, KeyPlace.PERSON)

    def __init__(self, console: Console, rows: Sequence[WorkRow]) -> None:
        super().__init__(console)
        self._rows = rows
        self.add_groups(ListedPerson(console, self._current_subject))

    def _current_subject(self) -> str:
        row = self.query_one(OwnWorkTable).selected
        return row.subject if isinstance(row, WorkRow) else ""

    def compose(self) -> ComposeResult:
        with Vertical(id="personal"):
            yield PaneTitle(id="personal-title")
            yield OwnWorkTable(self.console)

    def on_mount(self) -> None:
        self.query_one(PaneTitle).show(
            ((texts.WORK_TITLE, "strong", 0),), ((frame_texts.subjects_hint(key_hint("person.file")), "dim", 1),)
        )
        table = self.query_one(OwnWorkTable)
        table.show_rows(_grouped(self._rows))
        self.query_one("#personal").styles.height = min(max(len(table.rows) + 5, 9), self.app.size.height - 2)
        table.move_to(0)

    def on_line_table_opened(self, event: LineTable.Opened) -> None:
        self.dismiss(event.row.subject if isinstance(event.row, WorkRow) else None)

    def action_close(self) -> None:
        self.dismiss(None)
