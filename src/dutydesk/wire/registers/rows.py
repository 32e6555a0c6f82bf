"""What every reader of a file of rows answers: the rows that can be taken, and each that can't, by where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol


class UnreadableFileError(ValueError):
    """The file as a whole is none; the argument is one sentence, and nothing of it is taken."""


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """``line`` is the line of a text file, or the number of an entry, from 1; ``problem`` is one clause."""

    line: int
    problem: str


class Lines(Protocol):
    """A file opened for reading bytes, as far as a reader of rows needs it."""

    def readline(self, size: int = -1, /) -> bytes: ...


#: A line that is longer is no row.
LONGEST_LINE = 1024 * 1024


def lines_of(file: Lines) -> Iterator[tuple[int, bytes | RefusedRow]]:
    """Line by line with its number and without its end; a line beyond all measure is read past and refused."""
    number = 0
    while line := file.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE and not line.endswith(b"\n"):
            while (rest := file.readline(LONGEST_LINE)) and not rest.endswith(b"\n"):
                pass
            yield number, RefusedRow(number, f"it is longer than {LONGEST_LINE:,} bytes")
        else:
            yield number, line.rstrip(b"\r\n")
