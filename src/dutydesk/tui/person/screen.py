"""A person's file, live; enter opens the item or the hit of a line, and esc comes back to that line."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual import events
from textual.app import ComposeResult

from dutydesk.desk.base.hit_rows import HitRow
from dutydesk.desk.base.person_rows import LineKind, PersonFile, PersonLine
from dutydesk.desk.base.rows import ItemRow
from dutydesk.domain.errors import DeskError
from dutydesk.tui.console import Console
from dutydesk.tui.frame.change_feed import ChangeSet
from dutydesk.tui.frame.glyphs import glyphs
from dutydesk.tui.frame.keys import KeyPlace, bindings, key_hint
from dutydesk.tui.frame.screen import DeskScreen
from dutydesk.tui.person.actions import PersonActions
from dutydesk.tui.person.details import LineDetails, details, documents_text
from dutydesk.tui.person.rows import FileRow, file_rows
from dutydesk.tui.person.table import PersonTable
from dutydesk.tui.person.texts import texts
from dutydesk.tui.selection import Selection
from dutydesk.tui.widgets.frame_lines import (
    AlarmLine,
    FooterLine,
    HeaderLine,
    PanelLine,
    PaneTitle,
    Piece,
    StatusLine,
    TourLines,
)
from dutydesk.tui.widgets.line_table import LineTable
from dutydesk.wire.text.safe_text import clip, isolate, safe_text

_TITLE_CELLS = 40
#: From this width three links are drawn, below it two.
_WIDE, _MOST_LANES, _FEWER_LANES = 110, 3, 2


class PersonScreen(DeskScreen):
    CSS_PATH: ClassVar = Path(__file__).with_name("screen.tcss")
    BINDINGS: ClassVar = bindings(KeyPlace.PERSON_FILE, KeyPlace.PERSON)
    AUTO_FOCUS = "PersonTable"
    PLACES = (KeyPlace.PERSON_FILE, KeyPlace.PERSON, KeyPlace.LIST, KeyPlace.EVERYWHERE)

    def __init__(self, console: Console, file: PersonFile) -> None:
        super().__init__(console, Selection(self._current_item, self._current_hit))
        self._person = file
        self._is_unfolded = False
        self._is_stale = False
        self.add_groups(PersonActions(console, self.selection, texts.NO_FILE_OF_ROW))

    def compose(self) -> ComposeResult:
        yield HeaderLine()
        yield AlarmLine()
        yield PaneTitle()
        yield PanelLine(id="person-facts")
        yield PersonTable()
        yield TourLines()
        yield StatusLine()
        yield FooterLine()

    def on_mount(self) -> None:
        self.show_header()
        self._show()
        table = self.query_one(PersonTable)
        own = next((place for place, row in enumerate(table.rows) if self._is_own(row)), 0)
        table.move_to(own)
        self.set_interval(self.console.limits.figures_seconds, self._read_if_stale)

    def on_resize(self, event: events.Resize) -> None:  # noqa: ARG002
        self._show()

    @property
    def _current(self) -> PersonLine | None:
        row = self.query_one(PersonTable).selected
        return row.line if row is not None else None

    def _current_item(self) -> ItemRow | None:
        return self._current.item if self._current is not None else None

    def _current_hit(self) -> HitRow | None:
        return self._current.hit if self._current is not None else None

    def _is_own(self, row: FileRow) -> bool:
        line = row.line
        return line is not None and line.kind is LineKind.ITEM and line.subject == self._person.subject

    # What is shown

    def unavailable_keys(self) -> frozenset[str]:
        return frozenset() if self._person.apart else frozenset({"person.fold"})

    def _show(self) -> None:
        self.show_footer()
        file, wide = self._person, self.app.size.width >= _WIDE
        name = "  ".join(filter(None, (file.title, file.original_script)))
        facts = [texts.born(file.birth) if file.birth else "", " ".join(file.nationalities)]
        left: list[Piece] = [(texts.TITLE, "", 0), (isolate(clip(safe_text(name), _TITLE_CELLS)), "strong", 0)]
        self.query_one(PaneTitle).show(left, [(text, "", 1) for text in facts if text])
        counts = {kind: sum(line.kind is kind for line in file.lines) for kind in LineKind}
        pieces: list[Piece] = [(texts.opened_from(file.subject), "chosen", 0)]
        pieces += [(texts.count(kind, number), "", 0) for kind, number in counts.items() if number]
        papers = documents_text(file.documents)
        self.query_one("#person-facts", PanelLine).show(pieces, [(safe_text(papers), "dim", 1)] if papers else ())
        table = self.query_one(PersonTable)
        lanes = _MOST_LANES if wide else _FEWER_LANES
        table.show_rows(file_rows(file, table.signs, lanes, key_hint("person.fold"), unfolded=self._is_unfolded))

    async def apply_changes(self, change_set: ChangeSet) -> None:  # noqa: ARG002
        self._is_stale = True

    async def _read_if_stale(self) -> None:
        """A change may be about this person; a file is read again only while it is on top."""
        if not self._is_stale or self.console.screens[-1] is not self:
            return
        self._is_stale = False
        try:
            self._person = await self.console.desk.queries.person(self._person.subject)
        except DeskError as error:
            self.console.refuse(error)
            return
        self._show()

    # Keys

    async def on_line_table_opened(self, event: LineTable.Opened) -> None:
        line = event.row.line if isinstance(event.row, FileRow) else None
        if line is None:
            return
        if line.hit is not None:
            await self.console.open_hit(line.hit.number)
        elif line.item is not None:
            await self.console.open_item(line.item.item)
        else:
            self.action_why()

    def action_why(self) -> None:
        row = self.query_one(PersonTable).selected
        if row is not None and row.line is not None:
            title = texts.details_title(row.line.subject)
            self.console.open_screen(LineDetails(self.console, title, details(self._person, row.line, glyphs())))

    def action_fold(self) -> None:
        self._is_unfolded = not self._is_unfolded and bool(self._person.apart)
        self._show()
