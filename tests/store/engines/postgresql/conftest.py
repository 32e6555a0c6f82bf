"""Stores on a private cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from store_kit import AT

from dutydesk.store.engine.location import locate
from postgres_cluster import PostgresCluster, postgres_cluster
from tcp_proxy import TcpProxy

__all__ = ["postgres_cluster"]


@pytest.fixture(scope="session")
def made_store(postgres_cluster: PostgresCluster) -> str:
    """The URL of an empty store that is only copied."""
    from dutydesk.store.engines.postgresql import schema

    url = postgres_cluster.database()
    schema.create_store(url, "exercise", AT)
    return url


@pytest.fixture
def database(postgres_cluster: PostgresCluster, made_store: str) -> Iterator[str]:
    """The URL of a store of this test's own."""
    url = postgres_cluster.database(made_store)
    yield url
    postgres_cluster.drop(url)


@pytest.fixture
def place(database: str, tmp_path: Path) -> Path:
    return locate(database, tmp_path / "home")


@pytest.fixture
def line(postgres_cluster: PostgresCluster, made_store: str) -> Iterator[TcpProxy]:
    """A line to the cluster that a test can cut."""
    with TcpProxy(postgres_cluster.port) as proxy:
        yield proxy


@pytest.fixture
def place_behind(database: str, line: TcpProxy, tmp_path: Path) -> Callable[[str], Path]:
    """Stands for the same store behind ``line``, in a home of that name."""
    port = database.rsplit(":", 1)[1].split("/")[0]
    return lambda name: locate(database.replace(f":{port}/", f":{line.port}/"), tmp_path / name)
