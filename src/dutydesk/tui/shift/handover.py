"""The form in which the handover note is edited and signed, and the page on which the last one is accepted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from textual.widgets import TextArea

from dutydesk.desk.base.context import CommandResult
from dutydesk.desk.shift import handover
from dutydesk.desk.shift.handover import SignedHandover
from dutydesk.desk.shift.note import ShiftNote
from dutydesk.domain.errors import DeskError
from dutydesk.domain.review.shifts import handover_number
from dutydesk.tui.console import Console
from dutydesk.tui.dialogs.form import FieldKind, Form, FormField, Values
from dutydesk.tui.dialogs.form_title import form_title
from dutydesk.tui.frame.keys import KeyPlace, bindings, key_hint
from dutydesk.tui.frame.text_format import date_and_time, display_text
from dutydesk.tui.frame.texts import texts as frame_texts
from dutydesk.tui.frame.viewer import Viewer
from dutydesk.tui.shift.texts import texts
from dutydesk.tui.widgets.text_pane import BLANK, Paragraph
from dutydesk.wire.text.safe_text import safe_text

_SUBMIT = "dialog.submit"


class HandoverForm(Form):
    """The whole note in one field. It becomes a draft once it differs from the generated text."""

    def __init__(self, console: Console, drawn: ShiftNote) -> None:
        field = FormField("text", texts.HANDOVER_TEXT, FieldKind.TEXT)
        super().__init__(
            console,
            form_title(lambda: texts.HANDOVER),
            [Paragraph(texts.HANDOVER_HINT)],
            (field,),
            texts.HANDOVER_SIGN,
            self._sign,
        )
        self._generated_text = safe_text(drawn.text, multiline=True)

    async def _sign(self, values: Values) -> CommandResult:
        return await handover.write_handover(self.console.desk, self.console.actor, values["text"])

    def populate(self) -> None:
        super().populate()
        area = self.query_one("#text", TextArea)
        if self.console.drafts.get(self.draft_key):
            self.show_problem([Paragraph(texts.HANDOVER_DRAFT, frame_texts.DRAFT, "warn")])
        else:
            area.text = self._generated_text
        area.move_cursor((0, 0))

    def has_text(self) -> bool:
        text = self.values()["text"]
        return bool(text.strip()) and text.strip() != self._generated_text.strip()


class LastHandover(Viewer):
    """The last signed note. F2 accepts it, for another officer than its author."""

    BINDINGS: ClassVar = [key for key in bindings(KeyPlace.DIALOG) if getattr(key, "id", None) == _SUBMIT]

    def __init__(self, console: Console, signed: SignedHandover) -> None:
        officer = console.actor.officer
        super().__init__(console, texts.HANDOVER_LAST, _paragraphs(signed, officer))
        self._signed = signed
        self._waits = signed.accepted_by is None and signed.written_by != officer and signed.sound

    def hint(self) -> str:
        if not self._waits:
            return super().hint()
        return texts.handover_hint(key_hint(_SUBMIT), key_hint("text.down"), key_hint("text.up"))

    async def action_submit(self) -> None:
        console = self.console
        try:
            result = await handover.accept_handover(console.desk, console.actor, handover_number(self._signed.handover))
        except DeskError as error:
            self.dismiss()
            console.refuse(error)
            return
        self.dismiss()
        console.notify(result.words)
        console.schedule_update()


def _paragraphs(signed: SignedHandover, officer: str) -> Iterator[Paragraph]:
    text = texts.handover_signed(signed.handover, signed.written_by, date_and_time(signed.written_at))
    yield Paragraph(display_text(text), tone="strong")
    yield _status_line(signed, officer)
    yield BLANK
    for line in safe_text(signed.text, multiline=True).split("\n"):
        bare = line.lstrip(" ")
        yield Paragraph(display_text(bare), indent=len(line) - len(bare))


def _status_line(signed: SignedHandover, officer: str) -> Paragraph:
    if not signed.sound:
        return Paragraph(texts.HANDOVER_CHANGED, tone="bad")
    if signed.accepted_by is not None and signed.accepted_at is not None:
        return Paragraph(
            display_text(texts.handover_accepted(signed.accepted_by, date_and_time(signed.accepted_at))), tone="good"
        )
    return Paragraph(texts.HANDOVER_OWN if signed.written_by == officer else texts.HANDOVER_WAITS, tone="warn")
