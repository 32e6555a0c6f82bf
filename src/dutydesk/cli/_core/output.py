"""Output of commands: JSON lines for programs, sentences and tables for people. Text from outside is escaped."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from dutydesk.language.phrases import translate
from dutydesk.language.sentences import Sentence, read_sentence
from dutydesk.wire.encode.json_line import to_json_line
from dutydesk.wire.text.safe_text import isolate, safe_text

if TYPE_CHECKING:
    from rich.text import Text

_UNLIMITED_WIDTH = 100_000
#: Width of a table without a terminal. By default nothing is cut; the command line of the console has a width.
table_width: ContextVar[int] = ContextVar("table_width", default=_UNLIMITED_WIDTH)
#: In a table of limited width, a column takes at most so many cells; the last one takes the rest, and may wrap.
_NARROW_COLUMN = 13
_LEAST_LAST_COLUMN = 12
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
    """Print a line in the language that is spoken; what is not the desk's own stays as it is."""
    text = words.lstrip(" ")
    print(f"{' ' * (len(words) - len(text))}{safe_text(read_sentence(text))}", flush=True)


def print_progress(words: str) -> None:
    """Say on stderr why something takes long."""
    print(f"dutydesk: {safe_text(read_sentence(words))}", file=sys.stderr, flush=True)


def number_and_noun(number: int, one: str, many: str) -> str:
    """For example "1 body" and "2 bodies"."""
    return f"{number:,} {one if number == 1 else many}"


def print_paragraph(words: str, indent: str = "") -> None:
    """Print a text of several lines; control characters are escaped."""
    for line in safe_text(words, multiline=True).split("\n"):
        print(f"{indent}{isolate(line)}")


def stdout_is_terminal() -> bool:
    return sys.stdout.isatty()


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print one line a row; on a terminal the last column takes the remaining width.

    ``columns`` are phrases. Sentences in cells are in the language that is spoken.
    """
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False, markup=False, emoji=False, soft_wrap=False)
    plain = not console.is_terminal or console.is_dumb_terminal
    if plain:
        console.width = table_width.get()
    grid = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0), show_edge=False)
    columns = [translate(name) for name in columns]
    lines = [tuple(map(_styled_cell, row)) for row in rows]
    widths: Sequence[int | None] = [None] * len(columns)
    if plain and console.width < _UNLIMITED_WIDTH:
        grid.padding = (0, 1, 0, 0)
        widths = _narrow_widths(columns, lines, console.width)
    for place, (name, width) in enumerate(zip(columns, widths, strict=True), 1):
        grid.add_column(name, no_wrap=place < len(columns), overflow="ellipsis", width=width)
    for line in lines:
        grid.add_row(*line)
    with console.capture() as drawn:
        console.print(grid)
    text = drawn.get()
    if plain:
        text = "".join(f"{line.rstrip()}\n" for line in text.splitlines())
    sys.stdout.write(text)


def _narrow_widths(columns: Sequence[str], lines: Iterable[Sequence[Text]], width: int) -> list[int]:
    """As wide as needed if all fits; else long columns are cut before the last one gets too narrow."""
    natural = [len(name) for name in columns]
    for line in lines:
        natural = [max(cells, text.cell_len) for cells, text in zip(natural, line, strict=True)]
    first = natural[:-1]
    for place in sorted(range(len(first)), key=lambda place: -first[place]):
        if sum(first) + len(first) + _LEAST_LAST_COLUMN <= width:
            break
        first[place] = min(first[place], _NARROW_COLUMN)
    return [*first, max(width - sum(first) - len(first) - 1, _LEAST_LAST_COLUMN)]


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
            return translate("yes") if value else translate("no")
        case datetime():
            return value.astimezone(UTC).strftime("%Y-%m-%d %H:%MZ")
        case Sentence():
            return read_sentence(value)
        case tuple():
            return ", ".join(map(str, value)) or "-"
        case _:
            return str(value)
