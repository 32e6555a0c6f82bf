"""Marked rows of feed and queue, and the actions on all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from dutydesk.desk.base.rows import ItemRow
from dutydesk.domain.delivery.items import item_number
from dutydesk.domain.errors import DeskError
from dutydesk.tui.console import Actions, Console
from dutydesk.tui.feed.bulk_form import BulkActionForm, BulkOutcome, BulkOutcomeList
from dutydesk.tui.feed.range_marks import MarkedList, Marks, RangeMarks
from dutydesk.tui.feed.texts import texts
from dutydesk.tui.frame.keys import KeyPlace, first_free_key, key_hint
from dutydesk.tui.selection import Selection, selected_item


class BulkActions:
    """Mark rows, one or a range, and act on all that are marked.

    A mark stays when its row leaves a list.
    ``current_list`` is the list of the present pane, ``repaint`` paints rows whose mark has changed.
    """

    def __init__(
        self,
        console: Console,
        selection: Selection,
        marked: Marks,
        current_list: Callable[[], MarkedList | None],
        repaint: Callable[[Iterable[str]], None],
    ) -> None:
        self._console, self._selection = console, selection
        self._marked = marked
        self._current_list = current_list
        self._repaint = repaint
        self.range = RangeMarks(marked, repaint)

    def actions(self) -> Actions:
        return {
            "mark": self.mark,
            "mark_range": self.mark_range,
            "mark_and_move": self.mark_and_move,
            "unmark": self.unmark,
            "act_on_marked": self.act_on_marked,
        }

    def mark(self) -> None:
        """Mark the selected row, or take its mark away, and move to the next row. A range ends, and keeps its marks."""
        if self.range.is_open:
            self.range.end()
            return
        table = self._current_list()
        if table is None or selected_item(self._console, self._selection) is None or table.cursor is None:
            return
        self._marked.symmetric_difference_update({table.cursor})
        self._repaint({table.cursor})
        table.action_move(1)

    def mark_range(self) -> None:
        """Begin a range of marks at the selected row, or end it."""
        if self.range.is_open:
            self.range.end()
            return
        table = self._current_list()
        if table is None or selected_item(self._console, self._selection) is None:
            return
        self.range.begin(table)
        ends = first_free_key("marks.range", (KeyPlace.ITEMS,))  # the plain key has another use there
        self._console.notify(texts.range_begins(ends, key_hint("marks.act"), key_hint("desk.back")))

    def mark_and_move(self, step: int) -> None:
        """Mark the selected row and the one to which the cursor moves."""
        table = self._current_list()
        if table is None or selected_item(self._console, self._selection) is None:
            return
        self.range.end()
        names = [row.item for row in (table.selected,) if isinstance(row, ItemRow)]
        table.action_move(step)
        names += [row.item for row in (table.selected,) if isinstance(row, ItemRow)]
        self._marked.update(names)
        self._repaint(names)

    def unmark(self) -> None:
        """Take all marks away."""
        self.range.end()
        gone = set(self._marked)
        self._marked.clear()
        self._repaint(gone)

    async def act_on_marked(self) -> None:
        self.range.end()
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
