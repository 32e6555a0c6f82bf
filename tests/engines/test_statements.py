"""What PostgreSQL is sent for the store's texts; needs no server."""

from __future__ import annotations

import pytest

from dutydesk.store.engine.queries import numbered_inserts
from dutydesk.store.engines.postgresql.statements import compile_statement, statement_texts


@pytest.mark.parametrize(
    ("text", "sql", "names"),
    [
        ("SELECT :a, :b, :a", "SELECT $1, $2, $1", ("a", "b")),
        ("INSERT INTO t VALUES (?, ?)", "INSERT INTO t VALUES ($1, $2)", ()),
        ("SELECT ':a', \":b\", c::text, '''?' FROM t", "SELECT ':a', \":b\", c::text, '''?' FROM t", ()),
        ("SELECT 1 -- of :a\nFROM t", "SELECT 1 \nFROM t", ()),
        ("SELECT a LIKE 'notices.%' AND a % 100 = :b", "SELECT a LIKE 'notices.%' AND a % 100 = $1", ("b",)),
        ("SELECT 1 FROM a INDEXED BY a_b WHERE c = :c", "SELECT 1 FROM a WHERE c = $1", ("c",)),
        ("SELECT 1 FROM a NOT INDEXED", "SELECT 1 FROM a", ()),
        ("SELECT 1 FROM a CROSS JOIN b AS c ON c.d = a.d", "SELECT 1 FROM a JOIN b AS c ON c.d = a.d", ()),
        ("SELECT 1 FROM a CROSS JOIN b WHERE b.d = a.d", "SELECT 1 FROM a CROSS JOIN b WHERE b.d = a.d", ()),
        ("SELECT instr(a, 'x')", "SELECT strpos(a, 'x')", ()),
    ],
)
def test_a_text_is_compiled(text: str, sql: str, names: tuple[str, ...]) -> None:
    compiled = compile_statement(text)
    assert (compiled.sql, compiled.names) == (sql, names)


def test_values_come_in_the_order_of_the_statement() -> None:
    assert compile_statement("SELECT :b, :a").arrange({"a": 1, "b": 2, "other": 3}) == [2, 1]
    assert compile_statement("SELECT ?, ?").arrange((1, 2)) == (1, 2)


def test_a_missing_value_is_an_error() -> None:
    with pytest.raises(KeyError):
        compile_statement("SELECT :a").arrange({})


def test_inserts_that_number_a_row_return_its_number() -> None:
    assert numbered_inserts()
    for name in numbered_inserts():
        assert statement_texts()[name].endswith((" RETURNING id", " RETURNING number")), name


def test_no_text_of_sqlite_is_left() -> None:
    for name, text in statement_texts().items():
        sent = compile_statement(text).sql
        for word in ("json_each", "json_valid", "json_extract", "MATCH", "GLOB", "INDEXED", "sqlite_sequence"):
            assert word not in sent, name
