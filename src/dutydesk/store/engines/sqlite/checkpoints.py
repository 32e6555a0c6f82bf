"""Moves the write-ahead log (WAL) into the store's file."""

from __future__ import annotations

import sqlite3

from dutydesk.domain.limits import StoreLimits
from dutydesk.store.engine.rows import Connection
from dutydesk.store.engines.sqlite.faults import as_store_error
from dutydesk.store.engines.sqlite.locks import StoreLocks
from dutydesk.store.engines.sqlite.wal_file import WalFile


class Checkpoints:
    """As :class:`~dutydesk.store.engine.engine.Housekeeping` says: folding is a checkpoint."""

    def __init__(self, locks: StoreLocks, wal_file: WalFile, limits: StoreLimits) -> None:
        self.owned = False
        self.wal_file = wal_file
        self._locks = locks
        self._limits = limits

    def bytes(self) -> int:
        return self.wal_file.used_bytes()

    def needs_folding(self, limit: int) -> bool:
        """See :meth:`WalFile.needs_checkpoint`."""
        return self.wal_file.needs_checkpoint(limit)

    def is_due(self) -> bool:
        return not self.owned and self.wal_file.needs_checkpoint(self._limits.unowned_wal_bytes)

    def fold_unowned(self, raw: Connection) -> None:
        with self._locks.exclude_dispatcher() as nobody:
            if nobody:
                self.fold(raw, empty=False)

    def fold_after_officer(self, raw: Connection) -> None:
        if self.owned and self.wal_file.needs_checkpoint(self._limits.after_officer_wal_bytes):
            self.fold(raw, empty=False)

    def fold(self, raw: Connection, *, empty: bool) -> bool:
        self._move_pages(raw)
        with self._locks.checkpoint() as alone:
            if not alone:
                return False
            is_long = self.wal_file.size() > self._limits.long_wal_bytes
            mode = "TRUNCATE" if empty or is_long else "RESTART"
            reader_ms = self._limits.long_wal_reader_ms if is_long else self._limits.checkpoint_reader_ms
            raw.execute(f"PRAGMA busy_timeout = {reader_ms}")
            try:
                busy = raw.execute(f"PRAGMA wal_checkpoint({mode})").fetchone()[0]
            except sqlite3.Error as error:
                if _is_passing(error):
                    return False
                raise as_store_error(error) from error
            finally:
                raw.execute("PRAGMA busy_timeout = 0")
            if busy:
                self.wal_file.set_blocked()
            else:
                self.wal_file.set_checkpointed()
        return not busy

    def _move_pages(self, raw: Connection) -> None:
        """Move what can be moved while others commit, so that they wait only for what comes meanwhile."""
        with self._locks.exclude_older_sqlite() as nobody:
            if nobody:
                try:
                    raw.execute("PRAGMA wal_checkpoint(PASSIVE)")
                except sqlite3.Error as error:
                    if not _is_passing(error):
                        raise as_store_error(error) from error


def _is_passing(error: sqlite3.Error) -> bool:
    """Whether a checkpoint that failed so is tried again later: somebody reads or commits, or the disk is full."""
    return error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_FULL)
