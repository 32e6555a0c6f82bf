"""A connection on its own thread: order, errors, cancellation and closing."""

from __future__ import annotations

import asyncio
import gc
import sqlite3
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from dutydesk.domain.errors import StoreUnusable
from dutydesk.store.engine.connection import ConnectionThread
from dutydesk.store.engines.sqlite.binding import connect

pytestmark = pytest.mark.sqlite_only("its bindings as the driver")


def sqlite_threads() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if thread.name == "dutydesk-store"}


async def test_functions_run_one_after_another_on_one_thread_that_is_not_the_loops(tmp_path: Path) -> None:
    connection = await ConnectionThread.open(lambda: connect(tmp_path / "any.db"))
    order: list[int] = []

    def step(number: int) -> tuple[int, str]:
        order.append(number)
        return threading.get_ident(), threading.current_thread().name

    steps = await asyncio.gather(*(connection.run(lambda _raw, n=number: step(n)) for number in range(50)))
    assert order == list(range(50))
    assert len(set(steps)) == 1
    assert steps[0][0] != threading.get_ident()
    await connection.close()


async def test_what_the_function_raises_reaches_the_caller(tmp_path: Path) -> None:
    connection = await ConnectionThread.open(lambda: connect(tmp_path / "any.db"))
    with pytest.raises(sqlite3.OperationalError):
        await connection.run(lambda raw: raw.execute("SELECT nothing FROM nowhere"))
    with pytest.raises(RuntimeError, match="ended too early"):
        await connection.run(lambda raw: next(iter(raw.execute("SELECT 1 WHERE 0"))))
    assert (await connection.run(lambda raw: raw.execute("SELECT 1").fetchone()))[0] == 1
    await connection.close()


async def test_work_of_a_cancelled_caller_is_finished(tmp_path: Path) -> None:
    connection = await ConnectionThread.open(lambda: connect(tmp_path / "any.db"))
    begun, may_end, ended = threading.Event(), threading.Event(), threading.Event()

    def work(_raw: sqlite3.Connection) -> None:
        begun.set()
        may_end.wait(60)
        ended.set()

    task = asyncio.create_task(connection.run(work))
    await asyncio.to_thread(begun.wait, 60)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    may_end.set()
    await connection.close()
    assert ended.is_set()


async def test_closing_finishes_what_waits_and_ends_the_thread(tmp_path: Path) -> None:
    before = sqlite_threads()
    connection = await ConnectionThread.open(lambda: connect(tmp_path / "any.db"))
    waiting = asyncio.create_task(connection.run(lambda raw: raw.execute("SELECT 7").fetchone()[0]))
    await asyncio.sleep(0)
    await connection.close()
    await connection.close()
    assert await waiting == 7
    with pytest.raises(StoreUnusable):
        await connection.run(lambda raw: raw.execute("SELECT 1"))
    await until_threads(before)


async def test_no_thread_stays_where_opening_fails_or_nobody_closes(tmp_path: Path) -> None:
    before = sqlite_threads()
    with pytest.raises(sqlite3.OperationalError):
        await ConnectionThread.open(lambda: connect(tmp_path / "missing" / "any.db"))
    forgotten = await ConnectionThread.open(lambda: connect(tmp_path / "any.db"))
    assert sqlite_threads() - before
    del forgotten
    gc.collect()
    await until_threads(before)


async def until_threads(before: set[threading.Thread]) -> None:
    async with asyncio.timeout(60):
        while sqlite_threads() - before:
            await asyncio.sleep(0.005)
