"""An officer's saved filters: apply one, delete one, or save one under a name."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical

from dutydesk.desk.base.context import CommandResult
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.errors import InvalidRequest
from dutydesk.domain.frozen import value
from dutydesk.tui.console import Console
from dutydesk.tui.dialogs.form import Form, FormField
from dutydesk.tui.dialogs.form_title import form_title
from dutydesk.tui.feed.texts import texts
from dutydesk.tui.frame.console_screen import ConsoleModal
from dutydesk.tui.frame.drafts import Drafts, Values
from dutydesk.tui.frame.keys import KeyPlace, bindings, key_hint
from dutydesk.tui.widgets.frame_lines import PaneTitle
from dutydesk.tui.widgets.line_table import Cell, Column, LineTable
from dutydesk.tui.widgets.text_pane import Paragraph
from dutydesk.wire.text.safe_text import safe_text

_FILTER = "filter"
_MAX_CELLS = 24


@value(frozen=True, slots=True)
class SavedFilter:
    name: str
    text: str


def list_saved_filters(kept: Drafts) -> list[SavedFilter]:
    return [SavedFilter(name, kept[name].get(_FILTER, "")) for name in sorted(kept, key=str.casefold)]


class SavedFilterTable(LineTable[SavedFilter]):
    def __init__(self) -> None:
        super().__init__(texts.no_views(key_hint("feed.save")), self._columns, lambda row: row.name)

    def _columns(self) -> Sequence[Column[SavedFilter]]:
        return (
            Column(texts.VIEW_NAME, _MAX_CELLS, lambda row: Cell(safe_text(row.name), "strong")),
            Column(texts.VIEW_FILTER, 20, lambda row: Cell(safe_text(row.text)), flexible=True),
        )


class SavedFilterList(ConsoleModal[str | None]):
    """Its result is the text of the chosen filter."""

    CSS_PATH: ClassVar = [Path(__file__).parents[1] / "dialogs" / "dialog.tcss", Path(__file__).with_name("over.tcss")]
    AUTO_FOCUS = "SavedFilterTable"
    BINDINGS = bindings(KeyPlace.READER, KeyPlace.VIEWS)

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        self._kept = console.saved_filters

    def compose(self) -> ComposeResult:
        with Vertical(id="over"):
            yield PaneTitle(id="over-title")
            yield SavedFilterTable()

    def on_mount(self) -> None:
        hint = texts.views_hint(key_hint("views.forget"))
        self.query_one(PaneTitle).show(((texts.VIEWS_TITLE, "strong", 0),), ((hint, "dim", 1),))
        self._show()
        self.query_one(SavedFilterTable).move_to(0)

    def _show(self) -> None:
        self.query_one(SavedFilterTable).show_rows(list_saved_filters(self._kept))

    def on_line_table_opened(self, event: LineTable.Opened) -> None:
        row = event.row
        self.dismiss(row.text if isinstance(row, SavedFilter) else None)

    def action_forget(self) -> None:
        row = self.query_one(SavedFilterTable).selected
        if row is not None:
            del self._kept[row.name]
            self._show()

    def action_close(self) -> None:
        self.dismiss(None)


def save_form(console: Console, text: str) -> Form:
    """Save ``text`` under a name; replaces an older filter of that name."""

    async def save(values: Values) -> CommandResult:
        name = " ".join(values["name"].split())
        if not name:
            raise InvalidRequest(InvalidRequestCode.NO_VIEW_NAME, texts.NO_VIEW_NAME)
        console.saved_filters[name] = {_FILTER: text}
        return CommandResult(name, "", 0, texts.view_saved(safe_text(name), key_hint("feed.views")))

    field = FormField("name", texts.VIEW_LABEL, hint=texts.VIEW_HINT)
    return Form(
        console,
        form_title(lambda: texts.VIEW_SAVE_TITLE),
        [Paragraph(safe_text(text), texts.VIEW_FILTER_LABEL)],
        (field,),
        texts.VIEW_SAVE,
        save,
    )
