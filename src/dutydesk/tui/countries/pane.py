"""The pane of the countries: those that need attention first, then all by region."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult

from dutydesk.desk.base.rows import CountryRow
from dutydesk.tui.console import Console
from dutydesk.tui.countries.table import Countries, matches_filter, order_countries, sort_countries
from dutydesk.tui.countries.texts import texts
from dutydesk.tui.feed.filter_bar import FilterBar
from dutydesk.tui.frame.texts import texts as frame_texts
from dutydesk.tui.personal.looks import COUNTRIES_LOOK
from dutydesk.tui.widgets.frame_lines import PaneTitle, Piece
from dutydesk.tui.widgets.pane import Pane


class CountriesPane(Pane):
    def __init__(self, console: Console) -> None:
        super().__init__("countries")
        self.console = console
        self._rows: list[CountryRow] = []
        self._filter = ""

    def compose(self) -> ComposeResult:
        yield PaneTitle(id="countries-title")
        yield FilterBar(texts.COUNTRY_FILTER_HINT, self.console.preferences, id="countries-filter")
        yield Countries(id="countries")

    @property
    def table(self) -> Countries:
        return self.query_one(Countries)

    @property
    def list_widget(self) -> Countries:
        return self.table

    @property
    def filter_bar(self) -> FilterBar:
        return self.query_one(FilterBar)

    async def load(self) -> None:
        self._rows = sort_countries(await self.console.desk.queries.countries())
        self._show()

    def _show(self) -> None:
        table = self.table
        preferences = self.console.preferences
        rows = [row for row in self._rows if matches_filter(row, self._filter)]
        table.hide_columns(COUNTRIES_LOOK.hidden(preferences))
        table.show_rows(order_countries(rows, COUNTRIES_LOOK.order(preferences)))
        if table.cursor is None:
            table.move_to(0)

    def show_look(self) -> None:
        """Show the countries in the order and with the columns that are chosen now."""
        self._show()

    def counts(self) -> Sequence[Piece]:
        measured = sum(row.level != "direct" for row in self._rows)
        offline = sum(row.offline for row in self._rows)
        pieces: list[Piece] = [(texts.not_direct(measured), "", 1), (texts.offline(offline), "warn", 2)]
        if self._filter:
            seen = sum(isinstance(row, CountryRow) for row in self.table.rows)
            pieces.insert(0, (frame_texts.count_of_total(seen, len(self._rows)), "", 0))
        return pieces

    def on_filter_bar_typed(self, event: FilterBar.Typed) -> None:
        self._filter = event.text.strip()
        before = self.table.cursor
        self._show()
        if self.table.cursor != before:
            self.table.move_to(0)
        self.show_title()

    def on_filter_bar_left(self) -> None:
        self.table.focus(scroll_visible=False)
