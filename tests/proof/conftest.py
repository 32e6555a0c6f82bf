"""One log for all tests of the proof, made once; each test gets a copy to forge."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from dutydesk.domain.proof.chain import Line
from eventful import Log, eventful, log_of


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Line], dict[str, str]]:
    folder: Path = tmp_path_factory.mktemp("eventful")
    return asyncio.run(eventful(folder))


@pytest.fixture(scope="session")
def lines(made: tuple[list[Line], dict[str, str]]) -> list[Line]:
    return made[0]


@pytest.fixture
def forged(made: tuple[list[Line], dict[str, str]]) -> Log:
    return log_of(*made)
