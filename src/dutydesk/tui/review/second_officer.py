"""The acts that come after one officer's word: the second person's, and what follows a release or a refusal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING

from dutydesk.desk.base.context import CommandResult
from dutydesk.desk.base.proposal_rows import ConfirmPreview
from dutydesk.desk.base.restriction_rows import RestrictionRow
from dutydesk.desk.base.rows import ItemRow, ItemView, ProposalRow
from dutydesk.domain.delivery.items import item_number
from dutydesk.domain.delivery.states import ItemState, PostReview
from dutydesk.domain.errors import DeskError
from dutydesk.tui.countries.owner_forms import restrict_form, retry_form
from dutydesk.tui.dialogs.form import FieldKind, Form, FormField, SecondOfficerForm, Values
from dutydesk.tui.frame import shortcut_texts, value_texts
from dutydesk.tui.frame.screen import ItemActions
from dutydesk.tui.frame.text_format import display_text, readable_name, title_of
from dutydesk.tui.item.paragraphs import proposal_lines
from dutydesk.tui.review import comparison, texts
from dutydesk.tui.review.claim_transfer import claim_transfer_form, list_colleagues
from dutydesk.tui.review.restrictions import confirm_form, dissent_form
from dutydesk.tui.widgets.choice import Choice
from dutydesk.tui.widgets.text_pane import Paragraph

if TYPE_CHECKING:
    from dutydesk.tui.app import DutyDeskApp

    RestrictionForm = Callable[[DutyDeskApp, Sequence[RestrictionRow]], Form]

_REASON = FormField("reason", texts.REASON, FieldKind.TEXT)


class SecondOfficerActions(ItemActions):
    """Beside the acts of a review: confirm, dissent, after a release, reopen, legal hold."""

    async def action_give_claim(self) -> None:
        if (chosen := self._selected_item()) is None:
            return
        names = await list_colleagues(self.console)
        if names:
            await self.app.push_screen(claim_transfer_form(self.console, chosen[0], names))
        else:
            self.console.say(shortcut_texts.NO_COLLEAGUES, "warn")

    async def action_confirm_item(self) -> None:
        if (waiting := await self._load_proposal(confirm_form)) is None:
            return
        view, proposed, follows = waiting

        async def confirm(_values: Values) -> CommandResult:
            asked_at = self.console.now()
            answer = await self.console.desk.review.confirm(self.console.actor, _number(view.row), proposed.identity)
            if answer.state == ItemState.RELEASED:
                self.console.undo_countdown.begin(_number(view.row), asked_at)
            return answer

        title = f"{texts.CONFIRM}: {proposed.decision} {view.row.item}"
        self.app.push_screen(SecondOfficerForm(title, list(_summary(view, follows)), (), texts.CONFIRM, confirm))

    async def action_dissent_item(self) -> None:
        if (waiting := await self._load_proposal(dissent_form)) is None:
            return
        view, proposed, follows = waiting
        own = proposed.officer == self.console.actor.officer
        submit = texts.RETRACT_PROPOSAL if own else texts.DISSENT

        async def dissent(values: Values) -> CommandResult:
            return await self.console.desk.review.dissent(self.console.actor, _number(view.row), values["reason"])

        title = f"{submit}: {proposed.decision} {view.row.item}"
        self.app.push_screen(SecondOfficerForm(title, list(_summary(view, follows)), (_REASON,), submit, dissent))

    async def _load_proposal(
        self, on_restrictions: RestrictionForm
    ) -> tuple[ItemView, ProposalRow, ConfirmPreview] | None:
        """The selected item, what is proposed on it, and what would follow; says so where nothing is proposed.

        Where restrictions only are proposed on it, their form is opened instead.
        """
        if (chosen := self._selected_item()) is None:
            return None
        try:
            found = await self.console.desk.queries.item_proposal(chosen[1])
        except DeskError as error:
            self.console.refuse(error)
            return None
        self.console.read_recorder.record(found.view.row)
        if found.view.proposal is None and found.view.restrictions_proposed:
            await self.app.push_screen(on_restrictions(self.console, found.view.restrictions_proposed))
            return None
        if found.view.proposal is None or found.follows is None:
            self.console.say(f"{texts.NOTHING_PROPOSED} {found.view.row.item}", "warn")
            return None
        return found.view, found.view.proposal, found.follows

    async def action_after_release(self) -> None:
        if (chosen := self._selected_item()) is None:
            return
        view = await self._load_item(chosen[1])
        if view is None:
            return
        steps = tuple(_available_actions(view.row))
        if not steps:
            self.console.say(texts.not_released(view.row.item, readable_name(view.row.state)), "warn")
            return
        await self.app.push_screen(PostReleaseForm(view, steps))

    async def action_reopen(self) -> None:
        if (chosen := self._selected_item()) is None:
            return
        row, number = chosen

        async def reopen(values: Values) -> CommandResult:
            return await self.console.desk.review.reopen(self.console.actor, number, values["reason"])

        self._open_reason_form(f"{texts.REOPEN} {row.item}", [texts.REOPEN_HINT], texts.REASON, texts.REOPEN, reopen)

    def action_restrict_item(self) -> None:
        if (chosen := self._selected_item()) is not None and chosen[0].sender is not None:
            self.app.push_screen(restrict_form(self.console, chosen[0].sender, chosen[0]))

    async def action_retry(self) -> None:
        if (chosen := self._selected_item()) is None or (view := await self._load_item(chosen[1])) is None:
            return
        dead = tuple(row.recipient for row in view.deliveries if row.state == "dead")
        if dead:
            await self.app.push_screen(retry_form(self.console, view.row, dead))
        else:
            self.console.say(f"{view.row.item}: {texts.NO_DEAD_DELIVERY}", "warn")

    async def action_legal_hold(self) -> None:
        if (chosen := self._selected_item()) is None:
            return
        row, number = chosen
        held = not row.legal_hold

        async def hold(values: Values) -> CommandResult:
            return await self.console.desk.retention.legal_hold(self.console.actor, number, values["reason"], held=held)

        submit = texts.LEGAL_HOLD if held else texts.LIFT_LEGAL_HOLD
        hint = texts.LEGAL_HOLD_HINT if held else texts.LIFT_LEGAL_HOLD_HINT
        self._open_reason_form(f"{submit} {row.item}", [hint], texts.REASON, submit, hold)


def _summary(view: ItemView, follows: ConfirmPreview) -> Iterator[Paragraph]:
    """What a second person should have seen before speaking."""
    yield Paragraph(title_of(view.row), tone="strong")
    yield from proposal_lines(view)
    yield from comparison.item_effects(follows, view.row.sender)
    for finding in view.findings:
        tone = "bad" if finding.severity == "block" else "warn"
        text = f"{finding.rule} ({finding.article}): {display_text(finding.message)}"
        yield Paragraph(text, value_texts.SEVERITY[finding.severity], tone, indent=2)


def pending_key_ids(row: ItemRow | None, view: ItemView | None = None) -> tuple[str, ...]:
    """The keys of the acts that an item waits for, by their ids; with ``view`` also those on its restrictions."""
    if row is None:
        return ()
    found: list[str] = []
    if (
        (view is not None and view.restrictions_proposed)
        or row.state == ItemState.PROPOSED
        or row.recall_proposed is not None
    ):
        found += ["item.confirm", "item.dissent"]
    if row.unratified or row.post_review == PostReview.DUE:
        found.append("item.after")
    return tuple(found)


class PostReleaseAction(StrEnum):
    """What may be said of something that went out."""

    KEEP = texts.STEP_KEEP
    RECALL = texts.STEP_RECALL
    URGENT_RECALL = texts.STEP_URGENT
    RATIFY = texts.STEP_RATIFY


def _available_actions(row: ItemRow) -> Iterator[PostReleaseAction]:
    if row.unratified:
        yield PostReleaseAction.RATIFY
    if row.state != ItemState.RELEASED or row.recall_proposed is not None:
        return
    if row.post_review == PostReview.DUE:
        yield PostReleaseAction.KEEP
    yield PostReleaseAction.RECALL
    yield PostReleaseAction.URGENT_RECALL


class PostReleaseForm(Form):
    """What went out already: it stands, or it is recalled."""

    def __init__(self, view: ItemView, steps: tuple[PostReleaseAction, ...]) -> None:
        fields = (FormField("step", texts.ACTION, FieldKind.CHOICE, tuple(steps), (steps[0],)), _REASON)
        super().__init__(f"{texts.AFTER_RELEASE} {view.row.item}", [], fields, texts.SUBMIT)
        self._view = view
        self._first = steps[0]

    @property
    def step(self) -> PostReleaseAction:
        return PostReleaseAction(self.query_one("#step", Choice).value or self._first)

    def populate(self) -> None:
        super().populate()
        self._show_step()

    def on_choice_changed(self, _event: Choice.Changed) -> None:
        self._show_step()

    def _show_step(self) -> None:
        self.query_one("#row-reason").display = self.step is not PostReleaseAction.RATIFY
        holders = sum(row.state not in ("queued", "suppressed", "failed", "dead") for row in self._view.deliveries)
        self.show_lines(
            [
                Paragraph(title_of(self._view.row), tone="strong"),
                Paragraph(texts.holder_count(holders, len(self._view.deliveries))),
                Paragraph(texts.STEP_HINTS[self.step], tone="dim"),
            ]
        )

    async def submit(self) -> None:
        desk, actor, number = self.console.desk, self.console.actor, _number(self._view.row)
        reason = self.values()["reason"]
        match self.step:
            case PostReleaseAction.KEEP:
                answer = await desk.review.post_review(actor, number, keep=True, reason=reason)
            case PostReleaseAction.RECALL:
                answer = await desk.review.recall(actor, number, reason, expected=self._view.row.revision)
            case PostReleaseAction.URGENT_RECALL:
                answer = await desk.review.recall(actor, number, reason, urgent=True, expected=self._view.row.revision)
            case PostReleaseAction.RATIFY:
                answer = await desk.review.ratify(actor, number)
        self.finish(answer)


def _number(row: ItemRow) -> int:
    return item_number(row.item) or 0
