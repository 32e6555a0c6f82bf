"""The dispatcher's lock on a cluster: one holder at a time, and terms that fence an earlier one."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from store_kit import open_store_file, write_note

from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.errors import TermLost
from dutydesk.store.engine.store import Store
from dutydesk.store.tables import log
from postgres_cluster import PostgresCluster, name_of, wait_for
from tcp_proxy import TcpProxy


async def _write_as_dispatcher(store: Store) -> int:
    def work(transaction: object) -> int:
        store.dispatcher_lock.fence(transaction.connection)  # type: ignore[attr-defined]
        return int(write_note("handed over")(transaction))

    return await store.write(work, officer=False)


async def test_one_process_holds_it_until_it_gives_it_up(place: Path) -> None:
    async with open_store_file(place) as first, open_store_file(place) as second:
        assert first.dispatcher_lock.try_exclusive()
        assert first.dispatcher_lock.try_exclusive()
        assert not second.dispatcher_lock.try_exclusive()
        assert second.is_served()
        assert str(second.dispatcher_lock.holder()).startswith("pid ")
        first.dispatcher_lock.unlock()
        assert not second.is_served()
        assert second.dispatcher_lock.try_exclusive()
        assert second.dispatcher_lock.is_current()
        assert not first.dispatcher_lock.is_current()


async def test_a_term_is_renewed_for_as_long_as_its_process_runs(
    postgres_cluster: PostgresCluster, place: Path, database: str
) -> None:
    """Its end moves on by itself, and by that another one may take it or not."""

    def end() -> int:
        return int(postgres_cluster.sql("SELECT until FROM role", database=name_of(database))[0][0])

    async with open_store_file(place, term_renewal_seconds=0.05) as first, open_store_file(place) as second:
        assert first.dispatcher_lock.try_exclusive()
        for _ in range(5):
            before = await asyncio.to_thread(end)
            await asyncio.to_thread(wait_for, lambda before=before: end() > before)  # type: ignore[misc]
            assert not await asyncio.to_thread(second.dispatcher_lock.try_exclusive)
        assert first.dispatcher_lock.is_current()


async def test_a_process_that_stands_still_loses_it_and_records_nothing_more(place: Path) -> None:
    limits = {"term_seconds": 0.5, "term_renewal_seconds": 60.0}  # as if it never came to renew
    async with open_store_file(place, **limits) as stopped, open_store_file(place) as next_one:
        assert stopped.dispatcher_lock.try_exclusive()
        assert await _write_as_dispatcher(stopped) == 1
        assert await asyncio.to_thread(next_one.dispatcher_lock.wait_exclusive, 120)
        assert not stopped.dispatcher_lock.is_current()
        with pytest.raises(TermLost) as lost:
            await _write_as_dispatcher(stopped)
        assert lost.value.code is StoreCode.TERM_LOST
        assert await _write_as_dispatcher(next_one) == 2
        stopped.dispatcher_lock.unlock()  # gives up nothing that is not its own
        assert next_one.is_served()
        assert await stopped.read(log.head_seq) == 2


async def test_who_never_held_it_is_fenced_off_while_another_one_does(place: Path) -> None:
    async with open_store_file(place) as holder, open_store_file(place) as other:
        assert await _write_as_dispatcher(other) == 1
        assert holder.dispatcher_lock.try_exclusive()
        with pytest.raises(TermLost):
            await _write_as_dispatcher(other)


async def test_it_may_have_been_taken_as_soon_as_a_cut_line_keeps_it_from_being_renewed(
    place: Path, line: TcpProxy, place_behind: Callable[[str], Path]
) -> None:
    limits = {"term_seconds": 0.5, "term_renewal_seconds": 0.1}
    async with open_store_file(place_behind("box"), **limits) as cut_off, open_store_file(place) as other:
        assert cut_off.dispatcher_lock.try_exclusive()
        line.cut()
        assert await asyncio.to_thread(other.dispatcher_lock.wait_exclusive, 120)
        assert not cut_off.dispatcher_lock.is_current()
        line.heal()
        assert not cut_off.dispatcher_lock.try_exclusive()


async def test_a_term_that_nobody_took_goes_on_after_a_short_break(
    line: TcpProxy, place_behind: Callable[[str], Path]
) -> None:
    async with open_store_file(place_behind("box"), term_seconds=2.0, term_renewal_seconds=0.05) as store:
        lock = store.dispatcher_lock
        assert lock.try_exclusive()
        line.cut()
        line.heal()
        await asyncio.to_thread(wait_for, lock.is_current)
        assert await _write_as_dispatcher(store) == 1


async def test_each_take_over_begins_a_new_term(postgres_cluster: PostgresCluster, place: Path, database: str) -> None:
    async with open_store_file(place) as first, open_store_file(place) as second:
        for store in (first, second, first):
            assert store.dispatcher_lock.try_exclusive()
            store.dispatcher_lock.unlock()
    assert postgres_cluster.sql("SELECT name, term FROM role", database=name_of(database)) == [("dispatch", 3)]


async def test_of_many_that_try_at_once_one_takes_it(place: Path) -> None:
    async with open_store_file(place) as first, open_store_file(place) as second, open_store_file(place) as third:
        together = threading.Barrier(3)

        def take(store: Store) -> bool:
            together.wait(120)
            return store.dispatcher_lock.try_exclusive()

        taken = await asyncio.gather(*(asyncio.to_thread(take, store) for store in (first, second, third)))
        assert sorted(taken) == [False, False, True]


async def test_a_term_of_the_same_number_that_another_process_has_begun_is_another_one(
    postgres_cluster: PostgresCluster, place: Path, database: str
) -> None:
    """As where a primary was lost whose standby did not know yet that the term had begun."""
    async with open_store_file(place, term_renewal_seconds=0.05) as store:
        assert store.dispatcher_lock.try_exclusive()
        postgres_cluster.sql("UPDATE role SET box = 'pid 1 on elsewhere'", database=name_of(database))
        with pytest.raises(TermLost):
            await _write_as_dispatcher(store)
        await asyncio.to_thread(wait_for, lambda: not store.dispatcher_lock.is_current())
        assert store.dispatcher_lock.holder() == "pid 1 on elsewhere"
        store.dispatcher_lock.unlock()
        assert store.is_served()
