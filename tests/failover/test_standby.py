"""A commit that no standby has is never an answer, and an old primary is not worked on."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from desks import diffusion, raw
from dutydesk.cli._core.call import Call, run_at_desk
from dutydesk.desk.base.context import Actor
from dutydesk.desk.service.desk import Desk, make_store, open_desk
from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.errors import StoreReplaced, StoreUnusable
from dutydesk.store.engine.diagnosis import examine_store
from dutydesk.store.engine.location import locate
from dutydesk.store.engines.postgresql.last_seen import LastSeen
from dutydesk.store.tables import log
from postgres_cluster import Pair, PostgresCluster, PostgresServer, wait_for

pytestmark = pytest.mark.xdist_group("failover")

WAITING = "SELECT pid FROM pg_stat_activity WHERE application_name = 'dutydesk' AND wait_event = 'SyncRep'"


def url_of(*servers: PostgresServer) -> str:
    hosts = ",".join(f"127.0.0.1:{server.port}" for server in servers)
    return f"postgresql://postgres@{hosts}/desk"


async def desk_on(pair: Pair, home: Path) -> Desk:
    primary, standby = pair
    primary.database(name="desk")
    place = locate(url_of(primary, standby), home)
    make_store(place, "exercise")
    return await open_desk(place, founder="root")


async def test_a_command_says_on_stderr_that_it_waits_for_the_standby(
    pair: Pair, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    primary, standby = pair
    primary.database(name="desk")
    call = Call(db=url_of(primary, standby), home=str(tmp_path))
    make_store(call.store, "exercise")
    await (await open_desk(call.store, founder="root")).close()
    told: list[str] = []

    async def act(desk: Desk, _actor: Actor) -> str:
        standby.freeze()
        receiving = asyncio.create_task(desk.intake.receive(raw(diffusion())))
        while not told:
            told.extend(capsys.readouterr().err.splitlines())
            await asyncio.sleep(0.05)
        standby.thaw()
        return (await receiving).outcome

    assert await asyncio.to_thread(run_at_desk, call, act) == "accepted"
    assert [line for line in told if line.startswith("dutydesk: the store has not confirmed")] == told


async def until_it_waits(primary: PostgresCluster) -> int:
    """The backend whose commit waits for the standby."""
    await asyncio.to_thread(wait_for, lambda: bool(primary.sql(WAITING)))
    return int(primary.sql(WAITING)[0][0])


async def items(desk: Desk) -> list[str]:
    return [row.item for row in await desk.queries.feed(limit=10)]


@pytest.mark.parametrize(
    ("act", "heard"),
    [("pg_cancel_backend", "notice"), ("pg_cancel_backend", "error"), ("pg_terminate_backend", "notice")],
)
async def test_a_wait_that_is_given_up_is_no_answer_until_the_standby_has_it(
    pair: Pair, tmp_path: Path, act: str, heard: str
) -> None:
    primary, standby = pair
    primary.sql(f"ALTER ROLE postgres SET client_min_messages = '{heard}'")
    desk = await desk_on(pair, tmp_path)
    standby.freeze()
    receiving = asyncio.create_task(desk.intake.receive(raw(diffusion())))
    primary.sql(f"SELECT {act}({await until_it_waits(primary)})")
    await until_it_waits(primary)  # the commit that is to confirm it
    assert not receiving.done()
    standby.thaw()
    receipt = await receiving
    assert (receipt.outcome, await items(desk)) == ("accepted", [receipt.item])
    await desk.close()


async def test_what_only_a_dead_primary_had_was_never_answered_and_is_done_once(pair: Pair, tmp_path: Path) -> None:
    desk = await desk_on(pair, tmp_path)
    primary, standby = pair
    message = diffusion()
    standby.freeze()
    receiving = asyncio.create_task(desk.intake.receive(raw(message)))
    await until_it_waits(primary)
    assert not receiving.done()
    primary.kill()
    standby.thaw()
    standby.promote()
    standby.set(synchronous_standby_names="")
    receipt = await receiving
    assert receipt.outcome in ("accepted", "repeat")
    assert await items(desk) == [receipt.item]
    assert await desk.store.read(lambda handle: log.verify(handle).fault) is None
    await desk.close()


async def test_an_old_primary_that_comes_back_is_not_worked_on(pair: Pair, tmp_path: Path) -> None:
    desk = await desk_on(pair, tmp_path)
    primary, standby = pair
    primary.kill()
    standby.promote()
    standby.set(synchronous_standby_names="")
    receipt = await desk.intake.receive(raw(diffusion()))
    standby.stop()
    primary.start()  # as it was: it knows nothing of the receipt
    with pytest.raises(StoreReplaced) as refused:
        await desk.intake.receive(raw(diffusion()))
    assert refused.value.code is StoreCode.STORE_REPLACED
    primary.kill()
    standby.start()
    assert await items(desk) == [receipt.item]
    await desk.close()


async def test_an_old_primary_that_knows_as_much_is_not_worked_on_at_the_second_try_either(
    pair: Pair, tmp_path: Path
) -> None:
    desk = await desk_on(pair, tmp_path)
    primary, standby = pair
    receipt = await desk.intake.receive(raw(diffusion()))
    primary.kill()
    standby.promote()
    standby.set(synchronous_standby_names="")
    assert await items(desk) == [receipt.item]  # by the new primary, on which nothing is written yet
    standby.stop()
    primary.start()
    primary.set(synchronous_standby_names="")
    for _ in range(3):
        with pytest.raises(StoreReplaced) as refused:
            await desk.intake.receive(raw(diffusion()))
        assert refused.value.code is StoreCode.STORE_REPLACED
    await desk.close()


async def test_an_old_primary_is_not_worked_on_by_a_process_that_starts_later(pair: Pair, tmp_path: Path) -> None:
    desk = await desk_on(pair, tmp_path)
    primary, standby = pair
    receipt = await desk.intake.receive(raw(diffusion()))
    primary.kill()
    standby.promote()
    standby.set(synchronous_standby_names="")
    assert await items(desk) == [receipt.item]  # by the new primary, on which nothing is written yet
    await desk.close()
    standby.stop()
    primary.start()
    primary.set(synchronous_standby_names="")
    place = locate(url_of(primary, standby), tmp_path)
    for _ in range(2):
        with pytest.raises(StoreUnusable) as refused:
            await open_desk(place)
        assert refused.value.code is StoreCode.STORE_OLDER
    assert [each.ok for each in examine_store(place, [tmp_path]) if each.check == "store"] == [False]
    LastSeen(place).path.unlink()  # as who has restored it on purpose
    desk = await open_desk(place)
    assert await items(desk) == [receipt.item]
    await desk.close()


async def test_a_new_primary_that_may_lose_commits_is_not_worked_on(pair: Pair, tmp_path: Path) -> None:
    desk = await desk_on(pair, tmp_path)
    primary, standby = pair
    receipt = await desk.intake.receive(raw(diffusion()))
    standby.set(synchronous_commit="local")
    primary.kill()
    standby.promote()
    for _ in range(2):
        with pytest.raises(StoreUnusable) as refused:
            await desk.intake.receive(raw(diffusion()))
        assert refused.value.code is StoreCode.CLUSTER_UNSAFE
    standby.set(synchronous_commit="on", synchronous_standby_names="")
    assert (await desk.intake.receive(raw(diffusion()))).item != receipt.item
    await desk.close()
