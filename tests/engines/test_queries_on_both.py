"""Each query gives the same values, types and order on each engine."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from desks import Bench
from more_values import MORE_CALLS, UNORDERED
from pairs import Given, Pair, pair
from postgres_cluster import PostgresCluster, postgres_cluster
from recorded import Recording, recording
from sample_shift import opened_desk, play

from dutydesk.store.engine.queries import query_texts
from dutydesk.store.engines.postgresql.statements import compile_statement, statement_texts

__all__ = ["postgres_cluster"]


async def play_at(place: Path) -> None:
    desk, clock = await opened_desk(place)
    try:
        await play(Bench(desk, clock))
    finally:
        await desk.close()


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    with recording() as found:
        asyncio.run(play_at(tmp_path_factory.mktemp("recorded") / "desk.db"))
    return found


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory, postgres_cluster: PostgresCluster) -> Iterator[Pair]:
    with pair(tmp_path_factory.mktemp("pair"), postgres_cluster.database()) as made:
        yield made


@pytest.fixture(scope="module")
def filled(recorded: Recording, both: Pair) -> Pair:
    """Both stores as the shift leaves them, after each of its statements has given the same on both."""
    for call in recorded.calls:
        first, second = both.run(call)
        assert first == second, call
    return both


def test_each_statement_of_a_shift_leaves_the_same_tables(filled: Pair) -> None:
    assert filled.differing_tables() == {}


@pytest.mark.parametrize("name", sorted(MORE_CALLS))
def test_what_the_shift_does_not_ask(name: str, filled: Pair) -> None:
    for connection in filled:
        connection.execute("BEGIN")
    try:
        for call in MORE_CALLS[name]:
            first, second = filled.run(call)
            if name in UNORDERED:
                first, second = in_order(first), in_order(second)
            assert first == second, call
        assert filled.differing_tables() == {}
    finally:
        for connection in filled:
            connection.execute("ROLLBACK")


def in_order(given: Given) -> Given:
    return Given(tuple(sorted(given.rows, key=repr)), given.columns, given.changed)


def test_every_query_is_asked(recorded: Recording) -> None:
    assert set(query_texts("sqlite")) - recorded.queries == set(MORE_CALLS)


def test_both_engines_know_the_same_queries_with_the_same_parameters() -> None:
    assert set(query_texts("sqlite")) == set(statement_texts())
    own = {name for name, text in query_texts("postgresql").items() if text != query_texts("sqlite")[name]}
    assert own
    for name in own:
        first, second = query_texts("sqlite")[name], query_texts("postgresql")[name]
        assert set(compile_statement(first).names) == set(compile_statement(second).names), name
