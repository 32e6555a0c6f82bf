"""The beginning of a long word finds the same as the engine's own prefix query, without gathering all rows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from store_kit import AT, held_item, make_store_file, raw_connection

from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import items, unfiled
from dutydesk.store.tables.word_search import with_long_words
from dutydesk.wire.text.search_text import fts_query

TITLES = ("Harbour red", "harbours of Vigo", "Härbour blue", "harbourmaster", "Harbor", "red vessel, harbour 1234567")


@pytest.fixture
def handle(tmp_path: Path):  # type: ignore[no-untyped-def]
    with raw_connection(make_store_file(tmp_path / "desk.db")) as connection:
        connection.execute("BEGIN")
        transaction = Transaction(connection, AT)
        for serial, title in enumerate(TITLES):
            items.add(transaction, replace(held_item(f"DE-{serial}", "DE"), title=title))
        unfiled.file_words(transaction, len(TITLES))
        transaction.finish()
        yield Handle(connection, AT)


@pytest.mark.parametrize(
    "typed",
    [
        "harbour",
        "HARBOUR",
        "härbour",
        "harbours",
        "red harbour",
        "red vessel harbour",
        "1234567",
        "harbourx",
        "de-harbour",
    ],
)
def test_it_finds_the_same(handle: Handle, typed: str) -> None:
    query = fts_query(typed)
    assert query is not None

    def found(words: str) -> list[int]:
        asked = {"words": words, "before": 2**62, "state": None, "sender": None, "kind": None, "most": 100}
        return [row["number"] for row in handle.all("item_page_of_words", **asked)]

    assert found(with_long_words(handle, "item_terms_with", query)) == found(query)


def test_a_long_word_is_named(handle: Handle) -> None:
    named = with_long_words(handle, "item_terms_with", '"red" "vessel" "harbour"*')
    assert named == '"red" AND "vessel" AND ("harbour" OR "harbourmaster" OR "harbours")'
