"""Sync and open files of the spool."""

from __future__ import annotations

import ctypes
import errno
import os
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO

#: ``syncfs`` of the C library; ``None`` where it has none.
_syncfs: Any = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)


def sync(root: Path, written: Iterable[Path]) -> None:
    """Return once everything written below ``root`` is durable. Raises OSError.

    ``syncfs`` syncs the whole file system at once; where it is missing the files and folders in ``written`` are synced.
    """
    if _syncfs is None:
        for path in written:
            _sync_one(path)
        return
    descriptor = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        if _syncfs(descriptor) != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number), str(root))
    finally:
        os.close(descriptor)


def _sync_one(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def open_regular(path: Path) -> BinaryIO:
    """Open a regular file for reading without blocking. Raises OSError for anything else, also for a link."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "is no regular file; remove it", str(path))
    return os.fdopen(descriptor, "rb", buffering=1 << 16)


def error_words(error: OSError) -> str:
    """The system's message as one short clause for an officer."""
    where = f" ({error.filename})" if error.filename else ""
    return f"{error.strerror or type(error).__name__}{where}"
