"""Mistakes in the ``[keys]`` of a desk's settings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

#: Stands before what is wrong with a key.
LEAD: Final = "[keys] "


def key_problem(line: str, what: str) -> str:
    return f"{line}: {LEAD}{what}"


def unknown_key(name: str, ids: Sequence[str]) -> str:
    return f"{name!r} is not the id of a key; ids are {', '.join(ids)}"


def fixed_key(name: str) -> str:
    return f"{name} can't be moved"


def key_is_missing(name: str, to: str) -> str:
    return f"{name} is moved to {to!r}, which has an empty entry; write comma for the comma key"


def key_not_portable(name: str, to: str) -> str:
    return f"{name} can't be {to!r}, which not every terminal sends; write keys as x, X, /, f5, ctrl+x, pagedown, comma"


def key_is_text(name: str, to: str) -> str:
    return f"{name} can't be {to}, which types text there"


def key_is_taken(name: str, to: str, other: str) -> str:
    return f"{name} can't be {to}, which {other} has already"


# The page of keys

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
