"""A table that paints line by line: if one row changes, one line goes to the terminal."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Generic

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from dutydesk.tui.frame.glyphs import Glyphs, glyphs
from dutydesk.tui.frame.keys import KeyPlace, bindings
from dutydesk.tui.frame.text_format import segments_of
from dutydesk.tui.textual_internals import set_scroll_size
from dutydesk.tui.widgets.columns import Cell as Cell
from dutydesk.tui.widgets.columns import Column as Column
from dutydesk.tui.widgets.columns import R, aligned, filled, fit
from dutydesk.tui.widgets.hover_help import HoverHelp
from dutydesk.tui.widgets.segments import SegmentMerger, changed_width
from dutydesk.wire.text.safe_text import isolate


def _no_heading(_row: object) -> None:
    return None


class LineTable(ScrollView, HoverHelp, Generic[R], can_focus=True):
    """Rows are identified by a key. The cursor stays on its key when rows around it come, go or move."""

    MARGIN: ClassVar[int] = 2
    BINDINGS = bindings(KeyPlace.LIST)
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "table--head",
        "table--group",
        "table--cursor",
        "table--cursor-idle",
        "table--dim",
        "table--strong",
        "table--warn",
        "table--bad",
        "table--good",
    }

    @dataclass
    class Opened(Message):
        """Enter, or a second click, on a row."""

        table_id: str | None
        row: object

    @dataclass
    class Moved(Message):
        """The cursor is on another row than before, or on none."""

        table_id: str | None

    def __init__(
        self,
        empty: str,
        columns: Callable[[], Sequence[Column[R]]],
        key_of: Callable[[R], str],
        *,
        heading_of: Callable[[R], str | None] = _no_heading,
        id: str | None = None,
    ) -> None:
        """``empty`` is shown if there are no rows. ``columns`` are asked for at each paint.

        ``heading_of`` gives the text of a row that only heads those below it, across all columns; the cursor skips it.
        """
        super().__init__(id=id)
        self.columns = columns
        self.key_of = key_of
        self.heading_of = heading_of
        self.rows: list[R] = []
        self.cursor: str | None = None
        self.signs: Glyphs = glyphs()
        #: Keys of the marked rows; may be shared with another table.
        self.bulk_selection: Collection[str] = frozenset()
        self._empty = empty
        self._hidden: frozenset[str] = frozenset()
        self._places: dict[str, int] = {}
        #: In characters, for the width of a column that must show whole keys.
        self.longest_key = 0

    # Rows

    @property
    def selected(self) -> R | None:
        place = self._places.get(self.cursor) if self.cursor is not None else None
        return None if place is None else self.rows[place]

    def place_of(self, key: str) -> int | None:
        return self._places.get(key)

    def hide_columns(self, names: frozenset[str]) -> None:
        """Show all columns but these; those without a name are always shown."""
        if names != self._hidden:
            self._hidden = names
            self.refresh()

    def set_empty(self, words: str) -> None:
        if words != self._empty:
            self._empty = words
            if not self.rows:
                self.refresh()

    def show_rows(self, rows: Iterable[R], *, follow: bool = False) -> None:
        """Show other rows; repaints only lines that differ. A cursor whose row is gone moves to its neighbour."""
        before, old_places = self.rows, self._places
        was_visible = self._cursor_place() in self._visible_rows()
        self.rows = list(rows)
        self._places = {self.key_of(row): place for place, row in enumerate(self.rows)}
        longest_before = self.longest_key
        self.longest_key = max(map(len, self._places), default=0)
        moved = self._keep_cursor(old_places)
        if len(before) != len(self.rows):
            self._update_length(len(before), follow=follow)
        if was_visible and not follow:
            self._show_cursor()
        if not before or not self.rows or longest_before != self.longest_key:
            self.refresh()
        else:
            self._repaint_differences(before)
        if moved:
            self.post_message(self.Moved(self.id))

    def replace_row(self, row: R) -> bool:
        """Replace the row with the same key; false if there is none."""
        place = self._places.get(self.key_of(row))
        if place is None:
            return False
        old = self.rows[place]
        if old != row:
            self.rows[place] = row
            self._repaint_change(place, old)
        return True

    def _keep_cursor(self, old_places: dict[str, int]) -> bool:
        if self.cursor is None or self.cursor in self._places:
            return False
        place = self._skip_headings(min(old_places.get(self.cursor, 0), len(self.rows) - 1), 1)
        self.cursor = None if place is None else self.key_of(self.rows[place])
        if place is not None:
            self._repaint([place])
        return True

    def _skip_headings(self, place: int, step: int) -> int | None:
        """The place itself or the nearest row below it (above it for a negative ``step``) that is no heading."""
        if not self.rows:
            return None
        ways = (range(place, len(self.rows)), range(place, -1, -1))
        for way in ways if step > 0 else reversed(ways):
            for here in way:
                if self.heading_of(self.rows[here]) is None:
                    return here
        return None

    def _update_length(self, before: int, *, follow: bool) -> None:
        if self.lines_for(before) != self.lines_for(len(self.rows)) or not before:
            self._resize_virtual(follow=follow)
        elif follow and self.scroll_offset.y < self.max_scroll_y:
            self.scroll_to(y=self.max_scroll_y, animate=False, immediate=True)

    def _resize_virtual(self, *, follow: bool = False) -> None:
        """The scrollbar is always shown, so a longer table needs another bar but no new layout."""
        size = Size(self.size.width, self.lines_for(len(self.rows)) + 1)
        self.set_reactive(LineTable.virtual_size, size)
        set_scroll_size(self, size)
        if self.scroll_offset.y > self.max_scroll_y:
            self.scroll_to(y=self.max_scroll_y, animate=False, immediate=True)
        if follow:
            self.scroll_to(y=self.max_scroll_y, animate=False, immediate=True)

    def lines_for(self, rows: int) -> int:
        """How many lines the rows take up, including lines kept free below them."""
        return rows

    def _visible_rows(self) -> range:
        top = self.scroll_offset.y
        return range(top, top + max(self.size.height - 1, 0))

    def _repaint(self, places: Iterable[int], width: int | None = None) -> None:
        """Repaint visible lines only, without the scrollbar; up to ``width`` if it is given."""
        if self._is_hidden():
            return
        seen, width = self._visible_rows(), width or self.scrollable_content_region.width
        for place in places:
            if place in seen:
                self.refresh(Region(0, place - seen.start + 1, width, 1))

    def _is_hidden(self) -> bool:
        """Whether the table is hidden; then all is repainted later, because Textual keeps the lines as last painted."""
        if self.size:
            return False
        self.refresh()
        return True

    def _repaint_differences(self, before: Sequence[R]) -> None:
        if self._is_hidden():
            return
        for place in self._visible_rows():
            if place < min(len(before), len(self.rows)):
                if before[place] != self.rows[place]:
                    self._repaint_change(place, before[place])
            elif place < max(len(before), len(self.rows)):
                self._repaint([place])

    def _repaint_change(self, place: int, old: R) -> None:
        """Repaint a row only as far as it differs from ``old``."""
        if self._is_hidden():
            return
        seen, width = self._visible_rows(), self.scrollable_content_region.width
        if place not in seen:
            return
        if self.key_of(old) != self.key_of(self.rows[place]):
            self._repaint([place])
            return
        base = self.rich_style
        end = changed_width(self._line(old, width, base), self._line(self.rows[place], width, base))
        if end:
            self.refresh(Region(0, place - seen.start + 1, end, 1))

    def repaint_keys(self, keys: Iterable[str]) -> None:
        """Repaint the visible rows with these keys."""
        self._repaint([self._places[key] for key in keys if key in self._places])

    def repaint_rows(self) -> None:
        """Repaint all visible rows, because ages have changed."""
        self._repaint(range(len(self.rows)))

    # Cursor

    def move_to(self, place: int) -> None:
        old = self._places.get(self.cursor) if self.cursor is not None else None
        goal = max(0, min(place, len(self.rows) - 1))
        found = self._skip_headings(goal, -1 if old is not None and goal < old else 1)
        if found is None:
            return
        place = found
        key = self.key_of(self.rows[place])
        if key == self.cursor:
            self.scroll_to_row(place)
            return
        self.cursor = key
        self._repaint([place] if old is None else [old, place], self._lit_width())
        self.scroll_to_row(place)
        self.post_message(self.Moved(self.id))

    def scroll_to_row(self, place: int) -> None:
        """Scroll as little as needed; a heading directly above the row becomes visible too."""
        top, height = self.scroll_offset.y, self.size.height - 1
        if 0 < place <= top and self.heading_of(self.rows[place - 1]) is not None:
            place -= 1
        if height > 0 and not top <= place < top + height:
            goal = place if place < top else place - height + 1
            self.scroll_to(y=goal, animate=False, immediate=True)

    def _show_cursor(self) -> None:
        """Scroll to the selected row: keys act on it, so it is never out of sight."""
        here = self._cursor_place()
        if here is not None:
            self.scroll_to_row(here)

    def _cursor_place(self) -> int | None:
        return self._places.get(self.cursor) if self.cursor is not None else None

    def action_move(self, step: int) -> None:
        here = self._cursor_place()
        self.move_to(here + step if here is not None else self.initial_place())

    def initial_place(self) -> int:
        """The row on which a new cursor appears."""
        return 0

    def action_page(self, step: int) -> None:
        here = self._cursor_place()
        self.move_to((here if here is not None else self.initial_place()) + step * max(self.size.height - 2, 1))

    def action_top(self) -> None:
        self.move_to(0)

    def action_end(self) -> None:
        self.move_to(len(self.rows) - 1)

    def action_open(self) -> None:
        if self.selected is not None:
            self.post_message(self.Opened(self.id, self.selected))

    def on_click(self, event: events.Click) -> None:
        place = event.y - 1 + self.scroll_offset.y
        if event.y < 1 or not 0 <= place < len(self.rows) or self.heading_of(self.rows[place]) is not None:
            return
        again = self.cursor == self.key_of(self.rows[place])
        self.move_to(place)
        if again:
            self.action_open()

    def help_at(self, x: int, y: int) -> str:
        """The whole text of a cell that is cut off in the list."""
        place = y - 1 + self.scroll_offset.y
        if y < 1 or not 0 <= place < len(self.rows) or self.heading_of(self.rows[place]) is not None:
            return ""
        start = self.MARGIN
        for column, width in self._fitted(self.scrollable_content_region.width):
            if start <= x < start + width:
                text = column.cell(self.rows[place]).text
                return text if cell_len(text) > width else ""
            start += width + 1
        return ""

    def on_resize(self) -> None:
        self.resized()

    def resized(self) -> None:
        self._resize_virtual()
        self._show_cursor()

    def on_focus(self) -> None:
        self._show_cursor()
        self._repaint_cursor()

    def on_blur(self) -> None:
        self._repaint_cursor()

    def _repaint_cursor(self) -> None:
        here = self._cursor_place()
        if here is not None:
            self._repaint([here], self._lit_width())

    def _lit_width(self) -> int:
        """How much of a row the cursor changes."""
        width, end = self.scrollable_content_region.width, self.MARGIN
        for column, size in self._fitted(width):
            if column.unlit:
                return end - 1
            end += size + 1
        return width

    # Painting

    def render_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        base = self.rich_style
        if y == 0:
            return self._head(width)
        place = y - 1 + self.scroll_offset.y
        if place < len(self.rows):
            return self._line(self.rows[place], width, base)
        text = f"  {self._empty}" if not self.rows and y == 2 else ""
        style = self._tone("dim", base) if text else base
        return Strip(segments_of(filled(isolate(text), width), style), width)

    def _head(self, width: int) -> Strip:
        style = self.get_component_rich_style("table--head")
        parts = [aligned(column.title, size, column.right) for column, size in self._fitted(width)]
        return Strip(segments_of(filled(" " * self.MARGIN + " ".join(parts), width), style), width)

    def _line(self, row: R, width: int, base: Style) -> Strip:
        heading = self.heading_of(row)
        if heading is not None:
            return Strip(segments_of(filled(f" {isolate(heading)}", width), self._tone("group", base)), width)
        at_cursor, unlit = self.key_of(row) == self.cursor, base
        if at_cursor:
            base = self.get_component_rich_style("table--cursor" if self.has_focus else "table--cursor-idle")
        merged = SegmentMerger()
        mark = self.signs.bulk_selected if self.key_of(row) in self.bulk_selection else " "
        merged.add(Segment((self.signs.cursor if at_cursor else " ") + mark, base))
        left = width - self.MARGIN
        for place, (column, size) in enumerate(self._fitted(width)):
            cell = column.cell(row)
            size = min(size, left)
            if size <= 0:
                break
            if column.unlit:
                base, at_cursor = unlit, False
            style = base if at_cursor and self.has_focus else self._tone(cell.tone, base)
            if place:
                merged.add(Segment(" ", unlit if column.unlit else base))
            for part in segments_of(aligned(cell.text, size, column.right), style):
                merged.add(part)
            left -= size + 1
        if left > 0:
            merged.add(Segment(" " * left, base))
        return Strip(merged.segments, width)

    def _tone(self, tone: str, base: Style) -> Style:
        if not tone:
            return base
        own = self.get_component_rich_style(f"table--{tone}", partial=True)
        return base + own

    def _fitted(self, width: int) -> list[tuple[Column[R], int]]:
        columns = self.columns()
        if self._hidden:
            columns = [column for column in columns if column.name not in self._hidden]
        return fit(columns, width - self.MARGIN)
