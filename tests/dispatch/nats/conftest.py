"""One server for all tests of a process; each test begins with empty streams, or without any."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dutydesk.domain.limits import Limits
from nats_server import SOON, NatsServer

BUREAUS = ("DE", "PL", "FR")


@pytest.fixture
def limits() -> Limits:
    return SOON


@pytest.fixture(scope="session")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NatsServer]:
    made = NatsServer(Path(tmp_path_factory.mktemp("nats")), BUREAUS)
    made.start()
    yield made
    made.kill()


@pytest.fixture
async def server(shared_server: NatsServer) -> NatsServer:
    """The server without streams."""
    if shared_server.process is None:
        shared_server.start()
    shared_server.resume()
    await shared_server.remove_streams()
    return shared_server


@pytest.fixture
async def streams_of(server: NatsServer) -> NatsServer:
    """The server with the streams of a desk."""
    await server.make_streams()
    return server
