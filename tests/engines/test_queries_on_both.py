"""Each query gives the same values, types and order on each engine."""

from __future__ import annotations

import pytest
from filled import Filled
from more_values import MORE_CALLS
from runs import RUNS

from dutydesk.store.engine.queries import query_texts
from dutydesk.store.engines.postgresql.statements import compile_statement, statement_texts

#: How many rows an index of words takes is each engine's own.
COUNTED_BY_ENGINE = {"filing_words_again"}


pytestmark = pytest.mark.xdist_group("engines")


@pytest.mark.parametrize("run", RUNS)
def test_each_statement_of_a_run_leaves_the_same_tables(run: str, filled: dict[str, Filled]) -> None:
    assert filled[run].stores.differing_tables() == {}


@pytest.mark.parametrize("name", sorted(set(MORE_CALLS) & set(query_texts("sqlite"))))
def test_what_the_runs_do_not_ask(name: str, filled: dict[str, Filled]) -> None:
    stores = filled["everything"].stores
    for connection in stores:
        connection.execute("BEGIN")
    try:
        for call in MORE_CALLS[name]:
            first, second = stores.run(call)
            if name not in COUNTED_BY_ENGINE:
                assert first == second, call
        if first.changed is not None:
            assert stores.differing_tables() == {}
    finally:
        for connection in stores:
            connection.execute("ROLLBACK")


def test_every_query_is_asked(filled: dict[str, Filled]) -> None:
    asked = set().union(*(each.queries for each in filled.values()))
    assert set(query_texts("sqlite")) - asked - set(MORE_CALLS) == set()


def test_both_engines_know_the_same_queries_with_the_same_parameters() -> None:
    assert set(query_texts("sqlite")) == set(statement_texts())
    own = {name for name, text in query_texts("postgresql").items() if text != query_texts("sqlite")[name]}
    assert own
    for name in own:
        first, second = query_texts("sqlite")[name], query_texts("postgresql")[name]
        assert set(compile_statement(first).names) == set(compile_statement(second).names), name
