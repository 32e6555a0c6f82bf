"""Dispatcher processes: one runs at a time, the next takes over when it dies, and SIGTERM completes leased work."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

import pytest
from dispatch_kit import Works, dispatching_process, spool_lines, until, wait_for_word

from desks import diffusion
from dutydesk.desk.service.desk import open_desk
from dutydesk.dispatch.dispatcher import Dispatcher
from dutydesk.dispatch.dispatcher_state import Phase
from dutydesk.dispatch.spool import SpoolTransport
from dutydesk.store.engine.engine import DispatcherLock
from engine_under_test import IS_ON_CLUSTER, make_store


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "live.db"
    make_store(path, "live")
    return path


def record_tries(lock: DispatcherLock, monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """The results of all tries to take the lock from now on."""
    tries: list[bool] = []
    take = lock.try_exclusive

    def recorded() -> bool:
        tries.append(take())
        return tries[-1]

    monkeypatch.setattr(lock, "try_exclusive", recorded)
    return tries


async def test_another_takes_over_when_the_process_that_dispatches_is_killed(
    store: Path, works: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    with dispatching_process(store, works.inbox, works.outbox) as process:
        wait_for_word(process, "running")
        desk = await open_desk(store)
        dispatcher = Dispatcher(desk, SpoolTransport(works.outbox))
        task = asyncio.create_task(dispatcher.run())
        await until(lambda: dispatcher.state.phase is Phase.STANDING_BY, "the second stands by")
        works.write("x.json", diffusion("DE", ("PL",)))
        await until(lambda: len(spool_lines(works.outbox, "PL")) == 1, "the first delivers")
        assert dispatcher.state.phase is Phase.STANDING_BY
        process.kill()
        process.wait()
        tries = record_tries(desk.store.dispatcher_lock, monkeypatch)
        await until(lambda: dispatcher.state.phase is Phase.RUNNING, "the second takes over")
        if not IS_ON_CLUSTER:  # there a term runs out by the clock
            assert False not in tries, "a process frees its lock of a file as it ends"
        dispatcher.stop()
        await task
        await desk.close()


async def test_a_terminated_process_finishes_what_is_leased_and_leaves(store: Path, works: Works) -> None:
    desk = await open_desk(store)
    with dispatching_process(store, works.inbox, works.outbox, "--slow") as process:
        wait_for_word(process, "running")
        works.write("x.json", diffusion("DE", ("PL", "FR")))
        wait_for_word(process, "in hand")
        assert spool_lines(works.outbox) == []
        process.send_signal(signal.SIGTERM)
        wait_for_word(process, "ended")
        assert process.wait() == 0
    view = await desk.queries.show(1)
    assert {row.state for row in view.deliveries} == {"delivered"}
    assert {line["delivery"] for line in spool_lines(works.outbox)} >= {"D-000001/1.1/PL", "D-000001/1.1/FR"}
    assert desk.delivery.dispatcher_lock().try_exclusive(), "the lock is free at once"
    await desk.close()


async def test_until_idle_a_process_ends_by_itself(store: Path, works: Works) -> None:
    works.write("x.jsonl", *(diffusion("DE", ("PL",)) for _ in range(20)))
    with dispatching_process(store, works.inbox, works.outbox, "--until-idle") as process:
        wait_for_word(process, "ended")
        assert process.wait() == 0
    assert len(spool_lines(works.outbox, "PL")) == 20
    assert [receipt["outcome"] for receipt in works.receipts("x.jsonl")] == ["accepted"] * 20
