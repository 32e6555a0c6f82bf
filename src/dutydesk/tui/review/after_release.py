"""What follows a release or a refusal: post-review, recall, ratify; reopen."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from dutydesk.desk.base.context import CommandResult
from dutydesk.desk.base.rows import ItemRow, ItemView
from dutydesk.domain.delivery.items import item_number
from dutydesk.domain.delivery.states import ItemState, PostReview
from dutydesk.domain.review.officers import Right
from dutydesk.tui.console import Actions, Console
from dutydesk.tui.dialogs.form import FieldKind, Form, FormField, Values
from dutydesk.tui.dialogs.form_title import form_title
from dutydesk.tui.dialogs.reason_form import reason_field, reason_form
from dutydesk.tui.frame.text_format import readable_name, title_of
from dutydesk.tui.review.available_keys import is_possible
from dutydesk.tui.review.texts import texts
from dutydesk.tui.selection import Selection, load_item, selected_item
from dutydesk.tui.widgets.choice import Choice
from dutydesk.tui.widgets.text_pane import Paragraph

_WITHOUT_COPY = ("queued", "suppressed", "failed", "dead")


class AfterReleaseActions:
    """Review, recall or ratify what went out; reopen what was refused."""

    def __init__(self, console: Console, selection: Selection) -> None:
        self._console, self._selection = console, selection

    def actions(self) -> Actions:
        return {"after_release": self.after_release, "reopen": self.reopen}

    async def after_release(self) -> None:
        console = self._console
        if (chosen := selected_item(console, self._selection)) is None:
            return
        if (view := await load_item(console, chosen[1])) is None:
            return
        steps = tuple(available_steps(view.row))
        if steps == (PostReleaseStep.RATIFY,) and not console.may(Right.RATIFY):
            console.notify(texts.RATIFY_NEEDS_ROLE, "warn")
            return
        if steps:
            await console.open_screen(PostReleaseForm(console, view, steps))
        else:
            console.notify(texts.not_released(view.row.item, readable_name(view.row.state)), "warn")

    def reopen(self) -> None:
        if (chosen := selected_item(self._console, self._selection)) is None:
            return
        console, (row, number) = self._console, chosen
        if not is_possible(console, row, "item.reopen"):
            return

        async def reopen(reason: str) -> CommandResult:
            return await console.desk.review.reopen(console.actor, number, reason)

        title = form_title(lambda: f"{texts.REOPEN} {row.item}")
        console.open_screen(reason_form(console, title, texts.REOPEN, reopen, line=texts.REOPEN_HINT))


class PostReleaseStep(StrEnum):
    KEEP = "keep"
    RECALL = "recall"
    URGENT_RECALL = "recall_at_once"
    RATIFY = "ratify"


def available_steps(row: ItemRow) -> Iterator[PostReleaseStep]:
    if row.unratified:
        yield PostReleaseStep.RATIFY
    if row.state != ItemState.RELEASED or row.recall_proposed is not None:
        return
    if row.post_review == PostReview.DUE:
        yield PostReleaseStep.KEEP
    yield PostReleaseStep.RECALL
    yield PostReleaseStep.URGENT_RECALL


class PostReleaseForm(Form):
    """Keep a release, recall it, or ratify a colleague's urgent recall."""

    def __init__(self, console: Console, view: ItemView, steps: tuple[PostReleaseStep, ...]) -> None:
        choice = FormField("step", texts.ACTION, FieldKind.CHOICE, steps, steps[:1], labels=texts.STEP_NAMES)
        title = form_title(lambda: f"{texts.AFTER_RELEASE} {view.row.item}")
        super().__init__(console, title, [], (choice, reason_field()), texts.SUBMIT, self._take_step)
        self._view = view
        self._first = steps[0]

    @property
    def step(self) -> PostReleaseStep:
        return PostReleaseStep(self.query_one("#step", Choice).value or self._first)

    def populate(self) -> None:
        super().populate()
        self._show_step()

    def on_choice_changed(self, _event: Choice.Changed) -> None:
        self._show_step()

    def _show_step(self) -> None:
        self.query_one("#row-reason").display = self.step is not PostReleaseStep.RATIFY
        holders = sum(row.state not in _WITHOUT_COPY for row in self._view.deliveries)
        self.show_lines(
            [
                Paragraph(title_of(self._view.row), tone="strong"),
                Paragraph(texts.holder_count(holders, len(self._view.deliveries))),
                Paragraph(texts.STEP_HINTS[self.step], tone="dim"),
            ]
        )

    async def _take_step(self, values: Values) -> CommandResult:
        desk, actor, row = self.console.desk, self.console.actor, self._view.row
        number, reason = item_number(row.item) or 0, values["reason"]
        match self.step:
            case PostReleaseStep.KEEP:
                return await desk.review.post_review(actor, number, keep=True, reason=reason)
            case PostReleaseStep.RECALL:
                return await desk.review.recall(actor, number, reason, expected=row.revision)
            case PostReleaseStep.URGENT_RECALL:
                return await desk.review.recall(actor, number, reason, urgent=True, expected=row.revision)
            case PostReleaseStep.RATIFY:
                return await desk.review.ratify(actor, number)
