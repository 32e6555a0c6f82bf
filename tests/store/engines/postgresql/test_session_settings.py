"""What is set for the role or the database of a desk changes neither what it does nor what it hears."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from store_kit import AT, open_store_file, write_note

from dutydesk.store.engine.location import locate
from dutydesk.store.engine.opening import create_store
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.store import Store
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import log
from postgres_cluster import PostgresCluster, name_of

_BACKSLASHES = r"C:\new\'quoted\' NULL"


def _write_words(transaction: Transaction) -> None:
    """A text that is read otherwise by other settings, in statements of one row and of many."""
    rows = [(f"{_BACKSLASHES}{number}", None if number else 1) for number in range(40)]
    transaction.connection.execute("CREATE TEMPORARY TABLE IF NOT EXISTS kept (words text, number bigint)")
    transaction.connection.executemany("INSERT INTO kept (words, number) VALUES (?, ?)", rows)
    found = transaction.connection.execute("SELECT words, number FROM kept ORDER BY words").fetchall()
    assert sorted(map(tuple, found)) == sorted(rows)


def _read(handle: Handle) -> tuple[int, int]:
    slow = handle.connection.execute("SELECT count(*) FROM generate_series(1, 200000) AS n WHERE n % 7 = 0")
    return log.head_seq(handle), int(slow.fetchone()[0])


async def _write_often(store: Store, times: int) -> None:
    for number in range(times):
        await store.write(write_note(f"note {number}"))


def test_a_store_is_made_as_elsewhere_whatever_is_set(
    postgres_cluster: PostgresCluster, made_store: str, tmp_path: Path
) -> None:
    url = postgres_cluster.database()
    for setting in ("standard_conforming_strings = off", "search_path = elsewhere", "statement_timeout = '5ms'"):
        postgres_cluster.sql(f"ALTER DATABASE {name_of(url)} SET {setting}")
    create_store(locate(url, tmp_path), "exercise", AT)
    functions = "SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY 1"
    there, here = (
        postgres_cluster.sql(f"SET search_path = public; {functions}", database=name_of(each))
        for each in (made_store, url)
    )
    assert here == there
    postgres_cluster.drop(url)


@pytest.mark.parametrize(
    "setting",
    [
        "search_path = elsewhere",
        "default_transaction_isolation = serializable",
        "default_transaction_isolation = 'repeatable read'",
        "statement_timeout = '1ms'",
        "standard_conforming_strings = off",
        "bytea_output = escape",
        "datestyle = 'German'",
        "client_encoding = 'LATIN1'",
    ],
)
async def test_a_setting_of_the_database_changes_nothing(
    setting: str, postgres_cluster: PostgresCluster, place: Path, database: str
) -> None:
    postgres_cluster.sql("CREATE SCHEMA elsewhere", database=name_of(database))
    postgres_cluster.sql(f"ALTER DATABASE {name_of(database)} SET {setting}")
    async with open_store_file(place) as first, open_store_file(place) as second:
        await first.write(_write_words)
        await asyncio.gather(_write_often(first, 20), _write_often(second, 20))
        assert await second.read(_read) == (40, 28_571)
        assert await second.read(log.verify) is not None
        assert (await second.read(log.verify)).fault is None
