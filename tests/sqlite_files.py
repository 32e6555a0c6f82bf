"""Opens a store's file beside the desk, by the binding to SQLite that this process uses: two libraries on one file drop
each other's locks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from dutydesk.store.engine.binding import connect
from dutydesk.store.engine.sqlite import Connection, Values


class SqliteFile:
    """A file whose rows are plain tuples."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def execute(self, sql: str, values: Values = ()) -> list[tuple[Any, ...]]:
        return list(self.connection.tuples(sql, values))

    def executemany(self, sql: str, rows: Iterable[Values]) -> None:
        self.connection.executemany(sql, rows)

    def value(self, sql: str, values: Values = ()) -> Any:
        """The first column of the first row."""
        return self.execute(sql, values)[0][0]


@contextmanager
def opened(path: Path, options: str = "", patience: float = 10.0) -> Iterator[SqliteFile]:
    with closing(connect(path, options, patience)) as connection:
        yield SqliteFile(connection)


@contextmanager
def changed(path: Path) -> Iterator[SqliteFile]:
    """What is written is committed at the end of the block, and not where it fails."""
    with opened(path) as file:
        file.execute("BEGIN")
        yield file
        file.execute("COMMIT")
