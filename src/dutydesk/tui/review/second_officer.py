"""The second officer's confirmation of a proposal on an item, or dissent."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from dutydesk.desk.base.context import CommandResult
from dutydesk.desk.base.proposal_rows import ConfirmPreview
from dutydesk.desk.base.restriction_rows import RestrictionRow
from dutydesk.desk.base.rows import ItemView, ProposalRow
from dutydesk.domain.delivery.items import item_number
from dutydesk.domain.delivery.states import ItemState
from dutydesk.domain.errors import DeskError
from dutydesk.tui.console import Actions, Console
from dutydesk.tui.dialogs.form import Form, Values
from dutydesk.tui.dialogs.form_title import form_title
from dutydesk.tui.dialogs.reason_form import reason_field
from dutydesk.tui.difference.actions import DialogDifference
from dutydesk.tui.frame.keys import key_hint
from dutydesk.tui.frame.text_format import desk_text, title_of, value_word
from dutydesk.tui.frame.value_texts import texts as value_texts
from dutydesk.tui.item.paragraphs import proposal_lines
from dutydesk.tui.person.actions import DialogPerson
from dutydesk.tui.review import comparison
from dutydesk.tui.review.restrictions import confirm_form, dissent_form
from dutydesk.tui.review.texts import texts
from dutydesk.tui.selection import Selection, selected_item
from dutydesk.tui.widgets.text_pane import Paragraph

RestrictionForm = Callable[[Console, Sequence[RestrictionRow]], Form]


class SecondOfficerActions:
    """Confirm or dissent. If only restrictions are proposed on the item, the forms are about those."""

    def __init__(self, console: Console, selection: Selection) -> None:
        self._console, self._selection = console, selection

    def actions(self) -> Actions:
        return {"confirm_item": self.confirm, "dissent_item": self.dissent}

    async def confirm(self) -> None:
        if (waiting := await self._load_proposal(confirm_form)) is None:
            return
        console, (view, proposed, follows) = self._console, waiting
        if proposed.officer == console.actor.officer:
            console.notify(texts.own_proposal(key_hint("item.dissent")), "warn")
            return
        number = item_number(view.row.item) or 0

        async def confirm(_values: Values) -> CommandResult:
            asked_at = console.now()
            result = await console.desk.review.confirm(console.actor, number, proposed.identity)
            if result.state == ItemState.RELEASED:
                console.undo_countdown.begin(number, asked_at)
            return result

        title = f"{texts.CONFIRM}: {value_word(proposed.decision)} {view.row.item}"
        lines = list(_summary(view, follows))
        self._open(Form(console, title, lines, (), texts.CONFIRM, confirm), number)

    async def dissent(self) -> None:
        if (waiting := await self._load_proposal(dissent_form)) is None:
            return
        console, (view, proposed, follows) = self._console, waiting
        is_own = proposed.officer == console.actor.officer

        def submit() -> str:
            return texts.RETRACT_PROPOSAL if is_own else texts.DISSENT

        async def dissent(values: Values) -> CommandResult:
            return await console.desk.review.dissent(console.actor, item_number(view.row.item) or 0, values["reason"])

        title = form_title(lambda: f"{submit()}: {value_word(proposed.decision)} {view.row.item}")
        lines = list(_summary(view, follows))
        form = Form(console, title, lines, (reason_field(),), submit(), dissent)
        self._open(form, item_number(view.row.item) or 0)

    def _open(self, form: Form, number: int) -> None:
        form.add_groups(
            DialogDifference(self._console, number, form.show_refusal),
            DialogPerson(self._console, number, form.show_refusal),
        )
        self._console.open_screen(form)

    async def _load_proposal(
        self, on_restrictions: RestrictionForm
    ) -> tuple[ItemView, ProposalRow, ConfirmPreview] | None:
        """The selected item, its proposal and what a confirmation would do; tells the officer if there is none.

        If only restrictions are proposed, opens ``on_restrictions`` instead.
        """
        console = self._console
        if (chosen := selected_item(console, self._selection)) is None:
            return None
        try:
            found = await console.desk.queries.item_proposal(chosen[1])
        except DeskError as error:
            console.refuse(error)
            return None
        view = found.view
        console.read_recorder.record(view.row)
        if view.proposal is None and view.restrictions_proposed:
            own = all(row.officer == console.actor.officer for row in view.restrictions_proposed)
            if own and on_restrictions is confirm_form:
                console.notify(texts.own_proposal(key_hint("item.dissent")), "warn")
                return None
            await console.open_screen(on_restrictions(console, view.restrictions_proposed))
            return None
        if view.proposal is None or found.follows is None:
            console.notify(f"{texts.NOTHING_PROPOSED} {view.row.item}", "warn")
            return None
        return view, view.proposal, found.follows


def _summary(view: ItemView, follows: ConfirmPreview) -> Iterator[Paragraph]:
    """What a second officer must have seen before signing."""
    yield Paragraph(title_of(view.row), tone="strong")
    yield from proposal_lines(view)
    for finding in view.findings:
        tone = "bad" if finding.severity == "block" else "warn"
        text = f"{finding.rule} ({finding.article}): {desk_text(finding.message)}"
        yield Paragraph(text, value_texts.SEVERITY[finding.severity], tone, indent=2)
    yield from comparison.item_effects(follows, view.row.sender)
