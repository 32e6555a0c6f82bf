"""The store of the desk under test, opened beside it, and what a connection runs.

SQLite's file is opened by the same binding: two libraries on one file in one process would drop each other's locks. A
database is opened by its owner, without its triggers, as somebody would who may do everything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from dutydesk.store.engine.location import database_url, is_in_database
from dutydesk.store.engine.rows import Connection, Values
from dutydesk.store.engines.sqlite.binding import Binding, binding, connect
from dutydesk.store.engines.sqlite.sqlite3_connection import Sqlite3Connection


class SqliteFile:
    """A file whose rows are plain tuples."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def execute(self, sql: str, values: Values = ()) -> list[tuple[Any, ...]]:
        return list(self.connection.tuples(sql, values))

    def change(self, sql: str, values: Values = ()) -> int:
        """Run a statement and return the number of changed rows."""
        return self.connection.execute(sql, values).rowcount

    def executemany(self, sql: str, rows: Iterable[Values]) -> None:
        self.connection.executemany(sql, rows)

    def value(self, sql: str, values: Values = ()) -> Any:
        """The first column of the first row."""
        return self.execute(sql, values)[0][0]

    def begin(self) -> None:
        self.execute("BEGIN")

    def commit(self) -> None:
        self.execute("COMMIT")

    def dump(self) -> list[object]:
        """The schema and all rows."""
        schema = self.execute("SELECT name, type, sql FROM sqlite_master ORDER BY name")
        tables = [name for name, kind, sql in schema if kind == "table" and "VIRTUAL" not in sql]
        return [schema, *((name, self.execute(f"SELECT * FROM {name}")) for name in tables)]


class DatabaseFile(SqliteFile):
    """A database as its owner opens it; what only concerns SQLite is left out."""

    _LEFT_OUT = ("PRAGMA", "DROP TRIGGER")

    def execute(self, sql: str, values: Values = ()) -> list[tuple[Any, ...]]:
        if sql.startswith(self._LEFT_OUT):
            return []
        return [tuple(row) for row in self.connection.execute(sql, values).fetchall()]

    def dump(self) -> list[object]:
        """All rows, as the database writes them."""
        tables = [name for (name,) in self.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        return [(name, self.execute(f"SELECT CAST(row AS text) FROM {name} AS row")) for name in tables]

    def begin(self) -> None:
        self.connection.command("BEGIN")  # type: ignore[attr-defined]

    def commit(self) -> None:
        self.connection.command("UPDATE head SET commits = commits + 1; COMMIT")  # type: ignore[attr-defined]


@contextmanager
def opened_file(path: Path, options: str = "", patience: float = 10.0) -> Iterator[SqliteFile]:
    """Each statement is committed by itself."""
    if is_in_database(path):
        with closing(owners_connection(path)) as connection:
            yield DatabaseFile(connection)
        return
    with closing(connect(path, options, patience)) as connection:
        yield SqliteFile(connection)


@contextmanager
def changed_file(path: Path) -> Iterator[SqliteFile]:
    """What is written is committed at the end of the block, and not where it fails."""
    with opened_file(path) as file:
        file.begin()
        yield file
        file.commit()


def owners_connection(path: Path) -> Connection:
    """A connection to the database that ``path`` stands for, with all rights and without triggers."""
    from dutydesk.domain.limits import DEFAULT_LIMITS
    from dutydesk.store.engines.postgresql.connection import PostgresConnection
    from dutydesk.store.engines.postgresql.session import connect

    url = database_url(path) or ""
    settings = "SET session_replication_role = replica"
    return PostgresConnection(lambda: connect(url, DEFAULT_LIMITS.store, settings, as_owner=True))


def connection_class() -> type[Any]:
    """The class of the connections of this process, for tests that change one of its methods."""
    if binding() is Binding.SQLITE3:
        return Sqlite3Connection
    from dutydesk.store.engines.sqlite.apsw_connection import ApswConnection

    return ApswConnection


def trace(connection: Connection, seen: Callable[[str], object] | None) -> None:
    """Call ``seen`` with the text of each statement that runs from now on, without its values; ``None`` ends it."""
    if isinstance(connection, Sqlite3Connection):
        connection.set_trace_callback(seen)
        return
    if not hasattr(connection, "raw"):
        _trace_database(connection, seen)
        return
    import apsw

    def traced(event: dict[str, Any]) -> None:
        assert seen is not None
        seen(event["sql"])

    connection.raw.trace_v2(apsw.SQLITE_TRACE_STMT if seen else 0, traced if seen else None)  # type: ignore[attr-defined]


def _trace_database(connection: Any, seen: Callable[[str], object] | None) -> None:
    kinds = ("execute", "executemany", "tuples", "command")
    for kind in kinds:
        connection.__dict__.pop(kind, None)
    for kind in kinds if seen is not None else ():
        plain = getattr(connection, kind)

        def traced(sql: str, *values: Any, plain: Any = plain) -> Any:
            assert seen is not None
            seen(sql)
            return plain(sql, *values)

        setattr(connection, kind, traced)
