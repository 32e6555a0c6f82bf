"""Rows of what waits to be filed that somebody has changed stop nobody, and are differences from the log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import msgspec
import pytest

from desks import Bench, diffusion
from dutydesk.desk.audit.state.check import compare_state
from dutydesk.desk.views.items import PageFilter
from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.errors import StoreUnusable
from dutydesk.domain.limits import DEFAULT_LIMITS, Limits
from dutydesk.domain.messages.message import DocumentQuery
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import unfiled
from dutydesk.store.tables.records import highest_number
from dutydesk.store.tables.unfiled import WaitingKeys
from invented import persons
from sqlite_files import changed_file

Change = Callable[[WaitingKeys], WaitingKeys]
TOO_LARGE = 2**64 - 1
TEXT_FOR_NUMBER = pytest.mark.sqlite_only("a number's column, which takes a text there")


@pytest.fixture
def limits() -> Limits:
    return replace(DEFAULT_LIMITS, dispatch=replace(DEFAULT_LIMITS.dispatch, filing_seconds=3_600.0))


async def take_in(bench: Bench) -> None:
    """Three items that went out; the last two are on one person."""
    for since in (1, 2, 2):
        await bench.sent(diffusion("FI", subject=next(persons("wanted_for_prosecution", since))))


async def compared(bench: Bench) -> set[str]:
    """The tables that differ from the log."""
    report = await compare_state(bench.desk.store, bench.desk.context)
    return {difference.table for difference in report.differences}


async def edit(bench: Bench, statement: str, *values: object) -> None:
    with changed_file(bench.desk.store.path) as other:
        other.execute(statement, values)


@pytest.mark.parametrize(
    "change",
    [lambda keys: keys._replace(marks=(TOO_LARGE,)), lambda keys: keys._replace(born=TOO_LARGE)],
    ids=["mark", "birth"],
)
async def test_a_number_that_sqlite_can_not_store(bench: Bench, change: Change) -> None:
    await take_in(bench)
    (_, _, keys), *_ = await bench.desk.store.read(lambda handle: list(unfiled.all_rows(handle)))
    assert keys is not None
    await edit(bench, "UPDATE unfiled SET keys = ? WHERE item = 1", msgspec.msgpack.encode(change(keys)))
    found = await bench.desk.checks.check(bench.actor("Jonas"), "PL", DocumentQuery("ZX0000002", None))
    assert {hit.item for hit in found.hits} == {"D-000002", "D-000003"}
    assert "record_key" in await compared(bench)


@TEXT_FOR_NUMBER
async def test_a_record_that_is_no_number(bench: Bench) -> None:
    await take_in(bench)
    await edit(bench, "UPDATE unfiled SET record = 'abc' WHERE item = 2")
    word = (await bench.desk.queries.show(3)).row.title.split()[-1]
    rows = await bench.desk.queries.feed(PageFilter(words=f'"{word}"'))
    assert [row.item for row in rows] == ["D-000003", "D-000002"]
    assert "record_key" in await compared(bench)


async def test_a_record_above_all_others_is_not_the_newest(bench: Bench) -> None:
    await take_in(bench)
    await edit(bench, "UPDATE unfiled SET record = ? WHERE item = 1", 2**62)

    def newest(handle: Handle) -> int:
        return highest_number(Handle(handle.connection, handle.at))

    assert await bench.desk.store.read(newest) == 3


@TEXT_FOR_NUMBER
async def test_a_number_of_the_last_filed_item_that_is_none(bench: Bench) -> None:
    await take_in(bench)
    await edit(bench, "UPDATE desk SET filed_upto = 'abc'")
    assert "desk" in await compared(bench)


async def test_a_store_in_which_nothing_can_be_filed_is_compared_with_the_log(bench: Bench) -> None:
    """Where each transaction is refused, because an item that is due can't be read."""
    await take_in(bench)
    await edit(
        bench,
        "UPDATE item SET state = 'information_requested', information_due = 1, urgency = 'none' WHERE number = 1",
    )
    assert "item" in await compared(bench)


async def test_what_can_not_be_filed_now_is_not_left_out_in_silence(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    await take_in(bench)

    def locked(_transaction: Transaction) -> int:
        raise StoreUnusable(StoreCode.STORE_LOCKED, "another process has kept the store locked")

    with monkeypatch.context() as patched:
        patched.setattr(bench.desk.store, "_file_piece", locked)
        with pytest.raises(StoreUnusable, match="locked"):
            await bench.desk.queries.earlier_items(3)
    assert [row.item for row in await bench.desk.queries.earlier_items(3)] == ["D-000002"]
