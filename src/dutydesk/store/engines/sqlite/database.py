"""Create, validate and upgrade a store file."""

from __future__ import annotations

import os
import re
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import datetime
from functools import lru_cache
from importlib.resources import files
from itertools import count
from pathlib import Path

from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.errors import Refused, StoreReplaced, StoreUnusable
from dutydesk.domain.frozen import value
from dutydesk.domain.limits import DEFAULT_LIMITS, StoreLimits
from dutydesk.language.sentences import sentence
from dutydesk.store.engine.reader import to_us
from dutydesk.store.engine.rows import Connection
from dutydesk.store.engines.sqlite.backup import reject_foreign_wal, sync_folder, write_copy
from dutydesk.store.engines.sqlite.binding import connect
from dutydesk.store.engines.sqlite.locks import StoreLocks
from dutydesk.store.engines.sqlite.sqlite_connection import SqliteConnection
from dutydesk.store.engines.sqlite.store_path import reject_url, validate_path

APPLICATION_ID = 0x44555459  # "DUTY"
REALMS = ("live", "exercise", "demo")

_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA wal_autocheckpoint = 0",
    "PRAGMA foreign_keys = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA mmap_size = 0",
    "PRAGMA secure_delete = ON",
)


@lru_cache(maxsize=1)
def migrations() -> tuple[tuple[int, str], ...]:
    """The numbered migrations, in order."""
    folder = files("dutydesk.store") / "migrations"
    found = ((re.match(r"(\d{4})_", entry.name), entry) for entry in folder.iterdir())
    return tuple(sorted((int(match[1]), entry.read_text("utf-8")) for match, entry in found if match))


def latest_schema_version() -> int:
    return migrations()[-1][0]


def create_store(path: Path, realm: str, at: datetime) -> None:
    """Create an empty store. A failure leaves no file.

    Its mode is 0660 if the umask lets the group read and write, else 0600.
    Raises StoreUnusable if a file of that name exists or the folder can't be written.
    """
    reject_url(path)
    path = path.absolute()
    descriptor = _reserve(path)
    try:
        mode = 0o660 if os.fstat(descriptor).st_mode & 0o060 == 0o060 else 0o600
        os.close(descriptor)
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".making-") as folder:
            made = Path(folder) / "store"
            _create_schema(made, realm, at)
            made.chmod(mode)
            made.replace(path)
        sync_folder(path.parent)
    except BaseException as error:
        path.unlink(missing_ok=True)
        if isinstance(error, OSError | sqlite3.Error):
            raise StoreUnusable(
                StoreCode.STORE_NOT_CREATABLE,
                sentence("no store can be made at {path} ({error}); name another path", path=path, error=error),
            ) from error
        raise


def _reserve(path: Path) -> int:
    """Create an empty file, so that no other process takes the name. Raises StoreUnusable if the name is taken."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o770)
    except (OSError, ValueError) as error:
        raise StoreUnusable(
            StoreCode.STORE_NOT_CREATABLE,
            sentence("no store can be made at {path} ({error}); name another path", path=path, error=error),
        ) from error
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o660)
    except FileExistsError as error:
        raise StoreUnusable(
            StoreCode.STORE_EXISTS,
            sentence("{path} is already there; name another path, or use that store as it is", path=path),
        ) from error
    except (OSError, ValueError) as error:
        raise StoreUnusable(
            StoreCode.STORE_NOT_CREATABLE,
            sentence("no store can be made at {path} ({error}); name another path", path=path, error=error),
        ) from error


def _create_schema(path: Path, realm: str, at: datetime) -> None:
    connection = connect(path)
    try:
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        _configure_store(connection)
        _migrate(connection)
        connection.execute("INSERT INTO desk (id, realm, made_at) VALUES (1, ?, ?)", (realm, to_us(at)))
    finally:
        connection.close()


def validate_store(path: Path, limits: StoreLimits = DEFAULT_LIMITS.store) -> Path:
    """The absolute path of a store that this release can use. Changes nothing.

    Raises StoreUnusable for anything else.
    """
    path = validate_path(path)
    _validate_content(path, limits.open_seconds)
    return path


def _validate_content(path: Path, patience: float) -> None:
    """Check the file alone first, which takes no lock, then together with its write-ahead log if there is one.

    Only SQLite opens the file: closing another descriptor of it would release this process's locks on it.
    """
    try:
        log = path.with_name(path.name + "-wal")
        logged = log.exists()
        try:
            _validate_header(path, "immutable=1", patience, whole=not logged)
        except sqlite3.DatabaseError as error:
            if not (_may_be_checkpointing(error) and (logged or log.exists())):
                raise
            logged = True
        if logged:
            _validate_header(path, "mode=ro", patience, whole=True)
            reject_foreign_wal(path, patience)
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_NOTADB:
            raise StoreUnusable(
                StoreCode.NOT_A_STORE,
                sentence("{path} is no store of dutydesk, or its start is damaged; name another file", path=path),
            ) from error
        if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY:
            raise StoreUnusable(
                StoreCode.STORE_LOCKED,
                sentence("{path} is kept locked by another process; end that process and try again", path=path),
            ) from error
        raise StoreUnusable(
            StoreCode.STORE_DAMAGED,
            sentence("{path} is damaged ({error}); run: dutydesk --db {path} doctor", path=path, error=error),
        ) from error


def _validate_header(path: Path, options: str, patience: float, *, whole: bool) -> None:
    connection = connect(path, options, patience)
    try:
        application = connection.execute("PRAGMA application_id").fetchone()[0]
        version = schema_version(connection)
        if application != APPLICATION_ID:
            raise StoreUnusable(
                StoreCode.STORE_OF_ANOTHER_PROGRAM,
                sentence("{path} belongs to another program; name a store of dutydesk", path=path),
            )
        if version > latest_schema_version():
            raise StoreUnusable(
                StoreCode.STORE_NEWER,
                sentence(
                    "{path} was made by a newer dutydesk (store version {version}, this release knows "
                    "{latest_schema_version}); update dutydesk",
                    path=path,
                    version=version,
                    latest_schema_version=latest_schema_version(),
                ),
            )
        if whole and (version == 0 or connection.execute("SELECT count(*) FROM desk").fetchone()[0] != 1):
            raise StoreUnusable(
                StoreCode.STORE_HALF_MADE,
                sentence(
                    "{path} was left half made; move it away, then run init again or put a backup in its place",
                    path=path,
                ),
            )
    finally:
        connection.close()


def _may_be_checkpointing(error: sqlite3.DatabaseError) -> bool:
    """Whether another process may be checkpointing into the file, which is inconsistent without its WAL meanwhile."""
    return error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_CORRUPT


def schema_version(connection: Connection) -> int:
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version


def require_latest_schema(connection: Connection) -> None:
    """Refuse a store that a newer release has upgraded while it was open; every transaction checks this.

    Raises StoreReplaced.
    """
    version = schema_version(connection)
    if version != latest_schema_version():
        raise StoreReplaced(
            StoreCode.STORE_UPGRADED,
            sentence(
                "the store was brought to version {version} while it was open, and this release "
                "knows {latest_schema_version}; update dutydesk and start it again",
                version=version,
                latest_schema_version=latest_schema_version(),
            ),
        )


@value(frozen=True, slots=True)
class OpenFiles:
    """The identities of the store and its write-ahead log when they were opened."""

    path: Path
    identities: tuple[tuple[int, int], ...]

    @classmethod
    def from_path(cls, path: Path) -> OpenFiles:
        return cls(path, cls._read_identities(path))

    def require_unchanged(self) -> None:
        """Refuse to go on if a file was removed or replaced, because a write to it would be lost.

        Raises StoreUnusable if a file is missing, StoreReplaced if another file has taken its name.
        """
        try:
            there = self._read_identities(self.path)
        except OSError as error:
            raise StoreUnusable(
                StoreCode.STORE_REMOVED,
                sentence(
                    "the store was removed while it was open, or its log was ({path}); nothing was "
                    "written: put it back, or start dutydesk again",
                    path=self.path,
                ),
            ) from error
        if there != self.identities:
            raise StoreReplaced(
                StoreCode.STORE_REPLACED,
                sentence(
                    "the store was replaced while it was open, or its log was ({path}); nothing was "
                    "written: start dutydesk again",
                    path=self.path,
                ),
            )

    @staticmethod
    def _read_identities(path: Path) -> tuple[tuple[int, int], ...]:
        found = (os.stat(path), os.stat(f"{path}-wal"))  # noqa: PTH116
        return tuple((status.st_dev, status.st_ino) for status in found)


def upgrade_store(path: Path, locks: StoreLocks, limits: StoreLimits = DEFAULT_LIMITS.store) -> None:
    """Migrate an older store to this release's version in one transaction, after a verified copy of it was made.

    The process that opens the store does this while no other process writes. The copy stands next to the store, for
    example as ``desk.db.before-0005``. Raises StoreUnusable; the store is then unchanged.
    """
    connection = connect(path, patience=limits.busy_seconds)
    version = 0
    try:
        version = schema_version(connection)
        if version == latest_schema_version():
            return
        with locks.checkpoint(patience=limits.busy_seconds) as alone:
            if not alone:
                raise StoreUnusable(
                    StoreCode.UPGRADE_BLOCKED,
                    sentence("{path} must be brought up to date; end every other dutydesk and try again", path=path),
                )
            if schema_version(connection) < latest_schema_version():
                _copy_before_upgrade(connection, path)
                _configure_store(connection)
                _migrate(connection)
    except (sqlite3.Error, Refused) as error:
        raise StoreUnusable(
            StoreCode.UPGRADE_FAILED,
            sentence(
                "{path} could not be brought up to date ({error}); it stays as it was at store "
                "version {version}: mend that and try again, or use the release that made it",
                path=path,
                error=error,
                version=version,
            ),
        ) from error
    finally:
        connection.close()


def _copy_before_upgrade(connection: SqliteConnection, path: Path) -> None:
    """Copy the store unless a killed upgrade has left a copy of the same state."""
    before = f"{path.name}.before-{latest_schema_version():04d}"
    for unfinished in path.parent.glob(f".{before}*"):
        unfinished.unlink(missing_ok=True)
    for number in count():
        kept = path.with_name(f"{before}.{number}" if number else before)
        if not os.path.lexists(kept):
            write_copy(connection, kept)
            return
        if _is_copy_of(kept, connection):
            return


def _is_copy_of(kept: Path, connection: SqliteConnection) -> bool:
    ask = (
        "SELECT user_version, segment, (SELECT max(seq) FROM event), (SELECT hash FROM event ORDER BY seq DESC LIMIT 1)"
    )
    ask += " FROM desk, pragma_user_version"
    with suppress(sqlite3.Error), closing(connect(kept, "immutable=1")) as other:
        return bool(tuple(other.execute(ask).fetchone()) == tuple(connection.execute(ask).fetchone()))
    return False


def _configure_store(connection: SqliteConnection) -> None:
    for pragma in _PRAGMAS:
        connection.execute(pragma)


def _migrate(connection: SqliteConnection) -> None:
    """Run the missing migrations in one transaction, so that a killed process leaves the store unchanged."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        version = schema_version(connection)
        for number, script in migrations():
            if number > version:
                for statement in _statements(script):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {number}")
        connection.execute("COMMIT")
    except BaseException:
        roll_back(connection)
        raise


def roll_back(connection: Connection) -> None:
    """Roll back, unless SQLite has already done so after an error."""
    with suppress(sqlite3.Error):
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _statements(script: str) -> Iterator[str]:
    """Split a script into statements; ``executescript`` would commit the surrounding transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    if statement.strip():
        yield statement


def prepare_writer(connection: SqliteConnection) -> None:
    """Configure the connection that writes. From now on the writer waits for locks itself."""
    _configure_store(connection)
    schema_version(connection)  # the first read opens the WAL
    connection.execute("PRAGMA busy_timeout = 0")


def prepare_reader(connection: SqliteConnection) -> None:
    """Configure a connection that can't write."""
    _configure_store(connection)
    connection.execute("PRAGMA query_only = ON")
