"""Marks on parts of a text; in brackets on terminals that may not underline."""

from __future__ import annotations

from collections.abc import Iterable

from dutydesk.tui.frame.glyphs import Glyphs
from dutydesk.tui.widgets.text_layout import Mark


def join_pieces(pieces: Iterable[tuple[str, str]], signs: Glyphs) -> tuple[str, tuple[Mark, ...]]:
    """One text of pieces with their tones, and the marks on those that have one."""
    text, marks = "", []
    for piece, tone in pieces:
        if tone and piece:
            piece = f"{signs.mark_start}{piece}{signs.mark_end}"
            marks.append(Mark(len(text), len(text) + len(piece), tone))
        text += piece
    return text, tuple(marks)


def mark_places(text: str, places: Iterable[Mark], signs: Glyphs) -> tuple[str, tuple[Mark, ...]]:
    """The text with marks on these places; one that overlaps a place that comes before it is left out."""
    kept: list[Mark] = []
    for mark in places:
        if mark.start < mark.end and not any(mark.start < other.end and other.start < mark.end for other in kept):
            kept.append(mark)
    pieces: list[tuple[str, str]] = []
    at = 0
    for mark in sorted(kept, key=lambda mark: mark.start):
        pieces += [(text[at : mark.start], ""), (text[mark.start : mark.end], mark.tone)]
        at = mark.end
    return join_pieces([*pieces, (text[at:], "")], signs)
