"""Two consoles on one store, each a process of its own in a pseudo-terminal."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from consoles import console, fill_desk
from desks import Bench, diffusion, notice_request
from dutydesk.desk.people.officers import os_user
from dutydesk.desk.service.desk import make_store, open_desk
from dutydesk.store.engines.sqlite.locks import StoreLocks
from dutydesk.tui.frame.updates import ScreenUpdates
from other_process import OtherProcess, dated_now
from ptys import Terminal
from warm_console import warm_terminal

HELD = "D-000001"
#: "Within half a second": half of it may pass until the next look, the other half is for looking and painting.
MOST_SECONDS_TO_THE_NEXT_LOOK = 0.25


class Looks:
    """Stands in for the console's pause between two looks: it ends when it is told to, and keeps what was asked for."""

    def __init__(self) -> None:
        self.asked: list[float] = []
        self._next = asyncio.Event()

    async def __call__(self, seconds: float) -> None:
        self.asked.append(seconds)
        await self._next.wait()
        self._next.clear()

    def one(self) -> None:
        self._next.set()


@pytest.fixture
def beside(tmp_path: Path) -> OtherProcess:
    store = tmp_path / "desk.db"
    make_store(store, "exercise")
    made = OtherProcess(store)

    async def fill(bench: Bench) -> None:
        await bench.sent(dated_now(notice_request("BR")))

    made(fill, founder=os_user())
    return made


@pytest.fixture
def two(beside: OtherProcess) -> Iterator[tuple[Terminal, Terminal]]:
    """The first holds the dispatcher, the second stands by."""
    with ExitStack() as stack:
        first = stack.enter_context(warm_terminal(beside.store))
        first.shows("dispatching", HELD)
        second = stack.enter_context(warm_terminal(beside.store))
        second.shows("standing by", HELD)
        yield first, second


def test_a_change_in_one_is_on_the_others_screen(two: tuple[Terminal, Terminal]) -> None:
    first, second = two
    for screen in two:
        screen.press("2")
        screen.shows("free")
    claimed = re.compile(rf"{HELD}.* {re.escape(os_user())} \d+m")
    first.press("c")
    for screen in two:
        screen.until(lambda screen=screen: claimed.search(screen.text) is not None, "the claim is not shown")  # type: ignore[misc]
    second.press("u")
    for screen in two:
        screen.shows("free")


def test_another_takes_over_when_the_one_that_dispatches_is_killed(
    two: tuple[Terminal, Terminal], beside: OtherProcess
) -> None:
    first, second = two
    first.kill()
    second.shows("dispatching")

    async def arrive(bench: Bench) -> None:
        await bench.sent(dated_now(diffusion("DE")))

    beside(arrive)
    second.shows("D-000002")
    second.press("k\r")
    second.shows("1 Text", "D-000002")
    second.press("3")
    second.shows("delivered (3)")


async def test_a_change_is_painted_on_the_next_look_and_that_is_soon(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = Looks()
    monkeypatch.setattr(ScreenUpdates, "pause", staticmethod(looks))
    await fill_desk(bench)
    colleague = await open_desk(bench.desk.store.path, bench.clock)
    try:
        async with console(bench) as desk:
            await desk.to_review("D-000003")
            await desk.until(lambda: bool(looks.asked), "it never looks")

            def claimed() -> bool:
                return re.search(r"D-000003.* Jonas \d+m", desk.screen_text()) is not None

            for claim in (True, False, True):
                before, actor = len(looks.asked), bench.actor("Jonas")
                await (colleague.review.claim(actor, 3) if claim else colleague.review.unclaim(actor, 3))
                await desk.pilot.pause()
                assert claimed() != claim, "it looked before it was time"
                looks.one()
                await desk.until(lambda before=before: len(looks.asked) > before, "it looks no more")  # type: ignore[misc]
                await desk.until(lambda claim=claim: claimed() == claim, "not painted on the next look")  # type: ignore[misc]
                assert len(looks.asked) == before + 1
            looks.one()
            await desk.until(lambda: len(looks.asked) > before + 1, "it looks no more")
    finally:
        await colleague.close()
    assert len(set(looks.asked)) == 2, "after a change, and after none"
    assert max(looks.asked) <= MOST_SECONDS_TO_THE_NEXT_LOOK


def test_a_store_that_somebody_keeps_locked_is_shown_all_the_same(beside: OtherProcess) -> None:
    held = StoreLocks(beside.store)
    with held.commit(officer=True), warm_terminal(beside.store) as screen:
        screen.shows("EXERCISE", HELD)
    held.close()
