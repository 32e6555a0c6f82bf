"""Hits as lines of the feed: their place among items, pages, words, and hits from before they had a place."""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from old_stores import AT_US, STATES, old_store
from store_kit import AT, add_bureaus, held_item, make_store_file, open_store_file, raw_connection, with_triggers

from dutydesk.desk.base.context import Context
from dutydesk.desk.base.redaction import visibility_for
from dutydesk.desk.base.settings import Settings
from dutydesk.desk.views.hits import ALL_LINES, HitFilter, LineFilter, lines, place_of
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import hits, items, records
from dutydesk.store.tables.hits import NEWEST
from dutydesk.store.tables.measures import PolicyReader
from dutydesk.store.tables.records import RecordDraft, StoredHit
from dutydesk.wire.reference.directory import load_directory
from dutydesk.wire.reference.read_rule_table import load_rules

_files = itertools.count()


def hit_on(record: int, requester: str = "FR", item: int | None = None, digest: str = "digest") -> StoredHit:
    return StoredHit(
        0, record, item, "DE", requester, None, "nominal", None, '{"name": "X"}', digest, 97, "equal", "intake", AT
    )


GROUND = Context(load_directory(), load_rules(), Settings(), PolicyReader({}))


def insert_line(transaction: Transaction, sort: str, serial: int) -> str:
    """One line of the feed: an item, or a hit of that bureau."""
    if sort == "item":
        return f"D-{items.add(transaction, held_item(f'DE-{serial}')):06d}"
    return f"H-{records.add_hit(transaction, hit_on(1, sort)):06d}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("stores")


def paged(handle: Handle, wanted: LineFilter, most: int) -> Iterator[list[str]]:
    before = NEWEST
    eyes = visibility_for(handle, GROUND, None)
    while page := lines(handle, wanted, before, most, eyes):
        assert len(page) <= most
        yield [getattr(row, "hit", None) or row.item for row in page]  # type: ignore[union-attr]
        before = place_of(page[-1])


@given(sorts=st.lists(st.sampled_from(["item", "FR", "PL"]), max_size=40), most=st.integers(1, 13))
@settings(max_examples=60, deadline=None)
def test_any_order_of_items_and_hits_is_paged_exactly_once(folder: Path, sorts: list[str], most: int) -> None:
    path = make_store_file(folder / f"{next(_files)}.db")
    with raw_connection(path) as connection:
        connection.execute("BEGIN")
        transaction = Transaction(connection, AT)
        add_bureaus(transaction)
        came = [(insert_line(transaction, sort, serial), sort) for serial, sort in enumerate(sorts)]
        transaction.finish()
        connection.execute("COMMIT")
        handle = Handle(connection, AT)
        pages = list(paged(handle, ALL_LINES, most))
        assert list(itertools.chain(*pages)) == [name for name, _ in reversed(came)]
        assert all(len(page) == most for page in pages[:-1])
        of_france = itertools.chain(*paged(handle, LineFilter(None, HitFilter("FR")), most))
        assert list(of_france) == [name for name, sort in reversed(came) if sort == "FR"]


def test_the_words_of_a_title_find_a_hit_until_they_are_purged(tmp_path: Path) -> None:
    with raw_connection(make_store_file(tmp_path / "desk.db")) as connection:
        with_triggers(connection).execute("BEGIN")
        transaction = Transaction(connection, AT)
        add_bureaus(transaction)
        number = items.add(transaction, held_item("DE-1"))
        record = records.add(transaction, RecordDraft("DE", "item", "person", "QUILLABRAND, Írzo", item=number))
        records.add_hit(transaction, hit_on(record, item=number))

        def found(words: str, requester: str | None = None) -> list[str]:
            return [line.title for line in hits.page(transaction, HitFilter(requester, words), NEWEST, 5)]

        assert found('"irzo" "quilla"*') == ["QUILLABRAND, Írzo"]
        assert found('"irzo"', "FR") == ["QUILLABRAND, Írzo"]
        assert found('"irzo"', "PL") == []
        assert found('"other"') == []
        items.purge(transaction, number)
        assert found('"irzo"') == []
        (line,) = hits.page(transaction, HitFilter(), NEWEST, 5)
        assert (line.title, line.item, line.after_item) == ("", number, number)


def test_a_dismissal_marks_the_hits_before_it_and_none_that_comes_later(tmp_path: Path) -> None:
    with raw_connection(make_store_file(tmp_path / "desk.db")) as connection:
        connection.execute("BEGIN")
        transaction = Transaction(connection, AT)
        add_bureaus(transaction)
        for digest in ("same", "same", "other"):
            records.add_hit(transaction, hit_on(1, digest=digest))
        second = records.hit(transaction, 2)
        assert second is not None
        records.dismiss(transaction, second, AT.replace(year=2023), "Another man.", "Ines")
        later = Transaction(connection, AT.replace(year=2024))
        records.add_hit(later, StoredHit(**{**as_dict(hit_on(1, digest="same")), "at": later.at}))
        marked = {line.id: line.dismissed_until for line in hits.lines(later, [1, 2, 3, 4, 5])}
        assert marked == {1: AT.replace(year=2023), 2: AT.replace(year=2023), 3: None, 4: None}


def as_dict(row: StoredHit) -> dict[str, object]:
    return {name: getattr(row, name) for name in StoredHit.__slots__}


@pytest.mark.sqlite_only("a file of an earlier release")
async def test_hits_of_before_stand_where_their_times_say_and_never_above_an_earlier_one(tmp_path: Path) -> None:
    path = old_store(tmp_path / "desk.db", 7)
    with closing(sqlite3.connect(path)) as connection:
        times = (AT_US - 5, AT_US + 15, AT_US + 35, AT_US + 25)
        connection.execute("UPDATE item SET received_at = ? + number * 10", (AT_US,))
        connection.executemany(
            "INSERT INTO hit (record, item, source, requester, name_of_database, query, digest, score, explanation,"
            " actor, at) VALUES (1, 2, 'DE', 'FR', 'nominal', '{\"name\": 1}', 'x', 90, '', 'intake', ?)",
            [(at,) for at in times],
        )
        connection.commit()
    async with open_store_file(path) as store:
        found = await store.read(lambda handle: hits.lines(handle, range(1, 9)))
        assert [line.after_item for line in found] == [0, 1, 3, 3]
        (title,) = {line.title for line in found}
        assert title == f"Invented, {STATES[1]}"
        words = await store.read(lambda handle: hits.page(handle, HitFilter(words='"invented"'), NEWEST, 9))
        assert [line.id for line in words] == [4, 3, 2, 1]
