"""Diagnose a store that may be damaged, without changing it; one failing check does not stop the others."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TypeVar

from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.delivery.bodies import CHANGED_WORDS, fault_words
from dutydesk.domain.errors import StoreUnusable
from dutydesk.domain.events.event import optional
from dutydesk.domain.events.store import StoreDiffers
from dutydesk.store.engine.copies import counter_mismatches, read_only_reason
from dutydesk.store.engine.diagnosis import Diagnosis
from dutydesk.store.engine.own_files import SIGNING_KEY_SUFFIX
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.rows import Connection
from dutydesk.store.engines.sqlite import database
from dutydesk.store.engines.sqlite.binding import binding, connect, has_wal_reset_bug, sqlite_version
from dutydesk.store.engines.sqlite.locks import read_holder
from dutydesk.store.engines.sqlite.store_path import companion_files
from dutydesk.store.tables import bodies, log, log_queries

T = TypeVar("T")
MAX_LISTED_FAULTS = 3


def examine_store(path: Path, outbox: Path) -> Iterator[Diagnosis]:
    """Everything that can be said of the file and what stands beside it."""
    yield examine_sqlite()
    content = [*examine_content(path), examine_wal(path)]
    yield from content
    advice = advise_rescue(path, content)
    if advice is not None:
        yield advice
    yield examine_permissions(path)
    yield examine_outbox(path, outbox)
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
            return [*found, _examine_version(connection), _examine_integrity(connection), *_examine_tables(connection)]
    except (sqlite3.Error, OSError) as error:
        return [*found, Diagnosis("integrity", False, f"SQLite can't read it: {error}")]


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


def _examine_tables(connection: Connection) -> list[Diagnosis]:
    """Check the chain, the bodies, the counters, and whether the store is a copy."""
    found = [_examine_chain(connection), _examine_bodies(connection)]
    handle = Handle(connection, datetime.now(UTC))
    try:
        wrong = "; ".join(islice(counter_mismatches(handle), MAX_LISTED_FAULTS))
        copy = read_only_reason(handle)
    except sqlite3.Error as error:
        return [*found, Diagnosis("figures", False, f"they can't be read: {error}")]
    found.append(_examine_differences(handle))
    found.append(Diagnosis("figures", not wrong, wrong or "the kept figures are those of a count"))
    return found if copy is None else [*found, Diagnosis("copy", True, copy)]


def officer_names(path: Path) -> list[str]:
    """The officers' names in the order in which they were added; empty if they can't be read."""
    try:
        with closing(_open_read_only(path)) as connection:
            return [str(row["name"]) for row in connection.execute("SELECT name FROM officer ORDER BY id")]
    except (sqlite3.Error, OSError):
        return []


def _examine_differences(handle: Handle) -> Diagnosis:
    """The differences between table and log that the desk has met when it acted."""
    count = int(handle.value("log_differences_count"))
    if not count:
        return Diagnosis("differences", True, "no act has met a table that differs from the log")
    row = handle.one("log_differences_last")
    fact = None if row is None else log_queries.fact_as(row, StoreDiffers)
    last = f"; the last, event {fact.seq} on {fact.subject}: {optional(fact.event.words)}" if fact is not None else ""
    return Diagnosis("differences", False, f"{count} found, each an event store.differs{last}")


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
    """Whether the outbox next to the store holds newer segments than the store knows."""
    try:
        newest = max((int(name.stem) for name in folder.glob("*/[0-9]*.jsonl") if name.stem.isdigit()), default=0)
        with closing(_open_read_only(path)) as connection:
            written = int(connection.execute("SELECT segment FROM desk").fetchone()[0])
    except (sqlite3.Error, OSError, TypeError):
        return Diagnosis("outbox", True, "not compared with the store, which can't be read")
    if newest <= written:
        return Diagnosis("outbox", True, f"{folder} has nothing that the store does not know")
    return Diagnosis(
        "outbox",
        False,
        f"{folder} has segment {newest}, and the store wrote up to {written}: the store is older than its outbox, or "
        "its log was lost; if it takes its original's place: dutydesk dispatch --restored",
    )


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


def _examine_chain(connection: Connection) -> Diagnosis:
    try:
        report = log.verify(Handle(connection, datetime.now(UTC)))
    except sqlite3.Error as error:
        return Diagnosis("chain", False, f"the log can't be read: {error}")
    if report.fault is not None:
        return Diagnosis("chain", False, report.fault)
    return Diagnosis("chain", True, f"verified, {report.events} events")


def _examine_bodies(connection: Connection) -> Diagnosis:
    """Compare every body with the log."""
    try:
        differing = list(bodies.body_differences(Handle(connection, datetime.now(UTC))))
    except sqlite3.Error as error:
        return Diagnosis("bodies", False, f"they can't be compared with the log: {error}")
    if not differing:
        return Diagnosis("bodies", True, "each is the one that was received, by the log")
    named = "; ".join(
        f"{each.item} v{each.version}: {fault_words(each.fault)}" for each in differing[:MAX_LISTED_FAULTS]
    )
    more = f"; and {len(differing) - MAX_LISTED_FAULTS} more" if len(differing) > MAX_LISTED_FAULTS else ""
    return Diagnosis("bodies", False, f"{CHANGED_WORDS}: {named}{more}; nothing of them is released or handed over")


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
