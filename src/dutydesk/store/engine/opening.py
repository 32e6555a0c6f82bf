"""Finds the engine of a store; the rest of the program never names one."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Protocol

from dutydesk.domain.limits import StoreLimits
from dutydesk.store.engine.engine import Engine
from dutydesk.store.engine.location import database_url
from dutydesk.store.engine.new_store import NewStore
from dutydesk.store.engine.reader import Handle


class SnapshotReader(Protocol):
    """Reads a store on the calling thread, one snapshot at a time, in a process that does nothing else."""

    def snapshot(self) -> AbstractContextManager[Handle]:
        """The store as of now. Raises the errors of the engine's driver."""
        ...

    def close(self) -> None: ...


def open_engine(path: Path, limits: StoreLimits) -> Engine:
    """Validate a store that exists and bring it up to date. Raises StoreUnusable."""
    from dutydesk.store.engines.sqlite.engine import SqliteEngine

    return SqliteEngine(path, limits)


def create_store(path: Path, realm: str, at: datetime) -> None:
    """Create an empty store. A failure leaves nothing. Raises StoreUnusable."""
    from dutydesk.store.engines.sqlite import database

    database.create_store(path, realm, at)


def write_new_store(path: Path, realm: str, made_at: datetime) -> AbstractContextManager[NewStore]:
    """A store that is written row by row, and is there only if the block ends well.

    Raises Refused for one that exists, StoreUnusable where it can't be written or does not hold together.
    """
    if database_url(path) is not None:
        from dutydesk.store.engines.postgresql import new_store

        return new_store.write_new_store(path, realm, made_at)
    from dutydesk.store.engines.sqlite import new_store as new_file

    return new_file.write_new_store(path, realm, made_at)


def open_snapshots(path: Path) -> SnapshotReader:
    """Raises the errors of the engine's driver."""
    from dutydesk.store.engines.sqlite.snapshots import FileSnapshots

    return FileSnapshots(path)


def as_store_error(error: Exception) -> Exception:
    """StoreUnusable for a fault of any engine's store, its disk, its line or a lock; any other error unchanged."""
    from dutydesk.store.engines.sqlite import faults

    return faults.as_store_error(error)
