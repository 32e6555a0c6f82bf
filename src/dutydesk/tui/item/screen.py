"""One item in full: its text, its route, its deliveries, its history."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import ClassVar

from dutydesk.desk.base.rows import ItemView, RouteExplanation
from dutydesk.domain.delivery.items import item_number
from dutydesk.domain.errors import DeskError
from dutydesk.tui.console import Console
from dutydesk.tui.frame.change_feed import ChangeSet
from dutydesk.tui.frame.glyphs import Glyphs, glyphs
from dutydesk.tui.frame.keys import KeyPlace, bindings, footer, key_hint
from dutydesk.tui.frame.text_screen import TextScreen
from dutydesk.tui.item import texts
from dutydesk.tui.item.actions import ItemActions
from dutydesk.tui.item.changes import OpenedItem
from dutydesk.tui.item.paragraphs import body_page, deliveries_page, history_page, why_page
from dutydesk.tui.review.actions import ReviewActions
from dutydesk.tui.review.after_release import AfterReleaseActions
from dutydesk.tui.review.available_keys import awaited_item_keys, unavailable_item_keys
from dutydesk.tui.review.second_officer import SecondOfficerActions
from dutydesk.tui.selection import Selection
from dutydesk.tui.widgets.frame_lines import PaneTitle, Piece
from dutydesk.tui.widgets.text_pane import Paragraph

_Page = Callable[[OpenedItem, RouteExplanation, Glyphs, datetime, str], Iterable[Paragraph]]
_PAGES: tuple[tuple[str, str, _Page], ...] = (
    ("item.text", texts.BODY, lambda opened, _why, signs, now, officer: body_page(opened, signs, now, officer)),
    ("item.why", texts.WHY, lambda _opened, why, _signs, _now, _officer: why_page(why)),
    ("item.deliveries", texts.DELIVERIES, lambda opened, _why, _signs, _now, _officer: deliveries_page(opened.view)),
    ("item.history", texts.HISTORY, lambda opened, _why, _signs, _now, _officer: history_page(opened.view)),
)


def _tab(place: int) -> str:
    key, name, _ = _PAGES[place]
    return f"{key_hint(key)} {name}"


class ItemScreen(TextScreen):
    BINDINGS: ClassVar = bindings(KeyPlace.ITEM, KeyPlace.ITEMS, KeyPlace.TEXT)

    PLACES = (KeyPlace.ITEM, KeyPlace.ITEMS, KeyPlace.TEXT, KeyPlace.EVERYWHERE)

    def __init__(self, console: Console, opened: OpenedItem, why: RouteExplanation) -> None:
        super().__init__(console, Selection(item=lambda: self.view.row))
        self.add_groups(
            ReviewActions(console, self.selection),
            SecondOfficerActions(console, self.selection),
            AfterReleaseActions(console, self.selection),
            ItemActions(console, self.selection),
        )
        self._opened, self._why = opened, why
        self._page = 0

    @property
    def view(self) -> ItemView:
        return self._opened.view

    @property
    def shows_deliveries(self) -> bool:
        return _PAGES[self._page][1] == texts.DELIVERIES

    def unavailable_keys(self) -> frozenset[str]:
        return unavailable_item_keys(self.view.row, self.console.actor.officer, self.view)

    def on_mount(self) -> None:
        self._show()

    def _show(self, *, keep_place: bool = False) -> None:
        awaited = awaited_item_keys(self.view.row, self.view)
        self.show_keys(footer(*self.places(), pending=awaited, unavailable=self.unavailable_keys()))
        tabs: list[Piece] = [(self._opened.view.row.item, "strong", 0)]
        for place in range(len(_PAGES)):
            tabs.append((_tab(place), "chosen" if place == self._page else "dim", 0))
        self.query_one(PaneTitle).show(tabs)
        page = _PAGES[self._page][2](self._opened, self._why, glyphs(), self.console.now(), self.console.actor.officer)
        self.text_pane.show(page, keep_place=keep_place)

    async def apply_changes(self, change_set: ChangeSet) -> None:
        number, version = item_number(self._opened.view.row.item), self._opened.view.row.version
        if number in change_set.items:
            try:
                self._opened = await self.console.read_item(number, self._opened)
                self._why = await self.console.desk.queries.why(number)
            except DeskError as error:
                self.console.refuse(error)
                return
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
