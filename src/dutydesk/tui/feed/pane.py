"""The feed's pane: what comes in, narrowed by a filter."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult

from dutydesk.tui.console import Console
from dutydesk.tui.feed import texts
from dutydesk.tui.feed.filter import parse_filter
from dutydesk.tui.feed.filter_bar import FilterBar
from dutydesk.tui.feed.range_marks import Marks
from dutydesk.tui.feed.table import Feed
from dutydesk.tui.feed.window import FeedWindow
from dutydesk.tui.widgets.frame_lines import PaneTitle, Piece
from dutydesk.tui.widgets.pane import Pane


class FeedPane(Pane):
    """``marked`` are the items that are marked, shared with the queue."""

    def __init__(self, console: Console, marked: Marks) -> None:
        super().__init__("feed")
        self.console, self._marked = console, marked

    def compose(self) -> ComposeResult:
        yield PaneTitle(id="feed-title")
        yield FilterBar(texts.FILTER_HINT, id="feed-filter")
        yield Feed(id="feed", jumps=self.console.pace.half_screen_scroll, limits=self.console.limits)

    def on_mount(self) -> None:
        self.feed.bulk_selection = self._marked
        self.window = FeedWindow(self.console.desk, self.feed)

    @property
    def feed(self) -> Feed:
        return self.query_one(Feed)

    @property
    def list_widget(self) -> Feed:
        return self.feed

    @property
    def filter_bar(self) -> FilterBar:
        return self.query_one(FilterBar)

    def counts(self) -> Sequence[Piece]:
        counted = texts.bulk_count(len(self._marked), ranging=self._marked.ranging)
        pieces: list[Piece] = [(counted, "chosen", 1)] if counted else []
        if self.window.active_filter.problems:
            pieces.append((self.window.active_filter.problems[0], "bad", 2))
        pieces.append((self.window.count_text(), "", 1))
        if self.feed.following:
            pieces.append((texts.FOLLOWING, "dim", 0))
        else:
            pieces.append((texts.paused(self.feed.new_count), "warn", 0))
        return pieces

    def narrow(self, text: str) -> None:
        """Filter as if ``text`` had been typed."""
        self.filter_bar.display, self.filter_bar.value = True, text

    async def on_feed_followed(self) -> None:
        await self.window.resume()
        self.show_title()

    async def on_feed_older_wanted(self) -> None:
        await self.window.load_older()
        self.show_title()

    async def on_filter_bar_typed(self, event: FilterBar.Typed) -> None:
        await self.window.apply_filter(parse_filter(event.text))
        self.show_title()

    def on_filter_bar_left(self) -> None:
        self.feed.focus(scroll_visible=False)
