"""Reading the store on the calling thread, one snapshot at a time, in a process that does nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from dutydesk.domain.limits import DEFAULT_LIMITS
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engines.postgresql.connection import PostgresConnection
from dutydesk.store.engines.postgresql.session import connect, reader_settings


class ClusterSnapshots:
    """A connection that can't write, for the thread that made it. Raises psycopg.Error."""

    def __init__(self, url: str) -> None:
        limits = DEFAULT_LIMITS.store
        self._connection = PostgresConnection(lambda: connect(url, limits, reader_settings(limits)))

    @contextmanager
    def snapshot(self) -> Iterator[Handle]:
        """The store as of now. A line that was lost is opened again."""
        if self._connection.is_lost:
            self._connection.reopen()
        self._connection.begin_read()
        try:
            yield Handle(self._connection, datetime.now(UTC))
        finally:
            self._connection.roll_back()

    def close(self) -> None:
        self._connection.close()
