"""Paragraphs of plain text, wrapped with a hanging indent and painted line by line. No markup is ever parsed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from dutydesk.tui.frame.text_format import segments_of
from dutydesk.tui.textual_internals import set_scroll_size
from dutydesk.tui.widgets.segments import SegmentMerger
from dutydesk.wire.text.safe_text import clip, isolate

LABEL_CELLS = 13


@dataclass(frozen=True, slots=True)
class Paragraph:
    """``label`` is put in front, in a column of its own if ``columns``. Both texts must be safe."""

    text: str = ""
    label: str = ""
    tone: str = ""
    indent: int = 0
    columns: bool = False


#: A painted line: label, its cells, text, tone.
_PaintedLine = tuple[str, int, str, str]


def heading(text: str) -> Paragraph:
    return Paragraph(text, tone="head")


def labelled(label: str, text: str, tone: str = "") -> Paragraph:
    return Paragraph(text, label, tone, columns=True)


BLANK = Paragraph()


def wrap(text: str, width: int) -> list[str]:
    """Lines of at most ``width`` cells, broken at spaces where there are any."""
    lines: list[str] = []
    for line in text.split("\n"):
        current: str | None = None
        for word in line.split(" "):
            joined = word if current is None else f"{current} {word}"
            if cell_len(joined) <= width:
                current = joined
                continue
            if current is not None and current.strip():
                lines.append(current)
            while cell_len(word) > width:
                head = clip(word, width + 1).removesuffix("…") or word[0]
                lines.append(head)
                word = word[len(head) :]
            current = word
        lines.append(current or "")
    return lines


class TextPane(ScrollView, can_focus=False):
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "text--head",
        "text--label",
        "text--dim",
        "text--strong",
        "text--warn",
        "text--bad",
        "text--good",
    }

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._paragraphs: tuple[Paragraph, ...] = ()
        self._painted_lines: list[_PaintedLine] = []
        self._width = 0

    @property
    def _cells(self) -> int:
        """The cells of a line. One is kept free for the scrollbar, so that lines never wrap again when it appears."""
        return max(self.size.width - (0 if self.show_vertical_scrollbar else 1), 0)

    @property
    def text(self) -> str:
        """The whole text, for tests."""
        return "\n".join(f"{label}{text}" for label, _, text, _ in self._painted_lines)

    @property
    def top_line(self) -> str:
        """The text of the top visible line, without its label."""
        place = self.scroll_offset.y
        return self._painted_lines[place][2] if place < len(self._painted_lines) else ""

    def show(self, paragraphs: Iterable[Paragraph], *, keep_place: bool = False) -> None:
        """Repaints the lines that differ; starts at the top unless ``keep_place``."""
        found = tuple(paragraphs)
        if found == self._paragraphs:
            return
        self._paragraphs = found
        before, self._painted_lines = self._painted_lines, _lay_out(found, self._cells)
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

    def scroll_pages(self, pages: float) -> None:
        y = self.scroll_offset.y + round(pages * max(self.size.height - 1, 1))
        self.scroll_to(y=max(0, min(y, self.max_scroll_y)), animate=False, immediate=True)

    def scroll_lines(self, lines: int) -> None:
        y = self.scroll_offset.y + lines
        self.scroll_to(y=max(0, min(y, self.max_scroll_y)), animate=False, immediate=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        return len(_lay_out(self._paragraphs, width - 1))

    def on_resize(self) -> None:
        if self._cells != self._width:
            self._width = self._cells
            self._painted_lines = _lay_out(self._paragraphs, self._cells)
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
        label, cells, text, tone = self._painted_lines[place]
        merged = SegmentMerger()
        if cells:
            shown = label + " " * max(cells - cell_len(label), 0)
            merged.add(Segment(shown, base + self.get_component_rich_style("text--label", partial=True)))
        style = base + self.get_component_rich_style(f"text--{tone}", partial=True) if tone else base
        merged.extend(segments_of(isolate(text), style))
        return Strip(merged.segments).adjust_cell_length(width, base)


def _cells_of(line: _PaintedLine | None) -> int:
    return 0 if line is None else max(line[1], cell_len(line[0])) + cell_len(line[2])


def _lay_out(paragraphs: Sequence[Paragraph], width: int) -> list[_PaintedLine]:
    painted: list[_PaintedLine] = []
    if width < 8:
        return painted
    for paragraph in paragraphs:
        gutter = cell_len(paragraph.label) + 1 if paragraph.label else 0
        if paragraph.columns:
            gutter = max(LABEL_CELLS, gutter)
        cells = paragraph.indent + gutter
        label = " " * paragraph.indent + paragraph.label
        if paragraph.label and cells > width // 2 and cells + cell_len(paragraph.text) >= width:
            painted.append((label, cells, "", paragraph.tone))
            cells, label = paragraph.indent + 2, ""
        for line in wrap(paragraph.text, max(width - cells - 1, 8)):
            painted.append((label, cells, line, paragraph.tone))
            label = ""
    return painted
