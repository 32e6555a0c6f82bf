"""A store whose rows are edited by hand, on either engine, and compared with its log; each change is rolled back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import psycopg

from dutydesk.desk.audit.state.check import compare_tables
from dutydesk.desk.audit.state.report import StateReport
from dutydesk.desk.base.context import Context
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.rows import Connection
from dutydesk.store.engines.postgresql.connection import PostgresConnection

_ROWID = "rowid"
_KEYS_OF_DATABASE = (
    "SELECT a.attname FROM pg_index AS i JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey)"
    " WHERE i.indisprimary AND i.indrelid = CAST(CAST(? AS text) AS regclass)"
    " ORDER BY array_position(CAST(i.indkey AS smallint[]), a.attnum)"
)
_TYPE_IN_DATABASE = (
    "SELECT data_type FROM information_schema.columns WHERE table_schema = 'public' AND table_name = ?"
    " AND column_name = ?"
)
_COLUMNS_OF_DATABASE = (
    "SELECT c.table_name, c.column_name FROM information_schema.columns AS c"
    " JOIN information_schema.tables AS t USING (table_schema, table_name)"
    " WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
)
#: What only the engine itself keeps there.
_OWN_TABLES = ("event", "item_words", "hit_words", "store", "head", "role", "given_number", "delivery_dead")


class RefusedByStore(Exception):
    """The schema itself does not take the change."""


@dataclass(frozen=True, slots=True)
class EditedStore:
    connection: Connection
    context: Context

    @property
    def is_in_database(self) -> bool:
        return isinstance(self.connection, PostgresConnection)

    def compare(self) -> StateReport:
        return compare_tables(Handle(self.connection, datetime.now(UTC)), self.context.directory)

    @contextmanager
    def edited(self, statement: str, *values: object) -> Iterator[StateReport]:
        self.connection.execute("BEGIN")
        try:
            try:
                changed = self.connection.execute(statement, values).rowcount
            except psycopg.IntegrityError as error:
                raise RefusedByStore from error
            assert changed == 1, statement
            yield self.compare()
        finally:
            self.connection.execute("ROLLBACK")

    def keys(self, table: str) -> list[str]:
        """The columns of the primary key, in its order; where there is none, what tells SQLite's rows apart."""
        if self.is_in_database:
            found = [row[0] for row in self.connection.execute(_KEYS_OF_DATABASE, (table,)).fetchall()]
            return found or list(self.row(table))
        rows = self.connection.execute(f"PRAGMA table_info ({table})").fetchall()
        return [row["name"] for row in sorted(rows, key=lambda row: row["pk"]) if row["pk"]] or [_ROWID]

    def has_key(self, table: str) -> bool:
        """Whether the table has a primary key."""
        if self.is_in_database:
            return bool(self.connection.execute(_KEYS_OF_DATABASE, (table,)).fetchall())
        return self.keys(table) != [_ROWID]

    def row(self, table: str) -> dict[str, Any]:
        """A row of the table with its key; of an item's body one that is still kept."""
        where = {"body": "WHERE raw IS NOT NULL"}.get(table, "")
        key = f", {_ROWID}" if not self.is_in_database and self.keys(table) == [_ROWID] else ""
        found = self.connection.execute(f"SELECT *{key} FROM {table} {where} LIMIT 1").fetchone()
        assert found is not None, f"the scenario leaves no row of {table}"
        return dict(zip(found.keys(), found, strict=True))

    def where(self, table: str, row: dict[str, Any]) -> tuple[str, list[Any]]:
        """A condition, with its values, that only this row meets."""
        keys = self.keys(table)
        condition = " AND ".join(f"{key} IS NULL" if row[key] is None else f"{key} = ?" for key in keys)
        return condition, [row[key] for key in keys if row[key] is not None]

    def other(self, table: str, column: str, value: Any) -> Any:
        """Another value of the same type where there is one."""
        match value:
            case None:
                return {"bigint": 1, "double precision": 1.5, "bytea": b"x"}.get(self._type_of(table, column), "x")
            case bytes():
                return value + b"x"
            case str():
                return f"{value}x"
            case 0 | 1:
                return 1 - value
            case _:
                return value + 1_000

    def _type_of(self, table: str, column: str) -> str:
        if not self.is_in_database:
            return ""
        (row,) = self.connection.execute(_TYPE_IN_DATABASE, (table, column)).fetchall()
        return str(row[0])


def columns_of_schema(connection: Connection) -> set[tuple[str, str]]:
    """Each table and column of a new store that the desk writes."""
    if isinstance(connection, PostgresConnection):
        found = {(row[0], row[1]) for row in connection.execute(_COLUMNS_OF_DATABASE).fetchall()}
    else:
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        found = {
            (table, row[1])
            for table in tables
            if not table.startswith(("sqlite_", "item_words", "hit_words"))
            for row in connection.execute(f"PRAGMA table_info ({table})")
        }
    return {(table, column) for table, column in found if table not in _OWN_TABLES}
