"""What PostgreSQL keeps beside the rows of the tables: the numbers of rows that are gone, and the words of items."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dutydesk.store.engine.rows import Connection

_GIVEN: Final = """
SELECT name, greatest(highest, (SELECT number FROM given_number AS given WHERE given.name = lasting.name)) AS number
FROM (
  SELECT 'record' AS name, max(id) AS highest FROM record UNION ALL SELECT 'watched', max(id) FROM watched
) AS lasting
"""


class PostgresParts:
    """As :class:`~dutydesk.store.engine.new_store.EngineParts` says."""

    def given_numbers(self, raw: Connection) -> Mapping[str, int]:
        return {name: number for name, number in raw.execute(_GIVEN).fetchall() if number}

    def set_given_number(self, raw: Connection, table: str, number: int) -> None:
        raw.execute(
            "INSERT INTO given_number VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET number = excluded.number",
            [table, number],
        )

    def index_words(self, raw: Connection) -> None:
        raw.execute("DELETE FROM item_words")
        raw.execute(
            "INSERT INTO item_words SELECT number, word_places(title, original_script, reference) FROM item "
            "WHERE number <= (SELECT filed_upto FROM desk)"
        )
