"""Work on the connection that writes, between commits: upkeep of the file that changes no row."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import TypeVar

from dutydesk.domain.frozen import value
from dutydesk.store.engine.connection import ConnectionThread
from dutydesk.store.engine.rows import Connection
from dutydesk.store.engines.sqlite.database import OpenFiles
from dutydesk.store.engines.sqlite.faults import as_store_error
from dutydesk.store.engines.sqlite.locks import StoreLocks

T = TypeVar("T")


@value(frozen=True, slots=True)
class BetweenCommits:
    """Officers go first; while the work runs, nobody commits."""

    connection: ConnectionThread
    locks: StoreLocks
    files: OpenFiles

    async def run(self, work: Callable[[Connection], T]) -> T:
        """Raises StoreUnusable."""

        def working(raw: Connection) -> T:
            with self.locks.commit(officer=False):
                self.files.require_unchanged()
                return work(raw)

        try:
            return await self.connection.run(working)
        except sqlite3.Error as error:
            raise as_store_error(error) from error
