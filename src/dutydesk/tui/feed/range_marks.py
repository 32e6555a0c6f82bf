"""A range of marks: from the row where it began to the cursor, until it is ended."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeAlias

from dutydesk.desk.base.rows import ItemRow
from dutydesk.tui.feed.table import Feed
from dutydesk.tui.widgets.line_table import LineTable

MarkedList: TypeAlias = LineTable[ItemRow] | Feed


class Marks(set[str]):
    """The names of the marked items, shared by all lists. ``ranging``: a range of marks follows the cursor."""

    ranging = False


class RangeMarks:
    """Rows that were marked before the range began stay marked, whatever the range does.

    ``repaint`` paints rows whose mark has changed, and the number of marks.
    """

    def __init__(self, marked: Marks, repaint: Callable[[Iterable[str]], None]) -> None:
        self._marked, self._repaint = marked, repaint
        self._table: MarkedList | None = None
        self._anchor = ""
        self._before: frozenset[str] = frozenset()
        self._covered: set[str] = set()

    @property
    def is_open(self) -> bool:
        return self._table is not None

    def begin(self, table: MarkedList) -> None:
        """Begin at the selected row of ``table``."""
        if table.cursor is None:
            return
        self._table, self._anchor, self._marked.ranging = table, table.cursor, True
        self._before, self._covered = frozenset(self._marked), set()
        self.follow_cursor(table)

    def follow_cursor(self, table: MarkedList | None) -> None:
        """Mark what lies between the beginning and the cursor, and no longer what the cursor has left.

        The range ends in another list than the one it began in, and once its first row is gone.
        """
        if self._table is None:
            return
        first = None if table is not self._table else self._table.place_of(self._anchor)
        last = self._table.place_of(self._table.cursor or "")
        if first is None or last is None:
            self.end()
            return
        rows = self._table.rows[min(first, last) : max(first, last) + 1]
        covered = {row.item for row in rows if isinstance(row, ItemRow)} - self._before
        changed = covered ^ self._covered
        self._marked -= self._covered
        self._marked |= covered
        self._covered = covered
        self._repaint(changed)

    def end(self) -> None:
        """Keep the marks."""
        if self._table is not None:
            self._table, self._marked.ranging = None, False
            self._repaint(())

    def cancel(self) -> None:
        """Take the marks of the range away."""
        self._marked -= self._covered
        gone, self._covered = self._covered, set()
        self.end()
        self._repaint(gone)
