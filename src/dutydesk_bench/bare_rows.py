"""The rows that messages leave, written again by themselves: the speed of the file alone.

Nothing is decoded, decided, hashed or read here. For benchmarks only; it writes to a copy of a store. As a program it
prints the messages a second of the binding that its environment names: a process uses only one.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.errors import Refused
from dutydesk.domain.limits import DEFAULT_LIMITS
from dutydesk.store.engine.rows import Connection
from dutydesk.store.engines.sqlite import database
from dutydesk.store.engines.sqlite.binding import BINDING_VARIABLE, Binding, connect
from dutydesk.store.engines.sqlite.wal_file import WalFile
from dutydesk.store.tables.deliveries import NEVER
from dutydesk_bench.report import python_command

Row = tuple[Any, ...]

_ITEMS = "BETWEEN :first AND :last"
_RECORDS = "IN (SELECT id FROM record WHERE item BETWEEN :first AND :last)"
#: Which rows of each table belong to a range of items, in an order in which they can be written.
TABLES = {
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
#: Rows of no message alone: those that the run has added, shared among the batches.
ADDED = "neighbour"
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


@dataclass(frozen=True, slots=True)
class WrittenRows:
    """What a run has left: a copy of the store after it, and one of before."""

    after: Path
    before: Path

    def batches(self, size: int = DEFAULT_LIMITS.store.batch_jobs) -> list[BareRows]:
        return read_rows(self.after, self.before, size)

    async def rate_by(self, binding: Binding) -> float:
        """Messages a second of a process that writes the rows by a binding to SQLite. Raises Refused."""
        target = self.before.with_name(f"bare-{binding}.db")
        shutil.copy(self.before, target)
        command = python_command("dutydesk_bench.bare_rows", self.after, self.before, target)
        environment = os.environ | {BINDING_VARIABLE: binding}
        process = await asyncio.create_subprocess_exec(*command, env=environment, stdout=asyncio.subprocess.PIPE)
        out, _ = await process.communicate()
        target.unlink()
        if process.returncode:
            raise Refused(RefusedCode.MEASUREMENT_FAILED, f"the rows could not be written by {binding} alone")
        return float(out)


def read_rows(path: Path, before: Path, size: int = DEFAULT_LIMITS.store.batch_jobs) -> list[BareRows]:
    """The rows of the items and events that a store has and its earlier copy ``before`` lacks, as they were while
    leased; those of ``size`` items in one batch.
    """
    with closing(connect(path, "mode=ro")) as source:
        known_item, known_event = _highest_numbers(before)
        events = list(source.tuples("SELECT * FROM event WHERE seq > ? ORDER BY seq", (known_event,)))
        items = range(known_item + 1, _highest_numbers(path)[0] + 1)
        batches = [items[first : first + size] for first in range(0, len(items), size)]
        added = _added_rows(source, before)
        return [
            BareRows(
                batch,
                {table: list(_sending_rows(source, table, batch)) for table in TABLES}
                | {ADDED: _share(added, number, len(batches))},
                _share(events, number, len(batches)),
            )
            for number, batch in enumerate(batches)
        ]


def _added_rows(source: Connection, before: Path) -> list[Row]:
    query = f"SELECT * FROM {ADDED}"  # noqa: S608 - a name of this module's
    with closing(connect(before, "mode=ro")) as earlier:
        known = set(earlier.tuples(query, ()))
    return [row for row in source.tuples(query, ()) if row not in known]


def _share(rows: list[Row], number: int, batches: int) -> list[Row]:
    return rows[number * len(rows) // batches : (number + 1) * len(rows) // batches]


def _highest_numbers(path: Path) -> tuple[int, int]:
    """The highest number of an item, and of an event."""
    with closing(connect(path, "mode=ro")) as store:
        highest = "SELECT (SELECT coalesce(max(number), 0) FROM item), (SELECT coalesce(max(seq), 0) FROM event)"
        item, event = store.execute(highest).fetchone()
    return item, event


def _sending_rows(source: Connection, table: str, items: range) -> Iterator[Row]:
    query = f"SELECT * FROM {table} WHERE {TABLES[table]}"  # noqa: S608 - names of this module's
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


def main() -> None:
    after, before, target = map(Path, sys.argv[1:])
    batches = read_rows(after, before)
    print(sum(len(batch.items) for batch in batches) / write_rows(target, batches))


if __name__ == "__main__":
    main()
