"""Both engines have the same tables, and what SQLite's schema enforces holds on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from pairs import Pair, pair

from dutydesk.domain.proof.projection.columns import SCHEMA
from dutydesk.store.engine.rows import Connection
from dutydesk.store.engines.postgresql import schema
from dutydesk.store.engines.postgresql.orphans import BELONGINGS, orphans
from dutydesk.store.engines.sqlite import database
from postgres_cluster import PostgresCluster

pytestmark = pytest.mark.xdist_group("engines")

#: What stands only on PostgreSQL: the store's own row, the order of commits, who dispatches, and what SQLite keeps in
#: indexes or in tables of its own.
OWN_TABLES = {"delivery_dead", "given_number", "head", "hit_words", "item_words", "role", "store"}
#: An index that names the state of deliveries would cost each of them a new entry in every index.
ANSWERED_BY_A_TABLE = {"delivery_dead"}
ADD_EVENT = "INSERT INTO event VALUES (?, 1, 'Ines', 'item.noted', 'D-000001', '{}', '', '')"
_KINDS = {"INTEGER": "bigint", "TEXT": "text", "BLOB": "bytea", "REAL": "double precision"}


@pytest.fixture
def both(tmp_path: Path, postgres_cluster: PostgresCluster) -> Iterator[Pair]:
    url = postgres_cluster.database()
    with pair(tmp_path, url) as made:
        yield made
    postgres_cluster.drop(url)


def sqlite_columns(connection: Connection, table: str) -> list[tuple[str, str, bool]]:
    """Name, kind and whether it takes no NULL."""
    rows = connection.execute(f"PRAGMA table_info({table})").fetchall()
    return [(row["name"], _KINDS[row["type"]], bool(row["notnull"] or row["pk"])) for row in rows]


def cluster_columns(connection: Connection, table: str) -> list[tuple[str, str, bool]]:
    asked = (
        "SELECT column_name, data_type, is_nullable = 'NO' FROM information_schema.columns "
        "WHERE table_schema = 'public' AND table_name = ? ORDER BY ordinal_position"
    )
    rows = connection.execute(asked, (table,)).fetchall()
    return [(name, "bigint" if kind == "integer" else kind, bool(required)) for name, kind, required in rows]


def keys(connection: Connection, table: str) -> list[str]:
    if "sqlite" in type(connection).__module__:
        rows = connection.execute(f"PRAGMA table_info({table})").fetchall()
        return [row["name"] for row in sorted(rows, key=lambda row: row["pk"]) if row["pk"]]
    asked = (
        "SELECT a.attname FROM pg_index AS i CROSS JOIN unnest(i.indkey) WITH ORDINALITY AS k (column_number, place) "
        "JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = k.column_number "
        "WHERE i.indrelid = CAST(CAST(? AS text) AS regclass) AND i.indisprimary ORDER BY k.place"
    )
    return [name for (name,) in connection.execute(asked, (table,)).fetchall()]


def test_each_table_has_the_same_columns_in_the_same_order(both: Pair) -> None:
    for table in (*SCHEMA, "event"):
        assert sqlite_columns(both.sqlite, table) == cluster_columns(both.postgresql, table), table
        assert keys(both.sqlite, table) == keys(both.postgresql, table), table


def test_there_is_no_other_table(both: Pair) -> None:
    asked = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    assert {name for (name,) in both.postgresql.execute(asked).fetchall()} == {*SCHEMA, "event"} | OWN_TABLES


def test_each_index_is_there(both: Pair) -> None:
    wanted = both.sqlite.execute("SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL").fetchall()
    found = both.postgresql.execute("SELECT indexname FROM pg_indexes WHERE schemaname = 'public'").fetchall()
    assert {name for (name,) in wanted} - {name for (name,) in found} == ANSWERED_BY_A_TABLE


def test_orphans_are_looked_for_where_the_other_engine_has_a_foreign_key(both: Pair) -> None:
    wanted = set()
    for table in SCHEMA:
        for row in both.sqlite.execute(f"PRAGMA foreign_key_list({table})").fetchall():
            wanted.add((table, row["from"], row["table"], row["to"]))
    assert set(BELONGINGS) == wanted


def test_an_orphan_is_named(both: Pair) -> None:
    assert list(orphans(both.postgresql)) == []
    both.postgresql.execute("INSERT INTO remark (item, officer, text, at) VALUES (7, 'Ines', 'Alone.', 1)")
    assert [found for found in orphans(both.postgresql) if "remark" in found]


def test_text_is_in_the_order_of_its_code_points(both: Pair) -> None:
    asked = (
        "SELECT table_name, column_name FROM information_schema.columns "
        "WHERE table_schema = 'public' AND data_type = 'text' AND collation_name IS DISTINCT FROM 'C'"
    )
    assert both.postgresql.execute(asked).fetchall() == []


def test_both_have_a_migration_of_each_number() -> None:
    first = min(number for number, _ in schema.migrations())
    assert [number for number, _ in database.migrations() if number >= first] == [
        number for number, _ in schema.migrations()
    ]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET actor = 'Nobody'",
        "DELETE FROM event",
        "TRUNCATE event",
        "INSERT INTO event SELECT 3, at, actor, kind, subject, data, previous, hash FROM event",
        "INSERT INTO event SELECT seq - 1, at, actor, kind, subject, data, previous, hash FROM event",
        "INSERT INTO event SELECT 0, at, actor, kind, subject, data, previous, hash FROM event",
    ],
)
def test_the_log_is_only_appended_to(statement: str, both: Pair) -> None:
    both.postgresql.execute(ADD_EVENT, (1,))
    with pytest.raises(psycopg.errors.IntegrityError):
        both.postgresql.execute(statement)
    both.postgresql.execute(ADD_EVENT, (2,))
    assert both.postgresql.execute("SELECT array_agg(seq) FROM event").fetchone()[0] == [1, 2]


def test_an_event_that_is_no_json_is_taken(both: Pair) -> None:
    for connection in both:
        connection.execute(
            "INSERT INTO event VALUES (1, 1, 'Ines', 'item.refused', 'D-000001', '{\"sender\":', ?, ?)", (b"", b"")
        )
        assert connection.execute(connection.texts["log_refused_any"], {"sender": "DE"}).fetchone()[0] == 0


def test_a_number_is_the_next_one_without_gaps(both: Pair) -> None:
    for connection in both:
        for _ in range(2):
            connection.execute("BEGIN")
            connection.execute(connection.texts["bureau_add"], {"code": "DE"})
            connection.execute("ROLLBACK")
        assert connection.execute(connection.texts["bureau_add"], {"code": "DE"}).lastrowid == 1
        assert connection.execute(connection.texts["bureau_add"], {"code": "FR"}).lastrowid == 2


def test_a_watched_person_never_takes_the_number_of_another(both: Pair) -> None:
    values = dict.fromkeys(("names", "birth", "nationalities", "documents", "exact"), "")
    row = {"entry": None, "item": None, "scope": "*", "column_digests": None, **values}
    for connection in both:
        assert connection.execute(connection.texts["watched_add"], row).lastrowid == 1
        assert connection.execute(connection.texts["watched_add"], row).lastrowid == 2
        connection.execute(connection.texts["watched_drop"], {"id": 2})
        assert connection.execute(connection.texts["watched_newest"]).fetchone()[0] == 2
        assert connection.execute(connection.texts["watched_add"], row).lastrowid == 3


def test_dead_deliveries_are_those_of_their_table(both: Pair) -> None:
    new = {"version": 1, "cycle": 1, "cause": None, "waiting": 0, "attempts": 1, "due_at": None}
    for connection in both:
        put, change = connection.texts["delivery_put"], connection.texts["delivery_set"]

        def dead(connection: Connection = connection) -> list[tuple[int, int]]:
            found = connection.execute(connection.texts["delivery_dead"], {"most": 10}).fetchall()
            return [(row["item"], row["recipient"]) for row in found]

        if connection is both.sqlite:
            connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute(put, {"item": 1, "recipients": "[1, 2, 3]", "state": "dead", **new})
        connection.execute(put, {"item": 2, "recipients": "[1]", "state": "queued", **new})
        assert dead() == [(1, 1), (1, 2), (1, 3)]
        changed = {**new, "item": 1, "recipients": "[2]", "state": "queued", "error": None}
        connection.execute(change, changed)
        connection.execute(change, {**changed, "item": 2, "recipients": "[1]", "state": "dead"})
        assert dead() == [(1, 1), (1, 3), (2, 1)]
        connection.execute("DELETE FROM delivery WHERE item = 1 AND recipient = 1")
        assert dead() == [(1, 3), (2, 1)]
