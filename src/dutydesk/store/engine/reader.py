"""One connection on its own thread, the queries by name, and what every query needs: the time of this reading."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import aiosql
import aiosqlite
from aiosql.queries import Queries

from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.errors import StoreUnusable

T = TypeVar("T")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@lru_cache(maxsize=1)
def load_queries() -> Queries:
    queries: Queries = aiosql.from_path(
        Path(__file__).parent.with_name("queries"), "sqlite3", mandatory_parameters=False
    )
    return queries


@lru_cache(maxsize=1)
def _query_texts() -> Mapping[str, str]:
    """Each query's SQL by its name, run without aiosql's own layers: those cost as much as most of the queries."""
    queries = load_queries()
    return {name: getattr(queries, name).sql for name in queries.available_queries}


def to_us(at: datetime) -> int:
    """Microseconds since 1970 UTC."""
    return (at - EPOCH) // _MICROSECOND


def from_us(at_us: int) -> datetime:
    return EPOCH + timedelta(microseconds=at_us)


def optional_to_us(at: datetime | None) -> int | None:
    return None if at is None else to_us(at)


def optional_from_us(at_us: int | None) -> datetime | None:
    return None if at_us is None else from_us(at_us)


class StoreConnection(sqlite3.Connection):
    """SQLite's own connection, of a class that what it knows can be remembered for."""


class Handle:
    """What a function that reads the store is given. ``at`` is the desk's time of this reading, in UTC."""

    def __init__(self, connection: sqlite3.Connection, at: datetime) -> None:
        self.connection = connection
        self.at = at
        self._texts = _query_texts()

    def one(self, query: str, /, **values: object) -> sqlite3.Row | None:
        row: sqlite3.Row | None = self.connection.execute(self._texts[query], values).fetchone()
        return row

    def value(self, query: str, /, **values: object) -> Any:
        """The first column of the first row; ``None`` where there is no row."""
        row = self.one(query, **values)
        return None if row is None else row[0]

    def cached_value(self, query: str, /, **values: object) -> Any:
        """As :meth:`value`, for what seldom changes and every message asks; a transaction asks it only once."""
        return self.value(query, **values)

    def all(self, query: str, /, **values: object) -> list[sqlite3.Row]:
        return self.connection.execute(self._texts[query], values).fetchall()

    def tuples(self, query: str, /, **values: object) -> Iterator[tuple[Any, ...]]:
        """Plain tuples, one by one as they are asked for: for the few walks over a whole table."""
        cursor = self.connection.cursor()
        cursor.row_factory = None
        return cursor.execute(self._texts[query], values)

    def run(self, query: str, /, **values: object) -> int:
        """Returns how many rows were changed."""
        return self.connection.execute(self._texts[query], values).rowcount

    def insert(self, query: str, /, **values: object) -> int:
        """Returns the new row's number."""
        number = self.connection.execute(self._texts[query], values).lastrowid
        return number or 0

    def run_many(self, query: str, /, rows: Iterable[Mapping[str, object]]) -> None:
        self.connection.executemany(self._texts[query], rows)


async def connect(path: Path, patience: float) -> aiosqlite.Connection:
    """A connection whose thread ends with the process, so that a failure on the way out leaves nothing hanging.

    ``patience``: seconds that a statement waits for a lock of another process.
    """
    connecting = aiosqlite.connect(path, isolation_level=None, timeout=patience, factory=StoreConnection)
    connecting._thread.daemon = True
    return await connecting


async def run_on_thread(connection: aiosqlite.Connection, work: Callable[[sqlite3.Connection], T]) -> T:
    """Runs a whole function on the connection's own thread: one await for a transaction, not one for each statement.

    aiosqlite has this only for its own methods; a statement at a time costs 1.7 times as much.
    Raises what ``work`` raises, or StoreUnusable once the connection is closed.
    """
    try:
        raw = connection._conn
    except ValueError as error:
        raise StoreUnusable(StoreCode.STORE_CLOSED, "the store is closed; open it again") from error
    result: T = await connection._execute(_run_without_stop_iteration, work, raw)  # type: ignore[no-untyped-call]
    return result


def _run_without_stop_iteration(work: Callable[[sqlite3.Connection], T], raw: sqlite3.Connection) -> T:
    try:
        return work(raw)
    except StopIteration as error:
        raise RuntimeError("a walk over rows ended too early") from error  # a future can't bear StopIteration
