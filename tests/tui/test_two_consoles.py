"""Two consoles on one store, each a process of its own in a pseudo-terminal."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from beside import Beside, now_sent
from desks import Bench, diffusion, notice_request
from dutydesk.desk.desk import make_store
from dutydesk.desk.people_acts import os_user
from ptys import Terminal, terminal

HELD = "D-000001"


@pytest.fixture
def beside(tmp_path: Path) -> Beside:
    store = tmp_path / "desk.db"
    make_store(store, "exercise")
    made = Beside(store)

    async def fill(bench: Bench) -> None:
        await bench.sent(now_sent(notice_request("BR")))

    made(fill, founder=os_user())
    return made


@pytest.fixture
def two(beside: Beside) -> Iterator[tuple[Terminal, Terminal]]:
    """The first holds the dispatcher, the second stands by."""
    with ExitStack() as stack:
        first = stack.enter_context(terminal(beside.store))
        first.shows("dispatching", HELD)
        second = stack.enter_context(terminal(beside.store))
        second.shows("standing by", HELD)
        yield first, second


def test_a_change_in_one_is_on_the_others_screen(two: tuple[Terminal, Terminal]) -> None:
    first, second = two
    for screen in two:
        screen.press("2")
        screen.shows("free")
    claimed = re.compile(rf"{HELD}.* {re.escape(os_user())} \d+ min")
    first.press("c")
    for screen in two:
        screen.until(lambda screen=screen: claimed.search(screen.text) is not None, "the claim is not shown")  # type: ignore[misc]
    second.press("u")
    for screen in two:
        screen.shows("free")


def test_another_takes_over_when_the_one_that_dispatches_is_killed(
    two: tuple[Terminal, Terminal], beside: Beside
) -> None:
    first, second = two
    first.kill()
    second.shows("dispatching")

    async def arrive(bench: Bench) -> None:
        await bench.sent(now_sent(diffusion("DE")))

    beside(arrive)
    second.shows("D-000002")
    second.press("k\r")
    second.shows("1 Text", "D-000002")
    second.press("3")
    second.shows("3 delivered")
