"""Reading the store on the calling thread, one snapshot at a time, in a process that does nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from dutydesk.store.engine.reader import Handle
from dutydesk.store.engines.sqlite.binding import connect
from dutydesk.store.engines.sqlite.database import prepare_reader, roll_back


class FileSnapshots:
    """A connection that can't write, for the thread that made it. Raises sqlite3.Error."""

    def __init__(self, path: Path) -> None:
        self._connection = connect(path)
        prepare_reader(self._connection)

    @contextmanager
    def snapshot(self) -> Iterator[Handle]:
        """The store as of now."""
        self._connection.execute("BEGIN")
        try:
            yield Handle(self._connection, datetime.now(UTC))
        finally:
            roll_back(self._connection)

    def close(self) -> None:
        self._connection.close()
