"""The cells in which two screens differ: on a thin line nothing else is sent to the terminal.

Textual paints the whole terminal whenever a screen or a dialog opens or closes, parts of it twice: 8 to 15 kB, which
take as many seconds at 9,600 bit/s.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from rich.cells import cell_len
from rich.console import Console
from rich.control import Control
from textual.strip import Strip

#: Equal cells between two runs that differ; skipping fewer than this costs more than painting them.
_GAP_CELLS = 12
#: From this script on a cell may not be one character, or its place may depend on its neighbours.
_RIGHT_TO_LEFT = "\u0590"


def render_differences(before: Sequence[Strip], after: Sequence[Strip], console: Console) -> str:
    """The sequence that turns the screen ``before`` into ``after``; paints all of ``after`` if their sizes differ."""
    shown = before if _same_size(before, after) else ()
    return "".join(
        Control.move_to(begin, line).segment.text + new.crop(begin, end).render(console)
        for line, (old, new) in enumerate(zip_longest(shown, after))
        for begin, end in changed_cells(old, new)
    )


def _same_size(before: Sequence[Strip], after: Sequence[Strip]) -> bool:
    return [line.cell_length for line in before] == [line.cell_length for line in after]


def changed_cells(old: Strip | None, new: Strip) -> Iterator[tuple[int, int]]:
    """Begin and end of each run of differing cells; a line with characters of no or two cells is one run."""
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
    """Each cell with its style; ``None`` if a character takes no cell or two, or is placed by its neighbours."""
    if any(not text.isascii() and not _is_single(text) for text, _, _ in line):
        return None
    return [(sign, style) for text, style, _ in line for sign in text]


def _is_single(text: str) -> bool:
    return all(sign < _RIGHT_TO_LEFT or ("\u2010" <= sign <= "\u25ff" and cell_len(sign) == 1) for sign in text) and (
        cell_len(text) == len(text)
    )
