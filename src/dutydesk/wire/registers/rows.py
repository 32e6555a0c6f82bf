"""What every reader of a file of rows returns: the valid rows, and each rejected one with its place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol


class UnreadableFileError(ValueError):
    """The file as a whole is unreadable; the argument is one sentence, and nothing is imported."""


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A rejected row. ``line`` is the line of a text file, or the number of an entry, from 1; ``problem`` is one
    clause.
    """

    line: int
    problem: str


class LineSource(Protocol):
    """A file opened for reading bytes."""

    def readline(self, size: int = -1, /) -> bytes: ...


#: A longer line is rejected.
MAX_LINE_BYTES = 1024 * 1024


def read_lines(file: LineSource) -> Iterator[tuple[int, bytes | RejectedRow]]:
    """Each line with its number and without its end; a line that is too long is skipped and rejected."""
    number = 0
    while line := file.readline(MAX_LINE_BYTES + 1):
        number += 1
        if len(line) > MAX_LINE_BYTES and not line.endswith(b"\n"):
            while (rest := file.readline(MAX_LINE_BYTES)) and not rest.endswith(b"\n"):
                pass
            yield number, RejectedRow(number, f"it is longer than {MAX_LINE_BYTES:,} bytes")
        else:
            yield number, line.rstrip(b"\r\n")
