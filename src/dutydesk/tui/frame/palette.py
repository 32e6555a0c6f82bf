"""The palette: all actions, found by typing part of their description."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input

from dutydesk.domain.frozen import value
from dutydesk.tui.console import Console
from dutydesk.tui.frame.console_screen import ConsoleModal
from dutydesk.tui.frame.keys import KEYS, Key, KeyPlace, bindings
from dutydesk.tui.frame.texts import texts
from dutydesk.tui.widgets.line_input import LineInput
from dutydesk.tui.widgets.line_table import Cell, Column, LineTable


@value(frozen=True, slots=True)
class PaletteEntry:
    place: KeyPlace
    key: Key


def entries(here: tuple[KeyPlace, ...], unavailable: Collection[str] = ()) -> list[PaletteEntry]:
    """All actions: first what can be done now, then what else these places ``here`` have, then all others."""
    found = [PaletteEntry(place, key) for place in KEYS for key in KEYS[place]]

    def order(entry: PaletteEntry) -> int:
        return 2 if entry.place not in here else 1 if entry.key.id in unavailable else 0

    return sorted(found, key=order)


class ActionTable(LineTable[PaletteEntry]):
    def __init__(self) -> None:
        super().__init__(texts.PALETTE_NONE, self._columns, lambda row: row.key.id)

    def _columns(self) -> Sequence[Column[PaletteEntry]]:
        return (
            Column(texts.ACTION_COLUMN, 30, lambda row: Cell(row.key.description), flexible=True),
            Column(texts.KEY_COLUMN, 10, lambda row: Cell(row.key.display, "strong")),
            Column(texts.WHERE_COLUMN, 14, lambda row: Cell(row.place.label, "dim")),
        )


class SearchInput(LineInput):
    """The field of the palette and of the jump dialog."""

    BINDINGS = bindings(KeyPlace.PALETTE)


class Palette(ConsoleModal[PaletteEntry | None]):
    """Its result is the chosen action."""

    CSS_PATH: ClassVar = [
        Path(__file__).parents[1] / "dialogs" / "dialog.tcss",
        Path(__file__).with_name("palette.tcss"),
    ]
    AUTO_FOCUS = "Input"

    def __init__(self, console: Console, here: tuple[KeyPlace, ...], unavailable: Collection[str] = ()) -> None:
        """``unavailable``: ids of keys of these places that do nothing now."""
        super().__init__(console)
        self._entries = entries(here, unavailable)

    def compose(self) -> ComposeResult:
        with Vertical(id="palette"):
            typed = SearchInput(placeholder=texts.PALETTE_HINT, compact=True)
            typed.cursor_blink = False
            yield typed
            yield ActionTable()

    def on_mount(self) -> None:
        table = self.query_one(ActionTable)
        table.can_focus = False
        self._narrow("")

    def _narrow(self, text: str) -> None:
        table = self.query_one(ActionTable)
        sought = text.casefold().split()
        rows = [entry for entry in self._entries if all(word in _search_text(entry) for word in sought)]
        table.cursor = None
        table.show_rows(rows)
        table.move_to(0)

    def on_input_changed(self, event: Input.Changed) -> None:
        self._narrow(event.value)

    def action_choose(self) -> None:
        self.dismiss(self.query_one(ActionTable).selected)

    def on_line_table_opened(self, _event: LineTable.Opened) -> None:
        self.dismiss(self.query_one(ActionTable).selected)

    def action_move(self, step: int) -> None:
        self.query_one(ActionTable).action_move(step)

    def action_close(self) -> None:
        self.dismiss(None)


def _search_text(entry: PaletteEntry) -> str:
    other = texts.OTHER_WORDS.get(entry.key.id, "")
    return f"{entry.key.description} {entry.key.footer_label} {entry.place.label} {other}".casefold()
