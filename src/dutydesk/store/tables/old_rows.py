"""Rows of a store that may be damaged: what can't be read counts as missing."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from typing import Any

from dutydesk.domain.proof.projection.columns import SCHEMA
from dutydesk.store.engine.reader import Handle


def find(handle: Handle, table: str, key: Mapping[str, object]) -> Mapping[str, Any] | None:
    """The row with these values of columns. Raises KeyError for a table or a column that the schema does not have."""
    where = " AND ".join(f"{column} = ?" for column in key if SCHEMA[table][column])
    try:
        statement = f"SELECT * FROM {table} WHERE {where}"  # noqa: S608 - names of the schema
        row = handle.connection.execute(statement, list(key.values())).fetchone()
        return None if row is None else dict(zip(row.keys(), row, strict=True))
    except sqlite3.Error:
        return None


def rows_of(handle: Handle, table: str, key: Mapping[str, object]) -> Iterator[Mapping[str, Any]]:
    """The rows with these values of columns, all without any, as far as they can be read, in their order.

    Raises KeyError for a table or a column that the schema does not have.
    """
    where = " AND ".join(f"{column} = ?" for column in key if SCHEMA[table][column])
    condition = f"WHERE {where}" if where else ""
    try:
        statement = f"SELECT * FROM {table} {condition}"  # noqa: S608 - names of the schema
        for row in handle.connection.execute(statement, list(key.values())):
            yield dict(zip(row.keys(), row, strict=True))
    except sqlite3.Error:
        return
