"""Logs that whoever owns the store's file has written anew: their chain holds, and their heads are signed."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from desks import AT
from dutydesk.desk.audit.tree_heads import sign_head_of
from dutydesk.domain.events.log import GENESIS, link
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engines.sqlite.binding import connect
from dutydesk.store.engines.sqlite.database import create_store
from dutydesk.store.tables import log, tree
from dutydesk.wire.files.signatures import new_key
from dutydesk.wire.files.tree_heads import TreeHead
from long_logs import add_events

Rows = list[list[Any]]
KEY = new_key()
EVENTS = 700


def made_log(folder: Path) -> Path:
    """A store with 700 events, and two tiles of its tree."""
    path = folder / "desk.db"
    create_store(path, "exercise", AT)
    with closing(connect(path)) as connection:
        connection.execute("BEGIN")
        add_events(connection, EVENTS)
        handle = Handle(connection, AT)
        for row in tree.missing_tiles(handle, 9):
            handle.run("tree_tile_add", **row)
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


@contextmanager
def reading(path: Path, at: datetime = AT) -> Iterator[Handle]:
    with closing(connect(path)) as connection:
        yield Handle(connection, at)


def head_of(path: Path, size: int | None = None) -> TreeHead:
    with reading(path) as handle:
        return sign_head_of(handle, size or log.head_seq(handle), KEY)


def forged(stored: Path, folder: Path, change: Callable[[Rows], Rows], *, tiles: bool) -> Path:
    """A copy of the store whose events were changed and linked anew; ``tiles``: its tree was made anew, too."""
    path = folder / "forged.db"
    path.write_bytes(stored.read_bytes())
    with closing(sqlite3.connect(path)) as store, store:
        for (name,) in store.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'event'"):
            store.execute(f"DROP TRIGGER {name}")
        rows = [list(row[1:6]) for row in store.execute("SELECT * FROM event ORDER BY seq").fetchall()]
        store.execute("DELETE FROM event")
        previous = GENESIS
        for seq, row in enumerate(change(rows), start=1):
            digest = link(previous, seq, *row)
            store.execute("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (seq, *row, previous, digest))
            previous = digest
        if tiles:
            store.execute("DELETE FROM tree_tile")
    return path


def changed(rows: Rows) -> Rows:
    return [*rows[:299], [*rows[299][:1], "Mallory", *rows[299][2:]], *rows[300:]]


def cut_out(rows: Rows) -> Rows:
    return [*rows[:299], *rows[300:], *rows[-1:]]


def put_in(rows: Rows) -> Rows:
    return [*rows[:299], rows[299], *rows[299:]]


def reordered(rows: Rows) -> Rows:
    return [*rows[:299], rows[300], rows[299], *rows[301:]]


def tail_cut(rows: Rows) -> Rows:
    return rows[:-50]


def wholly_new(rows: Rows) -> Rows:
    return [[row[0] + 1, *row[1:]] for row in rows]
