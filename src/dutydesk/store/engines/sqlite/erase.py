"""Removes what deleted rows leave behind: words in the full-text index, and copies of rows in the store's pages.

SQLite overwrites what it deletes (``secure_delete``), but not the copies that it made when it moved rows from page to
page; only writing the file anew removes those. The full-text index keeps deleted words until its segments are merged,
and the write-ahead log keeps what it holds until it is emptied.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

from dutydesk.domain.frozen import value
from dutydesk.domain.limits import StoreLimits
from dutydesk.store.engine.engine import Erased
from dutydesk.store.engine.rows import Connection
from dutydesk.store.engines.sqlite.between_commits import BetweenCommits

_FULL_TEXT_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%USING fts5 (%' ORDER BY name"
#: Changes of one call that merged nothing.
_NOTHING_MERGED = 1
#: Pages of the full-text index that one call merges, some milliseconds.
_MERGED_PAGES = 200
_EMPTYING_TRIES = 50


@value(frozen=True, slots=True)
class Eraser:
    """Works on the connection that writes, between commits; ``empty_log`` checkpoints and empties the log."""

    between: BetweenCommits
    limits: StoreLimits
    empty_log: Callable[[], Awaitable[bool]]

    async def erase(self, *, rewrite: bool) -> Erased:
        """Officers wait while the file is written anew, and else for a few milliseconds. Raises StoreUnusable."""
        for table in await self.between.run(full_text_tables):
            await self._merge_words(table)
        if rewrite:
            await self.between.run(_rewrite)
        for _ in range(_EMPTYING_TRIES):
            if await self.empty_log():
                return Erased(rewrite, log_emptied=True)
            await asyncio.sleep(self.limits.read_poll_seconds)
        return Erased(rewrite, log_emptied=False)

    async def _merge_words(self, table: str) -> None:
        """The first call marks all segments; the others end with one segment without deleted words."""
        pages = -_MERGED_PAGES
        while await self.between.run(partial(_merge, table=table, pages=pages)):
            pages = _MERGED_PAGES


def full_text_tables(raw: Connection) -> list[str]:
    return [name for (name,) in raw.execute(_FULL_TEXT_TABLES).fetchall()]


def _merge(raw: Connection, table: str, pages: int) -> bool:
    """Returns whether something was merged."""
    before = raw.total_changes
    raw.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('merge', ?)", (pages,))  # noqa: S608 - a name of the schema
    return raw.total_changes - before > _NOTHING_MERGED


def _rewrite(raw: Connection) -> None:
    raw.execute("VACUUM")
