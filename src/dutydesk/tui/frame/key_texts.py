"""Mistakes in the ``[keys]`` of a desk's settings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from dutydesk.language.phrases import translate

#: Stands before what is wrong with a key.
LEAD: Final = "[keys] "


class KeyTexts:
    def key_problem(self, line: str, what: str) -> str:
        return f"{line}: {LEAD}{what}"

    def unknown_key(self, name: str, ids: Sequence[str]) -> str:
        return translate("{name!r} is not the id of a key; ids are {ids}", name=name, ids=", ".join(ids))

    def fixed_key(self, name: str) -> str:
        return translate("{name} can't be moved", name=name)

    def key_is_missing(self, name: str, to: str) -> str:
        return translate(
            "{name} is moved to {to!r}, which has an empty entry; write comma for the comma key", name=name, to=to
        )

    def key_not_portable(self, name: str, to: str) -> str:
        return translate(
            "{name} can't be {to!r}, which not every terminal sends; write keys as x, X, /, f5, "
            "ctrl+x, pagedown, comma",
            name=name,
            to=to,
        )

    def key_is_text(self, name: str, to: str) -> str:
        return translate("{name} can't be {to}, which types text there", name=name, to=to)

    def key_is_taken(self, name: str, to: str, other: str) -> str:
        return translate("{name} can't be {to}, which {other} has already", name=name, to=to, other=other)


texts: Final = KeyTexts()

#: Before the table of keys on their page, which is English.
KEYS_PAGE_INTRODUCTION: Final = """# The keys of the console

Written from the key table in `src/dutydesk/tui/frame/keys.py` by `python -m dutydesk.tui.frame.keys_page`.

Arrow keys do the same as `j` and `k`, the mouse is optional, and the palette (`:`) lists every action by name.
Letters never run actions while a text is being typed. In a dialog only `F2`, or its button, submits it. A letter typed
or pasted on a choice goes into the dialog's text field and leaves the choice as it is.

The last column is the key's id. `F9` opens the editor of keys, for yourself; `[keys]` in `desk.toml` moves a key for
everybody by its id, such as `"item.claim" = "f6"`. A key
marked `*` can't be moved, and a key that clashes with another is refused at the start with its line.

| where | key | does | id |
|---|---|---|---|
"""
