"""A server for each test, with the streams of a desk."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from nats_server import QUICK, NatsServer

BUREAUS = ("DE", "PL", "FR")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[NatsServer]:
    made = NatsServer(tmp_path / "nats", BUREAUS)
    made.start()
    yield made
    made.kill()


@pytest.fixture
async def streams_of(server: NatsServer) -> AsyncIterator[NatsServer]:
    """The server once its streams are made."""
    await server.make_streams(QUICK)
    return server
