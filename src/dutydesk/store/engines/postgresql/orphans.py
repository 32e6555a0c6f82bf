"""Rows without the row that they belong to: this engine's tables have no foreign keys, which would cost an intake most
of its time.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from dutydesk.store.engine.rows import Connection

#: Table, column, and the table and column of the row that it names; as the foreign keys of SQLite's tables.
BELONGINGS: Final = (
    ("login", "officer", "officer", "id"),
    ("item", "family", "item", "number"),
    ("item", "same_text_as", "item", "number"),
    ("item", "beside", "item", "number"),
    ("item", "parent", "item", "number"),
    ("body", "item", "item", "number"),
    ("refused_text", "item", "item", "number"),
    ("delivery", "recipient", "bureau", "id"),
    ("delivery", "item", "item", "number"),
    ("tick", "item", "item", "number"),
    ("review", "item", "item", "number"),
    ("remark", "item", "item", "number"),
    ("person_key", "item", "item", "number"),
    ("register_key", "entry", "register_entry", "id"),
    ("proposal", "item", "item", "number"),
    ("record", "item", "item", "number"),
    ("hit", "item", "item", "number"),
    ("dismissal", "hit", "hit", "id"),
    ("notice", "recipient", "bureau", "id"),
    ("notice", "item", "item", "number"),
    ("restriction_proposal", "item", "item", "number"),
    ("watched", "item", "item", "number"),
    ("watched", "entry", "register_entry", "id"),
    ("distinction", "item", "item", "number"),
    ("unfiled", "item", "item", "number"),
)


def orphans(raw: Connection) -> Iterator[str]:
    """Each kind of row that names one that is not there, with how many there are. Raises the driver's errors."""
    for table, column, parent, key in BELONGINGS:
        query = (
            f"SELECT count(*) FROM {table} AS child WHERE {column} IS NOT NULL "  # noqa: S608 - names of the schema
            f"AND NOT EXISTS (SELECT 1 FROM {parent} AS parent WHERE parent.{key} = child.{column})"
        )
        found = raw.execute(query).fetchone()[0]
        if found:
            yield f"{found} rows of {table} name a row of {parent} that is not there"
