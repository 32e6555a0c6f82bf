"""Marked rows of feed and queue, and the actions on all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from dutydesk.desk.base.rows import ItemRow
from dutydesk.domain.delivery.items import item_number
from dutydesk.domain.errors import DeskError
from dutydesk.tui.console import Actions, Console
from dutydesk.tui.feed import texts
from dutydesk.tui.feed.bulk_form import BulkActionForm, BulkOutcome, BulkOutcomeList
from dutydesk.tui.feed.table import Feed
from dutydesk.tui.frame.keys import key_hint
from dutydesk.tui.selection import Selection, selected_item
from dutydesk.tui.widgets.line_table import LineTable


class BulkActions:
    """Mark rows, and act on all that are marked.

    ``marked`` holds names of items, shared by all lists: a mark stays when its row leaves one of them.
    ``current_list`` is the list of the present pane, ``repaint`` paints rows whose mark has changed.
    """

    def __init__(
        self,
        console: Console,
        selection: Selection,
        marked: set[str],
        current_list: Callable[[], LineTable[ItemRow] | Feed | None],
        repaint: Callable[[Iterable[str]], None],
    ) -> None:
        self._console, self._selection = console, selection
        self._marked = marked
        self._current_list = current_list
        self._repaint = repaint

    def actions(self) -> Actions:
        return {"mark": self.mark, "unmark": self.unmark, "act_on_marked": self.act_on_marked}

    def mark(self) -> None:
        """Mark the selected row, or take its mark away, and move to the next row."""
        table = self._current_list()
        if table is None or selected_item(self._console, self._selection) is None or table.cursor is None:
            return
        self._marked.symmetric_difference_update({table.cursor})
        self._repaint({table.cursor})
        table.action_move(1)

    def unmark(self) -> None:
        """Take all marks away."""
        gone = set(self._marked)
        self._marked.clear()
        self._repaint(gone)

    async def act_on_marked(self) -> None:
        console, table = self._console, self._current_list()
        if not self._marked or table is None:
            console.notify(texts.no_bulk_selection(key_hint("marks.mark")), "warn")
            return
        try:
            rows = await console.desk.queries.rows(sorted(item_number(item) or 0 for item in self._marked))
        except DeskError as error:
            console.refuse(error)
            return
        hidden = sum(table.place_of(row.item) is None for row in rows)
        await console.open_screen(BulkActionForm(console, rows, hidden, self._show_outcomes))

    async def _show_outcomes(self, outcomes: Sequence[BulkOutcome]) -> None:
        """Items that succeeded lose their mark; the others keep it."""
        done = {outcome.item for outcome in outcomes if outcome.done}
        self._marked -= done
        self._repaint(done)
        await self._console.open_screen(BulkOutcomeList(self._console, outcomes), self._open_outcome)

    async def _open_outcome(self, item: str | None) -> None:
        if item is not None:
            await self._console.open_item(item)
