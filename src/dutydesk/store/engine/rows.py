"""What the store needs of a connection to its engine, and of the rows that it gives."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

#: The values of a text with ``:name``, or one after the other those of a text with ``?``.
Values = Sequence[Any] | Mapping[str, Any]


class StoreRow(Protocol):
    """A row whose values are found by column name or by place."""

    def __getitem__(self, key: Any, /) -> Any: ...
    def __iter__(self) -> Iterator[Any]: ...
    def __len__(self) -> int: ...
    def keys(self) -> list[str]: ...


class NamedRow:
    """A row as an engine gives it; ``places`` says where the value of each column is."""

    __slots__ = ("_places", "_values")

    def __init__(self, places: dict[str, int], values: tuple[Any, ...]) -> None:
        self._places = places
        self._values = values

    def __getitem__(self, key: Any, /) -> Any:
        return self._values[self._places[key] if key.__class__ is str else key]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, NamedRow) and (self._places, self._values) == (other._places, other._values)

    def __hash__(self) -> int:
        return hash(self._values)

    def __repr__(self) -> str:
        return f"<row {dict(zip(self._places, self._values, strict=True))}>"

    def keys(self) -> list[str]:
        return list(self._places)


class ResultRows(Protocol):
    """What a statement gives; fetched as it is read."""

    def fetchone(self) -> Any: ...
    def fetchall(self) -> list[Any]: ...
    def __iter__(self) -> Iterator[Any]: ...

    @property
    def rowcount(self) -> int:
        """Rows that the statement changed; to be read before the next one runs."""

    @property
    def lastrowid(self) -> int | None:
        """The number of the row that the statement inserted; to be read before the next one runs."""


class Connection(Protocol):
    """One connection, used by one thread at a time. It begins and ends no transaction by itself.

    All methods raise the errors of the engine's driver; see :meth:`Engine.as_store_error`.
    """

    @property
    def texts(self) -> Mapping[str, str]:
        """The SQL of each named query, as this engine reads it."""

    def execute(self, sql: str, values: Values = ..., /) -> ResultRows: ...
    def executemany(self, sql: str, rows: Iterable[Values], /) -> object: ...

    def tuples(self, sql: str, values: Values, /) -> Iterator[tuple[Any, ...]]:
        """The rows as plain tuples, fetched one by one."""

    def close(self) -> None: ...

    @property
    def writes_meanwhile(self) -> bool:
        """Whether the rows of :meth:`executemany` are written while this process goes on."""

    @property
    def total_changes(self) -> int: ...
    @property
    def in_transaction(self) -> bool: ...
