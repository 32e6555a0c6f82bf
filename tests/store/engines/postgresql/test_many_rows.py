"""Inserts of many rows in few statements."""

from __future__ import annotations

from pathlib import Path

import pytest
from store_kit import held_item, open_store_file

from dutydesk.store.engine.deferred import DEFERRED_INSERTS, DEFERRED_UPDATES
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.engines.postgresql.many_rows import SIZES, grouped, sizes_of
from dutydesk.store.engines.postgresql.statements import compile_statement, statement_texts
from dutydesk.store.tables import items

_EVENT = "INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
_KEYED = (
    "INSERT INTO record_key (mark, record, born) VALUES (:mark, :record, :born) "
    "ON CONFLICT (mark, record) DO UPDATE SET born = excluded.born"
)


def _rows_of_each_statement(sql: str, rows: list[tuple[int, ...]]) -> list[int]:
    return [len(each) // len(rows[0]) for _, values in grouped(compile_statement(sql), rows) for each in values]


def test_most_rows_go_in_the_largest_statements() -> None:
    rows = [(number,) * 8 for number in range(2 * SIZES[0] + SIZES[1] + 3)]
    assert _rows_of_each_statement(_EVENT, rows) == [SIZES[0], SIZES[0], SIZES[1], 2, 1]


def test_two_rows_that_write_the_same_one_go_one_after_the_other() -> None:
    apart, same = [(1, 1, 5), (1, 2, 5)], [(1, 1, 5), (1, 1, 6)]
    assert _rows_of_each_statement(_KEYED, apart) == [2]
    assert _rows_of_each_statement(_KEYED, same) == [1, 1]


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE item SET state = ? WHERE number = ?",
        "INSERT INTO counter VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = counter.value + excluded.value",
        "INSERT INTO counter SELECT ?, 1",
    ],
)
def test_what_may_not_share_a_statement_runs_for_each_row(sql: str) -> None:
    assert sizes_of(compile_statement(sql), 2) == ()


def test_the_rows_of_intake_share_statements() -> None:
    texts = {name: compile_statement(statement_texts()[name]) for name in DEFERRED_INSERTS}
    alone = {name for name, statement in texts.items() if not sizes_of(statement, len(statement.names))}
    assert alone <= {"delivery_add", "delivery_put"}  # their one statement writes many rows


async def test_all_rows_arrive_in_their_order(place: Path) -> None:
    rows = [{"mark": number, "record": number % 3, "born": -number} for number in range(SIZES[0] + 5)]
    async with open_store_file(place) as store:
        await store.write(lambda tx: tx.run_many("record_key_add", rows=rows))
        await store.write(lambda tx: tx.run_many("record_key_add", rows=[rows[0] | {"born": 7}] * 2))
        found = await store.read(lambda handle: handle.connection.execute("SELECT * FROM record_key").fetchall())
    expected = {(row["mark"], row["record"]): row["born"] for row in rows} | {(0, 0): 7}
    assert {(row["mark"], row["record"]): row["born"] for row in found} == expected


@pytest.mark.parametrize("name", [*DEFERRED_INSERTS, *DEFERRED_UPDATES])
def test_most_rows_that_are_held_back_go_in_one_statement(name: str) -> None:
    statement = compile_statement(statement_texts()[name])
    rows = [[f"{number}"] * len(statement.names) for number in range(SIZES[0])]
    alone = name in {"delivery_put", "delivery_set"}  # their one statement writes many rows
    assert sum(len(values) for _, values in grouped(statement, rows)) == (SIZES[0] if alone else 1)


def test_changes_of_the_same_row_go_one_after_the_other() -> None:
    statement = compile_statement(statement_texts()["item_add_open"])
    changes = {"number": [7, 7], "opened": [-1, -2], "waiting": [0, 0]}
    rows = [[changes[name][row] for name in statement.names] for row in range(2)]
    assert [len(values) for _, values in grouped(statement, rows)] == [2]


async def test_what_goes_in_one_statement_is_the_same_as_one_by_one(place: Path) -> None:
    shared = {"version": 1, "cycle": 1, "waiting": 0, "attempts": 1}
    queued, sent = {"state": "queued", "cause": None, "due_at": 9}, {"state": "sending", "cause": None, "due_at": None}
    stopped = {"state": "suppressed", "cause": "denied", "due_at": None}
    added = [
        {**shared, "item": item, "recipients": recipients, **sort}
        for item, recipients, sort in ((1, "[1,2,3]", sent), (2, "[2]", sent), (2, "[3]", queued), (3, "[]", stopped))
    ]
    notice = {**shared, "recipient": 1, "notice": "receipt", "data": "{}", "state": "sending", "due_at": 5}
    told = [{**notice, "id": number, "item": number} for number in (1, 2, 3)]
    said = [("delivered", None), ("failed", 'no line, "gone"'), ("queued", "تعذر")]
    steps: list[tuple[str, list[dict[str, object]]]] = [
        ("delivery_add", added),
        ("notice_add", told),
        ("delivery_arrived", [{"item": item} for item in (1, 2, 3)]),
        ("item_add_open", [{"number": item, "opened": 1 - item, "waiting": item} for item in (1, 2, 3)]),
        ("notice_set", [
            {"id": number, "state": state, "attempts": 2, "due_at": number, "error": error}
            for number, (state, error) in enumerate(said, start=1)
        ]),
    ]  # fmt: skip

    def work(tx: Transaction, *, together: bool) -> list[list[tuple[object, ...]]]:
        for serial in range(3):
            items.add(tx, held_item(f"A-{serial}"))
        for query, rows in steps:
            for part in [rows] if together else [[row] for row in rows]:
                tx.run_many(query, part)
        orders = {"delivery": "item, recipient", "item": "number", "notice": "id"}
        asked = [f"SELECT * FROM {table} ORDER BY {order}" for table, order in orders.items()]
        found = [[tuple(row) for row in tx.connection.execute(text).fetchall()] for text in asked]
        tables.append(found)
        raise ZeroDivisionError

    tables: list[list[list[tuple[object, ...]]]] = []
    async with open_store_file(place) as store:
        for together in (True, False):
            with pytest.raises(ZeroDivisionError):
                await store.write(lambda tx, together=together: work(tx, together=together))
    assert [len(rows) for rows in tables[0]] == [5, 3, 3]
    assert tables[0] == tables[1]
