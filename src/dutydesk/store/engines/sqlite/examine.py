"""Diagnose a store that may be damaged, without changing it; one failing check does not stop the others."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.errors import StoreUnusable
from dutydesk.store.engine.content_checks import MAX_LISTED_FAULTS, compare_outbox, examine_rows
from dutydesk.store.engine.diagnosis import Diagnosis
from dutydesk.store.engine.own_files import SIGNING_KEY_SUFFIX
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.rows import Connection
from dutydesk.store.engines.sqlite import database
from dutydesk.store.engines.sqlite.binding import binding, connect, has_wal_reset_bug, sqlite_version
from dutydesk.store.engines.sqlite.locks import read_holder
from dutydesk.store.engines.sqlite.store_path import companion_files
from dutydesk.store.tables import log

T = TypeVar("T")


def examine_store(
    path: Path,
    outboxes: Sequence[Path],
    *,
    allow_unsafe: bool = False,  # noqa: ARG001 - of a cluster
) -> Iterator[Diagnosis]:
    """Everything that can be said of the file and what stands beside it."""
    yield examine_sqlite()
    content = [*examine_content(path), examine_wal(path)]
    yield from content
    advice = advise_rescue(path, content)
    if advice is not None:
        yield advice
    yield examine_permissions(path)
    yield from (examine_outbox(path, folder) for folder in outboxes)
    yield examine_dispatcher(path)


def examine_sqlite() -> Diagnosis:
    """The SQLite in use and the binding to it."""
    used = f"SQLite {sqlite_version()} by {binding()}"
    if not has_wal_reset_bug(sqlite_version()):
        return Diagnosis("sqlite", True, used)
    return Diagnosis(
        "sqlite",
        True,
        f"{used} has the WAL-reset bug (fixed in 3.51.3, 3.50.7 and 3.44.6); "
        "the desk avoids it: no commit runs while a checkpoint does",
    )


def examine_content(path: Path) -> list[Diagnosis]:
    """Check whether this release can use the store, then its integrity, its chain and its tables."""
    try:
        path = database.validate_store(path)
        found = [Diagnosis("store", True, f"{path} is a store of dutydesk")]
    except StoreUnusable as error:
        found = [Diagnosis("store", False, error.words)]
        if not path.is_file() or path.stat().st_size == 0:
            return found
    try:
        with closing(_open_read_only(path)) as connection:
            return [*found, _examine_version(connection), _examine_integrity(connection), *_examine_rows(connection)]
    except (sqlite3.Error, OSError) as error:
        return [*found, Diagnosis("integrity", False, f"SQLite can't read it: {error}")]


def _examine_rows(connection: Connection) -> list[Diagnosis]:
    return examine_rows(Handle(connection, datetime.now(UTC)), (sqlite3.Error,))


@contextmanager
def open_old_store(path: Path) -> Iterator[Handle]:
    """A store that may be damaged, to be read as far as that goes. Raises StoreUnusable where it can't be opened."""
    try:
        with closing(_open_read_only(path)) as connection:
            yield Handle(connection, datetime.now(UTC))
    except (sqlite3.Error, OSError) as error:
        raise StoreUnusable(StoreCode.STORE_DAMAGED, f"{path} can't be read ({error})") from error


def read_rows(path: Path, work: Callable[[Handle], T]) -> tuple[T | None, str]:
    """Run ``work`` on the store without changing it; ``None`` and the reason in words where it can't be read."""
    try:
        with closing(_open_read_only(path)) as connection:
            if database.schema_version(connection) < database.latest_schema_version():
                return None, "an earlier release made the store, and nobody has opened it with this one"
            return work(Handle(connection, datetime.now(UTC))), ""
    except (sqlite3.Error, OSError) as error:
        return None, str(error)


def officer_names(path: Path) -> list[str]:
    """The officers' names in the order in which they were added; empty if they can't be read."""
    try:
        with closing(_open_read_only(path)) as connection:
            return [str(row["name"]) for row in connection.execute("SELECT name FROM officer ORDER BY id")]
    except (sqlite3.Error, OSError):
        return []


def examine_wal(path: Path) -> Diagnosis:
    """Whether the WAL is there. An index without its WAL shows that the WAL was removed."""
    log_file, index = (path.with_name(f"{path.name}{suffix}") for suffix in ("-wal", "-shm"))
    if index.exists() and not log_file.exists():
        return Diagnosis(
            "log",
            False,
            f"{log_file.name} is missing beside {index.name}: what was committed last is in it; put it back before "
            "anybody opens the store, else that is lost",
        )
    return Diagnosis("log", True, f"{log_file.name} is there" if log_file.exists() else "nothing is in a log beside it")


def examine_outbox(path: Path, folder: Path) -> Diagnosis:
    """Whether an outbox holds newer segments than the store knows."""
    try:
        with closing(_open_read_only(path)) as connection:
            written = int(connection.execute("SELECT segment FROM desk").fetchone()[0])
        return compare_outbox(folder, written)
    except (sqlite3.Error, OSError, TypeError):
        return Diagnosis("outbox", True, "not compared with the store, which can't be read")


def upgrade_copies(path: Path) -> list[Path]:
    """The copies that upgrades left next to the store, newest first."""
    found = [file for file in path.parent.glob(f"{path.name}.before-*") if file.is_file()]
    return sorted(found, key=lambda file: file.stat().st_mtime, reverse=True)


def advise_rescue(path: Path, found: Iterable[Diagnosis]) -> Diagnosis | None:
    """How to save what a damaged store still holds; ``None`` if nothing is damaged."""
    wrong = {looked.check: looked.detail for looked in found if not looked.ok}
    wrong.pop("modes", None)
    if not wrong.keys() & {"store", "version", "integrity", "chain", "figures", "log"} or not path.is_file():
        return None
    if "made by a newer dutydesk" in wrong.get("store", ""):
        return Diagnosis("rescue", True, f"nothing is damaged: update dutydesk{_downgrade_advice(path)}")
    if _is_foreign_file(path):
        return Diagnosis(
            "rescue", True, f"nothing of a store is in this file: move it away, then {_restore_advice(path)}"
        )
    steps = ["end every dutydesk, and copy the store with what lies beside it elsewhere before anything else"]
    if "log" in wrong:
        steps.append("look for the missing log")
    events = 0 if wrong.keys() & {"store", "integrity"} else _count_readable_events(path)
    if events:
        steps.append(f"the first {events} events of the log can be read: dutydesk audit export takes them out")
    steps.append(_restore_advice(path))
    steps.append("files that were taken in since lie in inbox/done: move them into the inbox again")
    return Diagnosis("rescue", True, "; ".join(steps))


def _restore_advice(path: Path) -> str:
    """Name the newest copy and say how it takes the store's place."""
    known = upgrade_copies(path)
    which = f"the latest backup ({known[0].name} is from before an upgrade)" if known else "the latest backup"
    return (
        f"put {which} in its place, without {path.name}-wal and {path.name}-shm, and say so once: "
        "dutydesk dispatch --restored"
    )


def _downgrade_advice(path: Path) -> str:
    known = upgrade_copies(path)
    return f", or go back to {known[0].name}, which this release made before an upgrade" if known else ""


def _is_foreign_file(path: Path) -> bool:
    try:
        with closing(_open_read_only(path)) as connection:
            application: int = connection.execute("PRAGMA application_id").fetchone()[0]
        return application != database.APPLICATION_ID
    except sqlite3.Error as error:
        return getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_NOTADB


def _count_readable_events(path: Path) -> int:
    try:
        with closing(_open_read_only(path)) as connection:
            return log.verify(Handle(connection, datetime.now(UTC))).events
    except sqlite3.Error:
        return 0


def _open_read_only(path: Path) -> Connection:
    """Open without a WAL if there is none, so that SQLite does not create one."""
    logged = path.with_name(path.name + "-wal").exists()
    how = "mode=ro" if logged else "immutable=1"
    return connect(path, how)


def _examine_version(connection: Connection) -> Diagnosis:
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    version, newest = database.schema_version(connection), database.latest_schema_version()
    ours = application == database.APPLICATION_ID
    whose = "dutydesk's" if ours else "another program's"
    return Diagnosis(
        "version",
        ours and 0 < version <= newest,
        f"store version {version}, this release knows {newest}; application id 0x{application:08x} is {whose}",
    )


def _examine_integrity(connection: Connection) -> Diagnosis:
    try:
        rows = connection.execute(f"PRAGMA integrity_check({MAX_LISTED_FAULTS})").fetchall()
        words = "; ".join(str(row[0]) for row in rows)
    except sqlite3.Error as error:
        words = str(error)
    return Diagnosis("integrity", words == "ok", "every page and index holds together" if words == "ok" else words)


def examine_permissions(path: Path) -> Diagnosis:
    """Whether only the owner and the group can access the store and the files next to it."""
    if not path.is_file():
        return Diagnosis("modes", True, "there is no file whose rights could be wrong")
    key = path.with_name(path.name + SIGNING_KEY_SUFFIX)
    files = [path, *companion_files(path), key]
    found = {file: file.lstat().st_mode & 0o777 for file in files if os.path.lexists(file)}
    wrong = [file for file, mode in found.items() if mode & 0o007]
    if wrong:
        return Diagnosis("modes", False, f"open to everyone: {', '.join(map(str, wrong))}; run: chmod o= on them")
    if found.get(key, 0) & 0o077:
        return Diagnosis("modes", False, f"{key} is open to others than its owner; run: chmod 600 {key}")
    words = ", ".join(f"{file.name} {mode:04o}" for file, mode in found.items())
    return Diagnosis("modes", True, words)


def examine_dispatcher(path: Path) -> Diagnosis:
    """Whether a process holds the dispatcher's lock, checked without creating the lock file."""
    file = path.with_name(path.name + "-dispatcher")
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return Diagnosis("dispatcher", True, "not running, and never was")
    except OSError as error:
        return Diagnosis("dispatcher", False, f"{file} can't be opened ({error.strerror})")
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = read_holder(descriptor)
        return Diagnosis("dispatcher", True, f"running, {holder}" if holder is not None else "running")
    finally:
        os.close(descriptor)
    return Diagnosis("dispatcher", True, "not running: nothing is handed over until dispatch or a console runs")
