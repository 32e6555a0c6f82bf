"""A connection by Python's own ``sqlite3``."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from dutydesk.store.engine.queries import query_texts
from dutydesk.store.engine.rows import Values
from dutydesk.store.engines.sqlite.many_rows import in_parts
from dutydesk.store.engines.sqlite.sqlite_connection import CopyStep, SqliteConnection


class Sqlite3Connection(sqlite3.Connection):
    """Also a connection that a weak reference can point at, so that a cache can belong to it."""

    @classmethod
    def open(cls, url: str, patience: float) -> Sqlite3Connection:
        connection = sqlite3.connect(url, uri=True, isolation_level=None, timeout=patience, factory=cls)
        connection.row_factory = sqlite3.Row
        return connection

    @property
    def texts(self) -> Mapping[str, str]:
        return query_texts("sqlite")

    def executemany(self, sql: str, rows: Iterable[Any], /) -> sqlite3.Cursor:
        cursor = self.cursor()
        for text, part in in_parts(sql, rows):
            cursor.executemany(text, part)
        return cursor

    @property
    def writes_meanwhile(self) -> bool:
        return False

    def tuples(self, sql: str, values: Values, /) -> Iterator[tuple[Any, ...]]:
        cursor = self.cursor()
        cursor.row_factory = None
        return cursor.execute(sql, values)

    def copy_into(self, target: SqliteConnection, pages: int, step: CopyStep) -> None:
        if not isinstance(target, Sqlite3Connection):
            raise TypeError("a store is copied by one binding")
        self.backup(target, pages=pages, progress=step)
