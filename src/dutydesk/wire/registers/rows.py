"""What every reader of a file of rows answers: the rows that can be taken, and each that can't, by where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol


class UnreadableFileError(ValueError):
    """The file as a whole is none; the argument is one sentence, and nothing of it is taken."""


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """``line`` is the line of a text file, or the number of an entry, from 1; ``problem`` is one clause."""

    line: int
    problem: str


class LineSource(Protocol):
    """A file opened for reading bytes, as far as a reader of rows needs it."""

    def readline(self, size: int = -1, /) -> bytes: ...


#: A line that is longer is no row.
MAX_LINE_BYTES = 1024 * 1024


def read_lines(file: LineSource) -> Iterator[tuple[int, bytes | RejectedRow]]:
    """Line by line with its number and without its end; a line beyond all measure is read past and refused."""
    number = 0
    while line := file.readline(MAX_LINE_BYTES + 1):
        number += 1
        if len(line) > MAX_LINE_BYTES and not line.endswith(b"\n"):
            while (rest := file.readline(MAX_LINE_BYTES)) and not rest.endswith(b"\n"):
                pass
            yield number, RejectedRow(number, f"it is longer than {MAX_LINE_BYTES:,} bytes")
        else:
            yield number, line.rstrip(b"\r\n")
