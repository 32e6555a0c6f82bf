"""The actions of a review: claim, tick, decide, undo."""

from __future__ import annotations

from dutydesk.desk.base.context import CommandResult
from dutydesk.desk.base.rows import ItemRow
from dutydesk.domain.delivery.items import item_name
from dutydesk.domain.delivery.states import ItemState
from dutydesk.domain.errors import NotAllowed
from dutydesk.domain.review.officers import Right
from dutydesk.tui.console import Actions, Console
from dutydesk.tui.dialogs.form import Form, Values
from dutydesk.tui.dialogs.form_title import form_title
from dutydesk.tui.dialogs.reason_form import reason_form
from dutydesk.tui.frame.keys import key_hint
from dutydesk.tui.frame.results import report_result
from dutydesk.tui.review.available_keys import is_possible
from dutydesk.tui.review.checklist import ChecklistDialog
from dutydesk.tui.review.claim_transfer import claim_transfer_form, list_colleagues
from dutydesk.tui.review.decision import DecisionForm
from dutydesk.tui.review.texts import texts
from dutydesk.tui.selection import Selection, load_item, selected_item
from dutydesk.tui.widgets.text_pane import Paragraph


class ReviewActions:
    """What the first officer does with an item."""

    def __init__(self, console: Console, selection: Selection) -> None:
        self._console, self._selection = console, selection

    def actions(self) -> Actions:
        return {
            "claim": self.claim,
            "unclaim": self.unclaim,
            "give_claim": self.give_claim,
            "tick": self.tick,
            "decide": self.decide,
            "undo": self.undo,
        }

    async def claim(self) -> None:
        console = self._console
        if (chosen := selected_item(console, self._selection)) is None:
            return
        row, number = chosen
        if row.claimed_by in (None, console.actor.officer):
            await report_result(console, console.desk.review.claim(console.actor, number))
        elif await self._may_take_over():
            self._open_take_over_form(row, number)
        else:
            note = key_hint("item.note")
            console.notify(texts.claimed_by_another(row.item, row.claimed_by, note), "warn")

    async def _may_take_over(self) -> bool:
        try:
            await self._console.desk.people.require(self._console.actor, Right.TAKE_OVER)
        except NotAllowed:
            return False
        return True

    def _open_take_over_form(self, row: ItemRow, number: int) -> None:
        console = self._console

        async def take_over(reason: str) -> CommandResult:
            return await console.desk.review.claim(console.actor, number, take_over=reason)

        line = texts.is_claimed_by(row.item, row.claimed_by)
        title = form_title(lambda: f"{texts.TAKE_OVER} {row.item}")
        console.open_screen(reason_form(console, title, texts.TAKE_OVER, take_over, line=line))

    async def unclaim(self) -> None:
        console = self._console
        if (chosen := selected_item(console, self._selection)) is not None:
            await report_result(console, console.desk.review.unclaim(console.actor, chosen[1]))

    async def give_claim(self) -> None:
        console = self._console
        if (chosen := selected_item(console, self._selection)) is None:
            return
        if not is_possible(console, chosen[0], "item.give"):
            return
        names = await list_colleagues(console)
        if names:
            await console.open_screen(claim_transfer_form(console, chosen[0], names))
        else:
            console.notify(texts.NO_COLLEAGUES, "warn")

    async def tick(self) -> None:
        console = self._console
        if (chosen := selected_item(console, self._selection)) is None:
            return
        if not is_possible(console, chosen[0], "item.tick") or not await self._claim_free(*chosen):
            return
        view = await load_item(console, chosen[1])
        if view is not None:
            await console.open_screen(ChecklistDialog(console, view, self.decide))

    async def _claim_free(self, row: ItemRow, number: int) -> bool:
        """Claim an item that nobody has claimed, as its review needs the claim; false if the desk refuses."""
        if row.claimed_by is not None or row.state == ItemState.PROPOSED:
            return True
        return (
            await report_result(self._console, self._console.desk.review.claim(self._console.actor, number)) is not None
        )

    async def decide(self) -> None:
        console = self._console
        if (chosen := selected_item(console, self._selection)) is None:
            return
        if not is_possible(console, chosen[0], "item.decide") or not await self._claim_free(*chosen):
            return
        view = await load_item(console, chosen[1])
        if view is None:
            return
        blocking = dict.fromkeys(found.rule for found in view.findings if found.severity == "block")
        may = console.desk.context.rules.may_be_overridden
        overridable = tuple(rule for rule in blocking if may(rule)) if console.may(Right.OVERRIDE) else ()
        await console.open_screen(DecisionForm(console, view, overridable))

    async def undo(self) -> None:
        """Ask whether to undo the last release from this console or, if there is none, that of the selected item."""
        console = self._console
        number = console.undo_countdown.number
        if number is None:
            if (chosen := selected_item(console, self._selection)) is None:
                return
            if not is_possible(console, chosen[0], "item.undo"):
                return
            number = chosen[1]
        undone = number

        async def undo(_values: Values) -> CommandResult:
            result = await console.desk.review.undo(console.actor, undone)
            console.undo_countdown.end()
            return result

        title = texts.undo_title(item_name(number))
        await console.open_screen(Form(console, title, [Paragraph(texts.UNDO_HINT)], (), texts.UNDO, undo))
