"""The page of a difference. It lies over any screen or dialog, fills the terminal, and goes away without a trace."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical

from dutydesk.desk.base.difference_rows import ItemDifference
from dutydesk.domain.delivery.items import item_number
from dutydesk.domain.errors import DeskError
from dutydesk.tui.console import Console
from dutydesk.tui.difference.paragraphs import difference_page
from dutydesk.tui.difference.texts import texts
from dutydesk.tui.frame.console_screen import ConsoleModal
from dutydesk.tui.frame.glyphs import glyphs
from dutydesk.tui.frame.keys import KeyPlace, bindings, key_hint
from dutydesk.tui.frame.text_screen import TextActions
from dutydesk.tui.widgets.frame_lines import PanelLine, PaneTitle
from dutydesk.tui.widgets.searchable_text import SearchableText


class DifferenceViewer(ConsoleModal[None]):
    CSS_PATH: ClassVar = [
        Path(__file__).parents[1] / "frame" / "text_screen.tcss",
        Path(__file__).with_name("viewer.tcss"),
    ]
    BINDINGS = bindings(KeyPlace.TEXT, KeyPlace.READER, KeyPlace.DIFFERENCE)

    def __init__(self, console: Console, found: ItemDifference) -> None:
        super().__init__(console)
        self._found = found
        self.add_groups(TextActions(console, lambda: self.query_one(SearchableText)))

    def compose(self) -> ComposeResult:
        with Vertical(id="difference"):
            yield PaneTitle(id="difference-title")
            yield SearchableText(text_id="difference-text")
            yield PanelLine(id="difference-keys")

    def on_mount(self) -> None:
        self._show()

    def _show(self) -> None:
        found = self._found
        place = found.bases.index(found.basis) + 1
        hint = texts.hint(place, len(found.bases), key_hint("difference.next"), key_hint("reader.close"))
        title = self.query_one("#difference-title", PaneTitle)
        title.show(((texts.title(found.item), "strong", 0),), ((hint, "dim", 1),))
        keys = texts.keys_line(
            f"{key_hint('text.down')} {key_hint('text.up')}",
            key_hint("text.search"),
            key_hint("reader.close"),
            key_hint("reader.explain"),
        )
        self.query_one("#difference-keys", PanelLine).show(((keys, "", 0),))
        self.query_one(SearchableText).pane.show(difference_page(found, glyphs()))

    async def action_next_basis(self, step: int) -> None:
        found = self._found
        if len(found.bases) == 1:
            return
        basis = found.bases[(found.bases.index(found.basis) + step) % len(found.bases)]
        try:
            self._found = await load_difference(self.console, item_number(found.item) or 0, basis.name)
        except DeskError as error:
            self.console.refuse(error)
            return
        self._show()

    def action_close(self) -> None:
        self.dismiss()


async def load_difference(console: Console, number: int, against: str | None = None) -> ItemDifference:
    """The difference, with both items recorded as read if their texts are shown. Raises DeskError."""
    found = await console.desk.queries.difference(number, against)
    if found.obstacle is None:
        names = dict.fromkeys((found.before.item, found.after.item))
        for row in await console.desk.queries.rows([item_number(name) or 0 for name in names]):
            console.read_recorder.record(row)
    return found
