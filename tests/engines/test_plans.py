"""No query that the desk asks every moment walks a whole large table on PostgreSQL; those that do stand here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing

import psycopg
import pytest
from pairs import MADE_AT

from dutydesk.store.engines.postgresql import schema
from dutydesk.store.engines.postgresql.statements import compile_statement, statement_texts
from postgres_cluster import PostgresCluster

pytestmark = pytest.mark.xdist_group("engines")

#: Queries of the comparison of whole tables with the log.
COMPARISON = "state_"
#: Figures that read a table as a whole, as they do with SQLite, each with the large tables that it reads.
WHOLE = {
    "bodies_of_all": {"body", "item"},
    "delivery_counts": {"delivery"},
    "figure_decisions": {"item"},
    "figure_hits": {"hit"},
    "figure_hits_behind": {"hit"},
    "figure_hits_by_source": {"hit"},
    "figure_hits_of": {"hit"},
    "filing_words_again": {"item"},
    "item_counts_by_state": {"item"},
    "notice_open": {"item"},
    "wall_hits": {"hit"},
}
LARGE = {"body", "delivery", "event", "hit", "item", "neighbour", "notice", "person_key", "record", "record_key"}
LARGE |= {"reference", "item_words"}
#: The kinds of values that a statement alone does not tell.
_KINDS = {"check_reference_of": "bigint, bigint, text", "check_references_used": "text, bigint"}
_FILL = """
INSERT INTO bureau (id, code) SELECT n, chr(65 + n / 26) || chr(65 + n % 26) FROM generate_series(1, 195) AS n;
INSERT INTO item (
  number, type, kind, reference, sender, state, urgency, precedence, received_at, routed_at, title, open_deliveries,
  due_at, family, parent
) SELECT n, 'diffusion', 'red', 'R-' || n, code, CASE n % 100 WHEN 0 THEN 'held' ELSE 'released' END, 'routine', 2,
  n * 1000, n * 1000, 'Title ' || n, CAST(n % 50 = 0 AS integer),
  CASE n % 50 WHEN 0 THEN n ELSE 4611686018427387904 END,
  CASE n % 20 WHEN 2 THEN n - 1 END, CASE n % 20 WHEN 2 THEN n - 1 END
  FROM generate_series(1, 4000) AS n JOIN bureau ON bureau.id = 1 + n % 195;
INSERT INTO body SELECT n, 1, n, repeat('a', 64), '[]', '[]', '{}' FROM generate_series(1, 4000) AS n;
INSERT INTO delivery SELECT n / 5 + 1, n % 5 + 1 + n / 5 % 180, 1, 1,
  CASE (n / 5 + 1) % 50 WHEN 0 THEN 'queued' ELSE 'delivered' END FROM generate_series(0, 19999) AS n;
INSERT INTO event SELECT n, n, CASE n % 10 WHEN 0 THEN 'Ines' ELSE 'intake' END, (ARRAY['intake.accepted',
  'deliveries.made', 'item.routed', 'item.refused', 'delivery.answered', 'item.asked'])[1 + n % 6],
  'D-' || lpad(CAST(n / 3 AS text), 6, '0'), json_build_object('reference', 'R-' || n, 'sender', 'DE', 'text_digest',
  'x' || n, 'command', 'c' || n), '', '' FROM generate_series(1, 10000) AS n;
INSERT INTO reference SELECT 'DE', 'R-' || n, repeat('c', 64), n, '{}' FROM generate_series(1, 4000) AS n;
INSERT INTO restriction SELECT n, 'DE', n, 'PL', 1, n, 'Ines' FROM generate_series(1, 60) AS n;
INSERT INTO record (id, source, origin, item, subject, title, entered_at)
  SELECT n, 'DE', 'item', n, 'person', 'T', n FROM generate_series(1, 4000) AS n;
INSERT INTO record_key SELECT n % 3000, n, 0 FROM generate_series(1, 10000) AS n;
INSERT INTO neighbour SELECT n, n % 3000 FROM generate_series(1, 10000) AS n;
INSERT INTO person_key SELECT 'DE', 'n:name' || n % 2000, n, '' FROM generate_series(1, 4000) AS n;
INSERT INTO notice (id, item, recipient, notice, version, cycle, data, state, due_at)
  SELECT n, n, 1, 'receipt', 1, 1, '{}', CASE n % 100 WHEN 0 THEN 'queued' ELSE 'delivered' END, n
  FROM generate_series(1, 4000) AS n;
INSERT INTO hit (
  id, record, item, source, requester, name_of_database, query, digest, score, explanation, actor, at, title, after_item
) SELECT n, n, n, 'C' || n % 100, 'C' || n % 90, 'nominal', '{}', '', 90, '', 'x', n, 'Title ' || n, n
  FROM generate_series(1, 3000) AS n;
INSERT INTO item_words SELECT number, word_places(title, original_script, reference) FROM item;
ANALYZE;
"""


@pytest.fixture(scope="module")
def large(
    tmp_path_factory: pytest.TempPathFactory, postgres_cluster: PostgresCluster
) -> Iterator[psycopg.Connection[tuple[str, ...]]]:
    url = postgres_cluster.database()
    schema.create_store(url, "exercise", MADE_AT)
    with closing(psycopg.connect(url, autocommit=True)) as connection:
        connection.execute(_FILL)
        connection.execute("SET plan_cache_mode = force_generic_plan")
        yield connection


def walked(connection: psycopg.Connection[tuple[str, ...]], name: str) -> set[str]:
    """The large tables that the query reads as a whole."""
    statement = compile_statement(statement_texts()[name])
    values = ", ".join("NULL" for _ in statement.names)
    kinds = f"({_KINDS[name]})" if name in _KINDS else ""
    connection.execute(f"PREPARE asked {kinds} AS {statement.sql}".encode())
    try:
        plan = connection.execute(f"EXPLAIN EXECUTE asked{f'({values})' if values else ''}".encode()).fetchall()
    finally:
        connection.execute("DEALLOCATE asked")
    return {found[1] for (line,) in plan if (found := re.search(r"Seq Scan on (\w+)", line))} & LARGE


@pytest.mark.parametrize("name", sorted(name for name in statement_texts() if not name.startswith(COMPARISON)))
def test_a_query_walks_no_large_table(name: str, large: psycopg.Connection[tuple[str, ...]]) -> None:
    assert walked(large, name) <= WHOLE.get(name, set())


def test_what_is_allowed_is_still_a_query() -> None:
    assert set(WHOLE) <= set(statement_texts())
