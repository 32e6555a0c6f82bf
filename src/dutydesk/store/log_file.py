"""The write-ahead log beside a store: how much of it is in use, and when it is worth folding again."""

from __future__ import annotations

import os
from bisect import bisect_left
from pathlib import Path
from typing import Final

_HEADER_BYTES: Final = 32
_FRAME_HEADER_BYTES: Final = 24
#: Where the size of a page and the salts stand in the file's header, and the salts in a frame's.
_PAGE_SIZE: Final = slice(8, 12)
_SALTS, _FRAME_SALTS, _SALTS_BYTES = 16, 8, 8
#: How much the log grows before it is folded again after somebody who read had stood in the way.
_GROWN_BYTES: Final = 4 * 1024 * 1024


class LogFile:
    """Once folded it keeps its length and is written anew from its start, which spares each commit the making of a
    longer file; so its length does not tell what is in use. What is bears the salts of the log's header (the format
    of the write-ahead log is part of SQLite's documented file format). No lock of SQLite's lies on this file, so it
    may be opened and closed beside SQLite.
    """

    def __init__(self, store: Path) -> None:
        self._path = f"{store}-wal"
        self._folded = (b"", 0)
        self._tried_at = 0

    def length(self) -> int:
        """In bytes; 0 where there is none."""
        try:
            return os.stat(self._path).st_size  # noqa: PTH116
        except OSError:
            return 0

    def in_use(self) -> int:
        """Bytes of it that this process has not folded; 0 where there is none."""
        salts, frames, frame = self._look()
        return 0 if not frames or (salts, frames) == self._folded else _HEADER_BYTES + frame * frames

    def is_longer_than(self, limit: int) -> bool:
        """Whether it is worth folding: not again at once where a reader stood in the way."""
        in_use = self.in_use()
        if in_use < self._tried_at:
            self._tried_at = 0
        return in_use > limit and in_use > self._tried_at + _GROWN_BYTES * (self._tried_at > 0)

    def was_folded(self) -> None:
        """While nobody commits: what is in it now is in the store."""
        salts, frames, _ = self._look()
        self._folded, self._tried_at = (salts, frames), 0

    def was_not_folded(self) -> None:
        self._tried_at = self.in_use()

    def _look(self) -> tuple[bytes, int, int]:
        """The log's salts, how many frames bear them, and the bytes of one."""
        try:
            with Path(self._path).open("rb", buffering=0) as log:
                return _look_into(log.fileno())
        except OSError:
            return b"", 0, 0


def _look_into(log: int) -> tuple[bytes, int, int]:
    header = os.pread(log, _HEADER_BYTES, 0)
    if len(header) < _HEADER_BYTES:
        return b"", 0, 0
    salts = header[_SALTS : _SALTS + _SALTS_BYTES]
    frame = _FRAME_HEADER_BYTES + int.from_bytes(header[_PAGE_SIZE], "big")

    def is_old(place: int) -> bool:
        return os.pread(log, _SALTS_BYTES, _HEADER_BYTES + place * frame + _FRAME_SALTS) != salts

    there = (os.fstat(log).st_size - _HEADER_BYTES) // frame
    return salts, bisect_left(range(there), True, key=is_old), frame
