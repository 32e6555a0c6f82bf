"""One action on all marked items. Each item goes through the desk by itself and has a result of its own.

Ticking and releasing are not offered here: both need a look at each item.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical

from dutydesk.desk.base.context import CommandResult
from dutydesk.desk.base.rows import ItemRow
from dutydesk.desk.review.decide import Deciding
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.delivery.items import item_number
from dutydesk.domain.errors import DeskError, InvalidRequest
from dutydesk.domain.frozen import value
from dutydesk.domain.review.guards import Decision, RefusalCode
from dutydesk.language.phrases import in_english
from dutydesk.language.sentences import read_sentence
from dutydesk.tui.console import Console
from dutydesk.tui.dialogs.form import FieldKind, Form, FormField, Values
from dutydesk.tui.feed.texts import texts
from dutydesk.tui.frame.console_screen import ConsoleModal
from dutydesk.tui.frame.keys import KeyPlace, bindings
from dutydesk.tui.frame.text_format import full_kind, readable_name, value_labels
from dutydesk.tui.frame.texts import texts as frame_texts
from dutydesk.tui.frame.value_texts import texts as value_texts
from dutydesk.tui.review.texts import texts as review_texts
from dutydesk.tui.widgets.choice import Choice
from dutydesk.tui.widgets.frame_lines import PaneTitle
from dutydesk.tui.widgets.line_table import Cell, Column, LineTable
from dutydesk.tui.widgets.text_pane import Paragraph, TextPane
from dutydesk.wire.text.safe_text import safe_text

_MAX_LISTED = 5


class BulkAction(StrEnum):
    CLAIM = "claim"
    REFUSE = "refuse"
    NOTE = "note"


@value(frozen=True, slots=True)
class BulkOutcome:
    """The result for one item: the desk's words, or why it refused."""

    item: str
    done: bool
    words: str


def _fields() -> tuple[FormField, ...]:
    return (
        FormField(
            "action",
            review_texts.ACTION,
            FieldKind.CHOICE,
            tuple(BulkAction),
            (BulkAction.CLAIM,),
            labels=value_labels(BulkAction),
        ),
        FormField("code", review_texts.CODE_LABEL, FieldKind.CHOICE, tuple(RefusalCode)),
        FormField("articles", review_texts.ARTICLES, hint=review_texts.ARTICLES_HINT, optional=True),
        FormField("reason", frame_texts.REASON, FieldKind.TEXT),
    )


class BulkActionForm(Form):
    """``finished`` gets the outcomes. An item that has changed since it was listed here is a conflict."""

    def __init__(
        self,
        console: Console,
        rows: Sequence[ItemRow],
        hidden: int,
        finished: Callable[[list[BulkOutcome]], Awaitable[None]],
    ) -> None:
        """``hidden``: how many of the rows the current list does not show."""
        super().__init__(console, texts.bulk_title(len(rows)), [], _fields(), review_texts.SUBMIT)
        self._rows = rows
        self._hidden = hidden
        self._finished = finished

    @property
    def draft_key(self) -> str:
        return in_english(lambda: texts.BULK_DRAFT)

    @property
    def action(self) -> BulkAction:
        return BulkAction(self.query_one("#action", Choice).value or BulkAction.CLAIM)

    def populate(self) -> None:
        super().populate()
        self._show_action()

    def on_choice_changed(self, event: Choice.Changed) -> None:
        if event.choice.id == "action":
            self._show_action()

    def _show_action(self) -> None:
        refusing = self.action is BulkAction.REFUSE
        for name, shown in (
            ("code", refusing),
            ("articles", refusing),
            ("reason", self.action is not BulkAction.CLAIM),
        ):
            self.query_one(f"#row-{name}").display = shown
        self.show_lines(list(self._summary()))

    def _summary(self) -> Iterator[Paragraph]:
        for row in self._rows[:_MAX_LISTED]:
            text = review_texts.kind_from(full_kind(row), row.sender, row.version)
            yield Paragraph(f"{text}, {readable_name(row.state)}", row.item)
        if len(self._rows) > _MAX_LISTED:
            yield Paragraph(frame_texts.more_details(len(self._rows) - _MAX_LISTED))
        if self._hidden:
            yield Paragraph(texts.bulk_hidden(self._hidden), tone="warn")
        yield Paragraph(texts.BULK_HINTS[self.action], tone="dim")

    async def submit(self) -> None:
        values = self.values()
        action = self.action
        if action is not BulkAction.CLAIM and not values["reason"].strip():
            raise InvalidRequest(InvalidRequestCode.TEXT_MISSING, texts.BULK_NEEDS_TEXT)
        if action is BulkAction.REFUSE and not values["code"]:
            raise InvalidRequest(InvalidRequestCode.REFUSAL_CODE_MISSING, texts.BULK_NEEDS_CODE)
        outcomes = [await self._apply_to(row, action, values) for row in self._rows]
        done = sum(outcome.done for outcome in outcomes)
        self.finish(CommandResult("", "", 0, texts.bulk_done(done, len(outcomes))))
        await self._finished(outcomes)

    async def _apply_to(self, row: ItemRow, action: BulkAction, values: Values) -> BulkOutcome:
        try:
            result = await self._call_desk(row, action, values)
        except DeskError as error:
            return BulkOutcome(row.item, False, read_sentence(error.words))
        return BulkOutcome(
            row.item, True, read_sentence(result.words) or frame_texts.new_state(row.item, readable_name(result.state))
        )

    async def _call_desk(self, row: ItemRow, action: BulkAction, values: Values) -> CommandResult:
        desk, actor, number = self.console.desk, self.console.actor, item_number(row.item) or 0
        match action:
            case BulkAction.CLAIM:
                return await desk.review.claim(actor, number, expected=row.revision)
            case BulkAction.NOTE:
                return await desk.review.note(actor, number, values["reason"])
            case BulkAction.REFUSE:
                articles = tuple(part.strip() for part in values["articles"].split(",") if part.strip())
                code = RefusalCode(values["code"])
                wanted = Deciding(Decision.REFUSE, values["reason"], code, articles, row.revision)
                return await desk.review.decide(actor, number, wanted)


class OutcomeTable(LineTable[BulkOutcome]):
    def __init__(self) -> None:
        super().__init__(value_texts.NONE, self._columns, lambda row: row.item)

    def _columns(self) -> Sequence[Column[BulkOutcome]]:
        return (
            Column(frame_texts.ITEM, 9, lambda row: Cell(row.item, "strong")),
            Column(texts.OUTCOME, 8, self._outcome),
            Column(texts.OUTCOME_TEXT, 20, lambda row: Cell(safe_text(row.words)), flexible=True),
        )

    def _outcome(self, row: BulkOutcome) -> Cell:
        return Cell(texts.OUTCOME_DONE, "good") if row.done else Cell(texts.OUTCOME_REFUSED, "bad")


class BulkOutcomeList(ConsoleModal[str | None]):
    """A row for each item, refused ones first. Its result is the chosen item."""

    CSS_PATH: ClassVar = [Path(__file__).parents[1] / "dialogs" / "dialog.tcss", Path(__file__).with_name("over.tcss")]
    AUTO_FOCUS = "OutcomeTable"
    BINDINGS = bindings(KeyPlace.READER)

    def __init__(self, console: Console, outcomes: Sequence[BulkOutcome]) -> None:
        super().__init__(console)
        self._outcomes = sorted(outcomes, key=lambda outcome: outcome.done)

    def compose(self) -> ComposeResult:
        with Vertical(id="over"):
            yield PaneTitle(id="over-title")
            yield OutcomeTable()
            yield TextPane(id="over-words")

    def on_mount(self) -> None:
        done = sum(outcome.done for outcome in self._outcomes)
        title = texts.bulk_done(done, len(self._outcomes))
        self.query_one(PaneTitle).show(((title, "strong", 0),), ((frame_texts.ALARMS_HINT, "dim", 1),))
        table = self.query_one(OutcomeTable)
        table.show_rows(self._outcomes)
        table.move_to(0)

    def on_line_table_moved(self, _event: LineTable.Moved) -> None:
        row = self.query_one(OutcomeTable).selected
        self.query_one(TextPane).show([Paragraph(safe_text(row.words))] if row else [])

    def on_line_table_opened(self, event: LineTable.Opened) -> None:
        row = event.row
        self.dismiss(row.item if isinstance(row, BulkOutcome) else None)

    def action_close(self) -> None:
        self.dismiss(None)
