"""A connection by apsw, as the store uses one: rows with names, and the errors of ``sqlite3``."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import apsw

from dutydesk.store.engine.queries import query_texts
from dutydesk.store.engine.rows import NamedRow, Values
from dutydesk.store.engines.sqlite.many_rows import in_parts
from dutydesk.store.engines.sqlite.sqlite_connection import CopyStep, SqliteConnection

#: The most that apsw allows. It forgets what was not run among that many calls, so that fewer would forget what each
#: transaction asks once.
_CACHED_STATEMENTS = 512
_COPY_RETRY_SECONDS = 0.25
_ERRORS = (apsw.Error, UnicodeDecodeError)
_CLASSES: Mapping[int, type[sqlite3.Error]] = {
    apsw.SQLITE_AUTH: sqlite3.DatabaseError,
    apsw.SQLITE_CONSTRAINT: sqlite3.IntegrityError,
    apsw.SQLITE_CORRUPT: sqlite3.DatabaseError,
    apsw.SQLITE_FORMAT: sqlite3.DatabaseError,
    apsw.SQLITE_INTERNAL: sqlite3.InternalError,
    apsw.SQLITE_MISMATCH: sqlite3.IntegrityError,
    apsw.SQLITE_MISUSE: sqlite3.InterfaceError,
    apsw.SQLITE_NOTADB: sqlite3.DatabaseError,
    apsw.SQLITE_NOTFOUND: sqlite3.InternalError,
    apsw.SQLITE_RANGE: sqlite3.InterfaceError,
    apsw.SQLITE_TOOBIG: sqlite3.DataError,
}


class ApswRows:
    """What a statement gives. Its columns are asked for before SQLite has come to the statement's end."""

    __slots__ = ("_cursor", "_owner", "_sql")

    def __init__(self, owner: ApswConnection, cursor: apsw.Cursor, sql: str) -> None:
        self._owner = owner
        self._cursor = cursor
        self._sql = sql

    def fetchone(self) -> NamedRow | None:
        try:
            values = self._cursor.fetchone()
            return None if values is None else NamedRow(self._places(), values)
        except _ERRORS as error:
            raise as_sqlite3_error(error) from error

    def fetchall(self) -> list[NamedRow]:
        try:
            first = self._cursor.fetchone()
            if first is None:
                return []
            places = self._places()
            return [NamedRow(places, first), *[NamedRow(places, values) for values in self._cursor.fetchall()]]
        except _ERRORS as error:
            raise as_sqlite3_error(error) from error

    def __iter__(self) -> Iterator[NamedRow]:
        while (row := self.fetchone()) is not None:
            yield row

    @property
    def rowcount(self) -> int:
        return self._owner.raw.changes()

    @property
    def lastrowid(self) -> int | None:
        return self._owner.raw.last_insert_rowid()

    def _places(self) -> dict[str, int]:
        return self._owner.places.get(self._sql) or self._read_places()

    def _read_places(self) -> dict[str, int]:
        description = self._cursor.get_description()
        places = {column[0]: place for place, column in reversed([*enumerate(description)])}
        found = self._owner.places[self._sql] = {name: places[name] for name, *_ in description}
        return found


class ApswConnection:
    """As :class:`SqliteConnection` says.

    ``places`` keeps the columns of each statement. They never change while a store is open: the desk refuses one that a
    newer release has upgraded.
    """

    def __init__(self, raw: apsw.Connection) -> None:
        self.raw = raw
        self.places: dict[str, dict[str, int]] = {}

    @classmethod
    def open(cls, url: str, patience: float) -> ApswConnection:
        flags = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE | apsw.SQLITE_OPEN_URI
        try:
            raw = apsw.Connection(url, flags=flags, statementcachesize=_CACHED_STATEMENTS)
            # Else SQLite prepares some statements anew for each value that they are bound to.
            raw.config(apsw.SQLITE_DBCONFIG_ENABLE_QPSG, 1)
            raw.set_busy_timeout(round(patience * 1_000))
        except _ERRORS as error:
            raise as_sqlite3_error(error) from error
        return cls(raw)

    @property
    def texts(self) -> Mapping[str, str]:
        return query_texts("sqlite")

    def execute(self, sql: str, values: Values = (), /) -> ApswRows:
        try:
            return ApswRows(self, self.raw.execute(sql, values), sql)
        except _ERRORS as error:
            raise as_sqlite3_error(error) from error

    def executemany(self, sql: str, rows: Iterable[Values], /) -> None:
        try:
            for text, part in in_parts(sql, rows):
                self.raw.executemany(text, part)
        except _ERRORS as error:
            raise as_sqlite3_error(error) from error

    def tuples(self, sql: str, values: Values, /) -> Iterator[tuple[Any, ...]]:
        try:
            return _translated(self.raw.execute(sql, values))
        except _ERRORS as error:
            raise as_sqlite3_error(error) from error

    def copy_into(self, target: SqliteConnection, pages: int, step: CopyStep) -> None:
        if not isinstance(target, ApswConnection):
            raise TypeError("a store is copied by one binding")
        try:
            with target.raw.backup("main", self.raw, "main") as copying:
                while not copying.done:
                    status = _copy_pages(copying, pages)
                    step(status, copying.remaining, copying.page_count)
        except _ERRORS as error:
            raise as_sqlite3_error(error) from error

    def set_progress_handler(self, handler: Callable[[], bool] | None, steps: int, /) -> None:
        self.raw.set_progress_handler(handler, steps)

    def close(self) -> None:
        try:
            self.raw.close()
        except _ERRORS as error:
            raise as_sqlite3_error(error) from error

    @property
    def writes_meanwhile(self) -> bool:
        return False

    @property
    def total_changes(self) -> int:
        return self.raw.total_changes()

    @property
    def in_transaction(self) -> bool:
        return self.raw.in_transaction


def _translated(cursor: apsw.Cursor) -> Iterator[tuple[Any, ...]]:
    try:
        yield from cursor
    except _ERRORS as error:
        raise as_sqlite3_error(error) from error


def _copy_pages(copying: apsw.Backup, pages: int) -> int:
    """Wait a moment for who locks one of the files, as ``sqlite3`` does; returns SQLite's status."""
    try:
        return apsw.SQLITE_DONE if copying.step(pages) else apsw.SQLITE_OK
    except (apsw.BusyError, apsw.LockedError):
        time.sleep(_COPY_RETRY_SECONDS)
        return apsw.SQLITE_BUSY


def as_sqlite3_error(error: apsw.Error | UnicodeDecodeError) -> sqlite3.Error:
    """The error that ``sqlite3`` raises in such a case, with the same code and words."""
    if isinstance(error, UnicodeDecodeError):
        return sqlite3.OperationalError(f"Could not decode to UTF-8: {error}")
    extended = getattr(error, "extendedresult", None)
    if extended is None:
        return sqlite3.ProgrammingError(str(error))
    translated = _CLASSES.get(extended & 0xFF, sqlite3.OperationalError)(str(error))
    translated.sqlite_errorcode = extended
    return translated
