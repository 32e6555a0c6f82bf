"""Compares the full-text indexes with the rows that they index.

SQLite does that in one statement, which locks the store like a commit. It is given up as soon as an officer waits.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from dutydesk.domain.limits import StoreLimits
from dutydesk.store.engine.connection import ConnectionThread
from dutydesk.store.engine.database import OpenFiles
from dutydesk.store.engine.erase import full_text_tables
from dutydesk.store.engine.faults import as_store_error
from dutydesk.store.engine.locks import StoreLocks


@dataclass(frozen=True, slots=True)
class FullTextFindings:
    """``wrong`` are the indexes that are not those of their rows; ``unread`` those that an officer waited for."""

    wrong: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


async def compare_full_text(
    connection: ConnectionThread, locks: StoreLocks, files: OpenFiles, limits: StoreLimits
) -> FullTextFindings:
    """Works on the connection that writes, between commits. Raises StoreUnusable."""

    def working(raw: sqlite3.Connection) -> FullTextFindings:
        wrong, unread = [], []
        for table in full_text_tables(raw):
            with locks.commit(officer=False):
                files.require_unchanged()
                match _is_sound(raw, table, locks, limits.full_text_steps):
                    case None:
                        unread.append(table)
                    case False:
                        wrong.append(table)
        return FullTextFindings(tuple(wrong), tuple(unread))

    for _ in range(limits.full_text_tries):
        try:
            found = await connection.run(working)
        except sqlite3.Error as error:
            raise as_store_error(error) from error
        if not found.unread:
            break
    return found


def _is_sound(raw: sqlite3.Connection, table: str, locks: StoreLocks, steps: int) -> bool | None:
    """``None`` where an officer came before it was known."""
    raw.set_progress_handler(locks.is_officer_waiting, steps)
    try:
        raw.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('integrity-check', 1)")  # noqa: S608 - from the schema
    except sqlite3.DatabaseError as error:
        match error.sqlite_errorcode & 0xFF:
            case sqlite3.SQLITE_INTERRUPT:
                return None
            case sqlite3.SQLITE_CORRUPT:
                return False
        raise
    finally:
        raw.set_progress_handler(None, 0)
    return True
