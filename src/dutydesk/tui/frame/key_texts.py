"""Mistakes in the ``[keys]`` of a desk's settings."""

from __future__ import annotations

from collections.abc import Sequence


def key_problem(line: str, what: str) -> str:
    return f"{line}: [keys] {what}"


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
