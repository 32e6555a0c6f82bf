"""One item in full: its text, why it went which way, its deliveries, its history."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding

from dutydesk.desk.views import ItemRow, ItemView, WhyView
from dutydesk.domain.errors import DeskError
from dutydesk.domain.items import item_number
from dutydesk.tui import words
from dutydesk.tui.glyphs import Glyphs, glyphs
from dutydesk.tui.item_text import body_page, deliveries_page, history_page, why_page
from dutydesk.tui.keys import Where, bindings, footer
from dutydesk.tui.pulse import Touched
from dutydesk.tui.screens.after_acts import SecondActs
from dutydesk.tui.widgets.lines import FooterLine, HeaderLine, PaneTitle, Piece, StatusLine
from dutydesk.tui.widgets.text_pane import Paragraph, TextPane

_Page = Callable[[ItemView, WhyView, Glyphs, datetime], Iterable[Paragraph]]
_PAGES: tuple[tuple[str, _Page], ...] = (
    (words.BODY, lambda view, _why, signs, now: body_page(view, signs, now)),
    (words.WHY, lambda _view, why, _signs, _now: why_page(why)),
    (words.DELIVERIES, lambda view, _why, _signs, _now: deliveries_page(view)),
    (words.HISTORY, lambda view, _why, _signs, _now: history_page(view.history)),
)


class ItemScreen(SecondActs):
    CSS_PATH = "item.tcss"
    BINDINGS: ClassVar = [
        *bindings(Where.ITEM, Where.ITEMS),
        *(Binding(str(place + 1), f"tab({place})", show=False) for place in range(len(_PAGES))),
        Binding("down,j", "scroll_lines(1)", show=False),
        Binding("up,k", "scroll_lines(-1)", show=False),
        Binding("pagedown,ctrl+d,space", "scroll_pages(1)", show=False),
        Binding("pageup,ctrl+u", "scroll_pages(-1)", show=False),
        Binding("home,g", "scroll_pages(-1000)", show=False),
        Binding("end,G", "scroll_pages(1000)", show=False),
    ]

    def __init__(self, view: ItemView, why: WhyView) -> None:
        super().__init__()
        self._view, self._why = view, why
        self._page = 0

    def places(self) -> tuple[Where, ...]:
        return (Where.ITEM, Where.ITEMS, Where.EVERYWHERE)

    def current_item(self) -> ItemRow | None:
        return self._view.row

    def compose(self) -> ComposeResult:
        yield HeaderLine()
        yield PaneTitle()
        yield TextPane()
        yield StatusLine()
        yield FooterLine()

    def on_mount(self) -> None:
        self.show_keys(footer(*self.places()))
        self._show()

    def _show(self, *, keep_place: bool = False) -> None:
        tabs: list[Piece] = [(self._view.row.item, "strong", 0)]
        for place, (name, _) in enumerate(_PAGES):
            tabs.append((f"{place + 1} {name}", "chosen" if place == self._page else "dim", 0))
        self.query_one(PaneTitle).show(tabs)
        page = _PAGES[self._page][1](self._view, self._why, glyphs(), self.console.now())
        self.query_one(TextPane).show(page, keep_place=keep_place)

    async def take(self, touched: Touched) -> None:
        number = item_number(self._view.row.item)
        if number in touched.items:
            try:
                self._view, self._why = await self.console.read_item(number)
            except DeskError as error:
                self.console.refuse(error)
                return
            self._show(keep_place=True)

    def tick(self) -> None:
        self._show(keep_place=True)

    def action_tab(self, place: int) -> None:
        self._page = place
        self._show()

    def action_next_tab(self, step: int) -> None:
        self.action_tab((self._page + step) % len(_PAGES))

    def action_scroll_lines(self, lines: int) -> None:
        self.query_one(TextPane).scroll_lines(lines)

    def action_scroll_pages(self, pages: int) -> None:
        self.query_one(TextPane).scroll_pages(pages)
