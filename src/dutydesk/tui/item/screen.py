"""One item in full: the case, its route, its deliveries, its history, and all fields of the message."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import ClassVar

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal

from dutydesk.desk.base.rows import ItemView, RouteExplanation
from dutydesk.domain.delivery.items import item_number
from dutydesk.domain.errors import DeskError, StoreUnusable
from dutydesk.tui.console import Console
from dutydesk.tui.difference.actions import DifferenceActions
from dutydesk.tui.feed.table import state_tone
from dutydesk.tui.frame.change_feed import ChangeSet
from dutydesk.tui.frame.glyphs import glyphs
from dutydesk.tui.frame.keys import KeyPlace, bindings, key_hint
from dutydesk.tui.frame.text_format import title_of
from dutydesk.tui.frame.text_screen import TextScreen
from dutydesk.tui.item.actions import ItemActions
from dutydesk.tui.item.case import CasePage, case_page
from dutydesk.tui.item.changes import OpenedItem
from dutydesk.tui.item.deliveries import deliveries_page
from dutydesk.tui.item.paragraphs import fields_page, history_page, status_text, why_page
from dutydesk.tui.item.texts import texts
from dutydesk.tui.person.actions import PersonActions
from dutydesk.tui.review.actions import ReviewActions
from dutydesk.tui.review.after_release import AfterReleaseActions
from dutydesk.tui.review.available_keys import awaited_item_keys, unavailable_item_keys
from dutydesk.tui.review.second_officer import SecondOfficerActions
from dutydesk.tui.selection import Selection
from dutydesk.tui.widgets.frame_lines import (
    AlarmLine,
    FooterLine,
    HeaderLine,
    PanelLine,
    PaneTitle,
    Piece,
    StatusLine,
    TourLines,
)
from dutydesk.tui.widgets.searchable_text import SearchableText
from dutydesk.tui.widgets.text_layout import Paragraph
from dutydesk.tui.widgets.text_pane import TextPane
from dutydesk.wire.text.safe_text import clip, isolate

#: From this width the case and what is to be judged on it stand next to each other.
TWO_COLUMNS = 120
#: Cells of the title next to the state: at least so many, and so many where there is room.
_LEAST_TITLE_CELLS, _TITLE_CELLS = 22, 40

#: The key of each page, in the order of their names in the texts.
_PAGES = ("item.text", "item.why", "item.deliveries", "item.history", "item.fields")
_CASE, _DELIVERIES = 0, 2
_SIDE_KEYS = frozenset({"item.scroll_down", "item.scroll_up"})
_FINDING_KEYS = frozenset({"item.next_finding", "item.previous_finding"})
_MorePage = Callable[[ItemView, RouteExplanation], Iterable[Paragraph]]
#: The pages after the first.
_MORE_PAGES: tuple[_MorePage, ...] = (
    lambda _view, why: why_page(why),
    lambda view, _why: deliveries_page(view),
    lambda view, _why: history_page(view),
    lambda view, _why: fields_page(view),
)


def _tab(place: int) -> str:
    key, name = _PAGES[place], texts.PAGES[place]
    return f"{key_hint(key)} {name}"


class ItemScreen(TextScreen):
    CSS_PATH: ClassVar = [
        Path(__file__).parents[1] / "frame" / "text_screen.tcss",
        Path(__file__).with_name("screen.tcss"),
    ]
    BINDINGS: ClassVar = bindings(KeyPlace.ITEM, KeyPlace.ITEMS, KeyPlace.PERSON, KeyPlace.TEXT)

    PLACES = (KeyPlace.ITEM, KeyPlace.ITEMS, KeyPlace.PERSON, KeyPlace.TEXT, KeyPlace.EVERYWHERE)

    def __init__(self, console: Console, opened: OpenedItem, why: RouteExplanation) -> None:
        super().__init__(console, Selection(item=lambda: self.view.row))
        self.add_groups(
            ReviewActions(console, self.selection),
            SecondOfficerActions(console, self.selection),
            AfterReleaseActions(console, self.selection),
            ItemActions(console, self.selection),
            DifferenceActions(console, self.selection),
            PersonActions(console, self.selection),
        )
        self._opened, self._why = opened, why
        self._is_unread = False
        self._page = _CASE
        self._finding: int | None = None

    def compose(self) -> ComposeResult:
        yield HeaderLine()
        yield AlarmLine()
        yield PanelLine(id="item-state")
        yield PaneTitle()
        with Horizontal(id="item-columns"):
            yield SearchableText(text_id="item-text")
            yield TextPane(id="item-side")
        yield TourLines()
        yield StatusLine()
        yield FooterLine()

    @property
    def view(self) -> ItemView:
        return self._opened.view

    @property
    def shows_deliveries(self) -> bool:
        return self._page == _DELIVERIES

    def unavailable_keys(self) -> frozenset[str]:
        found = unavailable_item_keys(self.view.row, self.console.actor.officer, self.view)
        found |= frozenset() if self.view.findings else _FINDING_KEYS
        return found if self._has_two_columns() else found | _SIDE_KEYS

    @property
    def side_pane(self) -> TextPane:
        return self.query_one("#item-side", TextPane)

    def on_mount(self) -> None:
        self._show()

    def on_resize(self, _event: events.Resize) -> None:
        self._show(keep_place=True)

    def _has_two_columns(self) -> bool:
        return self._page == _CASE and self.app.size.width >= TWO_COLUMNS

    def _show(self, *, keep_place: bool = False) -> None:
        self.show_footer(awaited_item_keys(self.view.row, self.view))
        self._show_title()
        self.side_pane.display = self._has_two_columns()
        if self._page == _CASE:
            self._show_case(keep_place=keep_place)
        else:
            self.text_pane.show(_MORE_PAGES[self._page - 1](self.view, self._why), keep_place=keep_place)

    def _show_case(self, *, keep_place: bool) -> CasePage:
        console = self.console
        page = case_page(
            self._opened,
            glyphs(),
            console.now(),
            console.actor.officer,
            two_columns=self._has_two_columns(),
            here=self._finding,
        )
        self.text_pane.show(page.main.blocks, keep_place=keep_place)
        if page.side is not None:
            self.side_pane.show(page.side.blocks, keep_place=keep_place)
        return page

    def _show_title(self) -> None:
        """What the item is and what it waits for stays in sight, however far its text is scrolled."""
        row, now = self.view.row, self.console.now()
        status: list[Piece] = [
            (row.item, "strong", 0),
            (status_text(self.view, glyphs(), now), state_tone(row.state), 0),
        ]
        free = self.app.size.width - sum(cell_len(text) + len(PanelLine.GAP) for text, _, _ in status) - 4
        title = isolate(clip(title_of(row), min(max(free, _LEAST_TITLE_CELLS), _TITLE_CELLS)))
        right: list[Piece] = [(title, "", 0)]
        if self._finding is not None and self._finding < len(self.view.findings):
            rule = self.view.findings[self._finding].rule
            place = texts.finding_place(self._finding + 1, len(self.view.findings), rule)
            right = [(place, "warn", 0)]
        self.query_one("#item-state", PanelLine).show(status, right)
        tabs: list[Piece] = [
            (_tab(place), "chosen" if place == self._page else "dim", 0) for place in range(len(_PAGES))
        ]
        self.query_one(PaneTitle).show(tabs)

    async def apply_changes(self, change_set: ChangeSet) -> None:
        if item_number(self._opened.view.row.item) in change_set.items:
            await self._read()
        else:
            await self.load_deferred()

    async def load_deferred(self) -> None:
        """Read the item if it has changed while the store could not be read."""
        if self._is_unread:
            await self._read(again=True)

    async def _read(self, *, again: bool = False) -> None:
        """``again``: the officer has been told already that it can't be read."""
        row = self._opened.view.row
        number, version = item_number(row.item) or 0, row.version
        self._is_unread = False
        try:
            self._opened = await self.console.read_item(number, self._opened)
            self._why = await self.console.desk.queries.why(number)
        except DeskError as error:
            self._is_unread = isinstance(error, StoreUnusable)
            if not again:
                self.console.refuse(error)
            return
        if self._finding is not None and self._finding >= len(self.view.findings):
            self._finding = None
        self._show(keep_place=True)
        if self._opened.view.row.version != version:
            self.console.read_recorder.record(self._opened.view.row)

    def update_ages(self) -> None:
        self._show(keep_place=True)

    def action_tab(self, place: int) -> None:
        self._page = place
        self._show()

    def on_pane_title_clicked(self, event: PaneTitle.Clicked) -> None:
        for place in range(len(_PAGES)):
            if _tab(place) == event.words:
                self.action_tab(place)

    def action_next_tab(self, step: int) -> None:
        self.action_tab((self._page + step) % len(_PAGES))

    def action_scroll_side(self, pages: int) -> None:
        pane = self.side_pane if self._has_two_columns() else self.text_pane
        pane.scroll_pages(pages * 0.8)

    def action_next_finding(self, step: int) -> None:
        """Go to a finding: to its words if the text shows them, and to what the rule says."""
        count = len(self.view.findings)
        if not count:
            self.console.notify(texts.NO_FINDING_TO_GO_TO, "warn")
            return
        if self._finding is None:
            self._finding = 0 if step > 0 else count - 1
        else:
            self._finding = (self._finding + step) % count
        self._page = _CASE
        self._show(keep_place=True)
        self._scroll_to_finding(self._show_case(keep_place=True), self._finding)

    def _scroll_to_finding(self, page: CasePage, finding: int) -> None:
        words = page.main.fired.get(finding)
        if words is not None:
            self.text_pane.show_place(*words)
        if page.side is not None and finding in page.side.findings:
            self.side_pane.show_place(page.side.findings[finding])
        elif words is None and finding in page.main.findings:
            self.text_pane.show_place(page.main.findings[finding])
