"""Reading the store: a handle that runs named queries at one moment of the desk's time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from dutydesk.domain.limits import DEFAULT_LIMITS, StoreLimits
from dutydesk.store.engine.rows import Connection, StoreRow

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def to_us(at: datetime) -> int:
    """Microseconds since 1970 UTC."""
    return (at - EPOCH) // _MICROSECOND


def from_us(at_us: int) -> datetime:
    return EPOCH + timedelta(microseconds=at_us)


def optional_to_us(at: datetime | None) -> int | None:
    return None if at is None else to_us(at)


def optional_from_us(at_us: int | None) -> datetime | None:
    return None if at_us is None else from_us(at_us)


class Handle:
    """Runs named queries on one connection. ``at`` is the desk's time of this read, in UTC."""

    def __init__(self, connection: Connection, at: datetime, limits: StoreLimits = DEFAULT_LIMITS.store) -> None:
        self.connection = connection
        self.at = at
        self.limits = limits
        self._texts = connection.texts

    def one(self, query: str, /, **values: object) -> StoreRow | None:
        row: StoreRow | None = self.connection.execute(self._texts[query], values).fetchone()
        return row

    def value(self, query: str, /, **values: object) -> Any:
        """The first column of the first row; ``None`` if there is no row."""
        row = self.one(query, **values)
        return None if row is None else row[0]

    def cached_value(self, query: str, /, **values: object) -> Any:
        """As :meth:`value`, for data that seldom changes; a transaction runs the query only once."""
        return self.value(query, **values)

    def all(self, query: str, /, **values: object) -> list[StoreRow]:
        return self.connection.execute(self._texts[query], values).fetchall()

    def tuples(self, query: str, /, **values: object) -> Iterator[tuple[Any, ...]]:
        """Plain tuples, fetched one by one, for walks over a whole table."""
        return self.connection.tuples(self._texts[query], values)

    def stream(self, query: str, /, **values: object) -> Iterator[StoreRow]:
        """Rows fetched one by one, on a cursor of their own."""
        return iter(self.connection.execute(self._texts[query], values))

    def run(self, query: str, /, **values: object) -> int:
        """Run a statement and return the number of changed rows."""
        return self.connection.execute(self._texts[query], values).rowcount

    def insert(self, query: str, /, **values: object) -> int:
        """Insert a row and return its number."""
        number = self.connection.execute(self._texts[query], values).lastrowid
        return number or 0

    def run_many(self, query: str, /, rows: Iterable[Mapping[str, object]]) -> None:
        self.connection.executemany(self._texts[query], rows)


class RememberingHandle(Handle):
    """A handle inside one transaction: :meth:`cached_value` runs each query once."""

    def __init__(self, connection: Connection, at: datetime, limits: StoreLimits = DEFAULT_LIMITS.store) -> None:
        super().__init__(connection, at, limits)
        self._remembered: dict[tuple[object, ...], Any] = {}

    def cached_value(self, query: str, /, **values: object) -> Any:
        asked = (query, *values.values())
        if asked not in self._remembered:
            self._remembered[asked] = self.value(query, **values)
        return self._remembered[asked]

    def forget_cached(self, query: str) -> None:
        """Run the query again when its value is asked for next."""
        for asked in [asked for asked in self._remembered if asked[0] == query]:
            del self._remembered[asked]
