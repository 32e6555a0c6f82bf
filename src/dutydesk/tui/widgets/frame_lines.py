"""Single lines of the frame: header, pane titles, status, keys. Each repaints only when its text changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from dutydesk.desk.base.rows import AlarmRow
from dutydesk.language.sentences import read_sentence
from dutydesk.tui.frame.keys import Key, key_hint
from dutydesk.tui.frame.text_format import age, isolated_segments
from dutydesk.tui.frame.texts import texts as frame_texts
from dutydesk.tui.widgets.hover_help import HoverHelp
from dutydesk.tui.widgets.segments import ISOLATES, SegmentMerger, changed_width
from dutydesk.wire.text.safe_text import clip, isolate, safe_text

#: A piece of a line: its text, the name of its style or none, and how soon it is left out (0: never).
Piece = tuple[str, str, int]


class Line(HoverHelp):
    """Pieces at the left and at the right. If there is no room, the piece with the highest number goes first."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "line--strong",
        "line--dim",
        "line--warn",
        "line--bad",
        "line--good",
        "line--key",
        "line--chosen",
        "line--alarm",
    }
    GAP: ClassVar[str] = "  "

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._left: tuple[Piece, ...] = ()
        self._right: tuple[Piece, ...] = ()

    def show(self, left: Sequence[Piece], right: Sequence[Piece] = ()) -> None:
        if (tuple(left), tuple(right)) == (self._left, self._right):
            return
        before = self.render_line(0) if self.size.width else None
        self._left, self._right = tuple(left), tuple(right)
        if before is None:
            self.refresh()  # hidden: Textual would show the line again as it was last painted
        else:
            end = changed_width(before, self.render_line(0))
            if end:
                self.refresh(Region(0, 0, end, 1))

    @property
    def text(self) -> str:
        return self.GAP.join(piece[0] for piece in (*self._left, *self._right) if piece[0])

    def _fit_pieces(self, width: int) -> tuple[list[Piece], list[Piece]]:
        left = [piece for piece in self._left if piece[0]]
        right = [piece for piece in self._right if piece[0]]
        while True:
            pieces = left + right
            gaps = len(pieces) if right else len(pieces) - 1
            needed = sum(cell_len(text) for text, _, _ in pieces) + len(self.GAP) * gaps + 2
            droppable = [piece for piece in pieces if piece[2]]
            if needed > width and not droppable:
                return _clipped(left, needed - width), right
            if needed <= width:
                return left, right
            worst = max(droppable, key=lambda piece: piece[2])
            (left if worst in left else right).remove(worst)

    def words_at(self, x: int) -> str:
        """The text of the piece at the left that is painted at ``x``; empty between pieces."""
        start = 1
        for text, _, _ in self._fit_pieces(self.size.width)[0]:
            end = start + cell_len(text)
            if start <= x < end:
                return text
            start = end + len(self.GAP)
        return ""

    def render_line(self, y: int) -> Strip:
        width, base = self.size.width, self.rich_style
        if y:
            return Strip.blank(width, base)
        left, right = self._fit_pieces(width)
        merged, tail = SegmentMerger(), SegmentMerger()
        merged.add(Segment(" ", base))
        for text, tone, _ in left:
            merged.extend([*self._piece_segments(text, tone, base), Segment(self.GAP, base)])
        for text, tone, _ in right:
            tail.extend([Segment(self.GAP, base), *self._piece_segments(text, tone, base)])
        used = sum(segment.cell_length for segment in merged.segments)
        after = sum(segment.cell_length for segment in tail.segments) + 1
        if tail.segments and used + after <= width:
            merged.extend([Segment(" " * (width - used - after), base), *tail.segments, Segment(" ", base)])
        return Strip(merged.segments).adjust_cell_length(width, base).crop(0, width)

    def _piece_segments(self, text: str, tone: str, base: Style) -> list[Segment]:
        return isolated_segments(text, self._tone(tone, base))

    def _tone(self, tone: str, base: Style) -> Style:
        return base + self.get_component_rich_style(f"line--{tone}", partial=True) if tone else base


def _clipped(pieces: list[Piece], excess: int) -> list[Piece]:
    """The longest piece loses what does not fit, and ends with an ellipsis."""
    longest = max(pieces, key=lambda piece: cell_len(piece[0]), default=None)
    if longest is None:
        return pieces
    text, tone, rank = longest
    plain = text.strip("".join(ISOLATES))
    shorter = (isolate(clip(plain, max(cell_len(plain) - excess, 1))), tone, rank)
    return [shorter if piece is longest else piece for piece in pieces]


class PanelLine(Line):
    """A line on the panel's colour; in sixteen colours its texts are not coloured."""

    def on_mount(self) -> None:
        self.set_class(self.app.console.color_system == "standard", "-sixteen")


class HeaderLine(PanelLine):
    """The realm and the counts of the desk."""


class AlarmLine(Line):
    """The gravest alarm and the number of others; hidden without alarms."""

    def on_mount(self) -> None:
        self.display = False

    def show_alarms(self, rows: Sequence[AlarmRow], now: datetime) -> None:
        self.display = bool(rows)
        if not rows:
            return
        first = rows[0]
        since = f", {age(first.since, now)}" if first.since else ""
        text = f"{first.subject}: {safe_text(read_sentence(first.words))}{since}"
        right: list[Piece] = [
            (frame_texts.more_alarms(len(rows) - 1), "", 0),
            (frame_texts.alarms_key(key_hint("desk.alarms")), "dim", 0),
        ]
        taken = sum(cell_len(piece[0]) + 2 for piece in right) + len(frame_texts.ALARMS) + 6
        room = max((self.size.width or self.app.size.width) - taken, 10)
        self.show(((f"{frame_texts.ALARMS}", "alarm", 0), (isolate(clip(text, room)), "", 0)), right)


class PaneTitle(Line):
    """The name of a pane or the tabs of all, and its counts."""

    class Clicked(Message):
        """``words``: the text of the clicked piece, such as a tab; empty between pieces."""

        def __init__(self, title: PaneTitle, words: str) -> None:
            super().__init__()
            self.title = title
            self.words = words

    def on_click(self, event: events.Click) -> None:
        self.post_message(self.Clicked(self, self.words_at(event.x)))


class TourLines(Vertical):
    """Two lines above the status line, shown while the tour runs."""

    def compose(self) -> ComposeResult:
        yield Line(id="tour-what")
        yield Line(id="tour-how")

    def on_mount(self) -> None:
        self.display = False

    def show_step(self, lines: tuple[str, str, str] | None, keys: str) -> None:
        """Which step, what it shows, and how."""
        self.display = lines is not None
        if lines is not None:
            step, what, how = lines
            self.query_one("#tour-what", Line).show(((step, "chosen", 0), (what, "strong", 0)), ((keys, "dim", 1),))
            self.query_one("#tour-how", Line).show(((how, "", 0),))


class StatusLine(Line):
    """The last message to the officer."""

    def __init__(self) -> None:
        super().__init__()
        self._status_text = ("", "", "")
        self._countdown = ""

    def show_status(self, text: str, tone: str, hint: str = "") -> None:
        """``hint`` names the key that opens details of the message."""
        self._status_text = (text, tone, hint)
        self._show_all()

    def show_countdown(self, countdown: str) -> None:
        """Show a countdown at the right, next to later messages too."""
        self._countdown = countdown
        self._show_all()

    def _show_all(self) -> None:
        text, tone, hint = self._status_text
        right: tuple[Piece, ...] = tuple(
            piece for piece in ((hint, "dim", 0), (self._countdown, "warn", 0)) if piece[0]
        )
        room = max(self.size.width - sum(len(piece[0]) + 4 for piece in right) - 2, 20)
        self.show(((clip(text, room), tone, 0),) if text else (), right)


class FooterLine(PanelLine):
    """The most important keys of the place."""

    _keys: tuple[Key, ...] = ()

    def show_keys(self, keys: Sequence[Key]) -> None:
        self._keys = tuple(keys)
        pieces: list[Piece] = []
        for place, key in enumerate(keys):
            last = place == len(keys) - 1
            pieces.append((f"{key_hint(key.id)} {key.footer_label}", "key", 0 if last else place + 1))
        self.show(pieces)

    def help_at(self, x: int, y: int) -> str:  # noqa: ARG002
        """What the key under the mouse does."""
        words = self.words_at(x)
        return next((key.description for key in self._keys if f"{key_hint(key.id)} {key.footer_label}" == words), "")

    def _piece_segments(self, text: str, tone: str, base: Style) -> list[Segment]:
        key, _, brief = text.partition(" ")
        sign = Segment(key, self._tone(tone, base))
        if brief.isascii():
            return [sign, Segment(f" {brief}", base)]
        return [sign, Segment(" ", base), *isolated_segments(brief, base)]
