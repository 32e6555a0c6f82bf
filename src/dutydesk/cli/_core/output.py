"""Output of commands: JSON lines for programs, sentences and tables for people. Text from outside is escaped."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from dutydesk.wire.encode.json_line import to_json_line
from dutydesk.wire.text.safe_text import isolate, safe_text

if TYPE_CHECKING:
    from rich.text import Text

#: Width of a table without a terminal. By default nothing is cut; the command line of the console has a width.
table_width: ContextVar[int] = ContextVar("table_width", default=100_000)
#: Colours only support the words; no meaning depends on them.
_STYLES = {
    "held": "yellow",
    "proposed": "yellow",
    "information_requested": "yellow",
    "monitored": "cyan",
    "suspended": "bold red",
    "blocked": "red",
    "quarantined": "magenta",
    "conflict": "magenta",
    "dead": "bold red",
    "BLOCK": "bold red",
}


def print_json_line(value: object) -> None:
    """Print one object on one line, in ASCII, and flush it."""
    print(to_json_line(value), flush=True)


def print_json_lines(values: Iterable[object]) -> None:
    for value in values:
        sys.stdout.write(f"{to_json_line(value)}\n")


def print_sentence(words: str) -> None:
    print(safe_text(words), flush=True)


def print_paragraph(words: str, indent: str = "") -> None:
    """Print a text of several lines; control characters are escaped."""
    for line in safe_text(words, multiline=True).split("\n"):
        print(f"{indent}{isolate(line)}")


def stdout_is_terminal() -> bool:
    return sys.stdout.isatty()


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print one line a row; on a terminal the last column takes the remaining width."""
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False, markup=False, emoji=False, soft_wrap=False)
    plain = not console.is_terminal or console.is_dumb_terminal
    if plain:
        console.width = table_width.get()
    grid = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0), show_edge=False)
    for name in columns:
        grid.add_column(name, no_wrap=name is not columns[-1], overflow="ellipsis")
    for row in rows:
        grid.add_row(*map(_styled_cell, row))
    with console.capture() as drawn:
        console.print(grid)
    text = drawn.get()
    if plain:
        text = "".join(f"{line.rstrip()}\n" for line in text.splitlines())
    sys.stdout.write(text)


def _styled_cell(value: object) -> Text:
    from rich.text import Text

    words = cell_text(value)
    return Text(isolate(safe_text(words)), style=_STYLES.get(words.split(" ", 1)[0], ""), no_wrap=True)


def cell_text(value: object) -> str:
    """The text of a value: a dash for none, times to the minute in UTC."""
    match value:
        case None | "":
            return "-"
        case bool():
            return "yes" if value else "no"
        case datetime():
            return value.astimezone(UTC).strftime("%Y-%m-%d %H:%MZ")
        case tuple():
            return ", ".join(map(str, value)) or "-"
        case _:
            return str(value)
