"""A text that fills a screen or a dialog: how it is scrolled and copied from, and the screen that is nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult

from dutydesk.tui.console import Actions, Console
from dutydesk.tui.frame.screen import DeskScreen
from dutydesk.tui.selection import NO_SELECTION, Selection
from dutydesk.tui.widgets.frame_lines import AlarmLine, FooterLine, HeaderLine, PaneTitle, StatusLine, TourLines
from dutydesk.tui.widgets.searchable_text import SearchableText
from dutydesk.tui.widgets.text_pane import TextPane


class TextActions:
    """Scroll a text, search in it, and copy from it."""

    def __init__(self, console: Console, text: Callable[[], SearchableText]) -> None:
        self._console, self._text = console, text

    def actions(self) -> Actions:
        return {
            "copy_line": self.copy_line,
            "find": self.find,
            "scroll_lines": self.scroll_lines,
            "scroll_pages": self.scroll_pages,
        }

    def copy_line(self) -> None:
        """Copy the uppermost visible line."""
        self._console.copy_to_terminal(self._text().pane.top_line)

    def find(self) -> None:
        self._text().open_search()

    def scroll_lines(self, lines: int) -> None:
        self._text().pane.scroll_lines(lines)

    def scroll_pages(self, pages: int) -> None:
        self._text().pane.scroll_pages(pages)


class TextScreen(DeskScreen):
    CSS_PATH: ClassVar = [Path(__file__).with_name("text_screen.tcss")]

    def __init__(self, console: Console, selection: Selection = NO_SELECTION) -> None:
        super().__init__(console, selection)
        self.add_groups(TextActions(console, lambda: self.query_one(SearchableText)))

    @property
    def text_pane(self) -> TextPane:
        return self.query_one(SearchableText).pane

    def compose(self) -> ComposeResult:
        yield HeaderLine()
        yield AlarmLine()
        yield PaneTitle()
        yield SearchableText()
        yield TourLines()
        yield StatusLine()
        yield FooterLine()
