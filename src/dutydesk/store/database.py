"""Opening a store, making one, and refusing what is not one, each time with one sentence."""

from __future__ import annotations

import os
import re
import sqlite3
import stat
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from dutydesk.domain.errors import StoreUnusable
from dutydesk.store.handle import to_us

APPLICATION_ID = 0x44555459  # "DUTY"
REALMS = ("live", "exercise", "demo")

_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA wal_autocheckpoint = 0",
    "PRAGMA foreign_keys = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA mmap_size = 0",
)


@lru_cache(maxsize=1)
def migrations() -> tuple[tuple[int, str], ...]:
    """The numbered migrations, in order."""
    folder = files("dutydesk.store") / "migrations"
    found = ((re.match(r"(\d{4})_", entry.name), entry) for entry in folder.iterdir())
    return tuple(sorted((int(match[1]), entry.read_text("utf-8")) for match, entry in found if match))


def newest_version() -> int:
    return migrations()[-1][0]


def make(path: Path, realm: str, at: datetime) -> None:
    """Makes an empty store; only the owner and the group may open it.

    Raises StoreUnusable where a file is in the way or the folder can't be written.
    """
    if path.exists() or path.is_symlink():
        raise StoreUnusable(f"{path} is already there; name another path, or use that store as it is")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o770)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o660)
        os.close(descriptor)
        connection = sqlite3.connect(path, isolation_level=None)
        try:
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            _prepare(connection)
            for version, script in migrations():
                _migrate(connection, version, script)
            connection.execute("INSERT INTO desk (id, realm, made_at) VALUES (1, ?, ?)", (realm, to_us(at)))
        finally:
            connection.close()
    except (OSError, sqlite3.Error) as error:
        path.unlink(missing_ok=True)
        raise StoreUnusable(f"no store can be made at {path}: {error}") from error


def check(path: Path) -> None:
    """Raises StoreUnusable, in one sentence, unless ``path`` is a store that this release can use. Changes nothing."""
    text = str(path)
    if re.match(r"[a-z][a-z0-9+.-]*://", text):
        raise StoreUnusable(f"{text} is a URL; this release keeps its store in a file: give a path to --db")
    if path.is_symlink():
        raise StoreUnusable(f"{path} is a symbolic link; name the store file itself")
    if not path.exists():
        raise StoreUnusable(f"there is no store at {path}; make one with: dutydesk --db {path} init")
    if not stat.S_ISREG(path.stat().st_mode):
        raise StoreUnusable(f"{path} is not a file; name the store file itself")
    if path.stat().st_mode & stat.S_IROTH:
        raise StoreUnusable(f"{path} can be read by everyone on this machine; run: chmod o= {path}")
    for right, word in ((os.R_OK, "read"), (os.W_OK, "written")):
        if not os.access(path, right) or not os.access(path.parent, right):
            raise StoreUnusable(f"{path} can't be {word} by this user; ask an administrator for access")
    _check_content(path)


def _check_content(path: Path) -> None:
    if path.stat().st_size == 0:
        raise StoreUnusable(f"{path} is empty; it is no store, and nothing was made of it")
    with path.open("rb") as file:
        start = file.read(16)
    if start != b"SQLite format 3\0":
        raise StoreUnusable(f"{path} is no store of dutydesk; name another file")
    try:
        connection = sqlite3.connect(path, isolation_level=None, timeout=5)
        try:
            application = connection.execute("PRAGMA application_id").fetchone()[0]
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if application != APPLICATION_ID:
                raise StoreUnusable(f"{path} belongs to another program; name a store of dutydesk")
            if version > newest_version():
                raise StoreUnusable(
                    f"{path} was made by a newer dutydesk (store version {version}, this release knows "
                    f"{newest_version()}); update dutydesk"
                )
            if version == 0 or connection.execute("SELECT count(*) FROM desk").fetchone()[0] != 1:
                raise StoreUnusable(f"{path} was left half made; remove it and run init again")
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise StoreUnusable(f"{path} is damaged ({error}); run: dutydesk --db {path} doctor") from error


def upgrade(path: Path) -> None:
    """Brings an older store to this release's version, one migration a transaction. ``check`` comes first."""
    connection = sqlite3.connect(path, isolation_level=None, timeout=30)
    try:
        _prepare(connection)
        for version, script in migrations():
            _migrate(connection, version, script)
    except sqlite3.Error as error:
        raise StoreUnusable(f"{path} could not be brought up to date ({error}); nothing was changed") from error
    finally:
        connection.close()


def _prepare(connection: sqlite3.Connection) -> None:
    for pragma in _PRAGMAS:
        connection.execute(pragma)


def _migrate(connection: sqlite3.Connection, version: int, script: str) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        if connection.execute("PRAGMA user_version").fetchone()[0] < version:
            for statement in _statements(script):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {version}")
        connection.execute("COMMIT")
    except sqlite3.Error:
        connection.execute("ROLLBACK")
        raise


def _statements(script: str) -> Iterator[str]:
    """Statement by statement, because ``executescript`` would commit the transaction around them."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def prepare_writer(connection: sqlite3.Connection) -> None:
    """The one connection of a process that writes."""
    connection.row_factory = sqlite3.Row
    _prepare(connection)


def prepare_reader(connection: sqlite3.Connection) -> None:
    """A connection that can't write, whatever it is asked."""
    connection.row_factory = sqlite3.Row
    _prepare(connection)
    connection.execute("PRAGMA query_only = ON")
