"""What this engine needs of a connection to SQLite beyond what every engine has, whichever binding made it.

Errors are those of ``sqlite3`` with both bindings, and so are the names of the result codes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, runtime_checkable

from dutydesk.store.engine.rows import Connection

#: Called after each step of a copy with SQLite's status, the pages that are left and the pages in all.
CopyStep = Callable[[int, int, int], None]


@runtime_checkable
class SqliteConnection(Connection, Protocol):
    """All methods raise sqlite3.Error."""

    def copy_into(self, target: SqliteConnection, pages: int, step: CopyStep) -> None:
        """Copy the whole store, ``pages`` at a time, into another connection of the same binding."""

    def set_progress_handler(self, handler: Callable[[], bool] | None, steps: int, /) -> None:
        """Ask ``handler`` after each ``steps`` steps of SQLite's machine whether the statement shall be given up."""
