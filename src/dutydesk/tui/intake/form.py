"""The form that submits messages, for officers who have nothing but the console."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import BytesIO

from dutydesk.desk.base.context import CommandResult
from dutydesk.desk.intake.receipts import Receipt
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.errors import InvalidRequest
from dutydesk.domain.review.officers import Right
from dutydesk.language.sentences import read_sentence
from dutydesk.tui.console import Actions, Console
from dutydesk.tui.dialogs.form import FieldKind, Form, FormField, Values
from dutydesk.tui.dialogs.form_title import form_title
from dutydesk.tui.frame.text_format import display_text, value_word
from dutydesk.tui.frame.viewer import Viewer
from dutydesk.tui.intake.texts import texts
from dutydesk.tui.widgets.text_pane import Paragraph
from dutydesk.wire.decode.stream import RawMessage, read_lines, read_one


class SubmissionActions:
    def __init__(self, console: Console) -> None:
        self._console = console

    def actions(self) -> Actions:
        return {"submit_message": self.open}

    async def open(self) -> None:
        await self._console.open_screen(SubmissionForm(self._console))


class SubmissionForm(Form):
    """Several receipts, and problems of a message, are shown on a page of their own."""

    def __init__(self, console: Console) -> None:
        field = FormField("message", texts.MESSAGE, FieldKind.TEXT)
        lines = [Paragraph(texts.SUBMIT_HINT, tone="dim")]
        title = form_title(lambda: texts.SUBMIT_TITLE)
        super().__init__(console, title, lines, (field,), texts.SUBMIT_MESSAGE, self._take)
        self._receipts: list[Receipt] = []

    async def _take(self, values: Values) -> CommandResult:
        if not values["message"].strip():
            raise InvalidRequest(InvalidRequestCode.NO_FILE, texts.NO_MESSAGE)
        desk, actor = self.console.desk, self.console.actor
        await desk.people.require(actor, Right.SUBMIT)
        self._receipts = []
        for raw in split_messages(values["message"]):
            receipt = await desk.intake.receive(raw, actor=actor.officer)
            self._receipts.append(await desk.queries.visible_receipt(receipt))
        first = self._receipts[0]
        only = len(self._receipts) == 1
        words = _receipt_text(first) if only else texts.submitted(len(self._receipts))
        return CommandResult(first.item or "desk", first.state or "", 0, words)

    def finish(self, result: CommandResult) -> None:
        super().finish(result)
        if len(self._receipts) > 1 or any(receipt.problems for receipt in self._receipts):
            self.console.open_screen(Viewer(self.console, texts.RECEIPTS, receipt_lines(self._receipts)))


def split_messages(text: str) -> list[RawMessage]:
    """A text that is one JSON value is one message; else each line is one."""
    raw = text.encode("utf-8", "surrogatepass")
    try:
        json.loads(text)
    except ValueError:
        return list(read_lines(BytesIO(raw)))
    return [read_one(BytesIO(raw))]


def receipt_lines(receipts: list[Receipt]) -> Iterator[Paragraph]:
    for receipt in receipts:
        yield Paragraph(_receipt_text(receipt), tone="strong")
        for problem in receipt.problems:
            yield Paragraph(display_text(f"{problem.path} {read_sentence(problem.problem)}"), "-", "warn", indent=2)


def _receipt_text(receipt: Receipt) -> str:
    state = value_word(receipt.state) if receipt.state else None
    became = " ".join(filter(None, (receipt.item, state))) or read_sentence(receipt.cause or "")
    return display_text(texts.receipt(receipt.line, receipt.outcome, became))
