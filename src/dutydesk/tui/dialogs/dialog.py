"""The frame of every dialog: Close has the focus, only F2 submits, and typed text is kept as a draft."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Button, Input, TextArea

from dutydesk.domain.errors import Conflict, DeskError
from dutydesk.tui.console import Console
from dutydesk.tui.frame import texts as frame_texts
from dutydesk.tui.frame.change_feed import ChangeSet
from dutydesk.tui.frame.console_screen import ConsoleModal
from dutydesk.tui.frame.keys import KeyPlace, bindings
from dutydesk.tui.frame.text_format import display_text
from dutydesk.tui.widgets.frame_lines import PaneTitle
from dutydesk.tui.widgets.text_pane import Paragraph, TextPane

_MAX_DETAILS = 3


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
        self.populate()

    def populate(self) -> None:
        """Fill the widgets of ``content`` once they are mounted."""

    def show_problem(self, paragraphs: Sequence[Paragraph]) -> None:
        self.query_one("#problem", TextPane).show(paragraphs)

    def show_refusal(self, error: DeskError) -> None:
        """Show in the dialog why the desk refused."""
        lead = frame_texts.CONFLICT if isinstance(error, Conflict) else frame_texts.REFUSED
        lines = [Paragraph(display_text(error.words), f"{lead}:", "bad")]
        details = [obstacle.words for obstacle in error.detail if obstacle.words != error.words]
        lines += [Paragraph(display_text(text), "-") for text in details[:_MAX_DETAILS]]
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

    def action_page(self, pages: int) -> None:
        """Scroll the part above the buttons."""
        body = self.query_one("#dialog-body", VerticalScroll)
        body.scroll_to(y=body.scroll_y + pages * max(body.size.height - 1, 1), animate=False)

    def action_cancel(self) -> None:
        self.dismiss()
