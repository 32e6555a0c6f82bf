"""The rows that messages leave, written again by themselves: the speed of the file alone.

Nothing is decoded, decided, hashed or read here. For benchmarks only; it writes to a copy of a store.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dutydesk.domain.limits import DEFAULT_LIMITS
from dutydesk.store.engine import database
from dutydesk.store.engine.binding import connect
from dutydesk.store.engine.sqlite import Connection
from dutydesk.store.engine.wal_file import WalFile
from dutydesk.store.tables.deliveries import NEVER

Row = tuple[Any, ...]

_ITEMS = "BETWEEN :first AND :last"
_RECORDS = "IN (SELECT id FROM record WHERE item BETWEEN :first AND :last)"
#: Which rows of each table belong to a range of items, in an order in which they can be written.
_ROWS = {
    "item": f"number {_ITEMS}",
    "body": f"item {_ITEMS}",
    "reference": f"item {_ITEMS}",
    "delivery": f"item {_ITEMS}",
    "notice": f"item {_ITEMS}",
    "record": f"item {_ITEMS}",
    "record_key": f"record {_RECORDS}",
    "document_key": f"record {_RECORDS}",
    "person_key": f"item {_ITEMS}",
}
#: The values of a table's rows while they are leased.
_SENDING_VALUES: dict[str, dict[str, object]] = {
    "item": {"due_at": NEVER},
    "delivery": {"state": "sending"},
    "notice": {"state": "sending", "due_at": NEVER},
}
_DELIVERED_UPDATES = (
    "UPDATE delivery SET state = 'delivered' WHERE item = :item AND state = 'sending'",
    "UPDATE item SET open_deliveries = 0 WHERE number = :item",
    "UPDATE notice SET state = 'delivered', due_at = (SELECT received_at FROM item WHERE number = :item) "
    "WHERE item = :item",
)
#: What the desk writes later, once for many items.
_FILED = (
    "INSERT INTO item_words (rowid, title, original_script, reference) "
    "SELECT number, title, original_script, reference FROM item WHERE number BETWEEN ? AND ?",
    "UPDATE desk SET filed_upto = max(filed_upto, ?, ?)",
)


@dataclass(frozen=True, slots=True)
class BareRows:
    """One batch: rows by table, their events, and the numbers of its items."""

    items: range
    tables: dict[str, list[Row]]
    events: list[Row]


def read_rows(path: Path, before: Path) -> list[BareRows]:
    """The rows of the items and events that a store has and its earlier copy ``before`` lacks, as they were while
    leased.
    """
    with closing(connect(path, "mode=ro")) as source:
        known_item, known_event = _highest_numbers(before)
        events = list(source.tuples("SELECT * FROM event WHERE seq > ? ORDER BY seq", (known_event,)))
        items = range(known_item + 1, _highest_numbers(path)[0] + 1)
        batch_jobs = DEFAULT_LIMITS.store.batch_jobs
        batches = [items[first : first + batch_jobs] for first in range(0, len(items), batch_jobs)]
        share = -(-len(events) // len(batches))
        return [
            BareRows(
                batch,
                {table: list(_sending_rows(source, table, batch)) for table in _ROWS},
                events[number * share : (number + 1) * share],
            )
            for number, batch in enumerate(batches)
        ]


def _highest_numbers(path: Path) -> tuple[int, int]:
    """The highest number of an item, and of an event."""
    with closing(connect(path, "mode=ro")) as store:
        highest = "SELECT (SELECT coalesce(max(number), 0) FROM item), (SELECT coalesce(max(seq), 0) FROM event)"
        item, event = store.execute(highest).fetchone()
    return item, event


def _sending_rows(source: Connection, table: str, items: range) -> Iterator[Row]:
    query = f"SELECT * FROM {table} WHERE {_ROWS[table]}"  # noqa: S608 - names of this module's
    leased_values = dict(_SENDING_VALUES.get(table, {}))
    for row in source.execute(query, {"first": items[0], "last": items[-1]}):
        values = dict(zip(row.keys(), row, strict=True)) | leased_values
        if table == "item":
            values["open_deliveries"] = 1
        yield tuple(values.values())


def write_rows(path: Path, batches: Sequence[BareRows]) -> float:
    """Write the rows to a store that lacks them, each batch durable, its deliveries acknowledged with the next; returns
    seconds.
    """
    log_file = WalFile(path)
    with closing(connect(path)) as target:
        database.prepare_writer(target)
        began = time.perf_counter()
        before: range = range(0)
        for batch in (*batches, BareRows(range(0), {}, [])):
            target.execute("BEGIN IMMEDIATE")
            for table, rows in batch.tables.items():
                _insert(target, table, rows)
            _insert(target, "event", batch.events)
            for statement in _FILED if batch.items else ():
                target.execute(statement, (batch.items[0], batch.items[-1]))
            for landed in _DELIVERED_UPDATES:
                target.executemany(landed, [{"item": number} for number in before])
            target.execute("COMMIT")
            before = batch.items
            if log_file.needs_checkpoint(DEFAULT_LIMITS.dispatch.wal_bytes):
                target.execute("PRAGMA wal_checkpoint(RESTART)").fetchone()
                log_file.set_checkpointed()
        return time.perf_counter() - began


def _insert(target: Connection, table: str, rows: Sequence[Row]) -> None:
    if rows:
        places = ", ".join("?" * len(rows[0]))
        target.executemany(f"INSERT INTO {table} VALUES ({places})", rows)  # noqa: S608 - a name of this module's
