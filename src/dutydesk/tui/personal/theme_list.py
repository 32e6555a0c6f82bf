"""Choose a theme or a language; both are kept for the officer's next console."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, TypeAlias

from textual.app import ComposeResult
from textual.containers import Vertical

from dutydesk.language.catalogues import spoken_language
from dutydesk.language.languages import Language
from dutydesk.tui.console import Console
from dutydesk.tui.frame.console_screen import ConsoleModal
from dutydesk.tui.frame.keys import KeyPlace, bindings
from dutydesk.tui.frame.themes import ThemeName
from dutydesk.tui.personal.texts import texts
from dutydesk.tui.widgets.frame_lines import PaneTitle
from dutydesk.tui.widgets.line_table import Cell, Column, LineTable
from dutydesk.wire.text.safe_text import isolate


class LanguageHeading:
    """The row above the languages."""


Look: TypeAlias = ThemeName | Language
Row: TypeAlias = Look | LanguageHeading


class ThemeTable(LineTable[Row]):
    """``in_use`` is the present theme."""

    def __init__(self, in_use: ThemeName | None) -> None:
        super().__init__("", self._columns, _key, heading_of=_heading)
        self._in_use = (in_use, spoken_language())

    def _columns(self) -> Sequence[Column[Row]]:
        return (
            Column(texts.THEME_COLUMN, 14, lambda row: Cell(_name(row), "strong")),
            Column(texts.THEME_TEXT_COLUMN, 30, lambda row: Cell(_words(row)), flexible=True),
            Column("", 6, lambda row: Cell(texts.THEME_IN_USE if row in self._in_use else "", "good")),
        )


def _key(row: Row) -> str:
    return "" if isinstance(row, LanguageHeading) else row.value


def _heading(row: Row) -> str | None:
    return texts.LANGUAGE_GROUP if isinstance(row, LanguageHeading) else None


def _name(row: Row) -> str:
    match row:
        case ThemeName():
            return texts.THEME_NAMES[row]
        case Language():
            return isolate(row.own_name)
        case LanguageHeading():
            return ""


def _words(row: Row) -> str:
    match row:
        case ThemeName():
            return texts.THEME_TEXTS[row]
        case Language():
            return texts.LANGUAGE_NAMES[row]
        case LanguageHeading():
            return ""


class ThemeList(ConsoleModal[Look | None]):
    """Its result is the chosen theme or language."""

    CSS_PATH: ClassVar = Path(__file__).with_name("personal.tcss")
    AUTO_FOCUS = "ThemeTable"
    BINDINGS = bindings(KeyPlace.READER)

    def __init__(self, console: Console, names: Sequence[ThemeName], in_use: ThemeName | None) -> None:
        super().__init__(console)
        self._names, self._in_use = tuple(names), in_use

    def compose(self) -> ComposeResult:
        with Vertical(id="themes"):
            yield PaneTitle(id="themes-title")
            yield ThemeTable(self._in_use)

    def on_mount(self) -> None:
        self.query_one(PaneTitle).show(((texts.THEMES_TITLE, "strong", 0),), ((texts.THEMES_HINT, "dim", 1),))
        table = self.query_one(ThemeTable)
        table.show_rows((*self._names, LanguageHeading(), *Language))
        table.move_to(self._names.index(self._in_use) if self._in_use in self._names else 0)

    def on_line_table_opened(self, event: LineTable.Opened) -> None:
        self.dismiss(event.row if isinstance(event.row, ThemeName | Language) else None)

    def action_close(self) -> None:
        self.dismiss(None)
