"""Values and rows with the Python types that the store has with every engine: whole numbers, floats, text and bytes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from psycopg import Connection, RawCursor
from psycopg.abc import Buffer
from psycopg.adapt import AdaptersMap, Loader
from psycopg.types.numeric import Int8Dumper

from dutydesk.store.engine.rows import NamedRow


class WholeNumberLoader(Loader):
    """``sum()`` of whole numbers comes as ``numeric``, and is one; anything else is a float."""

    def load(self, data: Buffer) -> int | float:
        text = bytes(data)
        return float(text) if b"." in text else int(text)


class FlagLoader(Loader):
    """A condition is 1 or 0."""

    def load(self, data: Buffer) -> int:
        return 1 if bytes(data) == b"t" else 0


class FlagDumper(Int8Dumper):
    """A flag is stored as 1 or 0."""

    def dump(self, obj: Any) -> Buffer | None:
        return b"1" if obj else b"0"


class PostgresRows:
    """What a statement gives. All rows are with the client once it has run."""

    __slots__ = ("_cursor", "_places")

    def __init__(self, cursor: RawCursor[tuple[Any, ...]]) -> None:
        self._cursor = cursor
        self._places: dict[str, int] | None = None

    def fetchone(self) -> NamedRow | None:
        values = self._cursor.fetchone()
        return None if values is None else NamedRow(self._columns(), values)

    def fetchall(self) -> list[NamedRow]:
        places = self._columns()
        return [NamedRow(places, values) for values in self._cursor.fetchall()]

    def __iter__(self) -> Iterator[NamedRow]:
        places = self._columns()
        for values in self._cursor:
            yield NamedRow(places, values)

    @property
    def rowcount(self) -> int:
        return self._cursor.rowcount

    @property
    def lastrowid(self) -> int | None:
        """The number that ``RETURNING`` gave."""
        if self._cursor.description is None:
            return None
        row = self._cursor.fetchone()
        return None if row is None else int(row[0])

    def _columns(self) -> dict[str, int]:
        if self._places is None:
            columns = [column.name for column in self._cursor.description or ()]
            self._places = {name: columns.index(name) for name in columns}
        return self._places


#: Kinds of values by the names that PostgreSQL has for them.
_LOADERS: Final[dict[str, type[Loader]]] = {"bool": FlagLoader, "numeric": WholeNumberLoader}


def adapt_values(adapters: AdaptersMap) -> None:
    """Have a connection, or all that follow, give and take the store's values."""
    for name, loader in _LOADERS.items():
        adapters.register_loader(name, loader)
    # One size, else each statement would be prepared once for each size of each of its numbers.
    adapters.register_dumper(int, Int8Dumper)
    adapters.register_dumper(bool, FlagDumper)


def raw_cursor(connection: Connection[Any]) -> RawCursor[tuple[Any, ...]]:
    """A cursor for statements with ``$1``, in which ``%`` is a character like any other."""
    return RawCursor(connection)
