"""Terms of dispatchers after a failover: no two processes have the same one, and none has one of an old primary."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from test_standby import WAITING, url_of

from dutydesk.desk.service.desk import Desk, make_store, open_desk
from dutydesk.domain.errors import TermLost
from dutydesk.store.engine.location import locate
from dutydesk.store.engine.transaction import Transaction
from postgres_cluster import Pair, wait_for

OURS = "SELECT pid FROM pg_stat_activity WHERE application_name = 'dutydesk'"

pytestmark = pytest.mark.xdist_group("failover")


async def two_boxes(pair: Pair, home: Path, opened: AsyncExitStack) -> tuple[Desk, Desk]:
    primary, standby = pair
    primary.database(name="desk")
    places = [locate(url_of(primary, standby), home / name) for name in ("one", "two")]
    make_store(places[0], "exercise")
    desks = [await open_desk(place, founder="root") for place in places]
    for desk in desks:
        opened.push_async_callback(desk.close)
    return desks[0], desks[1]


async def may_write(desk: Desk) -> bool:
    def fenced(transaction: Transaction) -> None:
        desk.store.dispatcher_lock.fence(transaction.connection)

    try:
        await desk.store.write(fenced, officer=False)
    except TermLost:
        return False
    return True


@pytest.mark.parametrize("is_told", [True, False])
async def test_a_term_that_only_a_dead_primary_knew_is_nobodys(pair: Pair, tmp_path: Path, is_told: bool) -> None:
    """``is_told``: the wait of its commit was cancelled; else commits waited for no standby."""
    primary, standby = pair
    async with AsyncExitStack() as opened:
        first, second = await two_boxes(pair, tmp_path, opened)
        standby.stop()
        if not is_told:
            primary.set(synchronous_standby_names="")
        taking = asyncio.create_task(asyncio.to_thread(first.store.dispatcher_lock.try_exclusive))
        if is_told:
            await asyncio.to_thread(wait_for, lambda: bool(primary.sql(WAITING)))
            primary.sql(f"SELECT pg_cancel_backend({primary.sql(WAITING)[0][0]})")
        assert await taking is not is_told
        primary.kill()
        standby.start()
        standby.promote()
        standby.set(synchronous_standby_names="")
        assert await asyncio.to_thread(second.store.dispatcher_lock.wait_exclusive, 120)
        assert await may_write(second)
        assert not await may_write(first)
        await asyncio.to_thread(wait_for, lambda: not first.store.dispatcher_lock.is_current())
        assert await may_write(second)
        assert second.store.dispatcher_lock.is_current()


async def test_a_term_is_not_renewed_on_an_old_primary(pair: Pair, tmp_path: Path) -> None:
    """Its own line stands, while those by which the process writes have found the new primary."""
    primary, standby = pair

    def sessions() -> set[int]:
        return {pid for (pid,) in primary.sql(OURS)}

    async with AsyncExitStack() as opened:
        first, _ = await two_boxes(pair, tmp_path, opened)
        others = sessions()
        assert await asyncio.to_thread(first.store.dispatcher_lock.try_exclusive)
        assert sessions() > others
        primary.set(synchronous_standby_names="")
        standby.promote()
        standby.set(synchronous_standby_names="")
        primary.sql("ALTER DATABASE desk SET default_transaction_read_only = on")  # of sessions that begin from now on
        for pid in others:
            primary.sql(f"SELECT pg_terminate_backend({pid}, 5000)")
        assert await may_write(first)
        standby.sql("UPDATE role SET term = term + 1, box = 'pid 1 on elsewhere', until = until * 2", database="desk")
        assert not await may_write(first)
        await asyncio.to_thread(wait_for, lambda: not first.store.dispatcher_lock.is_current())
