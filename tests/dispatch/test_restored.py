"""A restored backup: nothing that the outbox shows as sent goes out again."""

from __future__ import annotations

import asyncio
import shutil
from collections import Counter
from pathlib import Path

import pytest
from dispatch_kit import Works, spool_lines, until

from desks import Bench, diffusion
from dutydesk.desk.audit.log_export import prove_store
from dutydesk.desk.base.context import Actor
from dutydesk.desk.service.desk import Desk, open_desk
from dutydesk.dispatch.dispatcher import Dispatcher
from dutydesk.dispatch.dispatcher_state import Phase
from dutydesk.dispatch.spool import SpoolTransport
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.errors import StoreUnusable
from refusals import raises_code

ROOT = Actor("root", "root")


def outbox(works: Works) -> SpoolTransport:
    return SpoolTransport(works.outbox)


def keys(works: Works) -> Counter[str]:
    return Counter(line["delivery"] for line in spool_lines(works.outbox))


async def opened(works: Works, path: Path) -> Desk:
    return await open_desk(path, works.bench.clock)


async def play_a_day(works: Works, *, marked: bool) -> Path:
    """Delivers one item, queues two, makes a copy; then those and further items go out. Returns the copy."""
    await works.bench.sent(diffusion("DE", ("PL", "FR")))
    await works.dispatch(outbox(works))
    for _ in range(2):
        await works.bench.sent(diffusion("DE", ("PL", "FR")))
    path = works.folder / "copy.db"
    await works.desk.backups.back_up(ROOT, path, lambda _done, _all: None)
    if not marked:
        path.unlink()
        await works.desk.delivery.checkpoint()
        shutil.copy(works.desk.store.path, path)
    await works.dispatch(outbox(works))
    for _ in range(3):
        await works.bench.sent(diffusion("DE", ("PL", "FR")))
    await works.dispatch(outbox(works))
    return path


@pytest.mark.parametrize(
    "marked",
    [
        pytest.param(True, id="made by backup"),
        pytest.param(False, id="copied with cp", marks=pytest.mark.sqlite_only("its file, which anybody can copy")),
    ],
)
async def test_what_went_out_after_the_backup_does_not_go_out_again(works: Works, marked: bool) -> None:
    copy = await opened(works, await play_a_day(works, marked=marked))
    before = keys(works)
    dispatcher = Dispatcher(copy, outbox(works))
    with pytest.raises(StoreUnusable, match="dispatch --restored"):
        await dispatcher.refuse_copy()
    gone = await dispatcher.accept_copy(ROOT)
    assert gone == 2 * 3, "two deliveries and a receipt for each of the two items that were queued"
    await dispatcher.refuse_copy()
    await dispatcher.run(until_idle=True)
    assert keys(works) == before, "not a line more"
    figures = await copy.queries.figures()
    assert figures.deliveries == {"delivered": 6}
    assert (await prove_store(copy.store, copy.context)).holds
    await copy.close()


async def test_new_items_and_lines_bear_no_key_that_was_used(works: Works) -> None:
    copy = await opened(works, await play_a_day(works, marked=True))
    await Dispatcher(copy, outbox(works)).accept_copy(ROOT)
    before = keys(works)
    beside = Bench(copy, works.bench.clock)
    assert await beside.sent(diffusion("DE", ("PL", "FR"))) == 7, "items 4 to 6 are in the outbox, and not in the copy"
    assert await beside.sent(diffusion("DE", ("PL", "FR"))) == 8
    await Dispatcher(copy, outbox(works)).run(until_idle=True)
    after = keys(works)
    assert set((after - before).values()) == {1}
    assert not (after - before).keys() & before.keys()
    assert set(after.values()) == {1}
    assert (await prove_store(copy.store, copy.context)).holds
    again = await opened(works, works.folder / "copy.db")
    assert (await again.queries.figures()).states == {"released": 5}, "its own log beside it is no other store's"
    await again.close()
    await copy.close()


async def test_a_dispatcher_on_a_copy_hands_nothing_over_and_says_why(works: Works) -> None:
    copy = await opened(works, await play_a_day(works, marked=True))
    before = keys(works)
    dispatcher = Dispatcher(copy, outbox(works))
    running = asyncio.create_task(dispatcher.run())
    await until(lambda: "this store is a copy" in str(dispatcher.state.error), "it is said")
    assert dispatcher.state.phase is Phase.STANDING_BY
    beside = await opened(works, copy.store.path)
    await Dispatcher(beside, outbox(works)).accept_copy(ROOT)
    await until(lambda: dispatcher.state.phase is Phase.RUNNING, "it goes on once somebody said so")
    assert dispatcher.state.troubles == ()
    await dispatcher.wait_until_dispatched()
    dispatcher.stop()
    await running
    assert keys(works) == before
    await beside.close()
    await copy.close()


async def test_while_another_process_dispatches_no_copy_goes_on(works: Works) -> None:
    path = await play_a_day(works, marked=True)
    copy, other = await opened(works, path), await opened(works, path)
    assert other.delivery.dispatcher_lock().try_exclusive()
    with raises_code(RefusedCode.DISPATCHER_RUNNING):
        await Dispatcher(copy, outbox(works)).accept_copy(ROOT)
    await copy.close()
    await other.close()


async def test_another_stores_outbox_is_not_written_to(works: Works, tmp_path: Path) -> None:
    await works.bench.sent(diffusion("DE", ("PL",)))
    works.outbox.joinpath("PL").mkdir(parents=True)
    (works.outbox / "PL" / "000000000120.jsonl").write_text("")
    with raises_code(StoreCode.STORE_BEHIND_OUTBOX, match=r"\b120\b.*\b0\b"):
        await works.dispatcher(outbox(works)).refuse_copy()
