"""Locks between processes; the kernel releases them when a process dies."""

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
from dutydesk.domain.limits import DEFAULT_LIMITS, StoreLimits
from dutydesk.language.sentences import sentence
from dutydesk.store.engine.rows import Connection
from dutydesk.store.engines.sqlite.binding import has_wal_reset_bug, sqlite_version

_HOLDER_LINE = re.compile(rb"([1-9]\d{0,9}) ([A-Za-z0-9._-]{1,255})\n")

LOCK_SUFFIXES = ("-dispatcher", "-turnstile", "-gate", "-commits", "-older-sqlite")


class LockHolder(NamedTuple):
    """The process that holds a lock, as written in the lock file."""

    pid: int
    host: str

    def __str__(self) -> str:
        return f"pid {self.pid} on {self.host}"


class FileLock:
    """An advisory lock on a file next to the store, with the store's mode and owner.

    A forked child shares its parent's lock and keeps it alive, so worker processes are spawned, never forked.
    Raises StoreUnusable if the file can't be opened or is a symbolic link.
    """

    def __init__(self, path: Path, store: Path | None = None, limits: StoreLimits = DEFAULT_LIMITS.store) -> None:
        self.path = path
        self._retry_seconds = limits.lock_retry_seconds
        try:
            self._fd = _open_lock_file(path, store)
        except OSError as error:
            raise StoreUnusable(
                StoreCode.LOCK_FILE_UNUSABLE,
                sentence(
                    "the lock file {path} can't be used ({strerror}); remove it or its cause",
                    path=path,
                    strerror=error.strerror,
                ),
            ) from (error)

    def try_exclusive(self) -> bool:
        return self._try(fcntl.LOCK_EX)

    def wait_exclusive(self, seconds: float) -> bool:
        return self._wait(seconds, fcntl.LOCK_EX)

    def wait_shared(self, seconds: float) -> bool:
        return self._wait(seconds, fcntl.LOCK_SH)

    def is_available(self, operation: int) -> bool:
        """Whether the lock could be taken now; it is released again."""
        if not self._try(operation):
            return False
        self.unlock()
        return True

    def unlock(self) -> None:
        fcntl.flock(self._fd, fcntl.LOCK_UN)

    def write_holder(self) -> None:
        """Write this process into the file, for processes that wait. Only for the lock's holder."""
        self._write(f"{os.getpid()} {socket.gethostname()}\n".encode())

    def clear_holder(self) -> None:
        """Remove the entry of :meth:`write_holder` and release the lock."""
        self._write(b"")
        self.unlock()

    def holder(self) -> LockHolder | None:
        """The process that holds a lock which could not be taken; ``None`` if that is unknown.

        The entry may be left by an earlier holder; it is ignored if that process of this host has ended.
        """
        return read_holder(self._fd)

    @property
    def term(self) -> None:
        """No terms are counted on one box."""
        return None

    def troubles(self) -> tuple[str, ...]:
        """Where nobody holds it, it can be taken."""
        return ()

    def was_held_before(self) -> bool:
        """No terms are counted on one box."""
        return False

    def is_current(self) -> bool:
        """The kernel takes the lock from a process only when it ends."""
        return True

    def fence(self, raw: Connection) -> None:
        """Nobody takes over from a process that lives."""

    def _write(self, text: bytes) -> None:
        with suppress(OSError):  # a full disk does not prevent dispatching
            os.ftruncate(self._fd, 0)
            os.pwrite(self._fd, text, 0)

    def is_removed(self) -> bool:
        """Whether the lock file was deleted, so that another process may lock a new file of the same name."""
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
            time.sleep(self._retry_seconds)
        return True


def read_holder(descriptor: int) -> LockHolder | None:
    """The process named in the lock file, if it may still be running."""
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

    ``dispatcher``: the dispatching process holds it for its whole life.
    ``turnstile``: an officer's commit holds it shared; intake waits a moment while any process does.
    ``commits``: every commit holds it shared, a checkpoint exclusively, because SQLite before 3.51.3 can lose a commit
    that runs during a checkpoint (the WAL-reset bug).
    ``gate``: a commit takes it shared on its way in, a checkpoint exclusively, so that a steady stream of commits can't
    keep the checkpoint out.
    ``older_sqlite``: a process whose SQLite has the bug holds it shared while it has the store open. As long as nobody
    does, commits go on while the pages are moved, and wait only for the checkpoint's short end.

    Raises StoreUnusable if a lock file can't be opened.
    """

    def __init__(self, store: Path, limits: StoreLimits = DEFAULT_LIMITS.store) -> None:
        self._limits = limits
        self._is_older = has_wal_reset_bug(sqlite_version())
        opened: list[FileLock] = []
        try:
            for suffix in (*LOCK_SUFFIXES, *LOCK_SUFFIXES[:3]):
                opened.append(FileLock(store.with_name(store.name + suffix), store, limits))
            if self._is_older:
                _require_lock(opened[4].wait_shared(limits.busy_seconds))
        except BaseException:
            for lock in opened:
                lock.close()
            raise
        self._locks = tuple(opened)
        self.dispatcher, self._turnstile, self._gate, self._commits, self._older_sqlite, *others = opened
        # Threads need descriptors of their own: a lock belongs to the descriptor.
        self._dispatcher_probe, self._readers_turnstile, self._readers_gate = others

    @contextmanager
    def commit(self, *, officer: bool) -> Iterator[None]:
        """Hold from before BEGIN until after COMMIT. Raises StoreUnusable after ``busy_seconds`` of waiting."""
        if officer:
            _require_lock(self._turnstile.wait_shared(self._limits.busy_seconds))
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
    def checkpoint(self, patience: float | None = None) -> Iterator[bool]:
        """Yield whether no process is committing; then none can start until this ends.

        Running commits get ``patience`` seconds to end, by default the limit ``drain_seconds``.
        """
        patience = self._limits.drain_seconds if patience is None else patience
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

    @contextmanager
    def exclude_older_sqlite(self) -> Iterator[bool]:
        """Yield whether no process with a SQLite that has the bug has the store open; then none can until this ends."""
        nobody = not self._is_older and self._older_sqlite.try_exclusive()
        try:
            yield nobody
        finally:
            if nobody:
                self._older_sqlite.unlock()

    def is_officer_waiting(self) -> bool:
        """Whether an officer of any process waits, so that running intake should end soon.

        It looks twice, because another process that looks at the same moment holds the lock for an instant.
        """
        return not any(self._turnstile.is_available(fcntl.LOCK_EX) for _ in range(2))

    def must_reader_wait(self) -> bool:
        """Whether an officer of any process commits, or a checkpoint waits for readers to end.

        Waiting is a courtesy: on few processors a read slows the commit down, and a checkpoint that meets a reader must
        be tried again.
        """
        return not (
            self._readers_turnstile.is_available(fcntl.LOCK_EX) and self._readers_gate.is_available(fcntl.LOCK_SH)
        )

    @contextmanager
    def exclude_dispatcher(self) -> Iterator[bool]:
        """Yield whether no process dispatches, this one included; then none can start until this ends."""
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
        _require_lock(self._gate.wait_shared(self._limits.busy_seconds))
        try:
            _require_lock(self._commits.wait_shared(self._limits.busy_seconds))
        finally:
            self._gate.unlock()

    def _yield_to_officers(self) -> None:
        if self._turnstile.wait_exclusive(self._limits.yield_seconds):
            self._turnstile.unlock()

    def _check_files(self) -> None:
        for lock in self._locks:
            if lock.is_removed():
                raise StoreUnusable(
                    StoreCode.LOCK_FILE_REMOVED,
                    sentence("the lock file {path} was removed while the store was open; start again", path=lock.path),
                )


def _require_lock(got: bool) -> None:
    if not got:
        raise StoreUnusable(
            StoreCode.STORE_LOCKED,
            sentence(
                "another process has kept the store locked for a minute; end the dutydesk that hangs, then try again"
            ),
        )
