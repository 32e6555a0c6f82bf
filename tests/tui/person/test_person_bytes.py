"""What a person's file costs on an officer's line, at 80x24."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from desks import Bench
from dutydesk.desk.base.context import Actor
from dutydesk.desk.people.officers import os_user
from dutydesk.desk.service.desk import make_store
from dutydesk.domain.review.officers import Officer, Role
from other_process import OtherProcess, dated_now
from persons import fill_person
from ptys import Terminal
from warm_console import warm_terminal

FIRST_PAINT, STEP = 6_000, 250


async def _fill(bench: Bench) -> None:
    founder = os_user()
    await bench.desk.people.add_officer(Actor(founder, founder), Officer("Jonas", Role.OFFICER, "-", ("jonas",)))
    await fill_person(bench, dated_now, founder)


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[Terminal]:
    store = tmp_path / "desk.db"
    make_store(store, "exercise")
    OtherProcess(store)(_fill, founder=os_user())
    with warm_terminal(store) as made:
        made.shows("D-000006", "dispatching")
        made.until(lambda: "queued" not in made.text, "the deliveries never went")
        made.press("k")
        made.shows("PAUSED")
        made.quiet()
        yield made


def test_the_first_paint_a_step_and_the_reason_of_a_line(screen: Terminal) -> None:
    opened = screen.cost_of(lambda: screen.press("F"), undo=lambda: screen.press("\x1b"))
    screen.shows("A person's file", "opened from here")
    assert 1_000 < opened <= FIRST_PAINT, opened
    steps = [screen.cost_of(lambda: screen.press("j")) for _ in range(10)]
    assert min(steps) > 50, "the cursor did not move"
    assert max(steps) <= STEP, steps
    reason = screen.cost_of(lambda: screen.press(" "), undo=lambda: screen.press("\x1b"))
    screen.shows("is on file")
    assert 500 < reason <= FIRST_PAINT, reason
    screen.press("\x1b")
    screen.quiet()
    assert screen.idle_for(3.0) == b""
