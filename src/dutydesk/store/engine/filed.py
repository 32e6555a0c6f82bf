"""The queries that must not be asked before everything is filed that was taken in.

``FILED_TABLES`` are written after the commit that takes an item in; see :mod:`dutydesk.store.tables.unfiled`. A
transaction files what waits before it runs one of ``FILED_READS``; a read has it filed by a transaction first.
A test walks the queries: each one that names such a table stands here, once.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.rows import StoreRow

FILED_TABLES: Final = frozenset(
    {"item_words", "item_words_terms", "record_key", "document_key", "person_key", "neighbour"}
)

FILED_READS: Final = frozenset(
    {
        "document_records",
        "item_page_of_words",
        "item_terms_with",
        "items_with_foreign_figures",
        "neighbours_of",
        "person_items_anywhere",
        "person_items_with",
        "person_keys_of",
        "record_highest",
        "record_marked",
        "record_marked_between",
        "record_marks_after",
    }
)

_WRITES: Final = "writes what is filed"
_ITS_ITEM: Final = "deletes what was filed of an item, which was filed before its state or its body was changed"
_COMPARED: Final = "compares what is filed with the rows that it follows from, and knows which items wait"
#: Queries that name a filed table without filing first, with the reason.
UNFILED_READS: Final = {
    **dict.fromkeys(
        ("document_key_add", "filing_words", "filing_words_again", "neighbour_add", "person_key_put", "record_key_add"),
        _WRITES,
    ),
    **dict.fromkeys(("document_key_drop", "person_keys_forget", "record_key_drop"), _ITS_ITEM),
    "neighbour_knows": "asks what the index of skeletons lacks while keys are filed",
    "person_keys_of_filed": "is asked of an item that person_items_with or person_items_filed has found",
    "person_items_filed": "is asked for items of a state in which every item is filed",
    **dict.fromkeys(
        (
            "state_document_key",
            "state_document_keys",
            "state_document_keys_count",
            "state_figures",
            "state_neighbour",
            "state_neighbours",
            "state_outliers",
            "state_person_keys",
            "state_record_key",
            "state_record_keys",
            "state_record_keys_count",
        ),
        _COMPARED,
    ),
}


class NotFiledError(Exception):
    """A read needs what is not filed yet. It never leaves the store."""


class FilingHandle(Handle):
    """A reading handle that runs none of ``FILED_READS`` while anything waits. Raises NotFiledError."""

    _is_filed = False

    def one(self, query: str, /, **values: object) -> StoreRow | None:
        self._require_filed(query)
        return super().one(query, **values)

    def all(self, query: str, /, **values: object) -> list[StoreRow]:
        self._require_filed(query)
        return super().all(query, **values)

    def tuples(self, query: str, /, **values: object) -> Iterator[tuple[Any, ...]]:
        self._require_filed(query)
        return super().tuples(query, **values)

    def stream(self, query: str, /, **values: object) -> Iterator[StoreRow]:
        self._require_filed(query)
        return super().stream(query, **values)

    def _require_filed(self, query: str) -> None:
        if query not in FILED_READS or self._is_filed:
            return
        if is_behind(self):
            raise NotFiledError
        self._is_filed = True


def is_behind(handle: Handle) -> bool:
    """Whether anything that was taken in is not filed yet."""
    return bool(handle.value("filing_behind"))
