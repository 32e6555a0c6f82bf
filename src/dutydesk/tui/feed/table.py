"""The feed: oldest row at the top, newest at the bottom. It follows the newest until the officer selects a row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from textual.message import Message

from dutydesk.desk.base.hit_rows import FeedRow, HitRow
from dutydesk.desk.base.rows import ItemRow
from dutydesk.domain.delivery.states import ItemState
from dutydesk.domain.limits import DEFAULT_LIMITS, ConsoleLimits
from dutydesk.tui.feed.texts import texts
from dutydesk.tui.frame.glyphs import Glyphs
from dutydesk.tui.frame.text_format import (
    day_of_year,
    hit_summary,
    kind_word,
    state_word,
    time_of_day,
    title_of,
    urgency_word,
)
from dutydesk.tui.frame.texts import texts as frame_texts
from dutydesk.tui.item.hit_texts import texts as hit_texts
from dutydesk.tui.widgets.line_table import Cell, Column, LineTable
from dutydesk.wire.text.safe_text import safe_text

_TONES = {
    ItemState.HELD: "warn",
    ItemState.INFORMATION_REQUESTED: "warn",
    ItemState.PROPOSED: "warn",
    ItemState.QUARANTINED: "bad",
    ItemState.BLOCKED: "bad",
    ItemState.REFUSED: "bad",
    ItemState.REJECTED: "bad",
    ItemState.RECALLED: "bad",
}


def state_tone(state: str) -> str:
    return _TONES.get(ItemState(state), "dim")


def urgency_cell(row: ItemRow) -> Cell:
    return Cell(urgency_word(row.urgency), "strong")


def row_name(row: FeedRow) -> str:
    return row.hit if isinstance(row, HitRow) else row.item


def arrival_time(row: FeedRow) -> datetime:
    return row.at if isinstance(row, HitRow) else row.received_at


def sender_of(row: FeedRow) -> str:
    return safe_text(row.requester) if isinstance(row, HitRow) else row.sender or "?"


def kind_cell(row: FeedRow) -> Cell:
    return Cell(hit_texts.HIT if isinstance(row, HitRow) else kind_word(row))


def state_cell(row: FeedRow, signs: Glyphs) -> Cell:
    if not isinstance(row, HitRow):
        return Cell(state_word(row.state, signs), state_tone(row.state))
    if row.dismissed_until is not None:
        return Cell(f"  {hit_texts.DISMISSED}", "dim")
    return Cell(f"{signs.hit} {hit_texts.hit_of(row.score)}", "warn")


def _urgency_of(row: FeedRow) -> Cell:
    return Cell("") if isinstance(row, HitRow) else urgency_cell(row)


def subject_cell(row: FeedRow) -> Cell:
    if isinstance(row, HitRow):
        return Cell(hit_summary(row))
    return Cell(title_of(row), "bad" if row.changed else "")


def _no_time() -> None:
    return None


class Feed(LineTable[FeedRow]):
    """``following``: no row is selected and the newest is visible. ``new_count``: rows that arrived since it paused."""

    @dataclass
    class OlderWanted(Message):
        """The cursor has reached the first row of the window."""

        feed: Feed

    @dataclass
    class Followed(Message):
        """Following began or ended, or a row arrived."""

        feed: Feed

    def __init__(
        self,
        *,
        id: str | None = None,
        jumps: bool = False,
        limits: ConsoleLimits = DEFAULT_LIMITS.console,
        now: Callable[[], datetime | None] = _no_time,
    ) -> None:
        """``jumps``: a full feed scrolls by half a screen, so that most new rows cost one line."""
        super().__init__(texts.EMPTY_FEED, self._columns, row_name, id=id)
        self._jumps = jumps
        self._limits = limits
        self._now = now
        self.following = True
        self.new_count = 0

    def _columns(self) -> Sequence[Column[FeedRow]]:
        return (
            Column(frame_texts.TIME, 6, self._time_cell, drop_order=1, name="time"),
            Column(frame_texts.ITEM, max(8, self.longest_key), lambda row: Cell(row_name(row))),
            Column(frame_texts.KIND, 8, kind_cell, name="kind"),
            Column(frame_texts.FROM, 4, lambda row: Cell(sender_of(row), "strong"), name="from"),
            Column(frame_texts.STATE, 13, lambda row: state_cell(row, self.signs), name="state"),
            Column(frame_texts.URGENCY, 8, _urgency_of, name="urgency"),
            Column(frame_texts.SUBJECT, 16, subject_cell, flexible=True, unlit=True),
        )

    def _time_cell(self, row: FeedRow) -> Cell:
        """The time of day; of another day than today, the date."""
        at, today = arrival_time(row), self._now()
        return Cell(time_of_day(at) if today is None or at.date() == today.date() else day_of_year(at), "dim")

    @property
    def item(self) -> ItemRow | None:
        """The selected row if it is an item."""
        return self.selected if isinstance(self.selected, ItemRow) else None

    @property
    def hit(self) -> HitRow | None:
        return self.selected if isinstance(self.selected, HitRow) else None

    def append_rows(self, rows: Sequence[FeedRow]) -> None:
        """Add rows at the end; scrolls to them if following, else counts them."""
        if not rows:
            return
        kept = [*self.rows, *rows]
        if not self.following:
            self.new_count += len(rows)
        elif len(kept) > self._limits.feed_rows + (self._limits.slow_line_extra_rows if self._jumps else 0):
            kept = kept[-self._limits.feed_rows :]
        self.show_rows(kept, follow=self.following)
        self.post_message(self.Followed(self))

    def lines_for(self, rows: int) -> int:
        step = max(self.size.height // 2, 1) if self._jumps else 1
        return -(-rows // step) * step

    def count_new(self, number: int) -> None:
        """Count rows for which the window has no room."""
        if number:
            self.new_count += number
            self.post_message(self.Followed(self))

    def initial_place(self) -> int:
        top = self.scroll_offset.y
        return min(len(self.rows), top + self.size.height - 1) - 1

    def move_to(self, place: int) -> None:
        if self.following and self.rows:
            self.following, self.new_count = False, 0
            self.post_message(self.Followed(self))
        super().move_to(place)
        if place <= 0:
            self.post_message(self.OlderWanted(self))

    def follow(self) -> None:
        """Select nothing and show the newest rows."""
        here = self.place_of(self.cursor) if self.cursor is not None else None
        self.cursor, self.following, self.new_count = None, True, 0
        if here is not None:
            self._repaint([here])
        self.scroll_to(y=self.max_scroll_y, animate=False, immediate=True)
        self.post_message(self.Followed(self))
        self.post_message(self.Moved(self.id))

    def action_end(self) -> None:
        self.follow()

    def action_open(self) -> None:
        """Open the selected row; while the feed follows, the newest."""
        if self.following and self.rows:
            self.post_message(self.Opened(self.id, self.rows[-1]))
        else:
            super().action_open()

    def on_mouse_scroll_up(self) -> None:
        if self.following and self.rows:
            self.move_to(self.initial_place())

    def resized(self) -> None:
        super().resized()
        if self.following:
            self.scroll_to(y=self.max_scroll_y, animate=False, immediate=True)
