"""The write-ahead log (WAL) of a store: how much of it is in use, and when a checkpoint is worth its cost."""

from __future__ import annotations

import os
from bisect import bisect_left
from pathlib import Path
from typing import Final, NamedTuple

from dutydesk.domain.limits import DEFAULT_LIMITS

_HEADER_BYTES: Final = 32
_FRAME_HEADER_BYTES: Final = 24
#: Offsets of the page size and the salts in the file's header, and of the salts in a frame's header.
_PAGE_SIZE: Final = slice(8, 12)
_SALTS, _FRAME_SALTS, _SALTS_BYTES = 16, 8, 8


class _WalGeneration(NamedTuple):
    """One generation of the WAL: its salts, and how many bytes of the file belong to it."""

    salts: bytes = b""
    bytes: int = 0


class WalFile:
    """A WAL keeps its length after a checkpoint and is overwritten from its start, so that commits need not extend it.

    Its length therefore does not say how much is in use: the frames in use have the salts of the file's header, as
    SQLite's file format documents. SQLite holds no lock on this file, so opening and closing it here is safe.
    """

    def __init__(self, store: Path, retry_bytes: int = DEFAULT_LIMITS.store.wal_retry_bytes) -> None:
        """``retry_bytes``: how much the file must grow before a checkpoint that a reader blocked is tried again."""
        self._path = f"{store}-wal"
        self._retry_bytes = retry_bytes
        self._checkpointed = self._blocked = _WalGeneration()

    def size(self) -> int:
        """Length of the file in bytes; 0 if there is none."""
        try:
            return os.stat(self._path).st_size  # noqa: PTH116
        except OSError:
            return 0

    def used_bytes(self) -> int:
        """Bytes that this process has not checkpointed; 0 if there are none."""
        now = self._read_generation()
        return 0 if now == self._checkpointed else now.bytes

    def needs_checkpoint(self, limit: int) -> bool:
        """Whether a checkpoint is worth its cost: the WAL exceeds ``limit`` and no reader has just blocked one."""
        if self.size() <= limit:
            return False
        now = self._read_generation()
        tried = self._blocked.bytes + self._retry_bytes if now.salts == self._blocked.salts else 0
        return now != self._checkpointed and now.bytes > max(limit, tried)

    def set_checkpointed(self) -> None:
        """Remember that everything in the WAL is in the store. Only while no process commits."""
        self._checkpointed = self._read_generation()

    def set_blocked(self) -> None:
        """Remember that a reader blocked a checkpoint."""
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
