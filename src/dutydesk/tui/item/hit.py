"""One hit in full, and the actions on a hit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from dutydesk.desk.base.context import CommandResult
from dutydesk.desk.base.hit_rows import HitRow, HitView
from dutydesk.domain.delivery.items import item_number
from dutydesk.domain.errors import DeskError
from dutydesk.tui.console import Actions, Console
from dutydesk.tui.countries.order import parse_time
from dutydesk.tui.dialogs.form import FieldKind, Form, FormField, Values
from dutydesk.tui.dialogs.form_title import form_title
from dutydesk.tui.frame.change_feed import ChangeSet
from dutydesk.tui.frame.keys import KeyPlace, bindings, key_hint
from dutydesk.tui.frame.text_screen import TextScreen
from dutydesk.tui.frame.texts import texts as frame_texts
from dutydesk.tui.item.hit_paragraphs import hit_page, title_lines
from dutydesk.tui.item.hit_texts import texts as hit_texts
from dutydesk.tui.person.actions import PersonActions
from dutydesk.tui.selection import Selection
from dutydesk.tui.widgets.frame_lines import PaneTitle
from dutydesk.tui.widgets.text_pane import Paragraph


class HitActions:
    """Dismiss a hit as false; open the item of its record."""

    def __init__(self, console: Console, selection: Selection) -> None:
        self._console, self._selection = console, selection

    def actions(self) -> Actions:
        return {"dismiss_hit": self.dismiss, "open_hit_item": self.open_item}

    async def dismiss(self) -> None:
        if (row := self._selected_hit()) is not None:
            await self._console.open_screen(dismiss_form(self._console, row))

    async def open_item(self) -> None:
        if (row := self._selected_hit()) is None:
            return
        if row.item is None:
            self._console.notify(hit_texts.hit_without_item(row.hit), "warn")
        else:
            await self._console.open_item(row.item)

    def _selected_hit(self) -> HitRow | None:
        row = self._selection.hit()
        if row is None:
            self._console.notify(hit_texts.no_hit_selected(key_hint("feed.filter")), "warn")
        return row


def dismiss_form(console: Console, row: HitRow) -> Form:
    async def dismiss(values: Values) -> CommandResult:
        until = parse_time(values["until"], hit_texts.DISMISS_UNTIL)
        return await console.desk.checks.dismiss(console.actor, row.number, values["reason"], until)

    fields = (
        FormField("reason", frame_texts.REASON, FieldKind.TEXT),
        FormField("until", hit_texts.DISMISS_UNTIL, hint=hit_texts.DISMISS_UNTIL_HINT, optional=True),
    )
    lines = [*title_lines(row), Paragraph(hit_texts.DISMISS_HINT, tone="dim")]
    title = form_title(lambda: f"{hit_texts.DISMISS} {row.hit}")
    return Form(console, title, lines, fields, hit_texts.DISMISS, dismiss)


class HitScreen(TextScreen):
    BINDINGS: ClassVar = bindings(KeyPlace.HITS, KeyPlace.PERSON, KeyPlace.TEXT)
    PLACES = (KeyPlace.HITS, KeyPlace.PERSON, KeyPlace.TEXT, KeyPlace.EVERYWHERE)

    def __init__(self, console: Console, view: HitView) -> None:
        super().__init__(console, Selection(hit=lambda: self._view.row))
        self._view = view
        self.add_groups(HitActions(console, self.selection), PersonActions(console, self.selection))

    def on_mount(self) -> None:
        self.show_footer()
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
