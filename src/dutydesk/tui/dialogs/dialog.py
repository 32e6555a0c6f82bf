"""The frame of every dialog: it opens on its first empty field, only F2 submits, and typed text is kept as a draft."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.geometry import Size
from textual.widget import Widget
from textual.widgets import Button, Input, TextArea

from dutydesk.domain.errors import Conflict, DeskError
from dutydesk.tui.console import Console
from dutydesk.tui.frame.change_feed import ChangeSet
from dutydesk.tui.frame.console_screen import ConsoleModal
from dutydesk.tui.frame.desk_words import desk_words
from dutydesk.tui.frame.keys import KeyPlace, bindings
from dutydesk.tui.frame.texts import texts as frame_texts
from dutydesk.tui.widgets.choice import Choice
from dutydesk.tui.widgets.frame_lines import PaneTitle
from dutydesk.tui.widgets.text_pane import Paragraph, TextPane

_MAX_DETAILS = 3
#: Rows of a dialog that are neither its lines nor its fields: border, title, buttons, and a refusal of a few lines.
_FRAME_ROWS = 9
_LEAST_LINES = 9
_WIDE_SCREEN, _WIDE_DIALOG = 120, 100


class Dialog(ConsoleModal[None]):
    BINDINGS = bindings(KeyPlace.DIALOG, KeyPlace.ON_ITEM)
    CSS_PATH: ClassVar = Path(__file__).with_name("dialog.tcss")
    AUTO_FOCUS: ClassVar[str | None] = "#cancel"

    def __init__(self, console: Console, title: str, submit: str) -> None:
        super().__init__(console)
        self._title = title
        self._submit = submit
        self._busy = False

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog"):
            yield PaneTitle(id="dialog-title")
            with VerticalScroll(id="dialog-body", can_focus=False):
                yield from self.content()
            yield TextPane(id="problem")
            with Horizontal(id="buttons"):
                yield Button(f"{self._submit} ({frame_texts.SUBMIT_KEY})", id="submit", compact=True)
                yield Button(f"{frame_texts.CANCEL} ({frame_texts.CANCEL_KEY})", id="cancel", compact=True)

    def content(self) -> ComposeResult:
        yield from ()

    def on_mount(self) -> None:
        self.query_one("#dialog-title", PaneTitle).show(((self._title, "strong", 0),))
        for typed in (*self.query(Input), *self.query(TextArea)):
            typed.cursor_blink = False  # an idle console sends nothing
        self._use_space(self.app.size)
        self.populate()
        self._focus_first_field()

    def on_resize(self, event: events.Resize) -> None:
        self._use_space(event.size)

    def _use_space(self, size: Size) -> None:
        """The text above the fields gets what the screen has; only then it scrolls."""
        if size.width >= _WIDE_SCREEN:
            self.query_one("#dialog").styles.width = _WIDE_DIALOG
        else:
            self.query_one("#dialog").styles.clear_rule("width")
        for lines in self.query("#lines"):
            room = size.height - _FRAME_ROWS - self.rows_of_fields()
            lines.styles.max_height = max(room, _LEAST_LINES)

    def rows_of_fields(self) -> int:
        """Rows below the text."""
        return 1

    def optional_fields(self) -> frozenset[str]:
        """Ids of the fields that may stay empty; the dialog does not open on them."""
        return frozenset()

    def _focus_first_field(self) -> None:
        """The first empty field gets the cursor; if all are filled, the first. Tab goes from field to field."""
        fields = [field for field in self.query("Input, TextArea").results(Widget) if _is_shown(field)]
        if fields or self.query(Choice):
            for button in self.query(Button):
                button.can_focus = False
        optional = self.optional_fields()
        needed = [field for field in fields if field.id not in optional] or fields
        empty = (field for field in needed if isinstance(field, Input | TextArea) and not _typed_in(field))
        first = next(empty, next(iter(needed), None)) or next(iter(self.query(Choice)), None)
        if first is not None:
            self.set_focus(first, scroll_visible=False)

    def populate(self) -> None:
        """Fill the widgets of ``content`` once they are mounted."""

    def show_problem(self, paragraphs: Sequence[Paragraph]) -> None:
        self.query_one("#problem", TextPane).show(paragraphs)

    def show_refusal(self, error: DeskError) -> None:
        """Show in the dialog why the desk refused."""
        lead = frame_texts.CONFLICT if isinstance(error, Conflict) else frame_texts.REFUSED
        lines = [Paragraph(desk_words(error.words), f"{lead}:", "bad")]
        details = [obstacle.words for obstacle in error.detail if obstacle.words != error.words]
        lines += [Paragraph(desk_words(text), "-") for text in details[:_MAX_DETAILS]]
        if len(details) > _MAX_DETAILS:
            lines.append(Paragraph(frame_texts.more_details(len(details) - _MAX_DETAILS), "-"))
        self.show_problem(lines)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        event.stop()
        if event.button.id == "submit":
            self.run_worker(self.action_submit(), exit_on_error=False)
        else:
            self.action_cancel()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter moves to the next field."""
        event.stop()
        self.focus_next()

    async def action_submit(self) -> None:
        if self._busy:
            return
        self._busy = True
        try:
            await self.submit()
        except DeskError as error:
            self.show_refusal(error)
            await self.after_refusal(error)
        finally:
            self._busy = False

    async def submit(self) -> None:
        """Do what the dialog is for. Raises DeskError; the dialog shows it and stays open."""
        self.dismiss()

    async def after_refusal(self, error: DeskError) -> None:
        """Called once the refusal is shown."""

    async def apply_changes(self, change_set: ChangeSet) -> None:
        """Others have changed something while the dialog is open."""

    def report_hidden_input(self) -> None:
        """Tell the officer that typed text went to a hidden field."""
        self.show_problem([Paragraph(frame_texts.INPUT_HIDDEN, tone="warn")])

    def action_template(self) -> None:
        """Nothing: only the form of a decision has templates."""

    def action_discard(self) -> None:
        """Nothing: only a form keeps drafts."""

    def action_page(self, pages: int) -> None:
        """Scroll the field with the cursor, or the text above the fields, or all above the buttons: what is cut off."""
        field = self.focused
        if isinstance(field, TextArea) and field.max_scroll_y:
            (field.action_cursor_page_down if pages > 0 else field.action_cursor_page_up)()
            return
        for lines in self.query("#lines").results(TextPane):
            if lines.max_scroll_y:
                lines.scroll_pages(pages)
                return
        body = self.query_one("#dialog-body", VerticalScroll)
        body.scroll_to(y=body.scroll_y + pages * max(body.size.height - 1, 1), animate=False)

    def action_cancel(self) -> None:
        self.dismiss()


def _is_shown(field: Widget) -> bool:
    return all(node.display for node in field.ancestors_with_self if isinstance(node, Widget))


def _typed_in(field: Input | TextArea) -> str:
    return field.value if isinstance(field, Input) else field.text
