"""Boxes that share a desk: each takes its own inbox in, one of them dispatches, and another takes over."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from desks import diffusion
from dutydesk.desk.service.desk import Desk, make_store, open_desk
from dutydesk.dispatch.dispatcher import Dispatcher
from dutydesk.dispatch.dispatcher_state import Phase
from dutydesk.dispatch.inbox import Inbox
from dutydesk.dispatch.shared_intake import InboxLock
from dutydesk.dispatch.spool import SpoolTransport
from dutydesk.domain.limits import Limits, StoreLimits
from dutydesk.store.engine.location import locate
from postgres_cluster import PostgresCluster, postgres_cluster

__all__ = ["postgres_cluster"]
#: A term and a transaction end by what a test does alone, however slow the machine is.
LASTING = Limits(store=StoreLimits(term_seconds=600.0, idle_transaction_seconds=600.0))


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(120):
        while not condition():
            await asyncio.sleep(0.02)


class RunningBox:
    """A desk of one box, and its dispatcher at work; all boxes deliver to one outbox."""

    def __init__(self, desk: Desk, folder: Path, name: str) -> None:
        self.desk, self.inbox = desk, folder / name / "inbox"
        self.dispatcher = Dispatcher(desk, SpoolTransport(folder / "outbox"), Inbox(self.inbox))
        self._task = asyncio.create_task(self.dispatcher.run())

    @property
    def phase(self) -> Phase:
        return self.dispatcher.state.phase

    def lay(self, name: str) -> None:
        (self.inbox / name).write_text(json.dumps(diffusion()))

    def has_taken(self, name: str) -> bool:
        return (self.inbox / "done" / name).exists()

    async def end(self) -> None:
        self.dispatcher.stop()
        await self._task

    async def close(self) -> None:
        await self.end()
        await self.desk.close()


@pytest.fixture
async def boxes(tmp_path: Path, postgres_cluster: PostgresCluster) -> AsyncIterator[tuple[RunningBox, RunningBox]]:
    """Two boxes; the first one dispatches."""
    url = postgres_cluster.database()
    places = [locate(url, tmp_path / name) for name in ("one", "two")]
    make_store(places[0], "exercise")
    first = RunningBox(await open_desk(places[0], founder="root", limits=LASTING), tmp_path, "one")
    await until(lambda: first.phase is Phase.RUNNING)
    second = RunningBox(await open_desk(places[1], limits=LASTING), tmp_path, "two")
    yield first, second
    await second.close()
    await first.close()


async def test_each_box_takes_its_inbox_in_and_one_hands_over(
    boxes: tuple[RunningBox, RunningBox], tmp_path: Path
) -> None:
    first, second = boxes
    second.lay("a.json")
    first.lay("b.json")
    await until(lambda: second.has_taken("a.json") and first.has_taken("b.json"))
    await first.dispatcher.wait_until_dispatched()
    assert (first.phase, second.phase) == (Phase.RUNNING, Phase.STANDING_BY)
    assert {row.state for row in await second.desk.queries.feed(limit=5)} == {"released"}
    await until(lambda: sum(len(path.read_bytes().splitlines()) for path in tmp_path.glob("outbox/PL/*.jsonl")) == 2)


async def test_another_box_takes_over_and_goes_on_with_its_inbox(boxes: tuple[RunningBox, RunningBox]) -> None:
    first, second = boxes
    await first.end()
    await until(lambda: second.phase is Phase.RUNNING)
    second.lay("a.json")
    await until(lambda: second.has_taken("a.json"))


def test_an_inbox_is_taken_in_by_one_process(tmp_path: Path) -> None:
    one, other = InboxLock([tmp_path]), InboxLock([tmp_path])
    assert (one.take(), one.take(), other.take()) == (True, True, False)
    one.free()
    assert other.take()
    other.free()
