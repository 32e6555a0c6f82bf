"""A connection by Python's own ``sqlite3``."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any

from dutydesk.store.engine.sqlite import Connection, CopyStep, Values


class Sqlite3Connection(sqlite3.Connection):
    """Also a connection that a weak reference can point at, so that a cache can belong to it."""

    @classmethod
    def open(cls, url: str, patience: float) -> Sqlite3Connection:
        connection = sqlite3.connect(url, uri=True, isolation_level=None, timeout=patience, factory=cls)
        connection.row_factory = sqlite3.Row
        return connection

    def tuples(self, sql: str, values: Values, /) -> Iterator[tuple[Any, ...]]:
        cursor = self.cursor()
        cursor.row_factory = None
        return cursor.execute(sql, values)

    def copy_into(self, target: Connection, pages: int, step: CopyStep) -> None:
        if not isinstance(target, Sqlite3Connection):
            raise TypeError("a store is copied by one binding")
        self.backup(target, pages=pages, progress=step)
