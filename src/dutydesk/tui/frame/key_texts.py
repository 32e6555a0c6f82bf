"""What is wrong with a desk's own keys, the ``[keys]`` of its settings."""

from __future__ import annotations

from collections.abc import Sequence


def key_problem(line: str, what: str) -> str:
    return f"{line}: [keys] {what}"


def unknown_key(name: str, ids: Sequence[str]) -> str:
    return f"{name!r} is no key's id; ids are {', '.join(ids)}"


def fixed_key(name: str) -> str:
    return f"{name} can't be moved"


def key_is_missing(name: str, to: str) -> str:
    return f"{name} is moved to {to!r}, where a key is missing; a comma itself is written comma"


def key_not_portable(name: str, to: str) -> str:
    return (
        f"{name} can't be {to!r}, which is no key that every terminal sends; "
        "keys are written as x, X, /, f5, ctrl+x, pagedown, comma"
    )


def key_is_text(name: str, to: str) -> str:
    return f"{name} can't be {to}, which is of the text that is typed there"


def key_is_taken(name: str, to: str, other: str) -> str:
    return f"{name} can't be {to}, which is {other} already"
