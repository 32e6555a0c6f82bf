"""A text that fills a screen or a dialog: how it is scrolled and copied from, and the screen that is nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual.app import ComposeResult
from textual.screen import Screen

from dutydesk.tui.frame.screen import DeskScreen
from dutydesk.tui.widgets.frame_lines import AlarmLine, FooterLine, HeaderLine, PaneTitle, StatusLine, TourLines
from dutydesk.tui.widgets.text_pane import TextPane

if TYPE_CHECKING:
    from dutydesk.tui.app import DutyDeskApp


class TextActions:
    """Part of a screen that has one text pane."""

    @property
    def text_pane(self) -> TextPane:
        return cast("Screen[Any]", self).query_one(TextPane)

    def action_copy_line(self) -> None:
        cast("DutyDeskApp", cast("Screen[Any]", self).app).copy_to_terminal(self.text_pane.top_line)

    def action_scroll_lines(self, lines: int) -> None:
        self.text_pane.scroll_lines(lines)

    def action_scroll_pages(self, pages: int) -> None:
        self.text_pane.scroll_pages(pages)


class TextScreen(TextActions, DeskScreen):
    CSS_PATH: ClassVar = Path(__file__).parents[1] / "item" / "screen.tcss"

    def compose(self) -> ComposeResult:
        yield HeaderLine()
        yield AlarmLine()
        yield PaneTitle()
        yield TextPane()
        yield TourLines()
        yield StatusLine()
        yield FooterLine()
