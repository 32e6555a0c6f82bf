"""What the store needs of a connection to SQLite, whichever binding made it.

Errors are those of ``sqlite3`` with both bindings, and so are the names of the result codes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

Values = Sequence[Any] | Mapping[str, Any]
#: Called after each step of a copy with SQLite's status, the pages that are left and the pages in all.
CopyStep = Callable[[int, int, int], None]


class SqliteRow(Protocol):
    """A row whose values are found by column name or by place."""

    def __getitem__(self, key: Any, /) -> Any: ...
    def __iter__(self) -> Iterator[Any]: ...
    def __len__(self) -> int: ...
    def keys(self) -> list[str]: ...


class SqliteRows(Protocol):
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

    All methods raise sqlite3.Error.
    """

    def execute(self, sql: str, values: Values = ..., /) -> SqliteRows: ...
    def executemany(self, sql: str, rows: Iterable[Values], /) -> object: ...

    def tuples(self, sql: str, values: Values, /) -> Iterator[tuple[Any, ...]]:
        """The rows as plain tuples, fetched one by one."""

    def copy_into(self, target: Connection, pages: int, step: CopyStep) -> None:
        """Copy the whole store, ``pages`` at a time, into another connection of the same binding."""

    def set_progress_handler(self, handler: Callable[[], bool] | None, steps: int, /) -> None:
        """Ask ``handler`` after each ``steps`` steps of SQLite's machine whether the statement shall be given up."""

    def close(self) -> None: ...

    @property
    def total_changes(self) -> int: ...
    @property
    def in_transaction(self) -> bool: ...
