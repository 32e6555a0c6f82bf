"""A primary whose commits wait for its standby, and the modules that the failover tests share."""

from __future__ import annotations

from collections.abc import Iterator

import failover_path  # noqa: F401
import pytest

from postgres_cluster import Pair, PostgresCluster, PostgresServer, need_postgres


@pytest.fixture
def pair() -> Iterator[Pair]:
    """Primary ``one`` and standby ``two``; whichever is the primary waits for the other."""
    need_postgres()
    primary, standby = PostgresCluster(), PostgresServer("two")
    try:
        primary.name = "one"
        primary.set(synchronous_standby_names="ANY 1 (one, two)")
        standby.make_from(primary)
        standby.start()
        primary.await_standbys("two")
        yield primary, standby
    finally:
        primary.remove()
        standby.remove()
