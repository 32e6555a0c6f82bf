"""Each query gives the same values, types and order on each engine."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
import time

import pytest
from more_values import MORE_CALLS
from pairs import Pair, pair
from postgres_cluster import PostgresCluster, postgres_cluster
from recorded import recording
from runs import RUNS

from dutydesk.store.engine.queries import query_texts
from dutydesk.store.engines.postgresql.statements import compile_statement, statement_texts

__all__ = ["postgres_cluster"]


@dataclass(frozen=True)
class Filled:
    """Both stores after each statement of the run has given the same on both."""

    stores: Pair
    queries: set[str]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory, postgres_cluster: PostgresCluster) -> Iterator[dict[str, Filled]]:
    with ExitStack() as stack:
        found = {}
        for name, run in RUNS.items():
            with recording() as recorded:
                asyncio.run(run(tmp_path_factory.mktemp(name) / "desk.db"))
            stores = stack.enter_context(pair(tmp_path_factory.mktemp("pair"), postgres_cluster.database()))
            t = time.time()
            for call in recorded.calls:
                first, second = stores.run(call)
                if not (first == second):
                    print("=====", call, first, second)
            print(name, len(recorded.calls), time.time() - t)
            found[name] = Filled(stores, recorded.queries)
        yield found


@pytest.mark.parametrize("run", RUNS)
def test_each_statement_of_a_run_leaves_the_same_tables(run: str, filled: dict[str, Filled]) -> None:
    assert filled[run].stores.differing_tables() == {}


@pytest.mark.parametrize("name", sorted(MORE_CALLS))
def test_what_the_runs_do_not_ask(name: str, filled: dict[str, Filled]) -> None:
    stores = filled["everything"].stores
    for connection in stores:
        connection.execute("BEGIN")
    try:
        for call in MORE_CALLS[name]:
            first, second = stores.run(call)
            assert first == second, call
        if first.changed is not None:
            assert stores.differing_tables() == {}
    finally:
        for connection in stores:
            connection.execute("ROLLBACK")


def test_every_query_is_asked(filled: dict[str, Filled]) -> None:
    asked = set().union(*(each.queries for each in filled.values()))
    assert set(query_texts("sqlite")) - asked == set(MORE_CALLS)


def test_both_engines_know_the_same_queries_with_the_same_parameters() -> None:
    assert set(query_texts("sqlite")) == set(statement_texts())
    own = {name for name, text in query_texts("postgresql").items() if text != query_texts("sqlite")[name]}
    assert own
    for name in own:
        first, second = query_texts("sqlite")[name], query_texts("postgresql")[name]
        assert set(compile_statement(first).names) == set(compile_statement(second).names), name
