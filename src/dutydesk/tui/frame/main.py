"""The main screen: the panes of the feed, the review and the countries, side by side where there is room."""

from __future__ import annotations

from collections.abc import Iterable
from math import inf
from pathlib import Path
from time import monotonic
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.geometry import Region, Size
from textual.timer import Timer

from dutydesk.desk.base.hit_rows import HitRow
from dutydesk.desk.base.rows import CountryRow, ItemRow
from dutydesk.domain.errors import DeskError
from dutydesk.tui.console import Console
from dutydesk.tui.countries.actions import CountryActions
from dutydesk.tui.countries.pane import CountriesPane
from dutydesk.tui.difference.actions import DifferenceActions
from dutydesk.tui.feed.bulk_actions import BulkActions
from dutydesk.tui.feed.pane import FeedPane
from dutydesk.tui.feed.range_marks import MarkedList, Marks
from dutydesk.tui.feed.saved_filter_actions import SavedFilterActions
from dutydesk.tui.frame.change_feed import ChangeSet
from dutydesk.tui.frame.keys import KeyPlace, bindings, key_hint
from dutydesk.tui.frame.pane_sizes import Border, PaneSizes
from dutydesk.tui.frame.screen import DeskScreen
from dutydesk.tui.frame.texts import texts
from dutydesk.tui.item.actions import ItemActions
from dutydesk.tui.item.hit import HitActions
from dutydesk.tui.person.actions import PersonActions
from dutydesk.tui.personal.list_look import ListLook, ListLookActions
from dutydesk.tui.personal.looks import COUNTRIES_LOOK, FEED_LOOK, QUEUE_LOOK
from dutydesk.tui.review.actions import ReviewActions
from dutydesk.tui.review.after_release import AfterReleaseActions, available_steps
from dutydesk.tui.review.available_keys import awaited_item_keys, unavailable_item_keys
from dutydesk.tui.review.pane import ReviewPane
from dutydesk.tui.review.second_officer import SecondOfficerActions
from dutydesk.tui.selection import Selection
from dutydesk.tui.widgets.frame_lines import AlarmLine, FooterLine, HeaderLine, PaneTitle, Piece, StatusLine, TourLines
from dutydesk.tui.widgets.line_table import LineTable
from dutydesk.tui.widgets.pane import Pane

PANES = ("feed", "review", "countries")
_FEED = (KeyPlace.FEED, KeyPlace.ITEMS, KeyPlace.PERSON, KeyPlace.MARKS)
_REVIEW = (KeyPlace.REVIEW, KeyPlace.ITEMS, KeyPlace.PERSON, KeyPlace.MARKS)
_PLACES = {
    "feed": (*_FEED, KeyPlace.LIST, KeyPlace.MAIN, KeyPlace.EVERYWHERE),
    "review": (*_REVIEW, KeyPlace.LIST, KeyPlace.MAIN, KeyPlace.EVERYWHERE),
    "countries": (KeyPlace.COUNTRIES, KeyPlace.LIST, KeyPlace.MAIN, KeyPlace.EVERYWHERE),
}
_HIT_PLACES = (KeyPlace.FEED, KeyPlace.HITS, KeyPlace.PERSON, KeyPlace.LIST, KeyPlace.MAIN, KeyPlace.EVERYWHERE)
#: The widths from which two panes, and all three, are shown.
TWO, THREE = 100, 140
#: Below this height panes are not put above each other, however wide the terminal is.
STACKED_HEIGHT = 28


def _tab(pane: str) -> str:
    return f"{key_hint(f'pane.{pane}')} {texts.PANE_NAMES[pane]}"


class MainScreen(DeskScreen):
    """``current`` is the pane that has the focus; ``bulk_selection`` the marked items, by name."""

    CSS_PATH: ClassVar = Path(__file__).with_name("main.tcss")
    BINDINGS: ClassVar = bindings(
        KeyPlace.MAIN,
        KeyPlace.ITEMS,
        KeyPlace.HITS,
        KeyPlace.PERSON,
        KeyPlace.MARKS,
        KeyPlace.FEED,
        KeyPlace.REVIEW,
        KeyPlace.COUNTRIES,
    )

    def __init__(self, console: Console) -> None:
        super().__init__(console, Selection(self._current_item, self._current_hit, self._current_country))
        self.current = "feed"
        self.bulk_selection = Marks()
        self.feed_pane = FeedPane(console, self.bulk_selection)
        self.review_pane = ReviewPane(console, self.bulk_selection)
        self.countries_pane = CountriesPane(console)
        self._bulk_actions = BulkActions(
            console, self.selection, self.bulk_selection, self._current_list, self._repaint_marks
        )
        self._layout = ""
        self._sizes = PaneSizes(
            console.preferences, lambda: self._layout, self._borders, live=not console.pace.defer_behind_dialogs
        )
        self._footer_delay: Timer | None = None
        self._outdated_panes: set[str] = set()
        self._read_at = {"review": -inf, "countries": -inf}
        self.add_groups(
            ReviewActions(console, self.selection),
            SecondOfficerActions(console, self.selection),
            AfterReleaseActions(console, self.selection),
            ItemActions(console, self.selection),
            DifferenceActions(console, self.selection),
            HitActions(console, self.selection),
            PersonActions(console, self.selection),
            CountryActions(console, self.selection),
            self._bulk_actions,
            ListLookActions(console, self._current_look, self._show_look),
            SavedFilterActions(console, lambda: self.feed_pane, lambda: self.action_pane("feed")),
        )

    def compose(self) -> ComposeResult:
        self._choose_layout(self.app.size)  # before there are widgets whose styles would be worked out again
        yield HeaderLine()
        yield AlarmLine()
        with Horizontal(id="panes"):
            with Vertical(id="left"):
                yield self.feed_pane
                yield self.review_pane
            yield self.countries_pane
        yield TourLines()
        yield StatusLine()
        yield FooterLine()

    async def on_mount(self) -> None:
        self.action_pane(self.current)
        self.show_header()
        try:
            await self.feed_pane.window.load()
            await self.review_pane.load()
            await self.countries_pane.load()
        except DeskError as error:
            self.console.refuse(error)
        self._show_titles()

    @property
    def _panes(self) -> dict[str, Pane]:
        return {pane.pane: pane for pane in (self.feed_pane, self.review_pane, self.countries_pane)}

    # Layout

    def on_resize(self, event: events.Resize) -> None:
        self._choose_layout(event.size)
        self.action_pane(self.current)

    def _choose_layout(self, size: Size) -> None:
        width, height = size
        wide = width >= THREE
        layout = "three" if wide else "two" if width >= TWO and height >= STACKED_HEIGHT else "one"
        if wide and height < STACKED_HEIGHT:
            layout = "two-columns"
        if layout != self._layout:
            self._layout = layout
            for name in ("one", "two", "two-columns", "three"):
                self.set_class(layout == name, f"-{name}")
            self.call_after_refresh(self._sizes.apply)

    def _borders(self) -> list[Border]:
        """The borders between panes in sight, and between the queue and the text of the selected item."""
        found: list[Border] = []
        shown, left, countries = self.visible_panes(), self.query_one("#left"), self.countries_pane
        if "countries" in shown and len(shown) > 1:
            line = Region(countries.region.x, countries.region.y, 1, countries.region.height)
            found.append(Border("countries", countries, self.query_one("#panes"), line, True, from_end=True))
        if "feed" in shown and "review" in shown:
            title = self.review_pane.region
            line = Region(title.x, title.y, title.width, 1)
            found.append(Border("feed", self.feed_pane, left, line, False))
        if "review" in shown:
            detail, body = self.review_pane.detail.region, self.query_one("#review-body")
            beside = self._layout == "two"
            line = (
                Region(detail.x, detail.y, 1, detail.height) if beside else Region(detail.x, detail.y, detail.width, 1)
            )
            found.append(Border("queue", self.review_pane.queue, body, line, beside))
        return found

    def on_mouse_down(self, event: events.MouseDown) -> None:
        self._sizes.begin_drag(event)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        self._sizes.drag(event)

    def on_mouse_up(self, event: events.MouseUp) -> None:
        self._sizes.end_drag(event)

    def action_resize_pane(self, steps: int) -> None:
        """Make the current pane larger, or smaller for negative ``steps``."""
        borders = {border.name for border in self._borders()}
        match self.current:
            case "countries":
                self._sizes.grow("countries", steps)
            case "review" if "feed" in borders:
                self._sizes.grow("feed", -steps)
            case "review":
                self._sizes.grow("queue", steps)
            case _:
                self._sizes.grow("feed" if "feed" in borders else "countries", steps if "feed" in borders else -steps)

    def action_usual_sizes(self) -> None:
        self._sizes.reset()

    def visible_panes(self) -> tuple[str, ...]:
        match self._layout:
            case "three":
                return PANES
            case "two" if self.current != "countries":
                return ("feed", "review")
            case "two-columns":
                return ("feed", "countries") if self.current != "review" else ("review", "countries")
        return (self.current,)

    def action_pane(self, name: str) -> None:
        """Go to a pane."""
        self.current = name
        self._bulk_actions.range.follow_cursor(self._current_list())
        shown = self.visible_panes()
        self.feed_pane.display = "feed" in shown
        self.review_pane.set_shown("review" in shown)
        self.countries_pane.display = "countries" in shown
        self.query_one("#left").display = "feed" in shown or "review" in shown
        # At once, not after the next refresh: what is typed next belongs there.
        self.set_focus(self._panes[name].list_widget, scroll_visible=False)
        self._show_footer()
        self._show_titles()
        self.review_pane.start_read_timer()
        if self._outdated_panes:
            self.console.schedule_update()

    def action_next_pane(self, step: int) -> None:
        self.action_pane(PANES[(PANES.index(self.current) + step) % len(PANES)])

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        for name, pane in self._panes.items():
            if event.widget is pane.list_widget and name != self.current:
                self.action_pane(name)

    def on_pane_title_clicked(self, event: PaneTitle.Clicked) -> None:
        own = (event.title.id or "").removesuffix("-title")
        self.action_pane(next((pane for pane in PANES if _tab(pane) == event.words), own))

    def places(self) -> tuple[KeyPlace, ...]:
        return _HIT_PLACES if self._current_hit() is not None else _PLACES[self.current]

    def _show_footer(self) -> None:
        row = self._current_item()
        view = self.review_pane.view_of(row) if self.current == "review" else None
        self.show_footer(awaited_item_keys(row, view))

    def unavailable_keys(self) -> frozenset[str]:
        if self.current == "countries":
            return frozenset()
        if self.current == "review" and self._current_item() is None:
            return unavailable_item_keys(None, self.console.actor.officer) | {"list.open"}
        found = unavailable_item_keys(self._current_item(), self.console.actor.officer)
        return found if self._current_hit() is None else found - {"person.file"}

    def _show_titles(self) -> None:
        """A pane by itself shows the tabs of all; next to others, its own name."""
        shown = self.visible_panes()
        for name in shown:
            if shown == (name,):
                tabs: list[Piece] = [(_tab(pane), "chosen" if pane == name else "dim", 0) for pane in PANES]
            else:
                tabs = [(_tab(name), "chosen" if name == self.current else "strong", 0)]
            self._panes[name].show_title(tabs)

    def _current_look(self) -> ListLook:
        return {"feed": FEED_LOOK, "review": QUEUE_LOOK, "countries": COUNTRIES_LOOK}[self.current]

    def _show_look(self, look: ListLook) -> None:
        panes: dict[str, Pane] = {"feed": self.feed_pane, "queue": self.review_pane, "countries": self.countries_pane}
        panes[look.name].show_look()

    # Changes of the store

    async def apply_changes(self, change_set: ChangeSet) -> None:
        await self.feed_pane.window.apply_changes(change_set)
        if self.review_pane.is_outdated_by(change_set):
            self._outdated_panes.add("review")
        if change_set.items or change_set.measures:
            self._outdated_panes.add("countries")
        await self.load_deferred()
        await self.review_pane.apply_changes(change_set)
        self._show_footer()
        self._show_titles()

    async def load_deferred(self) -> None:
        """Panes in sight are read at once, hidden ones at the console's pace."""
        seen, now = self.visible_panes(), monotonic()
        for name, load in (("review", self.review_pane.load), ("countries", self.countries_pane.load)):
            is_due = name in seen or now - self._read_at[name] >= self.console.pace.hidden_panes
            if name in self._outdated_panes and is_due:
                await load()
                self._outdated_panes.discard(name)
                self._read_at[name] = now
                self._show_titles()
        await self.review_pane.load_deferred()

    def update_ages(self) -> None:
        self.feed_pane.update_ages()
        self.review_pane.update_ages()

    def on_screen_resume(self) -> None:
        if self.is_mounted:  # keys may have been moved
            self._show_footer()
            self._show_titles()
        self.review_pane.start_read_timer()

    # What the cursor is on

    def on_line_table_moved(self) -> None:
        """The keys follow once the cursor rests, so that a key that is held down repaints rows only."""
        self._bulk_actions.range.follow_cursor(self._current_list())
        if self._footer_delay is not None:
            self._footer_delay.stop()
        self._footer_delay = self.set_timer(self.console.limits.detail_delay_seconds, self._show_footer)

    async def on_line_table_opened(self, event: LineTable.Opened) -> None:
        row = event.row
        if isinstance(row, ItemRow):
            await self.console.open_item(row.item)
        elif isinstance(row, HitRow):
            await self.console.open_hit(row.number)
        elif isinstance(row, CountryRow):
            await self.console.open_country(row)

    def _current_item(self) -> ItemRow | None:
        match self.current:
            case "feed":
                return self.feed_pane.feed.item
            case "review":
                return self.review_pane.queue.selected
        return None

    def _current_hit(self) -> HitRow | None:
        return self.feed_pane.feed.hit if self.current == "feed" else None

    def _current_country(self) -> CountryRow | None:
        return self.countries_pane.table.country if self.current == "countries" else None

    def _current_list(self) -> MarkedList | None:
        """The list in which rows can be marked."""
        if self.current == "countries":
            return None
        return self.feed_pane.feed if self.current == "feed" else self.review_pane.queue

    def _repaint_marks(self, items: Iterable[str]) -> None:
        for table in self.query(LineTable):
            table.repaint_keys(items)
        self._show_titles()

    # Actions of the screen itself

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys with two meanings: the filter of the pane; a range of marks, or what follows a release."""
        if action == "filter":
            return parameters == (("countries" if self.current == "countries" else "feed"),)
        if action == "after_release":
            row = self._current_item()
            return not self._bulk_actions.range.is_open and (row is None or any(available_steps(row)))
        return super().check_action(action, parameters)

    def action_filter(self, name: str) -> None:
        self.action_pane(name)
        (self.countries_pane if name == "countries" else self.feed_pane).filter_bar.open_bar()

    def narrow_feed(self, text: str) -> None:
        self.action_pane("feed")
        self.feed_pane.narrow(text)

    def action_scroll_detail(self, pages: int) -> None:
        self.review_pane.detail.scroll_pages(pages * 0.8)

    def action_back(self) -> None:
        """Take back a range of marks; else clear the pane's filter; in the feed without one, follow the newest."""
        if self._bulk_actions.range.is_open:
            self._bulk_actions.range.cancel()
            return
        bar = (self.countries_pane if self.current == "countries" else self.feed_pane).filter_bar
        if bar.value and self.current != "review":
            bar.action_clear()
        elif self.current == "feed":
            self.feed_pane.feed.follow()
