"""What the wall of a second terminal sends: nothing at rest, and only what changed."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from desks import Bench, diffusion, notice_request
from dutydesk.desk.people.officers import os_user
from dutydesk.desk.service.desk import make_store
from other_process import OtherProcess, dated_now
from ptys import Terminal, terminal
from warm_console import warm_terminal

FIRST_PAINT = 9_000
#: One message changes a count and a bar in two panels, the header, and often the queue and its alarm.
ONE_MESSAGE = 2_000


async def _fill(bench: Bench) -> None:
    for sender in ("DE", "FR", "PL", "IT") * 5:
        await bench.sent(dated_now(diffusion(sender)))
    for _ in range(4):
        await bench.sent(dated_now(notice_request("BR")))


@pytest.fixture
def beside(tmp_path: Path) -> OtherProcess:
    store = tmp_path / "desk.db"
    make_store(store, "exercise")
    made = OtherProcess(store)
    made(_fill, founder=os_user())
    return made


@pytest.fixture
def wall(beside: OtherProcess) -> Iterator[Terminal]:
    with warm_terminal(beside.store, (80, 24), "--wall") as made:
        made.shows("RECEIVED, BY SENDER", "BR", "24 in 8 h")
        yield made


def test_it_opens_at_once_and_alone(wall: Terminal) -> None:
    wall.quiet()
    assert len(wall.sent) <= FIRST_PAINT, len(wall.sent)
    assert "FEED" not in wall.text


def test_at_rest_nothing_is_sent(wall: Terminal) -> None:
    assert wall.idle_for(5.0) == b""


def test_a_message_paints_what_it_changed(wall: Terminal, beside: OtherProcess) -> None:
    async def one(bench: Bench) -> None:
        await bench.sent(dated_now(diffusion("DE")))

    wall.quiet()
    wall.forget()
    beside(one)
    wall.shows("25 in 8 h")
    wall.quiet()
    assert 50 < len(wall.sent) <= ONE_MESSAGE, len(wall.sent)


def test_it_is_no_arrival_of_an_officer(wall: Terminal, beside: OtherProcess) -> None:
    found: list[str] = []

    async def read(bench: Bench) -> None:
        found.extend(event.kind for event in await bench.desk.queries.history(os_user()))

    wall.quiet()
    beside(read)
    assert "officer.signed_in" not in found, found


def test_options_that_exclude_each_other(beside: OtherProcess) -> None:
    command = (sys.executable, "-m", "dutydesk", "--db", str(beside.store), "console", "--wall", "--plain")
    with terminal(beside.store, (80, 24), command) as made:
        made.shows("--wall needs a screen")
