"""The page of events; ``python -m dutydesk.wire.reference.events_page`` writes it from the types of events."""

from __future__ import annotations

import inspect
import types
from collections.abc import Iterator, Mapping
from dataclasses import fields
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import dutydesk.domain.events.catalogue  # noqa: F401 - defines the types
from dutydesk.domain.events.event import ABSENT, TYPES, LogEvent, Missing
from dutydesk.domain.events.log import EventKind
from dutydesk.domain.proof.projection.columns import SCHEMA
from dutydesk.domain.proof.projection.origins import ColumnSource

FILE_NAME = "EVENTS.md"

_BEGINNING = """# Events of the log

Written from the types in `domain/events`. Each event has its number, its time, who signed it, its kind, its subject and
its data, and is linked to the event before it by its hash. The data is a JSON object with the fields below. A field
in brackets is absent where there is nothing to say, or in logs of earlier releases. An event that a person's command
made may also have `command` and `command_digest`.

`dutydesk audit verify --state` compares every table with what these events say; the last part of this page says which
event each column comes from.

## Kinds

"""
_TABLES = """
## Where each column comes from

A column comes from an event, follows from other columns or from the bodies, whose hashes the log has, or does not
matter. Texts that must not stand in the log have their digest there.

"""
_NAMES = {str: "text", int: "number", bool: "yes or no", type(None): "null"}


def events_page() -> str:
    """The whole page as Markdown."""
    kinds = "\n".join(_kind(kind) for kind in EventKind)
    return _BEGINNING + kinds + _TABLES + "\n".join(_table(name) for name in SCHEMA)


def _kind(kind: EventKind) -> str:
    type = TYPES[kind]
    lines = [f"### `{kind}`", ""]
    words = _words(type)
    if words:
        lines += [words, ""]
    lines += [f"- {line}" for line in _fields(type)] or ["- no fields"]
    return "\n".join(lines) + "\n"


def _words(type: type[LogEvent]) -> str:
    """What the type says of itself, or the nearest of its bases that says anything."""
    for each in type.__mro__:
        text = each.__doc__
        if each is LogEvent:
            return ""
        if text and not text.startswith(f"{each.__name__}("):
            return " ".join(inspect.cleandoc(text).replace("``", "`").split())
    return ""


def _fields(type: type[LogEvent]) -> Iterator[str]:
    hints = get_type_hints(type)
    for each in fields(type):
        if each.name in ("command", "command_digest"):
            continue
        key = str(each.metadata.get("key", each.name))
        accepted = [hint for hint in get_args(hints[each.name]) if hint is not Missing]
        shown = " or ".join(dict.fromkeys(map(_shown, accepted)))
        yield f"[`{key}`]: {shown}" if each.default is ABSENT else f"`{key}`: {shown}"


def _shown(hint: Any) -> str:
    """A type of a value in words."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return " or ".join(map(_shown, arguments))
    if origin is Literal:
        return " or ".join(f"`{value}`" for value in arguments)
    if origin is tuple and arguments[-1] is ...:
        return f"list of {_shown(arguments[0])}"
    if origin is tuple:
        return f"[{', '.join(map(_shown, arguments))}]"
    if origin is not None and issubclass(origin, Mapping):
        return f"object of {_shown(arguments[1])} by text"
    return _NAMES[hint]


def _table(name: str) -> str:
    lines = [f"### `{name}`", "", "| column | comes from |", "|---|---|"]
    for column, origin in SCHEMA[name].items():
        words = {
            ColumnSource.EVENT: origin.words,
            ColumnSource.RECOMPUTED: f"recomputed: {origin.words}",
            ColumnSource.IRRELEVANT: f"does not matter: {origin.words}",
            ColumnSource.PENDING: f"not compared yet: {origin.words}",
        }[origin.source]
        lines.append(f"| `{column}` | {words} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    path = Path(str(files("dutydesk") / "data" / FILE_NAME))
    path.write_text(events_page(), "utf-8")


if __name__ == "__main__":
    main()
