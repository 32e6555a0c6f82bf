"""On a thin line only cells that differ from what the terminal shows already go to it.

Textual paints all of the terminal whenever a screen or a dialog opens or closes, some of it twice: eight to fifteen
kilobytes, which is as many seconds at 9,600 bit/s. This leans on names of the pinned version that are its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, cast

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.control import Control
from textual._compositor import CompositorUpdate
from textual._context import visible_screen_stack
from textual.app import App
from textual.screen import Screen
from textual.strip import Strip

if TYPE_CHECKING:
    from dutydesk.tui.app import DutyDeskApp

#: To go on with cells that differ costs about as much as so many that do not.
_GAP_CELLS = 12
#: Behind the scripts from here on a cell is no sign of its own, or its place depends on its neighbours.
_RIGHT_TO_LEFT = "\u0590"


class CellPainter(App[None]):
    """Part of the console's app."""

    _painted_strips: Sequence[Strip] = ()

    def repaint_all(self) -> None:
        """What the terminal shows is no longer known: the next paint is a whole one."""
        self._painted_strips = ()

    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        if cast("DutyDeskApp", self).pace.defer_behind_dialogs and isinstance(renderable, CompositorUpdate):
            visible_screen_stack.set(self._background_screens)
            before, after = self._painted_strips, self.screen._compositor.render_strips(self.size)
            if not self._batch_count:
                self._painted_strips = after
            renderable = CellChanges(before if _same_size(before, after) else (), after)
        super()._display(screen, renderable)


class CellChanges(CompositorUpdate):
    """From one whole screen to the next."""

    def __init__(self, before: Sequence[Strip], after: Sequence[Strip]) -> None:
        self._before, self._after = before, after

    def render_segments(self, console: Console) -> str:
        return "".join(
            Control.move_to(begin, line).segment.text + new.crop(begin, end).render(console)
            for line, (old, new) in enumerate(zip_longest(self._before, self._after))
            for begin, end in changed_cells(old, new)
        )

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        raise NotImplementedError


def _same_size(before: Sequence[Strip], after: Sequence[Strip]) -> bool:
    return [line.cell_length for line in before] == [line.cell_length for line in after]


def changed_cells(old: Strip | None, new: Strip) -> Iterator[tuple[int, int]]:
    """Where each run of cells that differ begins and ends; a line with signs that are no single cells is one run."""
    if old == new:
        return
    before, after = (_cells(old) if old is not None else None), _cells(new)
    if before is None or after is None or len(before) != len(after):
        yield 0, new.cell_length
        return
    begin = end = -1
    for place, (one, other) in enumerate(zip(before, after, strict=True)):
        if one == other:
            continue
        if begin >= 0 and place - end > _GAP_CELLS:
            yield begin, end
            begin = place
        begin, end = (place if begin < 0 else begin), place + 1
    if begin >= 0:
        yield begin, end


def _cells(line: Strip) -> list[tuple[str, object]] | None:
    """Each cell with its style; ``None`` where a sign takes no cell, or two, or stands where its neighbours want it."""
    if any(not text.isascii() and not _is_single(text) for text, _, _ in line):
        return None
    return [(sign, style) for text, style, _ in line for sign in text]


def _is_single(text: str) -> bool:
    return all(sign < _RIGHT_TO_LEFT or ("\u2010" <= sign <= "\u25ff" and cell_len(sign) == 1) for sign in text) and (
        cell_len(text) == len(text)
    )
