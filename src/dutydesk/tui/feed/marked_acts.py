"""Acts on all that is marked: each item by the same use case as if it stood alone, and with an answer of its own.

A point of the checklist is never ticked so, and nothing is released so: that takes a look at each.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, cast

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical

from dutydesk.desk.base.context import ActResult
from dutydesk.desk.base.rows import ItemRow
from dutydesk.desk.review.decide import Deciding
from dutydesk.domain.delivery.items import item_number
from dutydesk.domain.errors import BadCall, DeskError
from dutydesk.domain.review.guards import Decision, RefusalCode
from dutydesk.tui.dialogs.form import FieldKind, Form, FormField, Values
from dutydesk.tui.frame import shortcut_texts, value_texts
from dutydesk.tui.frame import texts as frame_texts
from dutydesk.tui.frame.keys import Where, bindings
from dutydesk.tui.frame.plain import in_words, kind_in_full
from dutydesk.tui.frame.sparing import SparingModal
from dutydesk.tui.review import texts as review_texts
from dutydesk.tui.widgets.choice import Choice
from dutydesk.tui.widgets.frame_lines import PaneTitle
from dutydesk.tui.widgets.line_table import Cell, Column, LineTable
from dutydesk.tui.widgets.text_pane import Paragraph, TextPane
from dutydesk.wire.text.safe_text import safe

if TYPE_CHECKING:
    from dutydesk.tui.app import DutyDeskApp

_MOST_NAMED = 5


class Bulk(StrEnum):
    CLAIM = "claim"
    REFUSE = "refuse"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class MarkedOutcome:
    """What became of one item: the desk's own words, or why not."""

    item: str
    done: bool
    words: str


_FIELDS = (
    FormField("action", review_texts.ACTION, FieldKind.CHOICE, tuple(Bulk), (Bulk.CLAIM,)),
    FormField("code", review_texts.CODE_LABEL, FieldKind.CHOICE, tuple(RefusalCode)),
    FormField("articles", review_texts.ARTICLES, hint=review_texts.ARTICLES_HINT),
    FormField("reason", review_texts.REASON, FieldKind.TEXT),
)


class ActOnMarked(Form):
    """``finished`` gets the outcomes. The rows are those that the officer sees here: a later change is a conflict."""

    def __init__(
        self, rows: Sequence[ItemRow], hidden: int, finished: Callable[[list[MarkedOutcome]], Awaitable[None]]
    ) -> None:
        """``hidden``: how many of them the list in sight does not show."""
        super().__init__(shortcut_texts.bulk_title(len(rows)), [], _FIELDS, review_texts.DO_IT)
        self._rows = rows
        self._hidden = hidden
        self._finished = finished

    @property
    def draft_key(self) -> str:
        return shortcut_texts.BULK_DRAFT

    @property
    def action(self) -> Bulk:
        return Bulk(self.query_one("#action", Choice).value or Bulk.CLAIM)

    def begin(self) -> None:
        super().begin()
        self._show_action()

    def on_choice_changed(self, event: Choice.Changed) -> None:
        if event.choice.id == "action":
            self._show_action()

    def _show_action(self) -> None:
        refusing = self.action is Bulk.REFUSE
        for name, shown in (("code", refusing), ("articles", refusing), ("reason", self.action is not Bulk.CLAIM)):
            self.query_one(f"#row-{name}").display = shown
        self.show_lines(list(self._before()))

    def _before(self) -> Iterator[Paragraph]:
        for row in self._rows[:_MOST_NAMED]:
            text = review_texts.kind_from(kind_in_full(row), row.sender, row.version)
            yield Paragraph(f"{text}, {in_words(row.state)}", row.item)
        if len(self._rows) > _MOST_NAMED:
            yield Paragraph(frame_texts.more_details(len(self._rows) - _MOST_NAMED))
        if self._hidden:
            yield Paragraph(shortcut_texts.marked_out_of_sight(self._hidden), tone="warn")
        yield Paragraph(shortcut_texts.BULK_HINTS[self.action], tone="dim")

    async def submit(self) -> None:
        values = self.values()
        action = self.action
        if action is not Bulk.CLAIM and not values["reason"].strip():
            raise BadCall(shortcut_texts.BULK_NEEDS_TEXT)
        if action is Bulk.REFUSE and not values["code"]:
            raise BadCall(shortcut_texts.BULK_NEEDS_CODE)
        outcomes = [await self._one(row, action, values) for row in self._rows]
        done = sum(outcome.done for outcome in outcomes)
        self.done(ActResult("", "", 0, shortcut_texts.bulk_done(done, len(outcomes))))
        await self._finished(outcomes)

    async def _one(self, row: ItemRow, action: Bulk, values: Values) -> MarkedOutcome:
        try:
            answer = await self._act(row, action, values)
        except DeskError as error:
            return MarkedOutcome(row.item, False, error.words)
        return MarkedOutcome(row.item, True, answer.words or frame_texts.answer(row.item, in_words(answer.state)))

    async def _act(self, row: ItemRow, action: Bulk, values: Values) -> ActResult:
        desk, actor, number = self.console.desk, self.console.actor, item_number(row.item) or 0
        match action:
            case Bulk.CLAIM:
                return await desk.claim(actor, number, expected=row.revision)
            case Bulk.NOTE:
                return await desk.note(actor, number, values["reason"])
            case Bulk.REFUSE:
                articles = tuple(part.strip() for part in values["articles"].split(",") if part.strip())
                code = RefusalCode(values["code"])
                wanted = Deciding(Decision.REFUSE, values["reason"], code, articles, row.revision)
                return await desk.decide(actor, number, wanted)


class OutcomeTable(LineTable[MarkedOutcome]):
    def columns(self) -> Sequence[Column[MarkedOutcome]]:
        return (
            Column(frame_texts.ITEM, 9, lambda row: Cell(row.item, "strong")),
            Column(shortcut_texts.OUTCOME, 8, self._outcome),
            Column(shortcut_texts.OUTCOME_SAYS, 20, lambda row: Cell(safe(row.words)), flexible=True),
        )

    def key_of(self, row: MarkedOutcome) -> str:
        return row.item

    def _outcome(self, row: MarkedOutcome) -> Cell:
        return Cell(shortcut_texts.OUTCOME_DONE, "good") if row.done else Cell(shortcut_texts.OUTCOME_NOT, "bad")


class Outcomes(SparingModal[str | None]):
    """A line for each item, those first that were not done. Answers with the item that was chosen."""

    CSS_PATH: ClassVar = [Path(__file__).parents[1] / "dialogs" / "dialog.tcss", Path(__file__).with_name("over.tcss")]
    AUTO_FOCUS = "OutcomeTable"
    BINDINGS = bindings(Where.READER)

    def __init__(self, outcomes: Sequence[MarkedOutcome]) -> None:
        super().__init__()
        self._outcomes = sorted(outcomes, key=lambda outcome: outcome.done)

    def compose(self) -> ComposeResult:
        with Vertical(id="over"):
            yield PaneTitle(id="over-title")
            yield OutcomeTable(value_texts.NONE)
            yield TextPane(id="over-words")

    def on_mount(self) -> None:
        done = sum(outcome.done for outcome in self._outcomes)
        title = shortcut_texts.bulk_done(done, len(self._outcomes))
        self.query_one(PaneTitle).show(((title, "strong", 0),), ((frame_texts.ALARMS_HINT, "dim", 1),))
        table = self.query_one(OutcomeTable)
        table.show_rows(self._outcomes)
        table.move_to(0)

    def on_resize(self, event: events.Resize) -> None:
        cast("DutyDeskApp", self.app).check_size(event.size)

    def on_line_table_moved(self, _event: LineTable.Moved) -> None:
        row = self.query_one(OutcomeTable).selected
        self.query_one(TextPane).show([Paragraph(safe(row.words))] if row else [])

    def on_line_table_opened(self, event: LineTable.Opened) -> None:
        row = event.row
        self.dismiss(row.item if isinstance(row, MarkedOutcome) else None)

    def action_close(self) -> None:
        self.dismiss(None)
