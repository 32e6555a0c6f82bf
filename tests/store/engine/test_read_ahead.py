"""Preparation of intake before its transaction: the store stays free meanwhile; nothing is lost or written twice."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from store_kit import make_store_file, open_store_file, write_note

from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.errors import Refused
from dutydesk.domain.limits import DEFAULT_LIMITS
from dutydesk.store.engine import writer
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.store import Store
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import log

Work = Callable[[Transaction], int]
LIMITS = DEFAULT_LIMITS.store
#: Batches are small for longer than any test takes, once an officer has waited.
BRIEF = {"intake_seconds": 0.0, "officer_look_seconds": 0.0, "brief_seconds": 3_600.0}


@pytest.fixture
def limits() -> dict[str, float]:
    """Limits of the store that differ from the defaults."""
    return {}


@pytest.fixture
async def store(tmp_path: Path, limits: dict[str, float]) -> AsyncIterator[Store]:
    async with open_store_file(make_store_file(tmp_path / "desk.db"), **limits) as store:
        yield store


async def texts(store: Store) -> list[str]:
    events = await store.read(lambda handle: log.after(handle, 0, 1000))
    return [str(log.data_of(event)["reason"]) for event in events]


def thought(text: str) -> Callable[[Handle], Work]:
    return lambda _handle: write_note(text)


class Thinking:
    """A preparation that waits until the test lets it continue."""

    def __init__(self) -> None:
        self.began, self.go = threading.Event(), threading.Event()

    def __call__(self, _handle: Handle) -> Work:
        self.began.set()
        assert self.go.wait(30)
        return write_note("thought out")


async def test_who_thinks_keeps_nobody_from_writing(store: Store) -> None:
    thinking = Thinking()
    task = asyncio.create_task(store.write_prepared(thinking))
    assert await asyncio.to_thread(thinking.began.wait, 30)
    async with open_store_file(store.path) as other:
        await other.write(write_note("an officer"))
    thinking.go.set()
    await task
    assert await texts(store) == ["an officer", "thought out"]


async def test_an_officer_of_the_same_process_waits_for_one_thought_only(store: Store) -> None:
    thinking = Thinking()
    intake = [asyncio.create_task(store.write_prepared(each)) for each in (thinking, *map(thought, "bcd"))]
    assert await asyncio.to_thread(thinking.began.wait, 30)
    officer = asyncio.create_task(store.write(write_note("an officer")))
    await asyncio.sleep(0)
    thinking.go.set()
    await asyncio.gather(officer, *intake)
    assert await texts(store) == ["thought out", "an officer", "b", "c", "d"]


async def test_a_thought_that_fails_is_told_and_the_others_are_written(store: Store) -> None:
    def failing(_handle: Handle) -> Work:
        raise Refused(RefusedCode.NOT_IN_REVIEW, "this can't be thought")

    found = await asyncio.gather(
        *map(store.write_prepared, (thought("a"), failing, thought("b"))), return_exceptions=True
    )
    assert isinstance(found[1], Refused)
    assert await texts(store) == ["a", "b"]


async def test_what_a_thought_tries_to_write_is_not_kept(store: Store) -> None:
    def writing(handle: Handle) -> Work:
        if not isinstance(handle, Transaction):
            handle.connection.execute("INSERT INTO counter VALUES ('from a thought', 1)")
        return write_note("a")

    await store.write_prepared(writing)
    assert await store.read(lambda handle: log.counter(handle, "from a thought")) == 0
    assert await texts(store) == ["a"]


@pytest.mark.parametrize("limits", [BRIEF])
async def test_intake_is_written_in_small_batches_for_a_while_after_an_officer_waited(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    batches: list[int] = []
    commit = store._writer._commit

    def counted(raw, batch, *, officer):
        batches.append(len(batch))
        return commit(raw, batch, officer=officer)

    monkeypatch.setattr(store._writer, "_commit", counted)

    async def many() -> list[int]:
        batches.clear()
        await asyncio.gather(*(store.write_prepared(thought("x")) for _ in range(LIMITS.batch_jobs)))
        return batches[:]

    assert max(await many()) > LIMITS.brief_batch_jobs
    with monkeypatch.context() as beside:
        beside.setattr(store.engine, "is_officer_waiting", lambda: True)
        await asyncio.gather(*(store.write_prepared(thought("x")) for _ in range(3)))
    assert max(await many()) == LIMITS.brief_batch_jobs
    monkeypatch.setattr(writer.time, "monotonic", lambda now=writer.time.monotonic: now() + BRIEF["brief_seconds"])
    assert max(await many()) > LIMITS.brief_batch_jobs


@pytest.mark.sqlite_only("its write-ahead log")
@pytest.mark.parametrize("limits", [BRIEF | {"after_officer_wal_bytes": 0}])
async def test_the_log_is_folded_behind_an_officer_by_whoever_keeps_it(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:

    async def log_beside_an_officer() -> int:
        with monkeypatch.context() as beside:
            beside.setattr(store.engine.locks, "is_officer_waiting", lambda: True)
            await asyncio.gather(*(store.write_prepared(thought("x")) for _ in range(2)))
        await store.write_prepared(thought("behind"))
        return store.housekeeping.bytes()

    first = await log_beside_an_officer()
    second = await log_beside_an_officer()
    assert second > first, "whoever does not dispatch leaves the log alone"
    store.housekeeping.owned = True
    assert await log_beside_an_officer() < first
    assert len(await texts(store)) == 9


@pytest.mark.parametrize("limits", [BRIEF])
async def test_work_that_can_be_done_in_pieces_is_told_that_an_officer_was_here(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await store.write(lambda tx: tx.brief, officer=False) is False
    with monkeypatch.context() as beside:
        beside.setattr(store.engine, "is_officer_waiting", lambda: True)
        await asyncio.gather(*(store.write_prepared(thought("x")) for _ in range(2)))
    assert await store.write(lambda tx: tx.brief, officer=False) is True
