"""To an item by its number, wherever the screen is: also beyond the window of the feed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, cast

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical

from dutydesk.tui.frame import shortcut_texts
from dutydesk.tui.frame.palette import SearchInput
from dutydesk.tui.frame.partial_repaint import PartialRepaintModal

if TYPE_CHECKING:
    from dutydesk.tui.app import DutyDeskApp


class JumpDialog(PartialRepaintModal[str | None]):
    """Answers with what was typed. Enter goes there: to look at an item changes nothing."""

    CSS_PATH: ClassVar = [Path(__file__).parents[1] / "dialogs" / "dialog.tcss", Path(__file__).with_name("jump.tcss")]
    AUTO_FOCUS = "Input"

    def compose(self) -> ComposeResult:
        with Vertical(id="jump"):
            typed = SearchInput(placeholder=shortcut_texts.JUMP_HINT, compact=True)
            typed.cursor_blink = False
            yield typed

    def on_resize(self, event: events.Resize) -> None:
        cast("DutyDeskApp", self.app).check_size(event.size)

    def action_choose(self) -> None:
        self.dismiss(self.query_one(SearchInput).value)

    def action_move(self, step: int) -> None:
        """There is nothing to choose among."""

    def action_close(self) -> None:
        self.dismiss(None)
