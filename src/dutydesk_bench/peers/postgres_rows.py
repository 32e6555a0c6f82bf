"""The desk's rows in PostgreSQL: the same tables with the same keys and indexes, made from a store's own schema.

PostgreSQL is given the rows as the desk left them: it decodes, decides and hashes nothing, and the triggers that keep
the desk's log append-only are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dutydesk.store.engine.rows import Connection
from dutydesk.store.engines.sqlite.binding import connect
from dutydesk_bench.bare_rows import ADDED, TABLES, BareRows, Row

if TYPE_CHECKING:
    import psycopg

_TYPES = {"INTEGER": "bigint", "TEXT": "text", "BLOB": "bytea", "REAL": "double precision"}
#: Written beside the rows of messages, which refer to them.
_REFERRED = "bureau"
#: The desk's full text of an item, and its indexes on what JSON says, in PostgreSQL's own words.
OWN_WORDS = """
ALTER TABLE item ADD COLUMN words tsvector GENERATED ALWAYS AS (
  to_tsvector('simple', title || ' ' || coalesce(original_script, '') || ' ' || coalesce(reference, ''))
) STORED;
CREATE INDEX item_words ON item USING gin (words);
CREATE INDEX event_reference ON event ((data::json ->> 'sender'), (data::json ->> 'reference')) WHERE kind IN (
  'intake.accepted', 'item.corrected', 'item.withdrawn', 'item.informed', 'item.reread', 'delivery.answered',
  'restriction.stated', 'check.taken'
);
CREATE INDEX event_command ON event ((data::json ->> 'command'))
  WHERE actor NOT IN ('system', 'intake', 'dispatcher') AND data::json ->> 'command' IS NOT NULL;
CREATE INDEX event_refused ON event ((data::json ->> 'sender'), (data::json ->> 'text_digest'))
  WHERE kind = 'item.refused';
CREATE INDEX notice_hit ON notice ((data::json ->> 'hit')) WHERE notice = 'hit'
"""
_ACKNOWLEDGE = (
    "UPDATE delivery SET state = 'delivered' WHERE item = ANY(%s) AND state = 'sending'",
    "UPDATE item SET open_deliveries = 0 WHERE number = ANY(%s)",
    "UPDATE notice SET state = 'delivered', due_at = item.received_at FROM item "
    "WHERE item.number = notice.item AND notice.item = ANY(%s)",
)


@dataclass(frozen=True, slots=True)
class Table:
    """``definition`` is the statements that make it."""

    name: str
    columns: tuple[str, ...]
    definition: str

    @property
    def copy(self) -> str:
        """The statement that takes many rows: the fastest of PostgreSQL's ways, also for one row."""
        return f"COPY {self.name} ({_names(self.columns)}) FROM STDIN"


def _names(columns: Iterable[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)


def read_tables(store: Path) -> list[Table]:
    """The tables that a message's rows belong to, in an order in which they can be made."""
    with closing(connect(store, "mode=ro")) as source:
        return [_read_table(source, name) for name in (_REFERRED, *TABLES, ADDED, "event")]


def _read_table(source: Connection, name: str) -> Table:
    columns = list(source.tuples('SELECT name, type, "notnull", pk FROM pragma_table_info(?)', (name,)))
    keys = [column for column, _, _, place in sorted(columns, key=lambda column: column[3]) if place]
    parts = [f'"{column}" {_TYPES[kind]}{" NOT NULL" * required}' for column, kind, required, _ in columns]
    if keys:
        parts.append(f"PRIMARY KEY ({_names(keys)})")
    references = source.tuples('SELECT "table", "from", "to" FROM pragma_foreign_key_list(?)', (name,))
    parts += [f'FOREIGN KEY ("{column}") REFERENCES {other} ("{to}")' for other, column, to in references]
    definition = ";\n".join([f"CREATE TABLE {name} ({', '.join(parts)})", *_indexes(source, name)])
    return Table(name, tuple(column for column, *_ in columns), definition)


def _indexes(source: Connection, name: str) -> Iterator[str]:
    listed = "SELECT name, origin FROM pragma_index_list(?)"
    for index, origin in list(source.tuples(listed, (name,))):
        if origin == "u":
            columns = ", ".join(
                column for (column,) in source.tuples("SELECT name FROM pragma_index_info(?)", (index,))
            )
            yield f"CREATE UNIQUE INDEX ON {name} ({columns})"
        elif origin == "c":
            ((sql,),) = source.tuples("SELECT sql FROM sqlite_master WHERE name = ?", (index,))
            if "json_" not in sql:
                yield re.sub(r"instr\((\w+), ('[^']*')\)", r"strpos(\1, \2)", sql)


def read_bureaus(store: Path) -> list[Row]:
    with closing(connect(store, "mode=ro")) as source:
        return list(source.tuples(f"SELECT * FROM {_REFERRED}", ()))  # noqa: S608 - a name of this module's


def make_tables(connection: psycopg.Connection, tables: list[Table], bureaus: list[Row]) -> None:
    """Empty tables, but for the bureaus. Drops those that are there."""
    connection.execute(f"DROP TABLE IF EXISTS {', '.join(table.name for table in tables)}")
    for statement in ";\n".join([*(table.definition for table in tables), OWN_WORDS]).split(";\n"):
        connection.execute(statement)
    _copy(connection, tables[0].copy, bureaus)


@dataclass(frozen=True, slots=True)
class Commit:
    """What one transaction writes: rows for each COPY, and the items whose deliveries are acknowledged."""

    copies: list[tuple[str, list[Row]]]
    items: list[int]


NOTHING = Commit([], [])


def commits(tables: list[Table], batches: list[BareRows]) -> list[Commit]:
    copy_of = {table.name: table.copy for table in tables}
    return [
        Commit(
            [(copy_of[name], rows) for name, rows in (*batch.tables.items(), ("event", batch.events)) if rows],
            list(batch.items),
        )
        for batch in batches
    ]


def write(connection: psycopg.Connection, commit: Commit, landed: list[int]) -> None:
    """One transaction, which also acknowledges the deliveries of the items ``landed``."""
    with connection.transaction():
        for statement, rows in commit.copies:
            _copy(connection, statement, rows)
        if landed:
            for statement in _ACKNOWLEDGE:
                connection.execute(statement, (landed,))


def _copy(connection: psycopg.Connection, statement: str, rows: list[Row]) -> None:
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def count_deliveries(connection: psycopg.Connection) -> tuple[int, int]:
    """The deliveries, and those that are acknowledged."""
    counting = "SELECT count(*), count(*) FILTER (WHERE state = 'delivered') FROM delivery"
    ((made, acknowledged),) = connection.execute(counting).fetchall()
    return made, acknowledged
