"""One hit in full, and the acts on a hit: dismiss it as false, open the item that it comes from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from dutydesk.desk.base.context import CommandResult
from dutydesk.desk.base.hit_rows import HitRow, HitView
from dutydesk.domain.delivery.items import item_number
from dutydesk.domain.errors import DeskError
from dutydesk.tui.countries.order import parse_time
from dutydesk.tui.dialogs.form import FieldKind, Form, FormField, Values
from dutydesk.tui.frame.change_feed import ChangeSet
from dutydesk.tui.frame.keys import KeyPlace, bindings, footer, key_hint
from dutydesk.tui.frame.screen import DeskScreen
from dutydesk.tui.frame.text_screen import TextScreen
from dutydesk.tui.item import hit_texts
from dutydesk.tui.item.hit_paragraphs import hit_page, title_lines
from dutydesk.tui.review import texts as review_texts
from dutydesk.tui.widgets.frame_lines import PaneTitle
from dutydesk.tui.widgets.text_pane import Paragraph

if TYPE_CHECKING:
    from dutydesk.tui.app import DutyDeskApp


class HitActions(DeskScreen):
    """The acts on one hit, in the feed and on its own screen."""

    def current_hit(self) -> HitRow | None:
        raise NotImplementedError

    def _selected_hit(self) -> HitRow | None:
        row = self.current_hit()
        if row is None:
            self.console.say(hit_texts.no_hit_selected(key_hint("feed.filter")), "warn")
        return row

    async def action_dismiss_hit(self) -> None:
        if (row := self._selected_hit()) is not None:
            await self.app.push_screen(dismiss_form(self.console, row))

    async def action_open_hit_item(self) -> None:
        if (row := self._selected_hit()) is None:
            return
        if row.item is None:
            self.console.say(hit_texts.hit_without_item(row.hit), "warn")
        else:
            await self.console.open_item(row.item)


def dismiss_form(console: DutyDeskApp, row: HitRow) -> Form:
    async def dismiss(values: Values) -> CommandResult:
        until = parse_time(values["until"], hit_texts.DISMISS_UNTIL)
        return await console.desk.checks.dismiss(console.actor, row.number, values["reason"], until)

    fields = (
        FormField("reason", review_texts.REASON, FieldKind.TEXT),
        FormField("until", hit_texts.DISMISS_UNTIL, hint=hit_texts.DISMISS_UNTIL_HINT),
    )
    lines = [*title_lines(row), Paragraph(hit_texts.DISMISS_HINT, tone="dim")]
    return Form(f"{hit_texts.DISMISS} {row.hit}", lines, fields, hit_texts.DISMISS, dismiss)


class HitScreen(TextScreen, HitActions):
    BINDINGS: ClassVar = bindings(KeyPlace.HITS, KeyPlace.TEXT)

    def __init__(self, view: HitView) -> None:
        super().__init__()
        self._view = view

    def places(self) -> tuple[KeyPlace, ...]:
        return (KeyPlace.HITS, KeyPlace.TEXT, KeyPlace.EVERYWHERE)

    def current_hit(self) -> HitRow:
        return self._view.row

    def on_mount(self) -> None:
        self.show_keys(footer(*self.places()))
        self._show()

    def _show(self, *, keep_place: bool = False) -> None:
        row = self._view.row
        state = hit_texts.hit_of(row.score) if row.dismissed_until is None else hit_texts.DISMISSED
        self.query_one(PaneTitle).show(((row.hit, "strong", 0), (state, "chosen", 0)))
        self.text_pane.show(self._page(), keep_place=keep_place)

    def _page(self) -> Iterable[Paragraph]:
        return hit_page(self._view, self.console.now())

    async def apply_changes(self, change_set: ChangeSet) -> None:
        row = self._view.row
        if row.number in change_set.hits or change_set.dismissed or item_number(row.item or "") in change_set.items:
            try:
                self._view = await self.console.desk.queries.hit(row.number)
            except DeskError as error:
                self.console.refuse(error)
                return
            self._show(keep_place=True)

    def update_ages(self) -> None:
        self._show(keep_place=True)
