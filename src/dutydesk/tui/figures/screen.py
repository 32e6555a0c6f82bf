"""The figures of the network, live; enter opens the rows of a figure."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult

from dutydesk.desk.base.context import CommandResult
from dutydesk.desk.base.figure_rows import NetworkFigures
from dutydesk.desk.views.figures_text import write_figures
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.errors import DeskError, InvalidRequest
from dutydesk.tui.console import Console
from dutydesk.tui.dialogs.form import Form, FormField, Values
from dutydesk.tui.dialogs.form_title import form_title
from dutydesk.tui.figures.figure_details import FigureDetails
from dutydesk.tui.figures.rows import FigureRow, Period, figure_rows
from dutydesk.tui.figures.tables import FigureTable, LastHour
from dutydesk.tui.figures.texts import texts
from dutydesk.tui.frame.change_feed import ChangeSet
from dutydesk.tui.frame.keys import KeyPlace, bindings
from dutydesk.tui.frame.screen import DeskScreen
from dutydesk.tui.frame.text_format import display_text
from dutydesk.tui.frame.texts import texts as frame_texts
from dutydesk.tui.widgets.frame_lines import AlarmLine, FooterLine, HeaderLine, PaneTitle, Piece, StatusLine, TourLines
from dutydesk.tui.widgets.line_table import LineTable
from dutydesk.tui.widgets.text_pane import Paragraph

MINUTES = 60
_FIGURES_WITH_ROWS = frozenset(
    {"queue_ages", "decided", "time", "refusals", "hits_by_source", "hits_by_category", "hits_by_place"}
)


class FiguresScreen(DeskScreen):
    CSS_PATH: ClassVar = Path(__file__).with_name("screen.tcss")
    BINDINGS: ClassVar = bindings(KeyPlace.FIGURES)
    AUTO_FOCUS = "FigureTable"

    PLACES = (KeyPlace.FIGURES, KeyPlace.LIST, KeyPlace.EVERYWHERE)

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        self._period = Period.ALL
        self._country: str | None = None
        self._stale = True
        self._stats: NetworkFigures | None = None

    def compose(self) -> ComposeResult:
        yield HeaderLine()
        yield AlarmLine()
        yield PaneTitle()
        yield LastHour(texts.MESSAGES_A_MINUTE, id="messages")
        yield LastHour(texts.CHECKS_A_MINUTE, id="checks")
        yield FigureTable()
        yield TourLines()
        yield StatusLine()
        yield FooterLine()

    async def on_mount(self) -> None:
        self.show_footer()
        self._show_title()
        await self._read()
        self.query_one(FigureTable).move_to(0)
        self.set_interval(self.console.limits.figures_seconds, self._read_if_stale)

    def _show_title(self) -> None:
        left: list[Piece] = [(texts.FIGURES, "strong", 0), (texts.PERIODS[self._period], "chosen", 0)]
        if self._country is not None:
            left.insert(1, (texts.figures_of(self._country), "chosen", 0))
        self.query_one(PaneTitle).show(left, ((texts.FIGURES_HINT, "dim", 1),))

    async def apply_changes(self, change_set: ChangeSet) -> None:  # noqa: ARG002
        self._stale = True

    def update_ages(self) -> None:
        self._stale = True

    async def _read_if_stale(self) -> None:
        if self._stale:
            await self._read()

    async def _read(self) -> None:
        self._stale = False
        desk = self.console.desk
        try:
            self._stats = await desk.queries.stats(self._period.since(self.console.now()), self._country)
            minutes = await desk.queries.messages_per_minute(MINUTES)
        except DeskError as error:
            self.console.refuse(error)
            return
        messages, checks = self.console.last_minute_counts()
        self.query_one("#messages", LastHour).show(minutes.messages, messages)
        self.query_one("#checks", LastHour).show(self.console.checks_per_minute(MINUTES), checks)
        self.query_one(FigureTable).show_rows(figure_rows(self._stats))

    # The rows of a figure

    async def on_line_table_opened(self, event: LineTable.Opened) -> None:
        row = event.row
        if not isinstance(row, FigureRow):
            return
        if row.name in ("states", "received"):
            narrow = f"state:{row.category}" if row.name == "states" else f"from:{row.category}"
            self.console.open_feed(narrow)
        elif row.name == "checks_against":
            await self._open_country(row.category)
        elif row.name in _FIGURES_WITH_ROWS:
            await self._open_rows(row)

    async def _open_country(self, code: str) -> None:
        if code in {row.code for row in await self.console.desk.queries.countries()}:
            await self.console.open_subject(code)
        else:
            self.console.notify(texts.no_country_page(code), "warn")

    async def _open_rows(self, row: FigureRow) -> None:
        since = self._period.since(self.console.now())
        try:
            found = await self.console.desk.queries.rows_behind_figure(row.name, row.category, since)
        except DeskError as error:
            self.console.refuse(error)
            return
        title = f"{texts.FIGURE_NAMES[row.name]}: {row.label}"
        await self.console.open_screen(FigureDetails(self.console, title, found), self.console.open_subject)

    async def action_period(self) -> None:
        self._period = Period((self._period + 1) % len(Period))
        self._show_title()
        await self._read()

    def action_country(self) -> None:
        async def choose(values: Values) -> CommandResult:
            code = values["code"].strip().upper() or None
            await self.console.desk.queries.stats(None, code)
            self._country = code
            self._show_title()
            await self._read()
            return CommandResult("figures", "", 0, texts.figures_of(code) if code else texts.FIGURES_OF_ALL)

        field = FormField("code", texts.COUNTRY, hint=texts.COUNTRY_HINT)
        lines = [Paragraph(texts.COUNTRY_LINE)]
        title = form_title(lambda: texts.COUNTRY_TITLE)
        self.console.open_screen(Form(self.console, title, lines, (field,), texts.COUNTRY_SHOW, choose))

    def action_export(self) -> None:
        if not self.console.own_files:
            self.console.notify(frame_texts.SHARED_ACCOUNT, "warn")
            return

        async def write(values: Values) -> CommandResult:
            stats, name = self._stats, values["path"].strip()
            if stats is None or not name:
                raise InvalidRequest(InvalidRequestCode.NO_FILE, frame_texts.NO_FILE)
            await asyncio.to_thread(write_figures, stats, Path(name), self.console.desk.store.path)
            return CommandResult("figures", "written", 0, f"{texts.WRITTEN} {display_text(name)}")

        field = FormField("path", frame_texts.FILE, hint="figures.csv")
        title = form_title(lambda: texts.EXPORT_FIGURES)
        self.console.open_screen(Form(self.console, title, [Paragraph(texts.EXPORT_HINT)], (field,), title, write))
