"""Many restrictions take little memory: what compares and loads them makes no copy of all, and repeats no text."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterator

import pytest

from desks import Bench
from dutydesk.desk.base.live_check import LiveCheck
from dutydesk.domain.supervision.measures import Level
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import state_rows
from dutydesk.store.tables.measures import PolicyReader

pytestmark = pytest.mark.sqlite_only("psycopg keeps all rows of a result at once")

OWNERS = ("DE", "FR", "IT", "ES", "PL")
#: Bytes for each row that may be needed for a moment: a copy of a row takes some hundred more.
BYTES_A_ROW = 100


@pytest.fixture
def traced() -> Iterator[None]:
    tracemalloc.start()
    yield
    tracemalloc.stop()


def passing_bytes(work: Callable[[], object]) -> int:
    """The bytes that ``work`` needs at once, without those that stay."""
    work()  # what is loaded at the first time stays
    tracemalloc.reset_peak()
    before, _ = tracemalloc.get_traced_memory()
    kept = work()
    after, peak = tracemalloc.get_traced_memory()
    del kept
    return peak - max(before, after)


async def restrict_all(bench: Bench) -> int:
    directory, today = bench.desk.context.directory, bench.clock.now().date()
    codes = [each.code for each in directory.bureaus if directory.bureau(each.code, today) is not None]
    for owner in OWNERS:
        denied = tuple(code for code in codes if code != owner)
        await bench.desk.supervision.restrict(bench.actor("Ines"), owner, denied, None)
    return await bench.desk.store.read(lambda handle: sum(1 for _ in state_rows.rows(handle, "state_restrictions")))


def again(live: LiveCheck, transaction: Transaction) -> None:
    live._sound_epoch = None
    live.begin(transaction)


@pytest.mark.usefixtures("traced")
async def test_no_copy_of_all_rows_is_made_to_compare_them(bench: Bench) -> None:
    rows, live = await restrict_all(bench), LiveCheck()
    await bench.desk.store.write(live.begin)
    await bench.order("RU", Level.HELD)

    def compare(transaction: Transaction) -> int:
        live.begin(transaction)  # follows the log
        return passing_bytes(lambda: again(live, transaction))

    assert await bench.desk.store.write(compare) < rows * BYTES_A_ROW


@pytest.mark.usefixtures("traced")
async def test_no_copy_of_all_rows_is_made_to_load_the_rules(bench: Bench) -> None:
    rows = await restrict_all(bench)

    def load(handle: Handle) -> int:
        return passing_bytes(lambda: PolicyReader({}).current(handle))

    assert await bench.desk.store.read(load) < rows * BYTES_A_ROW
