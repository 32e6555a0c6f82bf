"""The question before the console is left with unsent texts."""

from __future__ import annotations

from textual.app import ComposeResult

from dutydesk.tui.console import Console
from dutydesk.tui.dialogs.dialog import Dialog
from dutydesk.tui.frame.draft_list import draft_title
from dutydesk.tui.frame.texts import texts
from dutydesk.tui.widgets.text_pane import Paragraph, TextPane


class QuitDialog(Dialog):
    def __init__(self, console: Console) -> None:
        super().__init__(console, texts.QUIT_TITLE, texts.QUIT)
        self._drafts = list(map(draft_title, sorted(console.drafts)))
        self._line = texts.QUIT_KEPT if console.drafts.persistent else texts.QUIT_LINE

    def content(self) -> ComposeResult:
        yield TextPane(id="lines")

    def populate(self) -> None:
        lines = [Paragraph(self._line), *(Paragraph(draft, "-", indent=2) for draft in self._drafts)]
        self.query_one("#lines", TextPane).show(lines)

    async def submit(self) -> None:
        self.console.exit()
