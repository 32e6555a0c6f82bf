"""One log for all tests of the proof, made once; each test gets a copy to forge."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from desks import AT, Bench, MovedClock, diffusion
from dutydesk.desk.service.desk import make_store, open_desk
from dutydesk.domain.proof.chain import LogLine
from dutydesk.domain.review.officers import Officer, Role
from dutydesk.domain.supervision.measures import Level
from eventful_log import Log, eventful, log_of


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[LogLine], dict[str, str]]:
    folder: Path = tmp_path_factory.mktemp("eventful")
    return asyncio.run(eventful(folder))


@pytest.fixture(scope="session")
def lines(made: tuple[list[LogLine], dict[str, str]]) -> list[LogLine]:
    return made[0]


@pytest.fixture
def forged(made: tuple[list[LogLine], dict[str, str]]) -> Log:
    return log_of(*made)


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    path, clock = tmp_path / "desk.db", MovedClock(AT)
    make_store(path, "exercise", clock)
    desk = await open_desk(path, clock, founder="root")
    made = Bench(desk, clock)
    for name, role in (("Ines", Role.SUPERVISOR), ("Jonas", Role.OFFICER)):
        await desk.people.add_officer(made.actor("root"), Officer(name, role, "-", (name.lower(),)))
    await made.order("RU", Level.HELD)
    await made.release(await made.sent(diffusion("RU", ("PL", "DE"))))
    await made.dispatch()
    yield made
    await desk.close()
