"""Locks that the kernel frees when their process dies: one dispatcher; officers first; no commit in a checkpoint."""

from __future__ import annotations

import fcntl
import os
import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.errors import StoreUnusable

#: Seconds between tries, and the most that intake before one batch, or a read, lets officers go ahead.
RETRY_SECONDS = 0.0005
YIELD_SECONDS = 0.025
#: How long a checkpoint keeps new commits out while those under way end, before it gives up.
DRAIN_SECONDS = 0.05
#: How long a commit waits for other processes before it says that it can't be done.
BUSY_SECONDS = 60.0

_HOLDER_LINE = re.compile(rb"([1-9]\d{0,9}) ([A-Za-z0-9._-]{1,255})\n")

LOCK_SUFFIXES = ("-dispatcher", "-turnstile", "-gate", "-commits")


class LockHolder(NamedTuple):
    """The process that holds a lock, as it said itself."""

    pid: int
    host: str

    def __str__(self) -> str:
        return f"pid {self.pid} on {self.host}"


class FileLock:
    """An advisory lock on a file of its own beside the store, with the store's own rights and owner.

    A forked child shares its parent's lock and keeps it alive: worker processes are spawned, never forked.
    Raises StoreUnusable where the file can't be opened, or is a symbolic link.
    """

    def __init__(self, path: Path, store: Path | None = None) -> None:
        self.path = path
        try:
            self._fd = _open_lock_file(path, store)
        except OSError as error:
            raise StoreUnusable(
                StoreCode.LOCK_FILE_UNUSABLE,
                f"the lock file {path} can't be used ({error.strerror}); remove it or its cause",
            ) from (error)

    def try_exclusive(self) -> bool:
        return self._try(fcntl.LOCK_EX)

    def try_shared(self) -> bool:
        return self._try(fcntl.LOCK_SH)

    def wait_exclusive(self, seconds: float) -> bool:
        return self._wait(seconds, fcntl.LOCK_EX)

    def wait_shared(self, seconds: float) -> bool:
        return self._wait(seconds, fcntl.LOCK_SH)

    def is_available(self, operation: int) -> bool:
        """Whether it could be taken now; it is not kept."""
        if not self._try(operation):
            return False
        self.unlock()
        return True

    def unlock(self) -> None:
        fcntl.flock(self._fd, fcntl.LOCK_UN)

    def write_holder(self) -> None:
        """Says in the file who holds the lock, for those who wait for it. Only for who holds it."""
        self._write(f"{os.getpid()} {socket.gethostname()}\n".encode())

    def clear_holder(self) -> None:
        """Takes the signature away, and frees the lock."""
        self._write(b"")
        self.unlock()

    def holder(self) -> LockHolder | None:
        """Who holds the lock that could not be taken; ``None`` where that is not known.

        What is written there is of the last one who signed. A process of this host that has ended does not hold it.
        """
        return read_holder(self._fd)

    def _write(self, text: bytes) -> None:
        with suppress(OSError):  # a full disk keeps nobody from dispatching
            os.ftruncate(self._fd, 0)
            os.pwrite(self._fd, text, 0)

    def is_removed(self) -> bool:
        """Whether the file was taken away from under the lock, so that others may hold another of the same name."""
        return os.fstat(self._fd).st_nlink == 0

    def close(self) -> None:
        os.close(self._fd)

    def _try(self, operation: int) -> bool:
        try:
            fcntl.flock(self._fd, operation | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _wait(self, seconds: float, operation: int) -> bool:
        deadline = time.monotonic() + seconds
        while not self._try(operation):
            if time.monotonic() > deadline:
                return False
            time.sleep(RETRY_SECONDS)
        return True


def read_holder(descriptor: int) -> LockHolder | None:
    """Who signed the lock file, if that process may still run."""
    try:
        found = _HOLDER_LINE.fullmatch(os.pread(descriptor, 400, 0))
    except OSError:
        return None
    if found is None:
        return None
    holder = LockHolder(int(found[1]), found[2].decode())
    return holder if holder.host != socket.gethostname() or _is_process_alive(holder.pid) else None


def _is_process_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


def _open_lock_file(path: Path, store: Path | None) -> int:
    flags = os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW
    while True:
        try:
            return os.open(path, flags)
        except FileNotFoundError:
            try:
                descriptor = os.open(path, flags | os.O_CREAT | os.O_EXCL, 0o660)
            except FileExistsError:
                continue
        if store is not None:
            _copy_permissions(descriptor, store)
        return descriptor


def _copy_permissions(descriptor: int, store: Path) -> None:
    status = store.stat()
    os.fchmod(descriptor, status.st_mode & 0o660)
    if os.geteuid() == 0:
        os.fchown(descriptor, status.st_uid, status.st_gid)


class StoreLocks:
    """The locks of one store.

    ``dispatcher``: held for life by the one process that dispatches. ``turnstile``: an officer's commit holds it
    shared, and intake waits a moment while anybody does. ``commits``: every commit holds it shared, a checkpoint
    exclusively, because SQLite before 3.51.3 can lose a commit that runs beside a checkpoint (the WAL-reset bug).
    ``gate``: a commit passes it on its way in, and a checkpoint shuts it, so that busy writers, of whom one is always
    inside, can't keep the checkpoint out for ever.

    Raises StoreUnusable where a lock file can't be opened.
    """

    def __init__(self, store: Path) -> None:
        opened: list[FileLock] = []
        try:
            for suffix in (*LOCK_SUFFIXES, *LOCK_SUFFIXES[:3]):
                opened.append(FileLock(store.with_name(store.name + suffix), store))
        except BaseException:
            for lock in opened:
                lock.close()
            raise
        self._locks = tuple(opened)
        self.dispatcher, self._turnstile, self._gate, self._commits, *others = opened
        # What a thread takes by another's descriptor would be the other's own lock, changed.
        self._dispatcher_probe, self._readers_turnstile, self._readers_gate = others

    @contextmanager
    def commit(self, *, officer: bool) -> Iterator[None]:
        """Held from before BEGIN until after COMMIT. Raises StoreUnusable if others don't let it in within a minute."""
        if officer:
            _require_lock(self._turnstile.wait_shared(BUSY_SECONDS))
        else:
            self._yield_to_officers()
        try:
            self._pass_gate()
            try:
                self._check_files()
                yield
            finally:
                self._commits.unlock()
        finally:
            if officer:
                self._turnstile.unlock()

    @contextmanager
    def checkpoint(self, patience: float = DRAIN_SECONDS) -> Iterator[bool]:
        """Yields whether no commit of any process is under way, and none can begin until this ends.

        Commits that are under way get ``patience`` seconds to end.
        """
        self._yield_to_officers()
        alone = False
        shut = self._gate.wait_exclusive(patience)
        try:
            alone = shut and self._commits.wait_exclusive(patience)
            yield alone
        finally:
            if alone:
                self._commits.unlock()
            if shut:
                self._gate.unlock()

    def is_officer_waiting(self) -> bool:
        """Whether an officer of any process is at the turnstile: for intake that is inside, to end soon.

        Whoever reads and looks at the same instant is not taken for one: that look is over by the second of these.
        """
        return not any(self._turnstile.is_available(fcntl.LOCK_EX) for _ in range(2))

    def must_reader_wait(self) -> bool:
        """Whether an officer of any process commits, this one's too, or a checkpoint wants the log to itself.

        Nothing breaks where a reader does not wait; but an act, where processors are few, waits for what is read and
        painted beside it, and a checkpoint that meets readers has to be done again.
        """
        return not (
            self._readers_turnstile.is_available(fcntl.LOCK_EX) and self._readers_gate.is_available(fcntl.LOCK_SH)
        )

    @contextmanager
    def exclude_dispatcher(self) -> Iterator[bool]:
        """Yields whether nobody dispatches, this process neither; then nobody begins to until this ends."""
        nobody = self._dispatcher_probe.try_exclusive()
        try:
            yield nobody
        finally:
            if nobody:
                self._dispatcher_probe.unlock()

    def close(self) -> None:
        for lock in self._locks:
            lock.close()

    def _pass_gate(self) -> None:
        _require_lock(self._gate.wait_shared(BUSY_SECONDS))
        try:
            _require_lock(self._commits.wait_shared(BUSY_SECONDS))
        finally:
            self._gate.unlock()

    def _yield_to_officers(self) -> None:
        if self._turnstile.wait_exclusive(YIELD_SECONDS):
            self._turnstile.unlock()

    def _check_files(self) -> None:
        for lock in self._locks:
            if lock.is_removed():
                raise StoreUnusable(
                    StoreCode.LOCK_FILE_REMOVED,
                    f"the lock file {lock.path} was removed while the store was open; start again",
                )


def _require_lock(got: bool) -> None:
    if not got:
        raise StoreUnusable(
            StoreCode.STORE_LOCKED,
            "another process has kept the store locked for a minute; end the dutydesk that hangs, then try again",
        )
