"""What every reader of a file of rows returns: the valid rows, and each rejected one with its place."""

from __future__ import annotations

from typing import Protocol

from dutydesk.domain.frozen import value


class UnreadableFileError(ValueError):
    """The file as a whole is unreadable; the argument is one sentence, and nothing is imported."""


@value(frozen=True, slots=True)
class RejectedRow:
    """A rejected row. ``line`` is the line of a text file, or the number of an entry, from 1; ``problem`` is one
    clause.
    """

    line: int
    problem: str


class LineSource(Protocol):
    """A file opened for reading bytes."""

    def readline(self, size: int = -1, /) -> bytes: ...
