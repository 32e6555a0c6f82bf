"""Compares the words by which items and hits are found with the rows that they come from."""

from __future__ import annotations

from functools import partial
from typing import Final

from dutydesk.store.engine.connection import ConnectionThread
from dutydesk.store.engine.engine import FullTextFindings
from dutydesk.store.engine.rows import Connection

#: Rows that are compared together, so that an officer's commit never waits long.
_PART: Final = 2_000
_LAST_OF_PART: Final = "SELECT max(n) FROM (SELECT {key} AS n FROM {table} WHERE {key} > ? ORDER BY 1 LIMIT ?) AS part"
_FIRST_WRONG: Final = (
    "SELECT 1 FROM (SELECT {key}, {texts} AS words FROM {table} WHERE {key} > ? AND {key} <= ?{condition}) AS source "
    "FULL JOIN (SELECT {key}, words FROM {words} WHERE {key} > ? AND {key} <= ?) AS kept USING ({key}) "
    "WHERE source.words IS DISTINCT FROM kept.words LIMIT 1"
)
#: Names of the schema, by the table of the words.
_SOURCES: Final = {
    "item_words": {
        "table": "item",
        "key": "number",
        "texts": "word_places(title, original_script, reference)",
        "condition": " AND number <= (SELECT filed_upto FROM desk)",
    },
    "hit_words": {"table": "hit", "key": "id", "texts": "word_places(title)", "condition": ""},
}
_ABOVE_ALL: Final = 2**62


async def compare_full_text(writing: ConnectionThread) -> FullTextFindings:
    """Between the transactions of the connection that writes, a part at a time. Raises the driver's errors."""
    return FullTextFindings(tuple([words for words in _SOURCES if await _differs(writing, words)]))


async def _differs(writing: ConnectionThread, words: str) -> bool:
    upto: int | None = 0
    while upto is not None:
        after = upto
        wrong, upto = await writing.run(partial(_compare_part, words=words, after=after))
        if wrong:
            return True
    return False


def _compare_part(raw: Connection, words: str, after: int) -> tuple[bool, int | None]:
    """Whether rows above a number have other words, and the last of those compared; ``None`` after the last part."""
    names = _SOURCES[words] | {"words": words}
    last = raw.execute(_LAST_OF_PART.format_map(names), (after, _PART)).fetchone()[0]
    upto = _ABOVE_ALL if last is None else last
    found = raw.execute(_FIRST_WRONG.format_map(names), (after, upto, after, upto)).fetchone()
    return found is not None, last
