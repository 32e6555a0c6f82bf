"""A text to read over the screen: the help, or details of a message. It scrolls, and closes with esc."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical

from dutydesk.tui.console import Console
from dutydesk.tui.frame.console_screen import ConsoleModal
from dutydesk.tui.frame.keys import KEYS, KeyPlace, bindings, key_hint
from dutydesk.tui.frame.text_format import capitalised
from dutydesk.tui.frame.text_screen import TextActions
from dutydesk.tui.frame.texts import texts
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


def help_text(here: tuple[KeyPlace, ...], unavailable: Collection[str] = (), subject: str = "") -> Iterator[Paragraph]:
    """What can be done now on ``subject``, then everywhere here; a key that does nothing on it now is left out.

    Without a subject the keys that need one are listed apart.
    """
    shown = [place for place in here if place not in (KeyPlace.EVERYWHERE, KeyPlace.LIST, KeyPlace.MAIN)]
    yield heading(texts.help_now(subject) if subject else texts.HELP_HERE)
    for place in shown:
        yield from _keys(place, without=unavailable)
    need_subject = [line for place in shown for line in _keys(place, only=unavailable)]
    if need_subject and not subject:
        yield heading(texts.HELP_NOTHING_SELECTED)
        yield from need_subject
    for common in (KeyPlace.LIST, KeyPlace.MAIN, KeyPlace.EVERYWHERE):
        if common in here:
            yield heading(capitalised(common.label))
            yield from _keys(common, without=unavailable)
    yield BLANK
    yield Paragraph(texts.more_help(key_hint("desk.explain"), key_hint("desk.palette")), tone="dim")


def _keys(
    place: KeyPlace, *, without: Collection[str] = (), only: Collection[str] | None = None
) -> Iterator[Paragraph]:
    for key in KEYS[place]:
        if key.id not in without and (only is None or key.id in only):
            yield Paragraph(key.description, f"{key.display:<{_KEY_CELLS}}", indent=2)
