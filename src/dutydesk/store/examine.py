"""Looking at a store that may be damaged, without changing anything: each part by itself, each with its own fault."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from dutydesk.domain.errors import StoreUnusable
from dutydesk.store import database, log
from dutydesk.store.handle import Handle

MOST_FAULTS = 3


@dataclass(frozen=True, slots=True)
class Looked:
    """One thing that was looked at: ``ok`` where nothing is wrong with it, ``detail`` in words."""

    check: str
    ok: bool
    detail: str


def engine() -> Looked:
    """The SQLite in use. Releases with the WAL-reset bug are safe here, because no commit runs beside a checkpoint."""
    version = sqlite3.sqlite_version
    if not has_wal_reset_bug(sqlite3.sqlite_version_info):
        return Looked("sqlite", True, f"SQLite {version}")
    return Looked(
        "sqlite",
        True,
        f"SQLite {version} has the WAL-reset bug (fixed in 3.51.3, 3.50.7 and 3.44.6); "
        "the desk avoids it: no commit runs while a checkpoint does",
    )


def has_wal_reset_bug(version: tuple[int, ...]) -> bool:
    fixed = {(3, 50): 7, (3, 44): 6}
    major, minor, patch = version[:3]
    if (major, minor) in fixed:
        return patch < fixed[major, minor]
    return (major, minor, patch) < (3, 51, 3)


def content(path: Path) -> list[Looked]:
    """Whether it is a store that this release can use, its integrity and its chain."""
    try:
        path = database.check(path)
        found = [Looked("store", True, f"{path} is a store of dutydesk")]
    except StoreUnusable as error:
        found = [Looked("store", False, error.words)]
        if not path.is_file() or path.stat().st_size == 0:
            return found
    try:
        with closing(_opened(path)) as connection:
            return [*found, _identity(connection), _integrity(connection), _chain(connection)]
    except (sqlite3.Error, OSError) as error:
        return [*found, Looked("integrity", False, f"SQLite can't read it: {error}")]


def _opened(path: Path) -> sqlite3.Connection:
    """Without its log where there is none: else SQLite would make one."""
    logged = path.with_name(path.name + "-wal").exists()
    how = "mode=ro" if logged else "immutable=1"
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?{how}", uri=True, isolation_level=None, timeout=5)
    connection.row_factory = sqlite3.Row
    return connection


def _identity(connection: sqlite3.Connection) -> Looked:
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    version, newest = database.version_of(connection), database.newest_version()
    ours = application == database.APPLICATION_ID
    whose = "dutydesk's" if ours else "another program's"
    return Looked(
        "version",
        ours and 0 < version <= newest,
        f"store version {version}, this release knows {newest}; application id 0x{application:08x} is {whose}",
    )


def _integrity(connection: sqlite3.Connection) -> Looked:
    try:
        rows = connection.execute(f"PRAGMA integrity_check({MOST_FAULTS})").fetchall()
        words = "; ".join(str(row[0]) for row in rows)
    except sqlite3.Error as error:
        words = str(error)
    return Looked("integrity", words == "ok", "every page and index holds together" if words == "ok" else words)


def _chain(connection: sqlite3.Connection) -> Looked:
    try:
        report = log.verify(Handle(connection, datetime.now(UTC)))
    except sqlite3.Error as error:
        return Looked("chain", False, f"the log can't be read: {error}")
    if report.fault is not None:
        return Looked("chain", False, report.fault)
    return Looked("chain", True, f"verified, {report.events} events")


def modes(path: Path) -> Looked:
    """The store and the files beside it are nobody's business but the owner's and the group's."""
    if not path.is_file():
        return Looked("modes", True, "there is no file whose rights could be wrong")
    key = path.with_name(path.name + database.SIGNING_KEY)
    files = [path, *database.files_beside(path), key]
    found = {file: file.lstat().st_mode & 0o777 for file in files if os.path.lexists(file)}
    wrong = [file for file, mode in found.items() if mode & 0o007]
    if wrong:
        return Looked("modes", False, f"open to everyone: {', '.join(map(str, wrong))}; run: chmod o= on them")
    if found.get(key, 0) & 0o077:
        return Looked("modes", False, f"{key} is open to others than its owner; run: chmod 600 {key}")
    words = ", ".join(f"{file.name} {mode:04o}" for file, mode in found.items())
    return Looked("modes", True, words)


def dispatcher(path: Path) -> Looked:
    """Whether a process holds the dispatcher's lock; asked without making its file."""
    file = path.with_name(path.name + "-dispatcher")
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except FileNotFoundError:
        return Looked("dispatcher", True, "not running, and never was")
    except OSError as error:
        return Looked("dispatcher", False, f"{file} can't be opened ({error.strerror})")
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return Looked("dispatcher", True, "running")
    finally:
        os.close(descriptor)
    return Looked("dispatcher", True, "not running: nothing is handed over until dispatch or a console runs")
