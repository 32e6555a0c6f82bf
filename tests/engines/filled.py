"""Two stores after each run, one on each engine, for all tests that compare them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest
from pairs import Pair, pair
from recorded import recording
from runs import RUNS, Outcome

from postgres_cluster import PostgresCluster


@dataclass(frozen=True)
class Filled:
    """Both stores after each statement of the run has given the same on both."""

    stores: Pair
    queries: set[str]
    outcome: Outcome


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory, postgres_cluster: PostgresCluster) -> Iterator[dict[str, Filled]]:
    with ExitStack() as stack:
        found = {}
        for name, run in RUNS.items():
            with recording() as recorded:
                outcome = asyncio.run(run(tmp_path_factory.mktemp(name) / "desk.db"))
            stores = stack.enter_context(pair(tmp_path_factory.mktemp("pair"), postgres_cluster.database()))
            for call in recorded.calls:
                first, second = stores.run(call)
                assert first == second, call

            found[name] = Filled(stores, recorded.queries, outcome)
        yield found
