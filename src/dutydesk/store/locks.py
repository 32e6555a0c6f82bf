"""Locks that the kernel frees when their process dies: one dispatcher; officers first; no commit in a checkpoint."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

#: Seconds between tries, and the most that intake lets officers go ahead before one batch.
RETRY_SECONDS = 0.0005
PATIENCE_SECONDS = 0.025


class FileLock:
    """An advisory lock on a file of its own beside the store."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o660)

    def try_exclusive(self) -> bool:
        return self._try(fcntl.LOCK_EX)

    def try_shared(self) -> bool:
        return self._try(fcntl.LOCK_SH)

    def shared(self) -> None:
        fcntl.flock(self._fd, fcntl.LOCK_SH)

    def free(self) -> None:
        fcntl.flock(self._fd, fcntl.LOCK_UN)

    def close(self) -> None:
        os.close(self._fd)

    def _try(self, operation: int) -> bool:
        try:
            fcntl.flock(self._fd, operation | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


class StoreLocks:
    """The three locks of one store.

    ``dispatcher``: held for life by the one process that dispatches. ``turnstile``: an officer's commit holds it
    shared, and intake waits a moment while anybody does. ``commits``: every commit holds it shared, a checkpoint
    exclusively, because SQLite before 3.51.3 can lose a commit that runs beside a checkpoint (the WAL-reset bug).
    """

    def __init__(self, store: Path) -> None:
        self.dispatcher = FileLock(store.with_name(store.name + "-dispatcher"))
        self._turnstile = FileLock(store.with_name(store.name + "-turnstile"))
        self._commits = FileLock(store.with_name(store.name + "-commits"))

    @contextmanager
    def commit(self, *, officer: bool) -> Iterator[None]:
        """Held from before BEGIN until after COMMIT."""
        if officer:
            self._turnstile.shared()
        else:
            self._let_officers_pass()
        try:
            self._commits.shared()
            try:
                yield
            finally:
                self._commits.free()
        finally:
            if officer:
                self._turnstile.free()

    @contextmanager
    def checkpoint(self) -> Iterator[bool]:
        """Yields whether the checkpoint may run: no commit runs anywhere while it does."""
        got = self._commits.try_exclusive()
        try:
            yield got
        finally:
            if got:
                self._commits.free()

    def close(self) -> None:
        for lock in (self.dispatcher, self._turnstile, self._commits):
            lock.close()

    def _let_officers_pass(self) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self._turnstile.try_exclusive():
            if time.monotonic() > deadline:
                return
            time.sleep(RETRY_SECONDS)
        self._turnstile.free()
