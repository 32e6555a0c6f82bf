"""SQLite as the desk under test uses it: files opened beside it by the same binding, and what a connection runs.

Two SQLite libraries on one file in one process would drop each other's locks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

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

    def dump(self) -> list[object]:
        """The schema and all rows."""
        schema = self.execute("SELECT name, type, sql FROM sqlite_master ORDER BY name")
        tables = [name for name, kind, sql in schema if kind == "table" and "VIRTUAL" not in sql]
        return [schema, *((name, self.execute(f"SELECT * FROM {name}")) for name in tables)]


@contextmanager
def opened_file(path: Path, options: str = "", patience: float = 10.0) -> Iterator[SqliteFile]:
    """Each statement is committed by itself."""
    with closing(connect(path, options, patience)) as connection:
        yield SqliteFile(connection)


@contextmanager
def changed_file(path: Path) -> Iterator[SqliteFile]:
    """What is written is committed at the end of the block, and not where it fails."""
    with opened_file(path) as file:
        file.execute("BEGIN")
        yield file
        file.execute("COMMIT")


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
    import apsw

    def traced(event: dict[str, Any]) -> None:
        assert seen is not None
        seen(event["sql"])

    connection.raw.trace_v2(apsw.SQLITE_TRACE_STMT if seen else 0, traced if seen else None)  # type: ignore[attr-defined]
