"""A text to read over the screen: the help, or details of a message. It scrolls, and closes with esc."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical

from dutydesk.tui.console import Console
from dutydesk.tui.frame import texts
from dutydesk.tui.frame.console_screen import ConsoleModal
from dutydesk.tui.frame.keys import KEYS, PLACES, KeyPlace, bindings, key_hint
from dutydesk.tui.frame.text_screen import TextActions
from dutydesk.tui.widgets.frame_lines import PaneTitle
from dutydesk.tui.widgets.searchable_text import SearchableText
from dutydesk.tui.widgets.text_pane import BLANK, Paragraph, TextPane, heading


class Viewer(ConsoleModal[None]):
    CSS_PATH: ClassVar = [
        Path(__file__).parents[1] / "dialogs" / "dialog.tcss",
        Path(__file__).with_name("text_screen.tcss"),
        Path(__file__).with_name("viewer.tcss"),
    ]
    BINDINGS = bindings(KeyPlace.TEXT, KeyPlace.READER)

    def __init__(self, console: Console, title: str, paragraphs: Iterable[Paragraph]) -> None:
        super().__init__(console)
        self._title = title
        self._paragraphs = list(paragraphs)
        self.add_groups(TextActions(console, lambda: self.query_one(SearchableText)))

    @property
    def text_pane(self) -> TextPane:
        return self.query_one(TextPane)

    def compose(self) -> ComposeResult:
        with Vertical(id="viewer"):
            yield PaneTitle(id="viewer-title")
            yield SearchableText(text_id="viewer-text")

    def on_mount(self) -> None:
        title = self.query_one("#viewer-title", PaneTitle)
        title.show(((self._title, "strong", 0),), ((self.hint(), "dim", 1),))
        self.text_pane.show(self._paragraphs)

    def hint(self) -> str:
        return texts.reader_hint(key_hint("text.down"), key_hint("text.up"), key_hint("text.search"))

    def action_close(self) -> None:
        self.dismiss()


_KEY_CELLS = 14


def help_text(here: tuple[KeyPlace, ...]) -> Iterator[Paragraph]:
    """The keys of the present places first, then all others."""
    shown = [place for place in here if place not in (KeyPlace.EVERYWHERE, KeyPlace.LIST, KeyPlace.MAIN)]
    yield heading(texts.HELP_HERE)
    for place in shown:
        yield from _keys(place)
    for common in (KeyPlace.LIST, KeyPlace.MAIN, KeyPlace.EVERYWHERE):
        if common in here:
            yield heading(common.value.capitalize())
            yield from _keys(common)
    for other in PLACES:
        if other not in here:
            yield heading(texts.help_of(other) if other is not KeyPlace.ITEMS else texts.HELP_ON_ITEM)
            yield from _keys(other)
    title, *lines = texts.HELP_FILTER
    yield heading(title)
    for line in lines:
        yield Paragraph(line, indent=2)
    yield BLANK


def _keys(place: KeyPlace) -> Iterator[Paragraph]:
    for key in KEYS[place]:
        yield Paragraph(key.description, f"{key.display:<{_KEY_CELLS}}", indent=2)
