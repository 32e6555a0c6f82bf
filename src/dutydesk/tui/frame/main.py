"""The three panes: what comes in, what waits for a decision, and the countries."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from pathlib import Path
from time import monotonic
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.geometry import Size
from textual.timer import Timer
from textual.widget import Widget

from dutydesk.desk.base.event_text import action_text, actor_name
from dutydesk.desk.base.hit_rows import HitRow
from dutydesk.desk.base.rows import CountryRow, ItemRow
from dutydesk.desk.views.pages import QueuePage
from dutydesk.domain.delivery.items import item_number
from dutydesk.domain.errors import DeskError
from dutydesk.tui.countries import texts as countries_texts
from dutydesk.tui.countries.table import Countries, group_countries, matches_filter, sort_countries
from dutydesk.tui.feed.bulk_actions import BulkActions
from dutydesk.tui.feed.filter import parse_filter
from dutydesk.tui.feed.filter_bar import FilterBar
from dutydesk.tui.feed.table import Feed
from dutydesk.tui.feed.window import FeedWindow
from dutydesk.tui.frame import shortcut_texts, texts
from dutydesk.tui.frame.change_feed import ChangeSet, last_change
from dutydesk.tui.frame.glyphs import glyphs
from dutydesk.tui.frame.keys import KeyPlace, bindings, footer, key_hint
from dutydesk.tui.frame.screen import CountryActions
from dutydesk.tui.item import hit_texts
from dutydesk.tui.item.changes import OpenedItem
from dutydesk.tui.item.hit import HitActions
from dutydesk.tui.item.paragraphs import overview
from dutydesk.tui.review.queue import Queue
from dutydesk.tui.review.second_officer import SecondOfficerActions, pending_key_ids
from dutydesk.tui.widgets.frame_lines import AlarmLine, FooterLine, HeaderLine, PaneTitle, Piece, StatusLine, TourLines
from dutydesk.tui.widgets.line_table import LineTable
from dutydesk.tui.widgets.text_pane import TextPane

PANES = ("feed", "review", "countries")
_NAMES = dict(zip(PANES, (texts.FEED, texts.REVIEW, texts.COUNTRIES), strict=True))
_PLACES = {
    "feed": (KeyPlace.FEED, KeyPlace.ITEMS, KeyPlace.MARKS, KeyPlace.LIST, KeyPlace.MAIN, KeyPlace.EVERYWHERE),
    "review": (KeyPlace.REVIEW, KeyPlace.ITEMS, KeyPlace.MARKS, KeyPlace.LIST, KeyPlace.MAIN, KeyPlace.EVERYWHERE),
    "countries": (KeyPlace.COUNTRIES, KeyPlace.LIST, KeyPlace.MAIN, KeyPlace.EVERYWHERE),
}
_HIT_PLACES = (KeyPlace.FEED, KeyPlace.HITS, KeyPlace.LIST, KeyPlace.MAIN, KeyPlace.EVERYWHERE)
#: From which width two panes, and all three, stand beside each other.
TWO, THREE = 100, 140
#: Below this height the panes do not stand above each other, however wide the terminal is.
STACKED_HEIGHT = 28


def _tab(pane: str) -> str:
    return f"{key_hint(f'pane.{pane}')} {_NAMES[pane]}"


class MainScreen(BulkActions, SecondOfficerActions, CountryActions, HitActions):
    CSS_PATH: ClassVar = Path(__file__).with_name("main.tcss")
    BINDINGS: ClassVar = bindings(
        KeyPlace.MAIN, KeyPlace.ITEMS, KeyPlace.HITS, KeyPlace.MARKS, KeyPlace.FEED, KeyPlace.REVIEW, KeyPlace.COUNTRIES
    )

    def __init__(self) -> None:
        super().__init__()
        self.current = "feed"
        self._layout = ""
        self._queue_page = QueuePage((), (), 0, more_post_reviews=False)
        self._country_rows: list[CountryRow] = []
        self._country_filter = ""
        self._detail: str | None = None
        self._opened: OpenedItem | None = None
        self._queue_seen = False
        self._outdated_panes: set[str] = set()
        self._read_at = {"review": -inf, "countries": -inf}
        self._detail_timer: Timer | None = None
        self._read_timer: Timer | None = None

    def compose(self) -> ComposeResult:
        yield HeaderLine()
        yield AlarmLine()
        with Horizontal(id="panes"):
            with Vertical(id="left"):
                with Vertical(id="feed-pane", classes="pane"):
                    yield PaneTitle(id="feed-title")
                    yield FilterBar(texts.FILTER_HINT, id="feed-filter")
                    yield Feed(id="feed", jumps=self.console.pace.half_screen_scroll, limits=self.console.limits)
                with Vertical(id="review-pane", classes="pane"):
                    yield PaneTitle(id="review-title")
                    with Horizontal(id="review-body"):
                        yield Queue(self.console.now, id="queue")
                        yield TextPane(id="detail")
            with Vertical(id="countries-pane", classes="pane"):
                yield PaneTitle(id="countries-title")
                yield FilterBar(countries_texts.COUNTRY_FILTER_HINT, id="countries-filter")
                yield Countries(id="countries")
        yield TourLines()
        yield StatusLine()
        yield FooterLine()

    async def on_mount(self) -> None:
        self.query_one(Feed).bulk_selection = self.query_one(Queue).bulk_selection = self.bulk_selection
        self.window = FeedWindow(self.console.desk, self.query_one(Feed))
        self._arrange(self.app.size)
        self.show_header()
        try:
            await self.window.load()
            await self._load_queue()
            await self._load_countries()
        except DeskError as error:
            self.console.refuse(error)
        self.show_titles()

    # Layout

    def resized(self, size: Size) -> None:
        self._arrange(size)

    def _arrange(self, size: Size) -> None:
        width, height = size
        wide = width >= THREE
        layout = "three" if wide else "two" if width >= TWO and height >= STACKED_HEIGHT else "one"
        if wide and height < STACKED_HEIGHT:
            layout = "two-columns"
        if layout != self._layout:
            self._layout = layout
            for name in ("one", "two", "two-columns", "three"):
                self.set_class(layout == name, f"-{name}")
        self.action_pane(self.current)

    def visible_panes(self) -> tuple[str, ...]:
        """The panes that can be seen."""
        match self._layout:
            case "three":
                return PANES
            case "two" if self.current != "countries":
                return ("feed", "review")
            case "two-columns":
                return ("feed", "countries") if self.current != "review" else ("review", "countries")
        return (self.current,)

    def action_pane(self, name: str) -> None:
        self.current = name
        shown = self.visible_panes()
        self._queue_seen = self._queue_seen or "review" in shown
        for pane in PANES:
            self.query_one(f"#{pane}-pane").display = pane in shown
        self.query_one("#left").display = "feed" in shown or "review" in shown
        self.set_focus(self._table(name), scroll_visible=False)  # at once: what is typed next belongs there
        self._show_footer()
        self.show_titles()
        self._start_read_timer()
        if self._outdated_panes:
            self.console.schedule_update()

    def _show_footer(self) -> None:
        self.show_keys(footer(*self.places(), pending=pending_key_ids(self.current_item())))

    def action_next_pane(self, step: int) -> None:
        self.action_pane(PANES[(PANES.index(self.current) + step) % len(PANES)])

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        for name in PANES:
            if event.widget is self._table(name) and name != self.current:
                self.action_pane(name)

    def on_pane_title_clicked(self, event: PaneTitle.Clicked) -> None:
        own = (event.title.id or "").removesuffix("-title")
        self.action_pane(next((pane for pane in PANES if _tab(pane) == event.words), own))

    def _table(self, name: str) -> Widget:
        return self.query_one({"feed": "#feed", "review": "#queue", "countries": "#countries"}[name])

    def places(self) -> tuple[KeyPlace, ...]:
        return _HIT_PLACES if self.current_hit() is not None else _PLACES[self.current]

    # Titles

    def show_titles(self) -> None:
        shown = self.visible_panes()
        said = {"feed": self._feed_title(), "review": self._review_title(), "countries": self._countries_title()}
        for name in shown:
            if shown == (name,):
                left: list[Piece] = [(_tab(pane), "chosen" if pane == name else "dim", 0) for pane in PANES]
            else:
                tone = "chosen" if name == self.current else "strong"
                left = [(_tab(name), tone, 0)]
            self.query_one(f"#{name}-title", PaneTitle).show(left, said[name])

    def _feed_title(self) -> Sequence[Piece]:
        feed = self.query_one(Feed)
        says: list[Piece] = (
            [(shortcut_texts.bulk_count(len(self.bulk_selection)), "chosen", 1)] if self.bulk_selection else []
        )
        if self.window.active_filter.problems:
            says.append((self.window.active_filter.problems[0], "bad", 2))
        says.append((self.window.count_text(), "", 1))
        if feed.following:
            says.append((texts.FOLLOWING, "dim", 0))
        else:
            says.append((texts.paused(feed.new_count), "warn", 0))
        return says

    def _review_title(self) -> Sequence[Piece]:
        page = self._queue_page
        marked = [(shortcut_texts.bulk_count(len(self.bulk_selection)), "chosen", 1)] if self.bulk_selection else []
        after = texts.post_reviews(len(page.post_reviews), more=page.more_post_reviews)
        return [*marked, (texts.waiting(page.waiting_count), "", 0), (after, "", 1)]

    def _countries_title(self) -> Sequence[Piece]:
        measured = sum(row.level != "direct" for row in self._country_rows)
        offline = sum(row.offline for row in self._country_rows)
        says: list[Piece] = [(texts.not_direct(measured), "", 1), (texts.offline(offline), "warn", 2)]
        if self._country_filter:
            seen = sum(isinstance(row, CountryRow) for row in self.query_one(Countries).rows)
            says.insert(0, (texts.count_of_total(seen, len(self._country_rows)), "", 0))
        return says

    # What changes

    async def apply_changes(self, change_set: ChangeSet) -> None:
        await self.window.apply_changes(change_set)
        if change_set.queue or (change_set.reviews and not self._queue_page.more_post_reviews):
            self._outdated_panes.add("review")
        if change_set.items or change_set.measures:
            self._outdated_panes.add("countries")
        await self.load_deferred()
        if self._detail is not None and item_number(self._detail) in change_set.items:
            await self._show_detail(keep_place=True)
        self._show_footer()
        self.show_titles()

    async def load_deferred(self) -> None:
        seen, now = self.visible_panes(), monotonic()
        for name, load in (("review", self._load_queue), ("countries", self._load_countries)):
            if name in self._outdated_panes and (
                name in seen or now - self._read_at[name] >= self.console.pace.hidden_panes
            ):
                await load()
                self._outdated_panes.discard(name)
                self._read_at[name] = now
                self.show_titles()

    def update_ages(self) -> None:
        self.query_one(Queue).repaint_rows()
        self._paint_detail(keep_place=True)

    async def _load_queue(self) -> None:
        queue = self.query_one(Queue)
        chosen = queue.cursor
        desk = self.console.desk
        self._queue_page = page = await desk.queries.queue_page(self.console.limits.queue_rows)
        rows = {row.item: row for row in (*page.to_decide, *page.post_reviews)}
        if chosen is not None and chosen not in rows:
            event = last_change(await desk.queries.history(chosen))  # the queue may be newer than what was touched
            if event is not None and event.actor != self.console.actor.officer:
                self.console.say(texts.left_queue(chosen, actor_name(event.actor), action_text(event.event)), "warn")
        queue.show_rows(rows.values())
        if queue.cursor is None or not self._queue_seen:  # whoever comes to it first begins with the most urgent
            queue.move_to(0)

    async def _load_countries(self) -> None:
        self._country_rows = sort_countries(await self.console.desk.queries.countries())
        self._show_countries()

    def _show_countries(self) -> None:
        table = self.query_one(Countries)
        table.show_rows(
            group_countries([row for row in self._country_rows if matches_filter(row, self._country_filter)])
        )
        if table.cursor is None:
            table.move_to(0)

    async def _show_detail(self, *, keep_place: bool = False) -> None:
        detail, row = self.query_one("#detail", TextPane), self.query_one(Queue).selected
        self._detail = row.item if row is not None else None
        number = item_number(row.item) if row is not None else None
        if number is None:
            detail.show([])
            return
        try:
            opened = await self.console.read_item(number, self._opened)
        except DeskError as error:
            self.console.refuse(error)
            return
        if self._detail == opened.view.row.item:
            is_another_text = _text_of(self._opened) != _text_of(opened)
            self._opened = opened
            self._paint_detail(keep_place=keep_place)
            if is_another_text or not keep_place:
                self._start_read_timer()

    def _paint_detail(self, *, keep_place: bool) -> None:
        opened = self._opened
        if opened is not None and opened.view.row.item == self._detail:
            paragraphs = overview(opened, glyphs(), self.console.now(), self.console.actor.officer)
            self.query_one("#detail", TextPane).show(paragraphs, keep_place=keep_place)

    def _start_read_timer(self) -> None:
        """Who rests on an item with its text in sight reads it; who passes over it on the way does not."""
        if self._read_timer is not None:
            self._read_timer.stop()
        self._read_timer = self.set_timer(self.console.limits.read_seconds, self._count_as_read)

    def _count_as_read(self) -> None:
        opened = self._opened
        is_painted = opened is not None and opened.view.row.item == self._detail
        if opened is not None and is_painted and "review" in self.visible_panes() and self.app.screen is self:
            self.console.read_recorder.record(opened.view.row)

    def on_screen_resume(self) -> None:
        self._start_read_timer()

    # Messages of the panes

    def on_line_table_moved(self, event: LineTable.Moved) -> None:
        """The item's text follows once the cursor rests: a key held down costs two lines a row, not a page."""
        self._show_footer()
        if event.table_id == "queue":
            if self._detail_timer is not None:
                self._detail_timer.stop()
            self._detail_timer = self.set_timer(self.console.limits.detail_delay_seconds, self._show_detail)

    async def on_line_table_opened(self, event: LineTable.Opened) -> None:
        row = event.row
        if isinstance(row, ItemRow):
            await self.console.open_item(row.item)
        elif isinstance(row, HitRow):
            await self.console.open_hit(row.number)
        elif isinstance(row, CountryRow):
            await self.console.open_country(row)

    async def on_feed_followed(self) -> None:
        await self.window.resume()
        self.show_titles()

    async def on_feed_older_wanted(self) -> None:
        await self.window.load_older()
        self.show_titles()

    async def on_filter_bar_typed(self, event: FilterBar.Typed) -> None:
        if event.bar.id == "feed-filter":
            await self.window.apply_filter(parse_filter(event.text))
        else:
            self._country_filter = event.text.strip()
            self._show_countries()
        self.show_titles()

    def on_filter_bar_left(self, event: FilterBar.Left) -> None:
        self._table("feed" if event.bar.id == "feed-filter" else "countries").focus(scroll_visible=False)

    # Acts

    def bulk_table(self) -> LineTable[ItemRow] | Feed | None:
        if self.current == "countries":
            return None
        return self.query_one(Feed) if self.current == "feed" else self.query_one(Queue)

    def show_feed(self) -> None:
        self.action_pane("feed")

    def current_item(self) -> ItemRow | None:
        match self.current:
            case "feed":
                return self.query_one(Feed).item
            case "review":
                return self.query_one(Queue).selected
        return None

    def current_hit(self) -> HitRow | None:
        return self.query_one(Feed).hit if self.current == "feed" else None

    def explain_no_selection(self) -> None:
        hit = self.current_hit()
        if hit is None:
            super().explain_no_selection()
        else:
            said = hit_texts.hit_is_no_item(hit.hit, key_hint("list.open"), key_hint("hit.dismiss"))
            self.console.say(said, "warn")

    def current_country(self) -> CountryRow | None:
        return self.query_one(Countries).country if self.current == "countries" else None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The countries have a filter of their own; from the two other panes it is the feed that is filtered."""
        if action == "filter":
            return parameters == (("countries" if self.current == "countries" else "feed"),)
        return super().check_action(action, parameters)

    def action_filter(self, name: str) -> None:
        self.action_pane(name)
        self.query_one(f"#{name}-filter", FilterBar).open_bar()

    def narrow_feed(self, text: str) -> None:
        """As if it had been typed into the feed's filter."""
        self.action_pane("feed")
        bar = self.query_one("#feed-filter", FilterBar)
        bar.display, bar.value = True, text

    def action_scroll_detail(self, pages: int) -> None:
        self.query_one("#detail", TextPane).scroll_pages(pages * 0.8)

    def action_back(self) -> None:
        name = "countries" if self.current == "countries" else "feed"
        bar = self.query_one(f"#{name}-filter", FilterBar)
        if bar.value and name == self.current:
            bar.action_clear()
        elif self.current == "feed":
            self.query_one(Feed).follow()


def _text_of(opened: OpenedItem | None) -> tuple[str, int] | None:
    """Which item, and which of the sender's texts of it."""
    return None if opened is None else (opened.view.row.item, opened.view.row.version)
