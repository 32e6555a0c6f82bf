"""Paragraphs of plain text, wrapped with a hanging indent and painted line by line. No markup is ever parsed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from dutydesk.tui.frame.keys import KeyPlace, bindings
from dutydesk.tui.frame.text_format import isolated_segments, segments_of
from dutydesk.tui.textual_internals import set_scroll_size
from dutydesk.tui.widgets.segments import SegmentMerger
from dutydesk.tui.widgets.text_layout import BLANK as BLANK
from dutydesk.tui.widgets.text_layout import Block, Mark, Origin, TextLine, lay_out
from dutydesk.tui.widgets.text_layout import Paragraph as Paragraph
from dutydesk.tui.widgets.text_layout import heading as heading
from dutydesk.tui.widgets.text_layout import labelled as labelled
from dutydesk.tui.widgets.text_layout import wrap as wrap
from dutydesk.tui.widgets.text_search import Match, find_matches
from dutydesk.wire.text.safe_text import isolate_part

#: Lines that stay in sight above a place that is scrolled to.
_ABOVE = 3


class TextPane(ScrollView, can_focus=False):
    """Has the focus only during a search, whose keys then come before those of its screen."""

    BINDINGS: ClassVar = bindings(KeyPlace.SEARCH)

    @dataclass
    class Searched(Message):
        """Another match is shown, or the search has ended."""

        ended: bool

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "text--head",
        "text--label",
        "text--dim",
        "text--strong",
        "text--warn",
        "text--bad",
        "text--good",
        "text--removed",
        "text--added",
        "text--found",
        "text--found-here",
        "text--fired",
        "text--fired-block",
        "text--fired-here",
    }

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._blocks: tuple[Block, ...] = ()
        self._painted_lines: list[TextLine] = []
        self._origins: list[Origin] = []
        self._width = 0
        self._query = ""
        self._matches: list[Match] = []
        self._match = 0

    @property
    def _cells(self) -> int:
        """The cells of a line: room is kept for the scrollbar, so that lines never wrap again when it appears, and one
        cell before it.
        """
        return max(self.size.width - (1 if self.show_vertical_scrollbar else 2), 0)

    @property
    def text(self) -> str:
        """The whole text, for tests."""
        return "\n".join(f"{line.label}{line.text}" for line in self._painted_lines)

    @property
    def top_line(self) -> str:
        """The text of the top visible line, without its label."""
        place = self.scroll_offset.y
        return self._painted_lines[place].text if place < len(self._painted_lines) else ""

    def show(self, blocks: Iterable[Block], *, keep_place: bool = False) -> None:
        """Repaints the lines that differ; starts at the top unless ``keep_place``.

        The same blocks are laid out again if they were laid out for another width, such as while the pane was hidden.
        """
        found = tuple(blocks)
        if found == self._blocks and (self._cells == self._width or not self._cells):
            return
        self._blocks = found
        if self._query:
            self._matches = find_matches(found, self._query)
            self._match = min(self._match, max(len(self._matches) - 1, 0))
        self._repaint(keep_place=keep_place)

    def _repaint(self, *, keep_place: bool = True) -> None:
        before = self._painted_lines
        self._painted_lines, self._origins = lay_out(self._marked_blocks(), self._cells)
        self._width = self._cells
        if len(before) != len(self._painted_lines):
            self._resize_virtual()
        if self.styles.is_auto_height:
            self.refresh(layout=True)
        if not keep_place and self.scroll_offset.y:
            self.scroll_to(y=0, animate=False, immediate=True)
        top = self.scroll_offset.y
        for y in range(self.size.height):
            old = before[top + y] if top + y < len(before) else None
            new = self._painted_lines[top + y] if top + y < len(self._painted_lines) else None
            if old != new:
                used = max(_cells_of(old), _cells_of(new))
                self.refresh(Region(0, y, min(used, self._cells), 1))

    # Search

    @property
    def match_count(self) -> tuple[int, int]:
        """Which match is shown, counted from one, and how many there are; both 0 without one."""
        return (self._match + 1 if self._matches else 0), len(self._matches)

    def search(self, query: str) -> None:
        """Mark all matches and go to the first one that is not above; an empty query ends the search."""
        self._query = query
        self._matches = find_matches(self._blocks, query) if query else []
        origin = (
            self._origins[self.scroll_offset.y] if self.scroll_offset.y < len(self._origins) else Origin(0, 0, 0, 0)
        )
        below = (n for n, match in enumerate(self._matches) if match[:3] >= origin[:3])
        self._match = next(below, 0)
        self._repaint()
        self._show_match()

    def next_match(self, step: int) -> None:
        if self._matches:
            self._match = (self._match + step) % len(self._matches)
            self._repaint()
            self._show_match()

    def action_next_match(self, step: int) -> None:
        self.next_match(step)
        self.post_message(self.Searched(ended=False))

    def action_end_search(self) -> None:
        self.post_message(self.Searched(ended=True))

    def _show_match(self) -> None:
        if self._matches:
            match = self._matches[self._match]
            self.show_place(match.block, match.start, match.part)

    def show_place(self, block: int, start: int = 0, part: int = 0) -> None:
        """Scroll until a place of a block is in sight; stays if it is."""
        line, top = self._line_of(block, part, start), self.scroll_offset.y
        if not top <= line < top + self.size.height:
            self.scroll_to(y=max(0, min(line - _ABOVE, self.max_scroll_y)), animate=False, immediate=True)

    def _line_of(self, block: int, part: int, start: int) -> int:
        """The last line of a block that does not begin after a place of its text."""
        found = 0
        for place, origin in enumerate(self._origins):
            if origin.block > block:
                break
            if origin.block == block and (origin.start <= start or origin.part != part):
                found = place
        return found

    def _marked_blocks(self) -> Sequence[Block]:
        """The blocks with marks on the matches."""
        if not self._matches:
            return self._blocks
        marks: dict[tuple[int, int], list[Mark]] = defaultdict(list)
        for place, match in enumerate(self._matches):
            tone = "found-here" if place == self._match else "found"
            marks[match.block, match.part].append(Mark(match.start, match.end, tone))
        made = list(self._blocks)
        for (block, part), found in marks.items():
            made[block] = _with_marks(made[block], part, found)
        return made

    def scroll_pages(self, pages: float) -> None:
        y = self.scroll_offset.y + round(pages * max(self.size.height - 1, 1))
        self.scroll_to(y=max(0, min(y, self.max_scroll_y)), animate=False, immediate=True)

    def scroll_lines(self, lines: int) -> None:
        y = self.scroll_offset.y + lines
        self.scroll_to(y=max(0, min(y, self.max_scroll_y)), animate=False, immediate=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        return len(lay_out(self._blocks, width - 2)[0])

    def on_resize(self) -> None:
        if self._cells != self._width:
            self._width = self._cells
            self._painted_lines, self._origins = lay_out(self._marked_blocks(), self._cells)
            self._resize_virtual()
            self.refresh()

    def _resize_virtual(self) -> None:
        """If the scrollbar is always shown, a longer text needs another bar but no new layout."""
        size = Size(self.size.width, len(self._painted_lines))
        if self.styles.overflow_y != "scroll":
            self.virtual_size = size
            return
        self.set_reactive(TextPane.virtual_size, size)
        set_scroll_size(self, size)
        if self.scroll_offset.y > self.max_scroll_y:
            self.scroll_to(y=self.max_scroll_y, animate=False, immediate=True)

    def render_line(self, y: int) -> Strip:
        base, width = self.rich_style, self._cells
        place = y + self.scroll_offset.y
        if place >= len(self._painted_lines):
            return Strip.blank(width, base)
        line = self._painted_lines[place]
        merged = SegmentMerger()
        if line.cells:
            style = base + self.get_component_rich_style("text--label", partial=True)
            merged.extend(isolated_segments(line.label, style))
            merged.add(Segment(" " * max(line.cells - cell_len(line.label), 0), style))
        for text, style in self._styled(line, base):
            merged.extend(segments_of(text, style))
        return Strip(merged.segments).adjust_cell_length(width, base)

    def _styled(self, line: TextLine, base: Style) -> Iterable[tuple[str, Style]]:
        """The text in pieces, each in the style of its mark; of marks on one another the last counts."""
        plain = base + self.get_component_rich_style(f"text--{line.tone}", partial=True) if line.tone else base
        text = isolate_part(line.text)
        shift = text.index(line.text)
        edges = sorted({0, len(text), *(edge + shift for mark in line.marks for edge in (mark.start, mark.end))})
        for start, end in pairwise(edges):
            tones = [mark.tone for mark in line.marks if mark.start + shift <= start < mark.end + shift]
            style = plain + self.get_component_rich_style(f"text--{tones[-1]}", partial=True) if tones else plain
            yield text[start:end], style


def _with_marks(block: Block, part: int, marks: Sequence[Mark]) -> Block:
    if isinstance(block, Paragraph):
        return replace(block, marks=(*block.marks, *marks))
    if part:
        return replace(block, after=replace(block.after, marks=(*block.after.marks, *marks)))
    return replace(block, before=replace(block.before, marks=(*block.before.marks, *marks)))


def _cells_of(line: TextLine | None) -> int:
    return 0 if line is None else max(line.cells, cell_len(line.label)) + cell_len(line.text)
