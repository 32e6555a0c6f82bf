"""Paragraphs, and pairs of texts next to each other, laid out as lines of a width. No markup is ever parsed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final, NamedTuple, TypeAlias

from rich.cells import cell_len

from dutydesk.domain.frozen import value
from dutydesk.wire.text.safe_text import clip, isolate

LABEL_CELLS: Final = 13
#: From this width the texts of a pair stand next to each other.
PAIR_WIDTH: Final = 110
_PAIR_LABEL: Final = 24
_BETWEEN: Final = " │ "
_LEAST_CELLS: Final = 8
REMOVED_SIGN: Final = "-"
ADDED_SIGN: Final = "+"


@value(frozen=True, slots=True)
class Mark:
    """A part of a text in a tone of its own; ``end`` is the place after it."""

    start: int
    end: int
    tone: str


@value(frozen=True, slots=True)
class Paragraph:
    """``label`` is put in front, in a column of its own if ``columns``. Both texts must be safe."""

    text: str = ""
    label: str = ""
    tone: str = ""
    indent: int = 0
    columns: bool = False
    marks: tuple[Mark, ...] = ()


@value(frozen=True, slots=True)
class Pair:
    """An earlier and a later text: next to each other where there is room, else one below the other."""

    label: str
    before: Paragraph
    after: Paragraph
    tone: str = ""


Block: TypeAlias = Paragraph | Pair


class TextLine(NamedTuple):
    label: str
    cells: int
    text: str
    tone: str
    marks: tuple[Mark, ...] = ()


class Origin(NamedTuple):
    """Where a painted line comes from: its block, which text of a pair, and the part of that text."""

    block: int
    part: int
    start: int
    end: int


def heading(text: str) -> Paragraph:
    return Paragraph(text, tone="head")


def labelled(label: str, text: str, tone: str = "") -> Paragraph:
    return Paragraph(text, label, tone, columns=True)


BLANK: Final = Paragraph()


def wrap(text: str, width: int) -> list[str]:
    """Lines of at most ``width`` cells, broken at spaces where there are any."""
    return [text[start:end] for start, end in wrap_places(text, width)]


def wrap_places(text: str, width: int) -> list[tuple[int, int]]:
    """Where the lines of :func:`wrap` begin and end in the text."""
    places: list[tuple[int, int]] = []
    begin = 0
    for line in text.split("\n"):
        places += _wrap_line(line, begin, width)
        begin += len(line) + 1
    return places


def _wrap_line(line: str, begin: int, width: int) -> Iterator[tuple[int, int]]:
    start: int | None = None
    at = begin
    for word in line.split(" "):
        end = at + len(word)
        if start is None:
            start = at
        if cell_len(line[start - begin : end - begin]) > width:
            if line[start - begin : at - begin].strip():
                yield start, at - 1
            start = at
            while cell_len(line[start - begin : end - begin]) > width:
                head = clip(f"{line[start - begin : end - begin]} ", width + 1).removesuffix("…")
                yield start, start + max(len(head), 1)
                start += max(len(head), 1)
        at = end + 1
    yield (begin if start is None else start), begin + len(line)


def lay_out(blocks: Sequence[Block], width: int) -> tuple[list[TextLine], list[Origin]]:
    """The lines, and where each of them comes from; nothing in less than eight cells."""
    lines: list[TextLine] = []
    origins: list[Origin] = []
    if width < _LEAST_CELLS:
        return lines, origins
    for place, block in enumerate(blocks):
        made = _paragraph(block, width) if isinstance(block, Paragraph) else _pair(block, width)
        for line, (part, start, end) in made:
            lines.append(line)
            origins.append(Origin(place, part, start, end))
    return lines, origins


_Part: TypeAlias = tuple[int, int, int]


def _paragraph(paragraph: Paragraph, width: int, part: int = 0) -> Iterator[tuple[TextLine, _Part]]:
    gutter = cell_len(paragraph.label) + 1 if paragraph.label else 0
    if paragraph.columns:
        gutter = max(LABEL_CELLS, gutter)
    cells = paragraph.indent + gutter
    if paragraph.label and cells > width // 2 and cells + cell_len(paragraph.text) >= width:
        # A long label has a line of its own: next to it the text would be a column of single letters.
        yield TextLine(" " * paragraph.indent + paragraph.label, cells, "", paragraph.tone), (part, 0, 0)
        cells, label = paragraph.indent + 2, ""
    else:
        label = " " * paragraph.indent + paragraph.label
    for start, end in wrap_places(paragraph.text, max(width - cells - 1, _LEAST_CELLS)):
        text = paragraph.text[start:end]
        yield TextLine(label, cells, text, paragraph.tone, _within(paragraph.marks, start, end)), (part, start, end)
        label = ""


def _within(marks: Sequence[Mark], start: int, end: int, by: int = 0) -> tuple[Mark, ...]:
    """The marks of one line of a text, counted from its beginning, moved by ``by``."""
    return tuple(
        Mark(max(mark.start, start) - start + by, min(mark.end, end) - start + by, mark.tone)
        for mark in marks
        if mark.start < end and start < mark.end
    )


def _pair(pair: Pair, width: int) -> Iterator[tuple[TextLine, _Part]]:
    if width >= PAIR_WIDTH:
        yield from _side_by_side(pair, width)
        return
    if pair.label:
        yield TextLine(pair.label, cell_len(pair.label), "", ""), (0, 0, 0)
    for part, side, sign in ((0, pair.before, REMOVED_SIGN), (1, pair.after, ADDED_SIGN)):
        if side.text:
            yield from _paragraph(replace(side, label=sign, indent=2, tone=pair.tone), width, part)


def _side_by_side(pair: Pair, width: int) -> Iterator[tuple[TextLine, _Part]]:
    label, gutter = pair.label, _PAIR_LABEL
    if cell_len(label) >= _PAIR_LABEL:
        yield TextLine(label, cell_len(label), "", ""), (0, 0, 0)
        label = ""
    side = (width - gutter - cell_len(_BETWEEN) - 1) // 2
    left, right = wrap_places(pair.before.text, side), wrap_places(pair.after.text, side)
    for row in range(max(len(left), len(right))):
        start, end = left[row] if row < len(left) else (0, 0)
        text = isolate(pair.before.text[start:end])
        shift = text.index(pair.before.text[start:end]) if end > start else 0
        marks = _within(pair.before.marks, start, end, shift)
        text += " " * max(side - cell_len(text), 0) + _BETWEEN
        part: _Part = (0, start, end)
        if row < len(right):
            start, end = right[row]
            later = isolate(pair.after.text[start:end])
            shift = len(text) + (later.index(pair.after.text[start:end]) if end > start else 0)
            marks += _within(pair.after.marks, start, end, shift)
            text += later
        yield TextLine(label, gutter, text, pair.tone, marks), part
        label = ""
