"""What is made of a store on a cluster: a backup, and a store that is made anew from its log."""

from __future__ import annotations

from pathlib import Path

import pytest
from store_kit import clock, handle_on, no_preamble, open_store_file, write_note

from desks import AT, Bench, MovedClock, diffusion
from dutydesk.desk.audit.recovery.recover import recover
from dutydesk.desk.service.desk import open_desk
from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.limits import DEFAULT_LIMITS
from dutydesk.store.engine.copies import no_progress
from dutydesk.store.engine.engine import Erased
from dutydesk.store.engine.opening import open_engine, open_old_store
from dutydesk.store.engine.store import open_store
from dutydesk.store.tables import log
from refusals import raises_code
from sqlite_files import opened_file
from tcp_proxy import TcpProxy

EVENTS = 5


@pytest.fixture
async def shuffled(place: Path) -> Path:
    """A store whose cluster has its log stored in another order than that of its numbers."""
    store = await open_store(place, clock, no_preamble)
    for number in range(EVENTS):
        await store.write(write_note(str(number)))
    await store.close()
    with opened_file(place) as file:
        file.change("UPDATE event SET seq = seq WHERE seq = 1")
        assert [seq for (seq,) in file.execute("SELECT seq FROM event")] != list(range(1, EVENTS + 1))
    return place


async def test_a_backup_has_the_log_in_its_order(shuffled: Path, tmp_path: Path) -> None:
    store = await open_store(shuffled, clock, no_preamble)
    copy = await store.copy_to(tmp_path / "copy.db", no_progress)
    await store.close()
    assert copy.events == EVENTS
    with handle_on(tmp_path / "copy.db") as handle:
        assert log.verify(handle).head == copy.head


def test_a_backup_may_take_longer_than_a_transaction_that_does_nothing(place: Path, tmp_path: Path) -> None:
    engine = open_engine(place, DEFAULT_LIMITS.store)
    raw = engine.open_reader()
    limits: set[str] = set()

    def progress(_done: int, _all: int) -> None:
        limits.update(str(limit) for (limit,) in raw.execute("SHOW idle_in_transaction_session_timeout"))

    assert engine.copy_to(raw, tmp_path / "copy.db", progress).events == 0
    assert limits == {"0"}
    raw.close()
    engine.close()


async def test_a_store_is_made_anew_from_its_log(place: Path, tmp_path: Path) -> None:
    clock = MovedClock(AT)
    bench = Bench(await open_desk(place, clock, founder="root"), clock)
    await bench.sent(diffusion())
    await bench.dispatch()
    head = await bench.desk.queries.head_seq()
    await bench.desk.close()
    made = recover(place, tmp_path / "new.db")
    assert (made.events, made.cut, made.lost, made.different) == (head, None, (), 0)
    with open_old_store(place) as old, handle_on(tmp_path / "new.db") as new:
        assert log.verify(new).head == log.verify(old).head


def test_a_store_that_can_not_be_reached_is_not_called_damaged(line: TcpProxy, place_behind, tmp_path: Path) -> None:
    place = place_behind("home")
    line.cut()
    with raises_code(StoreCode.CLUSTER_UNREACHABLE):
        recover(place, tmp_path / "new.db")
    assert not (tmp_path / "new.db").exists()


async def test_what_a_purge_leaves_is_left_to_the_cluster(place: Path) -> None:
    """The desk's role may not have the tables written anew, so that it must not say that no byte is left."""
    async with open_store_file(place) as store:
        assert await store.erase_remains(rewrite=True) == Erased(False, False, left_to_vacuum=True)
