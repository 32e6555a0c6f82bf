"""The write-ahead log beside a store: how much of it is in use, and when it is worth folding again."""

from __future__ import annotations

import os
from bisect import bisect_left
from pathlib import Path
from typing import Final, NamedTuple

from dutydesk.domain.limits import DEFAULT_LIMITS

_HEADER_BYTES: Final = 32
_FRAME_HEADER_BYTES: Final = 24
#: Where the size of a page and the salts stand in the file's header, and the salts in a frame's.
_PAGE_SIZE: Final = slice(8, 12)
_SALTS, _FRAME_SALTS, _SALTS_BYTES = 16, 8, 8


class _WalGeneration(NamedTuple):
    """One generation of the log, by its salts, and how many bytes of the file are of it."""

    salts: bytes = b""
    bytes: int = 0


class WalFile:
    """Once folded it keeps its length and is written anew from its start, which spares each commit the making of a
    longer file; so its length does not tell what is in use. What is bears the salts of the log's header (the format
    of the write-ahead log is part of SQLite's documented file format). No lock of SQLite's lies on this file, so it
    may be opened and closed beside SQLite.
    """

    def __init__(self, store: Path, retry_bytes: int = DEFAULT_LIMITS.store.wal_retry_bytes) -> None:
        """``retry_bytes``: how much the file grows before a checkpoint that a reader blocked is worth another try."""
        self._path = f"{store}-wal"
        self._retry_bytes = retry_bytes
        self._checkpointed = self._blocked = _WalGeneration()

    def size(self) -> int:
        """In bytes; 0 where there is none."""
        try:
            return os.stat(self._path).st_size  # noqa: PTH116
        except OSError:
            return 0

    def used_bytes(self) -> int:
        """Bytes of it that this process has not folded; 0 where there is none."""
        now = self._read_generation()
        return 0 if now == self._checkpointed else now.bytes

    def needs_checkpoint(self, limit: int) -> bool:
        """Whether it is worth folding: not again at once where a reader stood in the way."""
        if self.size() <= limit:
            return False
        now = self._read_generation()
        tried = self._blocked.bytes + self._retry_bytes if now.salts == self._blocked.salts else 0
        return now != self._checkpointed and now.bytes > max(limit, tried)

    def set_checkpointed(self) -> None:
        """While nobody commits: what is in it now is in the store."""
        self._checkpointed = self._read_generation()

    def set_blocked(self) -> None:
        """Its folding is to be tried again, and somebody who reads stood in the way."""
        self._blocked = self._read_generation()

    def _read_generation(self) -> _WalGeneration:
        try:
            with Path(self._path).open("rb", buffering=0) as log:
                return _parse_generation(log.fileno())
        except OSError:
            return _WalGeneration()


def _parse_generation(log: int) -> _WalGeneration:
    header = os.pread(log, _HEADER_BYTES, 0)
    if len(header) < _HEADER_BYTES:
        return _WalGeneration()
    salts = header[_SALTS : _SALTS + _SALTS_BYTES]
    frame = _FRAME_HEADER_BYTES + int.from_bytes(header[_PAGE_SIZE], "big")

    def is_old(place: int) -> bool:
        return os.pread(log, _SALTS_BYTES, _HEADER_BYTES + place * frame + _FRAME_SALTS) != salts

    there = (os.fstat(log).st_size - _HEADER_BYTES) // frame
    frames = bisect_left(range(there), True, key=is_old)
    return _WalGeneration(salts, _HEADER_BYTES + frames * frame if frames else 0)
