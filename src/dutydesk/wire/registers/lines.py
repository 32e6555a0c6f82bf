"""Reads the lines of a text file on demand, in UTF-8 or UTF-16, with constant memory."""

from __future__ import annotations

from collections.abc import Iterator

from dutydesk.wire.registers.encoding import utf8_lines
from dutydesk.wire.registers.rows import LineSource, RejectedRow

#: A longer line is rejected.
MAX_LINE_BYTES = 1024 * 1024


def read_lines(file: LineSource) -> Iterator[tuple[int, bytes | RejectedRow]]:
    """Each line as UTF-8 with its number and without its end; a line that is too long is skipped and rejected.

    Raises UnreadableFileError for a file in another encoding.
    """
    source = utf8_lines(file)
    number = 0
    while line := source.readline(MAX_LINE_BYTES + 1):
        number += 1
        if len(line) > MAX_LINE_BYTES and not line.endswith(b"\n"):
            while (rest := source.readline(MAX_LINE_BYTES)) and not rest.endswith(b"\n"):
                pass
            yield number, RejectedRow(number, f"it is longer than {MAX_LINE_BYTES:,} bytes")
        else:
            yield number, line.rstrip(b"\r\n")
