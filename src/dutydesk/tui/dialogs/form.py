"""A dialog with a few fields. A draft of them is kept until they are sent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import field as dataclass_field
from enum import StrEnum

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input, Label, TextArea

from dutydesk.desk.base.context import CommandResult
from dutydesk.domain.errors import DeskError, InvalidRequest
from dutydesk.domain.frozen import value
from dutydesk.tui.console import Console
from dutydesk.tui.dialogs.dialog import Dialog
from dutydesk.tui.dialogs.form_title import FormTitle
from dutydesk.tui.frame.drafts import Values as Values
from dutydesk.tui.frame.keys import key_hint
from dutydesk.tui.frame.results import result_text
from dutydesk.tui.frame.texts import texts as frame_texts
from dutydesk.tui.widgets.choice import Choice
from dutydesk.tui.widgets.text_pane import Paragraph, TextPane
from dutydesk.wire.text.safe_text import isolate


class FieldKind(StrEnum):
    LINE = "line"
    TEXT = "text"
    CHOICE = "choice"
    MANY = "many"


@value(frozen=True, slots=True)
class FormField:
    """``options`` of a choice are named as its values are kept; ``labels`` has what is shown instead of a name."""

    name: str
    label: str
    kind: FieldKind = FieldKind.LINE
    options: tuple[str, ...] = ()
    preset: tuple[str, ...] = ()
    hint: str = ""
    optional: bool = False
    labels: Mapping[str, str] = dataclass_field(default_factory=dict)


_FIELD_ROWS = {FieldKind.LINE: 1, FieldKind.TEXT: 4, FieldKind.CHOICE: 2, FieldKind.MANY: 2}


class Form(Dialog):
    """``send`` gets the values. If it raises DeskError, the refusal is shown and the form stays open."""

    def __init__(
        self,
        console: Console,
        title: str,
        lines: Sequence[Paragraph],
        fields: Sequence[FormField],
        submit: str,
        send: Callable[[Values], Awaitable[CommandResult]] | None = None,
    ) -> None:
        super().__init__(console, title, submit)
        self._lines = list(lines)
        self._fields = tuple(fields)
        self._send = send
        self._is_finished = False
        self._refused_input = False

    @property
    def draft_key(self) -> str:
        return self._title.english if isinstance(self._title, FormTitle) else self._title

    def rows_of_fields(self) -> int:
        return sum(_FIELD_ROWS[field.kind] for field in self._fields)

    def optional_fields(self) -> frozenset[str]:
        return frozenset(field.name for field in self._fields if field.optional)

    def content(self) -> ComposeResult:
        yield TextPane(id="lines")
        for field in self._fields:
            with Horizontal(classes="row", id=f"row-{field.name}"):
                yield Label(isolate(field.label), markup=False)
                match field.kind:
                    case FieldKind.LINE:
                        yield Input(placeholder=field.hint, id=field.name, compact=True, select_on_focus=False)
                    case FieldKind.TEXT:
                        yield TextArea(id=field.name, tab_behavior="focus", compact=True, placeholder=field.hint)
                    case FieldKind.CHOICE | FieldKind.MANY:
                        many = field.kind is FieldKind.MANY
                        yield Choice(field.options, field.preset, many=many, labels=field.labels, id=field.name)

    def populate(self) -> None:
        self.show_lines(self._lines)
        draft = self.console.drafts.get(self.draft_key)
        if draft:
            self.fill(draft)
            shown = frame_texts.draft_shown(key_hint("dialog.discard"))
            self.show_problem([Paragraph(shown, frame_texts.DRAFT, "warn")])

    def show_lines(self, lines: Sequence[Paragraph]) -> None:
        self.query_one("#lines", TextPane).show(lines)

    def values(self) -> Values:
        found: Values = {}
        for field in self._fields:
            match field.kind:
                case FieldKind.LINE:
                    found[field.name] = self.query_one(f"#{field.name}", Input).value
                case FieldKind.TEXT:
                    found[field.name] = self.query_one(f"#{field.name}", TextArea).text
                case FieldKind.CHOICE | FieldKind.MANY:
                    choice = self.query_one(f"#{field.name}", Choice)
                    found[field.name] = ",".join(name for name in choice.options if name in choice.chosen)
        return found

    def fill(self, values: Values) -> None:
        for field in self._fields:
            value = values.get(field.name, "")
            match field.kind:
                case FieldKind.LINE:
                    self.query_one(f"#{field.name}", Input).value = value
                case FieldKind.TEXT:
                    area = self.query_one(f"#{field.name}", TextArea)
                    area.text = value
                    area.move_cursor(area.document.end)
                case FieldKind.CHOICE | FieldKind.MANY:
                    self.query_one(f"#{field.name}", Choice).choose([name for name in value.split(",") if name])

    def has_text(self) -> bool:
        values = self.values()
        kinds = {field.name: field.kind for field in self._fields}
        return any(kinds[name] in (FieldKind.LINE, FieldKind.TEXT) and text.strip() for name, text in values.items())

    async def submit(self) -> None:
        if self._send is not None:
            self.finish(await self._send(self.values()))

    def finish(self, result: CommandResult) -> None:
        """Drop the draft, close the form and show the result."""
        self._is_finished = True
        self.console.drafts.pop(self.draft_key, None)
        self.console.notify(result_text(result))
        self.dismiss()
        self.console.schedule_update()

    def on_input_changed(self) -> None:
        self._take_input()

    def on_text_area_changed(self) -> None:
        self._take_input()

    def _take_input(self) -> None:
        """Keep the text; what the desk refused a field for may be mended by it."""
        self.save_draft()
        if self._refused_input:
            self._refused_input = False
            self.show_problem([])

    def show_refusal(self, error: DeskError) -> None:
        super().show_refusal(error)
        self._refused_input = isinstance(error, InvalidRequest)

    def save_draft(self) -> None:
        """Called at each change, so that a lost connection loses no text."""
        if self._is_finished:
            return
        if self.has_text():
            self.console.drafts[self.draft_key] = self.values()
        else:
            self.console.drafts.pop(self.draft_key, None)

    def action_discard(self) -> None:
        """Empty the fields, and forget what was kept of them."""
        for field in self._fields:
            if field.kind is FieldKind.LINE:
                self.query_one(f"#{field.name}", Input).value = ""
            elif field.kind is FieldKind.TEXT:
                self.query_one(f"#{field.name}", TextArea).text = ""
        self.console.drafts.pop(self.draft_key, None)
        self.show_problem([Paragraph(frame_texts.DRAFT_DISCARDED, tone="warn")])

    def action_cancel(self) -> None:
        self.save_draft()
        if self.draft_key in self.console.drafts:
            self.console.notify(frame_texts.draft_kept(key_hint("desk.drafts")))
        super().action_cancel()
