"""Which binding to SQLite this process uses, for every connection that it opens.

One process never uses two: POSIX releases all locks that a process has on a file as soon as the process closes any
descriptor of it, so that one library's closing would drop the other's locks.
"""

from __future__ import annotations

import os
import sqlite3
from enum import StrEnum
from functools import cache
from importlib import import_module
from pathlib import Path

from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.errors import StoreUnusable
from dutydesk.store.engines.sqlite.sqlite_connection import SqliteConnection

#: The environment variable that names the binding.
BINDING_VARIABLE = "DUTYDESK_SQLITE"
_PATIENCE_SECONDS = 5.0
#: Deleted content is overwritten, also by a connection that is not otherwise configured: builds of SQLite differ in it.
_SECURE_DELETE = "PRAGMA secure_delete = ON"


class Binding(StrEnum):
    APSW = "apsw"
    SQLITE3 = "sqlite3"


def choose(wanted: str | None, *, has_apsw: bool) -> Binding:
    """apsw where it is installed, unless the other is wanted. Raises StoreUnusable for one that can't be had."""
    if not wanted:
        return Binding.APSW if has_apsw else Binding.SQLITE3
    if wanted not in set(Binding) or (wanted == Binding.APSW and not has_apsw):
        raise StoreUnusable(
            StoreCode.BINDING_MISSING,
            f"{BINDING_VARIABLE} names {wanted}, which is not there; set it to sqlite3, or leave it out",
        )
    return Binding(wanted)


@cache
def binding() -> Binding:
    """The binding of this process. Raises StoreUnusable."""
    return choose(os.environ.get(BINDING_VARIABLE), has_apsw=_has_apsw())


def _has_apsw() -> bool:
    try:
        import_module("apsw")
    except ImportError:
        return False
    return True


def sqlite_version() -> str:
    """The version of the SQLite that the binding uses."""
    if binding() is Binding.SQLITE3:
        return sqlite3.sqlite_version
    import apsw

    return apsw.sqlite_lib_version()


def has_wal_reset_bug(version: str) -> bool:
    """Whether a commit that runs during a checkpoint may be lost with this SQLite."""
    fixed = {(3, 50): 7, (3, 44): 6}
    major, minor, patch, *_ = (*map(int, version.split(".")), 0)
    if (major, minor) in fixed:
        return patch < fixed[major, minor]
    return (major, minor, patch) < (3, 51, 3)


def connect(path: Path, options: str = "", patience: float = _PATIENCE_SECONDS) -> SqliteConnection:
    """Open a file. A statement waits up to ``patience`` seconds for another process's lock.

    ``options`` are those of SQLite's file URLs, such as ``mode=ro``. Raises sqlite3.Error, StoreUnusable.
    """
    url = f"{path.absolute().as_uri()}?{options}"
    connection = _open(url, patience)
    try:
        connection.execute(_SECURE_DELETE)
    except BaseException:
        connection.close()
        raise
    return connection


def _open(url: str, patience: float) -> SqliteConnection:
    if binding() is Binding.SQLITE3:
        from dutydesk.store.engines.sqlite.sqlite3_connection import Sqlite3Connection

        return Sqlite3Connection.open(url, patience)
    from dutydesk.store.engines.sqlite.apsw_connection import ApswConnection

    return ApswConnection.open(url, patience)
