"""Finds the engine of a store; the rest of the program never names one."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Protocol

from dutydesk.domain.limits import DEFAULT_LIMITS, StoreLimits
from dutydesk.store.engine.engine import Engine
from dutydesk.store.engine.location import database_url
from dutydesk.store.engine.new_store import NewStore
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engines.postgresql.driver import require_driver


class SnapshotReader(Protocol):
    """Reads a store on the calling thread, one snapshot at a time, in a process that does nothing else."""

    def snapshot(self) -> AbstractContextManager[Handle]:
        """The store as of now. Raises the errors of the engine's driver."""
        ...

    def close(self) -> None: ...


def open_engine(path: Path, limits: StoreLimits, *, allow_unsafe: bool = False) -> Engine:
    """Validate a store that exists and bring it up to date. Raises StoreUnusable."""
    url = database_url(path)
    if url is not None:
        require_driver()
        from dutydesk.store.engines.postgresql.engine import PostgresEngine

        return PostgresEngine(path, url, limits, allow_unsafe=allow_unsafe)
    from dutydesk.store.engines.sqlite.engine import SqliteEngine

    return SqliteEngine(path, limits)


def create_store(
    path: Path,
    realm: str,
    at: datetime,
    *,
    allow_unsafe: bool = False,
    report: Callable[[str], None] = lambda _words: None,
) -> None:
    """Create an empty store. A failure leaves nothing. ``report`` is told why it takes long. Raises StoreUnusable."""
    url = database_url(path)
    if url is not None:
        require_driver()
        from dutydesk.store.engines.postgresql import schema

        schema.create_store(url, realm, at, allow_unsafe=allow_unsafe, report=report)
        return
    from dutydesk.store.engines.sqlite import database

    database.create_store(path, realm, at)


def write_new_store(
    path: Path,
    realm: str,
    made_at: datetime,
    *,
    allow_unsafe: bool = False,
    report: Callable[[str], None] = lambda _words: None,
    limits: StoreLimits = DEFAULT_LIMITS.store,
) -> AbstractContextManager[NewStore]:
    """A store that is written row by row, and is there only if the block ends well.

    ``allow_unsafe``: it may be on a cluster that can lose commits, if it is no LIVE one. ``report`` is told why it
    takes long. Raises Refused for one that exists, StoreUnusable where it can't be written or does not hold together.
    """
    if database_url(path) is not None:
        require_driver()
        from dutydesk.store.engines.postgresql import new_store

        return new_store.write_new_store(path, realm, made_at, allow_unsafe=allow_unsafe, report=report, limits=limits)
    from dutydesk.store.engines.sqlite import new_store as new_file

    return new_file.write_new_store(path, realm, made_at)


def store_exists(path: Path) -> bool:
    """Whether there is a store, or anything else in its place. Raises StoreUnusable."""
    url = database_url(path)
    if url is None:
        return os.path.lexists(path)
    require_driver()
    from dutydesk.store.engines.postgresql import schema

    return schema.store_exists(url)


def open_snapshots(path: Path) -> SnapshotReader:
    """Raises the errors of the engine's driver."""
    url = database_url(path)
    if url is not None:
        from dutydesk.store.engines.postgresql.snapshots import ClusterSnapshots

        return ClusterSnapshots(url)
    from dutydesk.store.engines.sqlite.snapshots import FileSnapshots

    return FileSnapshots(path)


def open_old_store(path: Path) -> AbstractContextManager[Handle]:
    """A store that may be damaged, to be read as far as that goes, as of one moment.

    Raises StoreUnusable where it can't be opened.
    """
    url = database_url(path)
    if url is not None:
        require_driver()
        from dutydesk.store.engines.postgresql import examine as examine_database

        return examine_database.open_old_store(path)
    from dutydesk.store.engines.sqlite import examine

    return examine.open_old_store(path)


def as_store_error(error: Exception) -> Exception:
    """StoreUnusable for a fault of any engine's store, its disk, its line or a lock; any other error unchanged."""
    from dutydesk.store.engines.sqlite import faults

    refusal = faults.as_store_error(error)
    if refusal is error and "psycopg" in sys.modules:
        from dutydesk.store.engines.postgresql import faults as cluster_faults

        return cluster_faults.as_store_error(error)
    return refusal
