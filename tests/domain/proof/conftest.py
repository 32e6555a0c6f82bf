"""One log for all tests of the proof, made once; each test gets a copy to forge."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from desks import Bench, diffusion, officer, prepared_desk
from dutydesk.domain.proof.chain import LogLine
from dutydesk.domain.review.officers import Role
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
    officers = officer("Ines", Role.SUPERVISOR), officer("Jonas", Role.OFFICER)
    desk, clock = await prepared_desk(tmp_path / "desk.db", officers)
    made = Bench(desk, clock)
    await made.order("RU", Level.HELD)
    await made.release(await made.sent(diffusion("RU", ("PL", "DE"))))
    await made.dispatch()
    yield made
    await desk.close()
