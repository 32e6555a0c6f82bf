"""The chain of the log: changed, removed, inserted or swapped events are found; no act is written without its event."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from store_kit import (
    AT,
    finished,
    handle_on,
    held_item,
    make_inserts_fail,
    make_store_file,
    open_store_file,
    raw_connection,
    worker,
    write_note,
)

from dutydesk.domain.errors import StoreUnusable
from dutydesk.domain.events.log import GENESIS, EventKind, link
from dutydesk.domain.events.reviews import ItemEscalated
from dutydesk.store.engine.reader import Handle, to_us
from dutydesk.store.tables import items, log

COLUMNS = ("seq", "at", "actor", "kind", "subject", "data", "previous", "hash")
LENGTH = 12
Row = tuple[int, int, str, str, str, str, bytes, bytes]


@cache
def chain() -> tuple[Row, ...]:
    """Events of a valid chain."""
    rows: list[Row] = []
    previous = GENESIS
    for seq in range(1, LENGTH + 1):
        fields = ("Ines", EventKind.ITEM_NOTED.value, f"D-{seq:06d}", '{"text":"Öl \\u00e9"}')
        digest = link(previous, seq, to_us(AT) + seq, *fields)
        rows.append((seq, to_us(AT) + seq, *fields, previous, digest))
        previous = digest
    return tuple(rows)


def verified(
    rows: Sequence[tuple[object, ...]],
    seq: int = 0,
    digest: bytes = GENESIS,
    text: tuple[int, str, bytes] | None = None,
) -> log.ChainReport:
    """The verdict on a log with these rows, without the triggers that protect a real log.

    ``text`` replaces a text with bytes, which may be invalid UTF-8.
    """
    with raw_connection(Path("log.db"), "mode=memory") as connection:
        connection.execute(
            "CREATE TABLE event (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, actor TEXT NOT NULL, kind TEXT NOT NULL,"
            " subject TEXT NOT NULL, data TEXT NOT NULL, previous BLOB NOT NULL, hash BLOB NOT NULL)"
        )
        connection.executemany("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
        if text is not None:
            place, column, value = text
            connection.execute(f"UPDATE event SET {column} = CAST(? AS TEXT) WHERE seq = ?", (value, place + 1))
        return log.verify(Handle(connection, AT), seq, digest)


def changed(row: Row, column: str, value: object) -> tuple[object, ...]:
    return tuple(value if name == column else old for name, old in zip(COLUMNS, row, strict=True))


@st.composite
def one_byte_changed(draw: st.DrawFn) -> tuple[int, str, object]:
    """The index of an event, one of its fields, and that field's value with one byte changed."""
    place = draw(st.integers(0, LENGTH - 1))
    column = draw(st.sampled_from(COLUMNS[1:]))
    old = chain()[place][COLUMNS.index(column)]
    if isinstance(old, int):
        return place, column, old ^ (draw(st.integers(1, 255)) << (8 * draw(st.integers(0, 5))))
    data = bytearray(old.encode() if isinstance(old, str) else old)
    data[draw(st.integers(0, len(data) - 1))] ^= draw(st.integers(1, 255))
    return place, column, bytes(data)


@given(one_byte_changed())
def test_one_changed_byte_is_found_where_it_is(change: tuple[int, str, object]) -> None:
    place, column, value = change
    if isinstance(value, bytes) and column not in ("previous", "hash"):
        report = verified(chain(), text=(place, column, value))
    else:
        rows = [*chain()[:place], changed(chain()[place], column, value), *chain()[place + 1 :]]
        report = verified(rows)
    assert report.first_bad_seq == place + 1
    assert report.fault is not None
    assert (report.events, report.head) == (place, chain()[place][6].hex())


@given(st.integers(0, LENGTH - 2))
def test_a_row_taken_out_is_found_where_it_is_missing(place: int) -> None:
    report = verified([*chain()[:place], *chain()[place + 1 :]])
    assert report.fault == f"event {place + 1} is missing: event {place + 2} follows event {place}"
    assert report.first_bad_seq == place + 2


@given(st.permutations(range(LENGTH)).filter(lambda order: order != sorted(order)))
def test_rows_in_another_order_are_found_at_the_first_that_moved(order: list[int]) -> None:
    rows = [(place + 1, *chain()[moved][1:]) for place, moved in enumerate(order)]
    first = next(place for place, moved in enumerate(order) if place != moved)
    assert verified(rows).first_bad_seq == first + 1


@given(st.integers(0, LENGTH), st.booleans())
def test_a_row_put_in_is_found(place: int, well_linked: bool) -> None:
    """Even a row linked to its predecessor is exposed by the next event, unless it is the last."""
    before = chain()[place - 1][7] if place else GENESIS
    fields = ("Mara", EventKind.ITEM_NOTED.value, "D-000001", "{}")
    digest = link(before, place + 1, to_us(AT), *fields)
    put_in = (place + 1, to_us(AT), *fields, before, digest if well_linked else bytes(32))
    report = verified([*chain()[:place], put_in, *((row[0] + 1, *row[1:]) for row in chain()[place:])])
    if well_linked and place == LENGTH:
        assert report.fault is None
    else:
        assert report.first_bad_seq == place + 1 + well_linked


@pytest.mark.parametrize("seq", [0, -3])
def test_a_row_before_the_first_is_found(seq: int) -> None:
    assert verified([*chain(), (seq, *chain()[0][1:])]).first_bad_seq == seq


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("actor", b"Ines"),
        ("data", b"{}"),
        ("at", "noon"),
        ("at", 1.5),
        ("hash", "text"),
        ("hash", 10**15),
        ("previous", 0),
    ],
)
def test_a_value_of_another_type_is_a_fault_like_any_other(column: str, value: object) -> None:
    rows: list[tuple[object, ...]] = [*chain()]
    rows[4] = changed(chain()[4], column, value)
    assert verified(rows).first_bad_seq == 5


def test_text_that_is_no_text_any_more_is_a_fault_like_any_other(tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    with raw_connection(path) as connection:
        connection.execute(f"CREATE TABLE event ({', '.join(COLUMNS)})")
        connection.executemany("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?)", chain())
        connection.execute("UPDATE event SET actor = CAST(x'49ff' AS TEXT) WHERE seq = 7")
        report = log.verify(Handle(connection, AT))
    assert (report.first_bad_seq, report.fault) == (7, "event 7 holds text that can't be read")


def test_from_a_checkpoint_on_only_the_rest_is_walked() -> None:
    rows: list[tuple[object, ...]] = [*chain()]
    rows[2] = changed(chain()[2], "actor", "Mara")
    assert verified(rows, 6, chain()[5][7]).fault is None
    assert verified(rows, 6, chain()[5][7]).events == LENGTH
    cut = verified(rows[:5], 6, chain()[5][7]).fault
    assert cut == "the log ends at event 5, but the checkpoint names event 6: its end was removed"
    rewritten = verified([*rows[:5], changed(chain()[5], "hash", b"?" * 32)], 6, chain()[5][7]).fault
    assert rewritten == "event 6 is not the one that the checkpoint names"
    assert verified(rows, 6, chain()[6][7]).first_bad_seq == 6
    rows[8] = changed(chain()[8], "data", "{}")
    assert verified(rows, 6, chain()[5][7]).first_bad_seq == 9


def test_an_empty_log_verifies() -> None:
    assert verified([]) == log.ChainReport(0, GENESIS.hex())


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET actor = 'Mara'",
        "DELETE FROM event",
        "INSERT INTO event SELECT * FROM event WHERE true ON CONFLICT (seq) DO UPDATE SET actor = 'Mara'",
        pytest.param("REPLACE INTO event SELECT * FROM event", marks=pytest.mark.sqlite_only("a statement of its own")),
    ],
)
async def test_the_store_refuses_to_change_its_log(statement: str, tmp_path: Path) -> None:
    path = make_store_file(tmp_path / "desk.db")
    async with open_store_file(path) as store:
        await store.write(write_note("once"))
        with pytest.raises((*store.engine.errors, StoreUnusable)):
            await store.write(lambda transaction: transaction.connection.execute(statement))
    with handle_on(path) as handle:
        assert log.verify(handle).events == 1


async def test_an_act_whose_event_can_not_be_written_is_not_written(tmp_path: Path) -> None:
    path = make_store_file(tmp_path / "desk.db")

    def actor(transaction) -> None:
        items.add(transaction, held_item("DE-1"))
        transaction.emit("Ines", "D-000001", ItemEscalated(reason="stop here"))

    async with open_store_file(path) as store:
        make_inserts_fail(path, "event", "new.data LIKE '%stop here%'")
        others = [store.write(write_note(str(serial))) for serial in range(20)]
        *written, failed = await asyncio.gather(*others, store.write(actor), return_exceptions=True)
        assert isinstance(failed, store.engine.errors)
        assert not [error for error in written if isinstance(error, BaseException)]
        assert await store.read(lambda handle: handle.value("item_highest")) == 0
        assert await store.read(log.counters) == {}
        assert (await store.read(log.verify)).events == 20


async def test_two_processes_at_once_keep_one_unbroken_chain(tmp_path: Path) -> None:
    path = make_store_file(tmp_path / "desk.db")
    each = 300
    with worker("alone", path, each) as one, worker("alone", path, each) as other:
        await asyncio.gather(finished(one), finished(other))
    with handle_on(path) as handle:
        report = log.verify(handle)
        assert (report.fault, report.events) == (None, 2 * each)
        actors = [row["data"] for row in handle.all("events_after", seq=0, most=2 * each)]
    changes = sum(first != second for first, second in pairwise(actors))
    assert changes > 1, "the two never wrote in turns"
