"""The editor of keys: find an action, press its new key. A key that is taken is named with what has it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input

from dutydesk.desk.base.key_settings import save_moved_keys
from dutydesk.domain.errors import DeskError, InvalidRequest
from dutydesk.domain.review.officers import Right
from dutydesk.language.sentences import read_sentence
from dutydesk.tui.console import Actions, Console
from dutydesk.tui.frame import moved_keys
from dutydesk.tui.frame.console_screen import ConsoleModal
from dutydesk.tui.frame.key_texts import LEAD
from dutydesk.tui.frame.keys import DEFAULT_KEYS, KEYS, Key, KeyPlace, bindings, key_hint
from dutydesk.tui.frame.palette import PaletteEntry, SearchInput, entries
from dutydesk.tui.frame.preferences import Preferences
from dutydesk.tui.personal.texts import texts
from dutydesk.tui.widgets.frame_lines import PaneTitle
from dutydesk.tui.widgets.line_table import Cell, Column, LineTable
from dutydesk.tui.widgets.text_pane import Paragraph, TextPane

_SECTION: Final = "keys"
Keymap = dict[str, str]


def own_keys(preferences: Preferences) -> Keymap:
    """The officer's moved keys, by id."""
    return {name: to for name, to in preferences.section(_SECTION).items() if to}


class OwnKeys:
    """An officer's keys over those of the desk. ``set_keymap`` hands them to the app."""

    def __init__(self, console: Console, set_keymap: Callable[[Keymap], None]) -> None:
        self._console, self._set_keymap = console, set_keymap

    def actions(self) -> Actions:
        return {"edit_keys": self.edit}

    def edit(self) -> None:
        self._console.open_screen(KeyEditor(self._console, self))

    @property
    def _of_desk(self) -> Mapping[str, str]:
        return dict(self._console.desk.loaded.settings.keys)

    def start(self) -> bool:
        """Use the officer's keys; false if they clash with the desk's, which then count alone."""
        try:
            self._apply(own_keys(self._console.preferences))
        except InvalidRequest:
            self._set_keymap(moved_keys.apply_key_settings(self._of_desk, self._console.desk.loaded.key_lines))
            return False
        return True

    def _apply(self, own: Mapping[str, str]) -> None:
        """Raises InvalidRequest and changes nothing if the keys clash."""
        self._set_keymap(moved_keys.apply_key_settings({**self._of_desk, **own}))

    def move(self, key_id: str, to: str) -> None:
        """Raises InvalidRequest."""
        self._apply({**own_keys(self._console.preferences), key_id: to})
        self._console.preferences.put(_SECTION, key_id, to)

    def reset(self, key_id: str) -> None:
        """Back to the desk's key. Raises InvalidRequest if another key of the officer has taken it."""
        left = own_keys(self._console.preferences)
        left.pop(key_id, None)
        self._apply(left)
        self._console.preferences.put(_SECTION, key_id, "")

    async def save_for_desk(self) -> tuple[int, Path]:
        """Write the officer's keys into the desk's settings, as an administrator may. Raises DeskError."""
        console, own = self._console, own_keys(self._console.preferences)
        await console.desk.people.require(console.actor, Right.SETTINGS)
        return len(own), await asyncio.to_thread(save_moved_keys, console.desk.store.path, own)


class KeysTable(LineTable[PaletteEntry]):
    def __init__(self) -> None:
        super().__init__(texts.KEYS_NONE, self._columns, lambda row: row.key.id)
        self._defaults = {key.id: key for keys in DEFAULT_KEYS.values() for key in keys}

    def _columns(self) -> Sequence[Column[PaletteEntry]]:
        return (
            Column(texts.KEYS_ACTION, 30, lambda row: Cell(row.key.description), flexible=True),
            Column(texts.KEYS_KEY, 12, self._key),
            Column(texts.KEYS_WAS, 12, self._was),
            Column(texts.KEYS_WHERE, 14, lambda row: Cell(row.place.label, "dim"), drop_order=1),
        )

    def _key(self, row: PaletteEntry) -> Cell:
        return Cell(row.key.display, "dim" if row.key.id in moved_keys.FIXED_KEYS else "strong")

    def _was(self, row: PaletteEntry) -> Cell:
        was = self._defaults[row.key.id]
        return Cell("" if was == row.key else was.display, "warn")


class KeyEditor(ConsoleModal[None]):
    CSS_PATH: ClassVar = Path(__file__).with_name("personal.tcss")
    AUTO_FOCUS = "Input"
    BINDINGS = bindings(KeyPlace.KEY_EDITOR)

    def __init__(self, console: Console, keys: OwnKeys) -> None:
        super().__init__(console)
        self._keys = keys

    def compose(self) -> ComposeResult:
        with Vertical(id="personal"):
            yield PaneTitle(id="personal-title")
            typed = SearchInput(placeholder=texts.KEYS_FIND, compact=True)
            typed.cursor_blink = False
            yield typed
            yield KeysTable()
            yield TextPane(id="personal-words")

    def on_mount(self) -> None:
        hint = texts.keys_hint(key_hint("palette.choose"), key_hint("editor.reset"), key_hint("editor.desk"))
        self.query_one(PaneTitle).show(((texts.KEYS_TITLE, "strong", 0),), ((hint, "dim", 1),))
        self.table.can_focus = False
        self._show()
        self.table.move_to(0)

    @property
    def table(self) -> KeysTable:
        return self.query_one(KeysTable)

    def _show(self) -> None:
        words = self.query_one(SearchInput).value.casefold().split()
        rows = [entry for entry in entries(()) if all(word in _search_text(entry) for word in words)]
        self.table.show_rows(rows)

    def _say(self, text: str, tone: str = "") -> None:
        self.query_one("#personal-words", TextPane).show([Paragraph(text, tone=tone)])

    def on_input_changed(self, _event: Input.Changed) -> None:
        self._show()
        self.table.move_to(0)

    def action_move(self, step: int) -> None:
        self.table.action_move(step)

    def on_line_table_opened(self, _event: LineTable.Opened) -> None:
        self.action_choose()

    def action_choose(self) -> None:
        row = self.table.selected
        if row is None:
            return
        if row.key.id in moved_keys.FIXED_KEYS:
            self._say(texts.key_is_fixed(row.key.description), "warn")
            return
        self.console.open_screen(KeyPrompt(self.console, row.key, self._keys), self._moved)

    def _moved(self, key_id: str | None) -> None:
        self._show()
        if key_id is not None:
            key = _key_in_use(key_id)
            self._say(texts.key_moved(key.description, key.display), "good")

    def action_reset(self) -> None:
        row = self.table.selected
        if row is None:
            return
        try:
            self._keys.reset(row.key.id)
        except InvalidRequest as error:
            self._say(problem(error), "bad")
            return
        self._show()
        key = _key_in_use(row.key.id)
        self._say(texts.key_reset(key.description, key.display))

    async def action_save_for_desk(self) -> None:
        try:
            number, file = await self._keys.save_for_desk() if own_keys(self.console.preferences) else (0, None)
        except DeskError as error:
            self._say(read_sentence(error.words), "bad")
            return
        self._say(texts.desk_keys_saved(number, file.name) if file else texts.DESK_KEYS_UNCHANGED)

    def action_close(self) -> None:
        self.dismiss()


class KeyPrompt(ConsoleModal[str | None]):
    """Waits for one key. Its result is the id of the moved key; it stays while the pressed key can't be used."""

    CSS_PATH: ClassVar = Path(__file__).with_name("personal.tcss")
    AUTO_FOCUS: ClassVar[str | None] = None

    def __init__(self, console: Console, key: Key, keys: OwnKeys) -> None:
        super().__init__(console)
        self._key, self._keys = key, keys

    def compose(self) -> ComposeResult:
        with Vertical(id="key-prompt"):
            yield PaneTitle(id="key-prompt-title")
            yield TextPane(id="key-prompt-words")

    def on_mount(self) -> None:
        self.query_one(PaneTitle).show(((texts.new_key(self._key.description), "strong", 0),))
        self.query_one(TextPane).show([Paragraph(texts.KEY_WAITS)])

    def take_key(self, key: str) -> bool:
        """Gets every key before its binding does."""
        if key == "escape":
            self.dismiss(None)
            return True
        try:
            self._keys.move(self._key.id, key)
        except InvalidRequest as error:
            self.query_one(TextPane).show([Paragraph(problem(error), tone="bad"), Paragraph(texts.KEY_NOT_FREE)])
        else:
            self.dismiss(self._key.id)
        return True


def problem(error: InvalidRequest) -> str:
    """Why a key can't be moved, for the officer at the editor."""
    if isinstance(error, moved_keys.KeyTakenError):
        clash = error.clash
        return texts.key_taken(clash.sign, clash.other.description, clash.place.label)
    return texts.key_unusable(error.words.rpartition(LEAD)[2])


def _key_in_use(key_id: str) -> Key:
    return next(key for keys in KEYS.values() for key in keys if key.id == key_id)


def _search_text(entry: PaletteEntry) -> str:
    return f"{entry.key.description} {entry.key.footer_label} {entry.key.display} {entry.place.label}".casefold()
