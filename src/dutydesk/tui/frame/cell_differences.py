"""The cells in which two screens differ: nothing else is sent to the terminal.

Textual paints the whole terminal whenever a screen or a dialog opens or closes, parts of it twice: 15 to 30 kB, which
take half a minute at 9,600 bit/s.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from itertools import groupby, repeat, zip_longest
from operator import itemgetter
from typing import TypeAlias

from rich.cells import cell_len
from rich.color import ColorSystem
from rich.console import Console
from rich.control import Control
from textual.strip import Strip

from dutydesk.tui.frame.pen import Look, Pen, blank_look, look_of
from dutydesk.tui.widgets.segments import ISOLATES, SegmentMerger

#: Equal cells between two runs that differ; skipping fewer than this costs more than painting them.
_GAP_CELLS = 12
#: Blanks that are cleared at once; from so many on that takes fewer bytes.
_CLEARED_BLANKS = 10
#: From this script on a cell may not be one character, or its place may depend on its neighbours.
_RIGHT_TO_LEFT = "\u0590"

#: Terminals that clear cells in the colour of their ground; others may clear them in their own.
_CLEARING = ("xterm", "tmux", "linux", "rxvt", "alacritty", "foot", "kitty", "wezterm", "ghostty", "konsole", "vte")
_NEXT_LINE, _NO_LINE = "\r\n", -2

Cell: TypeAlias = tuple[str, Look]

_AT_ISOLATES = re.compile(f"([{''.join(ISOLATES)}])")


class PaintedLine:
    """A line as a terminal shows it. ``cells`` is ``None`` if a character takes no cell or two, or is placed by its
    neighbours; such a line is painted whole.
    """

    __slots__ = ("cells", "color_system", "strip")

    def __init__(self, strip: Strip, color_system: ColorSystem) -> None:
        self.strip, self.color_system = strip, color_system
        self.cells = self._cells()

    def _cells(self) -> list[Cell] | None:
        cells: list[Cell] = []
        for text, style, _ in self.strip:
            if not (text.isascii() or _is_single(text)):
                return None
            look = look_of(style, self.color_system)
            if text.isspace():
                cells += zip(text, repeat(blank_look(look)))
            elif " " not in text:
                cells += zip(text, repeat(look))
            else:
                blank = (" ", blank_look(look))
                cells += [blank if sign == " " else (sign, look) for sign in text]
        return cells

    def render(self, begin: int, end: int, pen: Pen, *, clears: bool = False) -> str:
        """``clears``: the terminal can clear cells in the colour of their ground."""
        if self.cells is None:
            return "".join(self._whole(pen))
        out: list[str] = []
        for look, run in groupby(self.cells[begin:end], key=itemgetter(1)):
            text = "".join(sign for sign, _ in run)
            begin += len(text)
            out.append(pen.change_to(look))
            if clears and look.ink is None and len(text) >= _CLEARED_BLANKS:
                text = f"\x1b[{len(text)}X" + (f"\x1b[{len(text)}C" if begin < end else "")
            out.append(text)
        return "".join(out)

    def _whole(self, pen: Pen) -> Iterator[str]:
        """A direction isolate stands between two sequences: an emulator that does not know it drops no other text."""
        for text, style, _ in self.strip:
            look = look_of(style, self.color_system)
            for part in filter(None, _AT_ISOLATES.split(text)):
                yield pen.say_again(look) if part in ISOLATES else pen.change_to(look)
                yield part
                if part in ISOLATES:
                    yield pen.say_again(look)


def paint_differences(before: Sequence[PaintedLine], after: Sequence[PaintedLine], *, clears: bool = False) -> str:
    """The sequence that turns the screen ``before`` into ``after``; paints all of ``after`` if their sizes differ."""
    shown = before if _same_size(before, after) else ()
    pen, out, last = Pen(), list[str](), _NO_LINE
    for line, (old, new) in enumerate(zip_longest(shown, after)):
        for begin, end in _changed(old, new):
            is_next = not begin and line == last + 1
            out += [_NEXT_LINE if is_next else Control.move_to(begin, line).segment.text]
            out += [new.render(begin, end, pen, clears=clears)]
            last = line
    return "".join((*out, pen.put_down()))


def clears_in_colour() -> bool:
    """Whether the terminal clears cells in the colour of their ground."""
    return os.environ.get("TERM", "").startswith(_CLEARING)


def color_system_of(console: Console) -> ColorSystem:
    names = {"standard": ColorSystem.STANDARD, "256": ColorSystem.EIGHT_BIT, "windows": ColorSystem.WINDOWS}
    return names.get(console.color_system or "", ColorSystem.TRUECOLOR)


def _same_size(before: Sequence[PaintedLine], after: Sequence[PaintedLine]) -> bool:
    return [line.strip.cell_length for line in before] == [line.strip.cell_length for line in after]


def changed_cells(old: Strip | None, new: Strip) -> Iterator[tuple[int, int]]:
    """Begin and end of each run of differing cells; a line with characters of no or two cells is one run."""
    true = ColorSystem.TRUECOLOR
    return _changed(PaintedLine(old, true) if old is not None else None, PaintedLine(new, true))


def _changed(old: PaintedLine | None, new: PaintedLine) -> Iterator[tuple[int, int]]:
    if old is new or (old is not None and old.strip == new.strip):
        return
    before, after = (old.cells if old is not None else None), new.cells
    if before is None or after is None or len(before) != len(after):
        yield 0, new.strip.cell_length
        return
    begin = end = -1
    for place, (one, other) in enumerate(zip(before, after, strict=True)):
        if one is other or one == other:
            continue
        if begin >= 0 and place - end > _GAP_CELLS:
            yield begin, end
            begin = place
        begin, end = (place if begin < 0 else begin), place + 1
    if begin >= 0:
        yield begin, end


def splice(line: Strip, begin: int, part: Strip) -> Strip:
    """``line`` with ``part`` in the place of what it has from cell ``begin`` on."""
    end = begin + part.cell_length
    merged = SegmentMerger()
    for piece in (line.crop(0, begin), part, line.crop(end, line.cell_length)):
        merged.extend(piece)
    return Strip(merged.segments)


def _is_single(text: str) -> bool:
    return all(sign < _RIGHT_TO_LEFT or ("\u2010" <= sign <= "\u25ff" and cell_len(sign) == 1) for sign in text) and (
        cell_len(text) == len(text)
    )
