"""Items and deliveries as rows: no write overwrites a row that it has not read, and stored counters equal the rows."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from store_kit import AT, CODES, add_bureaus, held_item, make_store_file, open_store_file, raw_connection

from dutydesk.domain.codes.conflict import ConflictCode
from dutydesk.domain.delivery.items import Claim, Delivery
from dutydesk.domain.delivery.states import DeliveryState, ItemState, SuppressionCause
from dutydesk.domain.messages.message import Urgency
from dutydesk.store.engine.reader import Handle, to_us
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import deliveries, items, log
from refusals import raises_code

OPEN = {DeliveryState.QUEUED, DeliveryState.FAILED, DeliveryState.SENDING}
ITEMS = 3


async def test_what_was_changed_since_it_was_read_is_not_overwritten(tmp_path: Path) -> None:
    async with open_store_file(make_store_file(tmp_path / "desk.db")) as store:
        number = await store.write(lambda transaction: items.add(transaction, held_item("DE-1")))
        seen = await store.read(lambda handle: items.get(handle, number))
        claimed = replace(seen, claim=Claim("Jonas", AT), urgency=Urgency.FLASH)
        await store.write(lambda transaction: items.save(transaction, seen, claimed))
        with raises_code(ConflictCode.ITEM_CHANGED, match="D-000001"):
            await store.write(
                lambda transaction: items.save(transaction, seen, replace(seen, state=ItemState.RELEASED))
            )
        now = await store.read(lambda handle: items.get(handle, number))
        assert now == replace(claimed, revision=seen.revision + 1)
        assert await store.read(log.counters) == {"state:held": 1}


async def test_a_list_that_is_read_again_gives_the_same_items_until_they_change(tmp_path: Path) -> None:
    async with open_store_file(make_store_file(tmp_path / "desk.db")) as store:
        await store.write(lambda transaction: items.add(transaction, held_item("DE-1")))
        (seen,) = await store.read(lambda handle: items.review_queue(handle, 9))
        (again,) = await store.read(lambda handle: items.review_queue(handle, 9))
        assert again is seen
        claimed = replace(seen, claim=Claim("Jonas", AT))
        await store.write(lambda transaction: items.save(transaction, seen, claimed))
        (changed,) = await store.read(lambda handle: items.review_queue(handle, 9))
        assert changed == replace(claimed, revision=seen.revision + 1)


async def test_of_two_at_once_one_wins(tmp_path: Path) -> None:
    async with (
        open_store_file(make_store_file(tmp_path / "desk.db")) as one,
        open_store_file(tmp_path / "desk.db") as other,
    ):
        number = await one.write(lambda transaction: items.add(transaction, held_item("DE-1")))
        seen = await one.read(lambda handle: items.get(handle, number))
        results = await asyncio.gather(
            one.write(lambda transaction: items.save(transaction, seen, replace(seen, state=ItemState.RELEASED))),
            other.write(lambda transaction: items.save(transaction, seen, replace(seen, state=ItemState.REFUSED))),
            return_exceptions=True,
        )
        assert sorted(type(result).__name__ for result in results) == ["Conflict", "NoneType"]
        now = await other.read(lambda handle: items.get(handle, number))
        assert await other.read(log.counters) == {"state:held": 0, f"state:{now.state}": 1}


@st.composite
def rows_of(draw: st.DrawFn, number: int) -> list[Delivery]:
    """Deliveries of one item to some bureaus, in any state."""

    def row(code: str) -> Delivery:
        state = draw(st.sampled_from(DeliveryState))
        suppressed = state is DeliveryState.SUPPRESSED
        can_wait = state in (DeliveryState.QUEUED, DeliveryState.FAILED)
        due = AT + timedelta(seconds=draw(st.integers(0, 9)))
        return Delivery(
            item=number,
            recipient=code,
            version=1,
            cycle=draw(st.integers(1, 2)),
            state=state,
            cause=draw(st.sampled_from(SuppressionCause)) if suppressed else None,
            waiting=can_wait and draw(st.booleans()),
            due_at=due if can_wait else None,
        )

    return [row(code) for code in draw(st.lists(st.sampled_from(CODES), unique=True, max_size=len(CODES)))]


steps = st.lists(st.integers(1, ITEMS).flatmap(lambda number: st.tuples(st.just(number), rows_of(number))), max_size=8)


@given(written=steps)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_kept_figures_are_the_counted_ones(written: list[tuple[int, list[Delivery]]], blank: Path) -> None:
    with raw_connection(blank) as connection:
        connection.execute("BEGIN")
        transaction = Transaction(connection, AT)
        add_bureaus(transaction)
        for serial in range(ITEMS):
            items.add(transaction, held_item(f"DE-{serial}"))
        for number, rows in written:
            before = deliveries.of_item(transaction, number)
            known = {row.recipient for row in before}
            fresh = [row for row in rows if row.recipient not in known]
            deliveries.replace_deliveries(transaction, number, fresh)
            after = [row for row in rows if row.recipient in known]
            changed = {row.recipient for row in after}
            old = [row for row in before if row.recipient in changed]
            if any(row.cycle == 2 for row in after):
                deliveries.replace_deliveries(transaction, number, after, before)
            else:
                deliveries.save(transaction, number, old, after)
        transaction.finish()
        _compare(transaction)
        connection.execute("ROLLBACK")


def _compare(handle: Handle) -> None:
    counted: Counter[str] = Counter({"state:held": ITEMS})
    for number in range(1, ITEMS + 1):
        rows = deliveries.of_item(handle, number)
        still_open = [row for row in rows if row.state in OPEN and not row.waiting]
        due = [to_us(row.due_at) for row in still_open if row.due_at is not None]
        kept = handle.one("item_by_number", number=number)
        assert kept is not None
        assert kept["open_deliveries"] == len(still_open)
        assert kept["waiting_deliveries"] == sum(row.waiting for row in rows)
        if still_open:
            assert kept["due_at"] == min(due, default=deliveries.NEVER)
        counted.update(f"delivery:{row.state}" for row in rows)
        counted.update(f"suppressed:{row.cause}" for row in rows if row.cause)
        counted.update("waiting" for row in rows if row.waiting)
    assert {name: value for name, value in log.counters(handle).items() if value} == dict(counted)
    ready = {item.number for item in items.due(handle, 100)}
    assert ready == {
        number
        for number in range(1, ITEMS + 1)
        if any(
            row.state in OPEN and not row.waiting and row.due_at is not None and row.due_at <= handle.at
            for row in deliveries.of_item(handle, number)
        )
    }


@pytest.fixture(scope="module")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_store_file(tmp_path_factory.mktemp("store") / "desk.db")
