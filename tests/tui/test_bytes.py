"""What an officer's line carries: bytes that a real console writes into a real pseudo-terminal."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from desks import Bench, diffusion, notice_request
from dutydesk.desk.clock import SystemClock
from dutydesk.desk.decide import Deciding
from dutydesk.desk.desk import make_store, open_desk
from dutydesk.desk.ground import Act
from dutydesk.desk.people_acts import os_user
from dutydesk.domain.officers import Officer, Role
from dutydesk.domain.review import Decision
from ptys import Terminal, terminal

ITEMS, HELD = 40, 8
LAST = ITEMS + HELD


class Beside:
    """Another process's work on the same store, one desk for each piece of it."""

    def __init__(self, store: Path) -> None:
        self.store = store

    def __call__(self, work: Callable[[Bench], Awaitable[object]], founder: str | None = None) -> None:
        async def once() -> None:
            desk = await open_desk(self.store, founder=founder)
            try:
                await work(Bench(desk, SystemClock()))  # type: ignore[arg-type]
            finally:
                await desk.close()

        asyncio.run(once())


def now_sent(message: dict[str, object]) -> dict[str, object]:
    """Sent at the clock of this machine, kept for no stated time."""
    message["sent_at"] = SystemClock().now().isoformat(timespec="seconds")
    message.pop("retention_until", None)
    return message


async def _fill(bench: Bench) -> None:
    await bench.desk.add_officer(Act(os_user(), os_user()), Officer("Jonas", Role.OFFICER, "-", ("jonas",)))
    for place in range(ITEMS):
        await bench.sent(now_sent(diffusion(("DE", "FR", "PL", "IT")[place % 4])))
    for place in range(HELD):
        await bench.sent(now_sent(notice_request("BR", urgency=("routine", "urgent", "flash")[place % 3])))


@pytest.fixture
def beside(tmp_path: Path) -> Beside:
    store = tmp_path / "desk.db"
    make_store(store, "exercise")
    made = Beside(store)
    made(_fill, founder=os_user())
    return made


@pytest.fixture
def screen(beside: Beside) -> Iterator[Terminal]:
    with terminal(beside.store) as made:
        made.shows(f"D-{LAST:06d}", "dispatching")
        made.until(lambda: "queued" not in made.text, "the deliveries never went")
        yield made


def test_at_rest_nothing_is_sent(screen: Terminal) -> None:
    assert screen.idle_for(5.0) == b""


def test_a_step_of_the_cursor(screen: Terminal) -> None:
    costs = {f"feed {key}": screen.cost_of(lambda key=key: screen.press(key)) for key in "kkkj"}  # type: ignore[misc]
    screen.press("3")
    screen.shows("Angola")
    costs |= {f"countries {key}": screen.cost_of(lambda key=key: screen.press(key)) for key in "jjk"}  # type: ignore[misc]
    assert min(costs.values()) > 50, "the cursor did not move"
    assert max(costs.values()) <= 600, costs


def test_a_step_in_the_queue_and_the_text_that_follows(screen: Terminal) -> None:
    """Keys that come one upon the other pay for their rows; the item's text is painted once, where the cursor rests."""
    screen.press("2")
    screen.shows("Findings")
    one = screen.cost_of(lambda: screen.press("j"))
    five = screen.cost_of(lambda: screen.press("jjjjj"))
    assert 50 < one <= 2_000, one
    assert five <= one + 4 * 600, (one, five)


def test_one_changed_row(screen: Terminal, beside: Beside) -> None:
    async def ask(bench: Bench) -> None:
        await bench.desk.claim(bench.act("Jonas"), LAST - 3)
        await bench.desk.decide(bench.act("Jonas"), LAST - 3, Deciding(Decision.ASK, "Which court?"))

    cost = screen.cost_of(lambda: beside(ask))
    screen.shows("? asked")
    assert 50 < cost <= 400, cost


def test_an_appended_batch(screen: Terminal, beside: Beside) -> None:
    async def arrive(bench: Bench) -> None:
        for _ in range(12):
            await bench.sent(now_sent(diffusion("DE")))

    async def one(bench: Bench) -> None:
        await bench.sent(now_sent(diffusion("DE")))

    single = screen.cost_of(lambda: beside(one))
    assert 50 < single <= 11_000, single
    twelve = screen.cost_of(lambda: beside(arrive))
    screen.shows(f"D-{LAST + 13:06d}")
    assert twelve < 6 * single, "what comes together is painted together"
