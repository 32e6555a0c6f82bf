"""The actions on one item that are no part of its review."""

from __future__ import annotations

from dutydesk.desk.base.context import CommandResult
from dutydesk.tui.console import Actions, Console
from dutydesk.tui.dialogs.form_title import form_title
from dutydesk.tui.dialogs.reason_form import reason_form
from dutydesk.tui.frame.results import report_result
from dutydesk.tui.item.export import export_form
from dutydesk.tui.item.retry import retry_form
from dutydesk.tui.item.texts import texts
from dutydesk.tui.review.available_keys import is_possible
from dutydesk.tui.review.restrictions import restrict_form
from dutydesk.tui.selection import Selection, load_item, selected_item


class ItemActions:
    """Note, restrict, retry, legal hold; reread and reject for quarantined input."""

    def __init__(self, console: Console, selection: Selection) -> None:
        self._console, self._selection = console, selection

    def actions(self) -> Actions:
        return {
            "note": self.note,
            "restrict_item": self.restrict,
            "retry": self.retry,
            "legal_hold": self.legal_hold,
            "reread": self.reread,
            "reject": self.reject,
            "export_item": self.export,
        }

    def note(self) -> None:
        if (chosen := selected_item(self._console, self._selection)) is None:
            return
        console, (row, number) = self._console, chosen

        async def note(text: str) -> CommandResult:
            return await console.desk.review.note(console.actor, number, text)

        title = form_title(lambda: texts.note_on(row.item))
        console.open_screen(reason_form(console, title, texts.NOTE, note, label=texts.NOTE))

    def export(self) -> None:
        if (chosen := selected_item(self._console, self._selection)) is not None:
            self._console.open_screen(export_form(self._console, *chosen))

    def restrict(self) -> None:
        chosen = selected_item(self._console, self._selection)
        if chosen is not None and is_possible(self._console, chosen[0], "item.restrict") and chosen[0].sender:
            self._console.open_screen(restrict_form(self._console, chosen[0].sender, chosen[0]))

    async def retry(self) -> None:
        console = self._console
        if (chosen := selected_item(console, self._selection)) is None:
            return
        if (view := await load_item(console, chosen[1])) is None:
            return
        dead = tuple(row.recipient for row in view.deliveries if row.state == "dead")
        if dead:
            await console.open_screen(retry_form(console, view.row, dead))
        else:
            console.notify(f"{view.row.item}: {texts.NO_DEAD_DELIVERY}", "warn")

    def legal_hold(self) -> None:
        if (chosen := selected_item(self._console, self._selection)) is None:
            return
        console, (row, number) = self._console, chosen
        held = not row.legal_hold

        async def hold(reason: str) -> CommandResult:
            return await console.desk.retention.legal_hold(console.actor, number, reason, held=held)

        def submit() -> str:
            return texts.LEGAL_HOLD if held else texts.LIFT_LEGAL_HOLD

        title = form_title(lambda: f"{submit()} {row.item}")
        line = texts.LEGAL_HOLD_HINT if held else texts.LIFT_LEGAL_HOLD_HINT
        console.open_screen(reason_form(console, title, submit(), hold, line=line))

    async def reread(self) -> None:
        console = self._console
        if (chosen := selected_item(console, self._selection)) is not None:
            await report_result(console, console.desk.intake.reread(console.actor, chosen[1]))

    def reject(self) -> None:
        if (chosen := selected_item(self._console, self._selection)) is None:
            return
        console, (row, number) = self._console, chosen
        if not is_possible(console, row, "item.reject"):
            return

        async def reject(reason: str) -> CommandResult:
            return await console.desk.intake.reject(console.actor, number, reason)

        title = form_title(lambda: f"{texts.REJECT} {row.item}")
        console.open_screen(reason_form(console, title, texts.REJECT, reject, line=texts.REJECT_HINT))
