"""What SQLite keeps beside the rows of the tables: the numbers given by AUTOINCREMENT, and the index of words."""

from __future__ import annotations

from collections.abc import Mapping

from dutydesk.store.engine.rows import Connection


class SqliteParts:
    """As :class:`~dutydesk.store.engine.new_store.EngineParts` says."""

    def given_numbers(self, raw: Connection) -> Mapping[str, int]:
        return dict(raw.execute("SELECT name, seq FROM sqlite_sequence").fetchall())

    def set_given_number(self, raw: Connection, table: str, number: int) -> None:
        raw.execute("DELETE FROM sqlite_sequence WHERE name = ?", [table])
        raw.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", [table, number])

    def index_words(self, raw: Connection) -> None:
        raw.execute("INSERT INTO item_words (item_words) VALUES ('rebuild')")
