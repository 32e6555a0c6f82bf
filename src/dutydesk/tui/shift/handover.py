"""Handing a shift over: the note that the log makes of it, edited and signed; and the last one, read and accepted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from textual.widgets import TextArea

from dutydesk.desk.base.context import ActResult
from dutydesk.desk.shift import handover
from dutydesk.desk.shift.handover import SignedHandover
from dutydesk.desk.shift.note import Drawn
from dutydesk.domain.errors import DeskError
from dutydesk.domain.review.shifts import handover_number
from dutydesk.tui.dialogs.form import FieldKind, Form, FormField, Values
from dutydesk.tui.frame import texts as frame_texts
from dutydesk.tui.frame.keys import Where, bindings, brief
from dutydesk.tui.frame.plain import moment, outside
from dutydesk.tui.frame.viewer import Viewer
from dutydesk.tui.shift import texts
from dutydesk.tui.widgets.text_pane import BLANK, Paragraph
from dutydesk.wire.text.safe_text import safe

_SUBMIT = "dialog.submit"


class WriteHandover(Form):
    """The whole note in one field. It is a draft only once it is another text than the log's."""

    def __init__(self, drawn: Drawn) -> None:
        field = FormField("text", texts.HANDOVER_TEXT, FieldKind.TEXT)
        super().__init__(texts.HANDOVER, [Paragraph(texts.HANDOVER_HINT)], (field,), texts.HANDOVER_SIGN, self._sign)
        self._drawn = safe(drawn.text, multiline=True)

    async def _sign(self, values: Values) -> ActResult:
        return await handover.write(self.console.desk, self.console.actor, values["text"])

    def begin(self) -> None:
        super().begin()
        area = self.query_one("#text", TextArea)
        if self.console.drafts.get(self.draft_key):
            self.show_problem([Paragraph(texts.HANDOVER_DRAFT, frame_texts.DRAFT, "warn")])
        else:
            area.text = self._drawn
        area.move_cursor((0, 0))

    def typed(self) -> bool:
        text = self.values()["text"]
        return bool(text.strip()) and text.strip() != self._drawn.strip()


class LastHandover(Viewer):
    """The note that was signed last. F2 is the other person's signature on it, and on no other."""

    BINDINGS: ClassVar = [key for key in bindings(Where.DIALOG) if getattr(key, "id", None) == _SUBMIT]

    def __init__(self, signed: SignedHandover, officer: str) -> None:
        super().__init__(texts.HANDOVER_LAST, _paragraphs(signed, officer))
        self._signed = signed
        self._waits = signed.accepted_by is None and signed.written_by != officer and signed.sound

    def hint(self) -> str:
        if not self._waits:
            return super().hint()
        return texts.handover_hint(brief(_SUBMIT), brief("text.down"), brief("text.up"))

    async def action_submit(self) -> None:
        console = self.console
        try:
            answer = await handover.accept(console.desk, console.actor, handover_number(self._signed.handover))
        except DeskError as error:
            self.dismiss()
            console.refuse(error)
            return
        self.dismiss()
        console.say(answer.words)
        console.look_soon()


def _paragraphs(signed: SignedHandover, officer: str) -> Iterator[Paragraph]:
    said = texts.handover_signed(signed.handover, signed.written_by, moment(signed.written_at))
    yield Paragraph(outside(said), tone="strong")
    yield _standing(signed, officer)
    yield BLANK
    for line in safe(signed.text, multiline=True).split("\n"):
        bare = line.lstrip(" ")
        yield Paragraph(outside(bare), indent=len(line) - len(bare))


def _standing(signed: SignedHandover, officer: str) -> Paragraph:
    if not signed.sound:
        return Paragraph(texts.HANDOVER_CHANGED, tone="bad")
    if signed.accepted_by is not None and signed.accepted_at is not None:
        return Paragraph(outside(texts.handover_accepted(signed.accepted_by, moment(signed.accepted_at))), tone="good")
    return Paragraph(texts.HANDOVER_YOURS if signed.written_by == officer else texts.HANDOVER_WAITS, tone="warn")
