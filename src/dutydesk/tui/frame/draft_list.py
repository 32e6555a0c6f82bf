"""The officer's unsent texts: read one, delete one, or open what it is about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.containers import Vertical

from dutydesk.domain.frozen import value
from dutydesk.language.sentences import read_sentence
from dutydesk.tui.console import Actions, Console
from dutydesk.tui.frame.console_screen import ConsoleModal
from dutydesk.tui.frame.drafts import Drafts, Values
from dutydesk.tui.frame.keys import KeyPlace, bindings, key_hint
from dutydesk.tui.frame.texts import texts
from dutydesk.tui.widgets.frame_lines import PaneTitle
from dutydesk.tui.widgets.line_table import Cell, Column, LineTable
from dutydesk.tui.widgets.text_pane import Paragraph, TextPane
from dutydesk.wire.text.safe_text import safe_text

_SUBJECT: Final = re.compile(r"\b[DHM]-\d{4,}\b|\b[A-Z]{2,4}$")


@value(frozen=True, slots=True)
class UnsentText:
    """``text``: what was typed into the longest field."""

    title: str
    text: str

    @property
    def shown_title(self) -> str:
        return draft_title(self.title)

    @property
    def subject(self) -> str | None:
        """The item, hit, measure or country that its title names."""
        found = _SUBJECT.search(self.title)
        return found[0] if found else None


def draft_title(english: str) -> str:
    """The title of a form, under which its draft is kept, in the language that is spoken."""
    found, read = _SUBJECT.search(english), read_sentence(english)
    if read != english or found is None:
        return read
    what = english[: found.start()].rstrip()
    return f"{read_sentence(what)}{english[len(what) :]}"


def list_drafts(kept: Drafts) -> list[UnsentText]:
    return [UnsentText(title, _longest(kept[title])) for title in sorted(kept)]


def _longest(values: Values) -> str:
    return max(values.values(), key=len, default="")


class DraftActions:
    def __init__(self, console: Console) -> None:
        self._console = console

    def actions(self) -> Actions:
        return {"drafts": self.open}

    async def open(self) -> None:
        await self._console.open_screen(DraftList(self._console), self._console.open_subject)


class DraftTable(LineTable[UnsentText]):
    def __init__(self) -> None:
        super().__init__(texts.DRAFTS_NONE, self._columns, lambda row: row.title)

    def _columns(self) -> Sequence[Column[UnsentText]]:
        return (
            Column(texts.DRAFT_OF, 28, lambda row: Cell(safe_text(row.shown_title), "strong")),
            Column(texts.DRAFT_TEXT, 20, lambda row: Cell(safe_text(row.text)), flexible=True),
        )


class DraftList(ConsoleModal[str | None]):
    """Its result is what the chosen draft is about."""

    CSS_PATH: ClassVar = [
        Path(__file__).parents[1] / "dialogs" / "dialog.tcss",
        Path(__file__).with_name("alarms.tcss"),
    ]
    AUTO_FOCUS = "DraftTable"
    BINDINGS = bindings(KeyPlace.READER, KeyPlace.VIEWS)

    def compose(self) -> ComposeResult:
        with Vertical(id="alarms"):
            yield PaneTitle(id="alarms-title")
            yield DraftTable()
            yield TextPane(id="alarm-words")

    def on_mount(self) -> None:
        hint = texts.drafts_hint(key_hint("views.forget"))
        self.query_one(PaneTitle).show(((texts.DRAFTS_TITLE, "strong", 0),), ((hint, "dim", 1),))
        self._show()
        self.query_one(DraftTable).move_to(0)

    def _show(self) -> None:
        self.query_one(DraftTable).show_rows(list_drafts(self.console.drafts))
        self._show_text()

    def _show_text(self) -> None:
        row = self.query_one(DraftTable).selected
        self.query_one(TextPane).show([Paragraph(safe_text(row.text))] if row else [])

    def on_line_table_moved(self, _event: LineTable.Moved) -> None:
        self._show_text()

    def on_line_table_opened(self, event: LineTable.Opened) -> None:
        self.dismiss(event.row.subject if isinstance(event.row, UnsentText) else None)

    def action_forget(self) -> None:
        row = self.query_one(DraftTable).selected
        if row is not None:
            self.console.drafts.pop(row.title, None)
            self._show()

    def action_close(self) -> None:
        self.dismiss(None)
