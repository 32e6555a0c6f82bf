"""Differences in rows whose content is not in the log: what they show, and rows that an earlier release wrote."""

from __future__ import annotations

import json
from typing import Any

import pytest

from desks import Bench, diffusion
from dutydesk.desk.audit.state.check import compare_state
from dutydesk.desk.audit.state.report import StateReport
from dutydesk.domain.events.digests import digest_of
from dutydesk.store.engine.transaction import Transaction
from sqlite_files import changed_file


async def compared(bench: Bench) -> StateReport:
    return await compare_state(bench.desk.store, bench.desk.context)


def edited(bench: Bench, statement: str) -> None:
    with changed_file(bench.desk.store.path) as raw:
        raw.execute(statement)


async def as_of_before(bench: Bench) -> None:
    """Makes the one record that of an earlier release."""

    def rewrite(transaction: Transaction) -> None:
        (row,) = transaction.all("state_records")
        values: list[Any] = [value for column, value in zip(row.keys(), row, strict=True) if column != "column_digests"]
        transaction.connection.execute("UPDATE record SET column_digests = NULL")
        transaction.keep_row("record", values[0], digest_of(json.dumps(values[1:])))

    await bench.desk.store.write(rewrite)


@pytest.mark.parametrize(
    ("change", "columns"),
    [("birth = '1901-01-01'", {"birth"}), ("title = 'NOBODY', origin = 'imported'", {"title", "origin"})],
)
async def test_the_changed_columns_are_named(bench: Bench, change: str, columns: set[str]) -> None:
    await bench.sent(diffusion())
    edited(bench, f"UPDATE record SET {change}")
    report = await compared(bench)
    assert {each.column for each in report.differences if each.table == "record"} == columns
    shown = " ".join(each.words for each in report.differences if each.table == "record")
    assert "1901" not in shown, "what a record says of a person is not shown"
    assert "NOBODY" not in shown
    assert ("imported" in shown) is ("origin" in columns)


async def test_a_row_of_an_earlier_release_is_counted_and_compared_whole(bench: Bench) -> None:
    await bench.sent(diffusion())
    assert (await compared(bench)).together == 0
    await as_of_before(bench)
    report = await compared(bench)
    assert (report.holds, report.together) == (True, 1)
    edited(bench, "UPDATE record SET birth = '1901-01-01'")
    changed = [each for each in (await compared(bench)).differences if each.table == "record"]
    assert [each.column for each in changed] == ["any of its columns"]
