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


def _read_slowly(handle: Handle) -> int:
    """A statement that takes longer than the limit of :func:`test_a_limit_of_statements_of_the_database_is_none`."""
    handle.connection.execute("SELECT pg_sleep(2.2)").fetchone()
    return log.head_seq(handle)


async def _write_often(store: Store, times: int) -> None:
    for number in range(times):
        await store.write(write_note(f"note {number}"))


def test_a_store_is_made_as_elsewhere_whatever_is_set(
    postgres_cluster: PostgresCluster, made_store: str, tmp_path: Path
) -> None:
    url = postgres_cluster.database()
    for setting in ("standard_conforming_strings = off", "search_path = elsewhere"):
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
        assert await second.read(log.head_seq) == 40
        assert (await second.read(log.verify)).fault is None


async def test_a_limit_of_statements_of_the_database_is_none(
    postgres_cluster: PostgresCluster, place: Path, database: str
) -> None:
    postgres_cluster.sql(f"ALTER DATABASE {name_of(database)} SET statement_timeout = '2s'")
    async with open_store_file(place) as store:
        assert await store.write(write_note("noted")) == 1
        assert await store.read(_read_slowly) == 1


async def test_settings_of_the_database_do_not_change_what_the_writing_session_hears_and_sees(
    postgres_cluster: PostgresCluster, place: Path, database: str
) -> None:
    name = name_of(database)
    for setting in ("client_min_messages = 'error'", "default_transaction_isolation = 'serializable'"):
        postgres_cluster.sql(f'ALTER DATABASE "{name}" SET {setting}')
    names = ("client_min_messages", "transaction_isolation")
    async with open_store_file(place) as store:
        found = await store.write(
            lambda tx: [tx.connection.execute(f"SELECT current_setting('{each}')").fetchone()[0] for each in names]  # type: ignore[index]
        )
    assert found == ["warning", "read committed"]
