"""Marks on the rows of feed and queue, acts on all that is marked, and the officer's saved filters."""

from __future__ import annotations

from dutydesk.desk.base.rows import ItemRow
from dutydesk.domain.delivery.items import item_number
from dutydesk.domain.errors import DeskError
from dutydesk.tui.feed.bulk_form import BulkActionForm, BulkOutcome, BulkOutcomeList
from dutydesk.tui.feed.filter_bar import FilterBar
from dutydesk.tui.feed.saved_filters import SavedFilterList, save_form
from dutydesk.tui.feed.table import Feed
from dutydesk.tui.frame import shortcut_texts
from dutydesk.tui.frame.keys import key_hint
from dutydesk.tui.frame.screen import ItemActions
from dutydesk.tui.widgets.line_table import LineTable


class BulkActions(ItemActions):
    """``marks`` are items by name. They are one for all lists, and stay when a row leaves one of them."""

    def __init__(self) -> None:
        super().__init__()
        self.bulk_selection: set[str] = set()

    def show_titles(self) -> None:
        raise NotImplementedError

    def show_feed(self) -> None:
        raise NotImplementedError

    async def action_views(self) -> None:
        await self.app.push_screen(SavedFilterList(self.console.saved_filters), self._apply_saved_filter)

    def _apply_saved_filter(self, text: str | None) -> None:
        if text is not None:
            self.show_feed()
            bar = self.query_one("#feed-filter", FilterBar)
            bar.set_text(text)
            bar.action_leave()

    async def action_save_view(self) -> None:
        text = self.query_one("#feed-filter", FilterBar).value.strip()
        if text:
            await self.app.push_screen(save_form(self.console.saved_filters, text))
        else:
            self.console.say(shortcut_texts.NO_FILTER, "warn")

    def bulk_table(self) -> LineTable[ItemRow] | Feed | None:
        """The list in which rows are marked: that of the present pane."""
        raise NotImplementedError

    def action_mark(self) -> None:
        table = self.bulk_table()
        if table is None or self._selected_item() is None or table.cursor is None:
            return
        self.bulk_selection.symmetric_difference_update({table.cursor})
        self._repaint_bulk_selection({table.cursor})
        table.action_move(1)

    def action_unmark(self) -> None:
        gone = set(self.bulk_selection)
        self.bulk_selection.clear()
        self._repaint_bulk_selection(gone)

    def _repaint_bulk_selection(self, keys: set[str]) -> None:
        for table in self.query(LineTable):
            table.repaint_keys(keys)
        self.show_titles()

    async def action_act_on_marked(self) -> None:
        table = self.bulk_table()
        if not self.bulk_selection or table is None:
            self.console.say(shortcut_texts.no_bulk_selection(key_hint("marks.mark")), "warn")
            return
        try:
            rows = await self.console.desk.queries.rows(sorted(item_number(item) or 0 for item in self.bulk_selection))
        except DeskError as error:
            self.console.refuse(error)
            return
        hidden = sum(table.place_of(row.item) is None for row in rows)
        await self.app.push_screen(BulkActionForm(rows, hidden, self._show_outcomes))

    async def _show_outcomes(self, outcomes: list[BulkOutcome]) -> None:
        done = {outcome.item for outcome in outcomes if outcome.done}
        self.bulk_selection -= done
        self._repaint_bulk_selection(done)

        async def open_one(item: str | None) -> None:
            if item is not None:
                await self.console.open_item(item)

        await self.app.push_screen(BulkOutcomeList(outcomes), open_one)
