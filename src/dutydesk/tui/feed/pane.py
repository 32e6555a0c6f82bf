"""The feed's pane: what comes in, narrowed by a filter."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult

from dutydesk.tui.console import Console
from dutydesk.tui.feed.filter import parse_filter
from dutydesk.tui.feed.filter_bar import FilterBar
from dutydesk.tui.feed.filter_completion import complete_filter
from dutydesk.tui.feed.range_marks import Marks
from dutydesk.tui.feed.table import Feed
from dutydesk.tui.feed.texts import texts
from dutydesk.tui.feed.window import FeedWindow
from dutydesk.tui.frame.keys import key_hint
from dutydesk.tui.personal.looks import FEED_LOOK
from dutydesk.tui.widgets.frame_lines import Line, PaneTitle, Piece
from dutydesk.tui.widgets.pane import Pane
from dutydesk.wire.text.safe_text import clip, safe_text


class FeedPane(Pane):
    """``marked`` are the items that are marked, shared with the queue."""

    def __init__(self, console: Console, marked: Marks) -> None:
        super().__init__("feed")
        self.console, self._marked = console, marked

    def compose(self) -> ComposeResult:
        yield PaneTitle(id="feed-title")
        yield FilterBar(
            texts.FILTER_HINT,
            self.console.preferences,
            id="feed-filter",
            complete=lambda text: complete_filter(text).text,
        )
        yield Line(id="feed-filter-hint")
        yield Feed(
            id="feed", jumps=self.console.pace.half_screen_scroll, limits=self.console.limits, now=self.console.now
        )

    def on_mount(self) -> None:
        self.feed.bulk_selection = self._marked
        self._hint.display = False
        self._day = self.console.now().date()
        self.show_look()
        self.window = FeedWindow(self.console.desk, self.feed)

    @property
    def feed(self) -> Feed:
        return self.query_one(Feed)

    @property
    def list_widget(self) -> Feed:
        return self.feed

    def show_look(self) -> None:
        """Show the columns that are chosen now."""
        self.feed.hide_columns(FEED_LOOK.hidden(self.console.preferences))

    @property
    def filter_bar(self) -> FilterBar:
        return self.query_one(FilterBar)

    def counts(self) -> Sequence[Piece]:
        counted = texts.bulk_count(len(self._marked), ranging=self._marked.ranging)
        pieces: list[Piece] = [(counted, "chosen", 1)] if counted else []
        pieces.append((self.window.count_text(), "", 1))
        if self.feed.following:
            pieces.append((texts.FOLLOWING, "dim", 0))
        else:
            pieces.append((texts.paused(self.feed.new_count), "warn", 0))
        return pieces

    @property
    def _hint(self) -> Line:
        return self.query_one("#feed-filter-hint", Line)

    def show_hint(self) -> None:
        """Below the filter: what is wrong in it; while it is typed, what can stand there."""
        bar, problems = self.filter_bar, parse_filter(self.filter_bar.value).problems
        options = complete_filter(bar.value).options if bar.has_focus else ()
        self._hint.display = bar.display and bool(problems or bar.has_focus)
        begun = bool(options) and bool(bar.value[-1:].strip())  # not wrong yet
        if problems and not begun:
            self._hint.show(((clip(safe_text(problems[0]), max(self.size.width - 3, 20)), "bad", 0),))
        else:
            words = (
                texts.filter_words(options, key_hint("filter.complete"))
                if options
                else texts.filter_keys(key_hint("filter.leave"), key_hint("filter.before"), key_hint("desk.explain"))
            )
            self._hint.show(((clip(words, max(self.size.width - 3, 20)), "dim", 0),))

    def on_descendant_focus(self) -> None:
        self.show_hint()

    def on_descendant_blur(self) -> None:
        self.show_hint()

    def narrow(self, text: str) -> None:
        """Filter as if ``text`` had been typed."""
        self.filter_bar.display, self.filter_bar.value = True, text

    def update_ages(self) -> None:
        """At midnight today's times become dates."""
        day, self._day = self._day, self.console.now().date()
        if day != self._day:
            self.feed.repaint_rows()

    async def on_feed_followed(self) -> None:
        await self.window.resume()
        self.show_title()

    async def on_feed_older_wanted(self) -> None:
        await self.window.load_older()
        self.show_title()

    async def on_filter_bar_typed(self, event: FilterBar.Typed) -> None:
        await self.window.apply_filter(parse_filter(event.text, self.console.actor.officer))
        self.show_hint()
        self.show_title()

    def on_filter_bar_left(self) -> None:
        self.feed.focus(scroll_visible=False)
