"""A store that is written row by row before anybody opens it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dutydesk.domain.frozen import value
from dutydesk.domain.proof.chain import LogLine
from dutydesk.domain.proof.projection.columns import SCHEMA
from dutydesk.store.engine.reader import Handle


@value(frozen=True, slots=True)
class NewStore:
    """Takes whole rows; nothing is checked as they come, because tables are written one after the other."""

    handle: Handle

    def add_events(self, lines: Iterable[LogLine]) -> None:
        self.handle.connection.executemany("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?)", lines)

    def add(self, table: str, rows: Iterable[Mapping[str, object]]) -> int:
        """Writes rows by their columns' names; returns how many."""
        count = 0
        for row in rows:
            columns = [column for column in row if column in SCHEMA[table]]
            marks = ", ".join("?" for _ in columns)
            statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608 - names of the schema
            self.handle.connection.execute(statement, [row[column] for column in columns])
            count += 1
        return count

    def add_tuples(self, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
        """Writes rows whose values are in the order of ``columns``."""
        marks = ", ".join("?" for _ in columns)
        statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608 - names of the schema
        self.handle.connection.executemany(statement, rows)

    def set_sequence(self, table: str, number: int) -> None:
        """Sets the highest number that a table has given of those that are never given again."""
        self.handle.run("sequence_forget", name=table)
        self.handle.run("sequence_add", name=table, seq=number)

    def index_words(self, upto: int) -> None:
        """Files the words of the items up to a number."""
        self.set_desk({"filed_upto": upto})
        self.handle.run("filing_words_again")

    def set_desk(self, values: Mapping[str, object]) -> None:
        columns = [column for column in values if column in SCHEMA["desk"]]
        assigned = ", ".join(f"{column} = ?" for column in columns)
        statement = f"UPDATE desk SET {assigned}"  # noqa: S608 - names of the schema
        self.handle.connection.execute(statement, [values[column] for column in columns])
