"""Compares the full-text indexes with the rows that they index.

SQLite does that in one statement, which locks the store like a commit. It is given up as soon as an officer waits.
"""

from __future__ import annotations

import sqlite3
from functools import partial

from dutydesk.domain.limits import StoreLimits
from dutydesk.store.engine.engine import FullTextFindings
from dutydesk.store.engines.sqlite.between_commits import BetweenCommits
from dutydesk.store.engines.sqlite.erase import full_text_tables
from dutydesk.store.engines.sqlite.locks import StoreLocks
from dutydesk.store.engines.sqlite.sqlite_connection import SqliteConnection


async def compare_full_text(between: BetweenCommits, limits: StoreLimits) -> FullTextFindings:
    """Begins anew where an officer came between, up to the limit ``full_text_tries``. Raises StoreUnusable."""
    tables = await between.run(full_text_tables)
    sound: dict[str, bool | None] = dict.fromkeys(tables)
    for _ in range(limits.full_text_tries):
        for table in [table for table, known in sound.items() if known is None]:
            check = partial(_is_sound, table=table, locks=between.locks, steps=limits.full_text_steps)
            sound[table] = await between.run(check)
    return FullTextFindings(
        tuple(table for table, known in sound.items() if known is False),
        tuple(table for table, known in sound.items() if known is None),
    )


def _is_sound(raw: SqliteConnection, table: str, locks: StoreLocks, steps: int) -> bool | None:
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
