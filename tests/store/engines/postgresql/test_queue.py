"""Rows that wait to be sent: none is lost, and an error in one is never passed over."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
from store_kit import held_item, open_store_file, write_note

from dutydesk.domain.limits import DEFAULT_LIMITS
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.rows import Connection
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.engines.postgresql.connection import _SENT_TOGETHER, PostgresConnection
from dutydesk.store.engines.postgresql.session import connect, reader_settings
from dutydesk.store.tables import items, log
from postgres_cluster import wait_for

_ADD = "INSERT INTO record_key (mark, record, born) VALUES (?, ?, ?)"
_COUNT = "SELECT count(*) FROM record_key"
_LAST_IS_LOCKED = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND classid = 7 AND objid = %s"


def _add_twice(transaction: Transaction) -> None:
    transaction.connection.executemany(_ADD, [(1, 1, 1)])
    transaction.connection.executemany(_ADD, [(1, 1, 2)])


async def test_rows_are_there_for_the_next_statement(place: Path) -> None:
    def work(transaction: Transaction) -> int:
        transaction.connection.executemany(_ADD, [(number, 1, 1) for number in range(300)])
        return int(transaction.connection.execute(_COUNT).fetchall()[0][0])

    async with open_store_file(place) as store:
        assert await store.write(work) == 300


@pytest.mark.parametrize("after", [0, 2 * _SENT_TOGETHER])
async def test_an_error_in_a_row_that_waits_ends_the_transaction_at_its_commit(place: Path, after: int) -> None:
    def work(transaction: Transaction) -> None:
        write_note("never written")(transaction)
        _add_twice(transaction)
        for number in range(after):
            transaction.connection.executemany(_ADD, [(2, number, 1)])

    async with open_store_file(place) as store:
        with pytest.raises(psycopg.errors.UniqueViolation):
            await store.write(work)
        assert await store.write(write_note("written")) == 1
        assert await store.read(lambda handle: handle.connection.execute(_COUNT).fetchall()[0][0]) == 0


async def test_a_value_that_can_not_be_sent_fails_its_own_job_alone(place: Path) -> None:
    def work(transaction: Transaction) -> None:
        write_note("never written")(transaction)
        transaction.connection.executemany(_ADD, [(1, 1, 1)])
        transaction.connection.executemany("SELECT CAST(? AS text)", [("no \0 text",)])
        transaction.connection.execute(_COUNT)

    async with open_store_file(place) as store, asyncio.timeout(60):
        with pytest.raises(psycopg.DataError):
            await store.write(work)
        assert await store.write(write_note("written")) == 1


async def test_statements_are_prepared_after_one_that_could_not_be(place: Path) -> None:
    def fail(transaction: Transaction) -> None:
        transaction.connection.executemany("SELECT no_such_column FROM event", [()])
        transaction.connection.executemany("SELECT 1", [()])

    async with open_store_file(place) as store:
        for _ in range(2):
            with pytest.raises(psycopg.errors.UndefinedColumn):
                await store.write(fail)
        for number in range(3):
            text = f"SELECT {number} FROM desk"
            found = await store.write(lambda tx, text=text: tx.connection.execute(text).fetchall())
            assert found[0][0] == number


async def test_rows_are_written_while_the_process_goes_on(place: Path, database: str) -> None:
    def work(transaction: Transaction) -> None:
        rows = [(number,) for number in range(_SENT_TOGETHER)]
        transaction.connection.executemany("SELECT pg_advisory_xact_lock(7, CAST(? AS integer))", rows)
        with closing(connect(database, DEFAULT_LIMITS.store, reader_settings(DEFAULT_LIMITS.store))) as other:
            wait_for(lambda: bool(other.execute(_LAST_IS_LOCKED, rows[-1]).fetchall()))

    async with open_store_file(place) as store:
        await store.write(work)


async def test_the_rows_of_intake_are_sent_before_the_commit(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[int] = []
    plain = PostgresConnection.executemany

    def counted(self: PostgresConnection, sql: str, rows: Iterable[Any]) -> None:
        kept = list(rows)
        sent.append(len(kept))
        plain(self, sql, kept)

    def work(transaction: Transaction) -> list[int]:
        for serial in range(5):
            items.add(transaction, held_item(f"A-{serial}"))
        return list(sent)

    async with open_store_file(place, inserts_sent_meanwhile=2) as store:
        monkeypatch.setattr(PostgresConnection, "executemany", counted)
        assert await store.write(work) == [2, 2]


async def test_an_error_in_a_row_that_waits_is_raised_by_the_next_statement(place: Path) -> None:
    found: list[str] = []

    def work(transaction: Transaction) -> None:
        _add_twice(transaction)
        try:
            transaction.connection.execute(_COUNT)
        except psycopg.Error as error:
            found.append(type(error).__name__)
            raise

    async with open_store_file(place) as store:
        with pytest.raises(psycopg.errors.UniqueViolation):
            await store.write(work)
    assert found == ["UniqueViolation"]


async def test_the_term_is_asked_for_once_in_each_transaction(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    execute = PostgresConnection.execute

    def counted(self: PostgresConnection, sql: str, *values: object) -> object:
        asked.extend(["term"] * sql.startswith("SELECT term"))
        return execute(self, sql, *values)  # type: ignore[arg-type]

    def work(transaction: Transaction) -> None:
        for _ in range(3):
            store.dispatcher_lock.fence(transaction.connection)

    async with open_store_file(place) as store:
        assert store.dispatcher_lock.try_exclusive()
        monkeypatch.setattr(PostgresConnection, "execute", counted)
        await store.write(work, officer=False)
        assert asked == ["term"]
        await store.write(work, officer=False)
        assert asked == ["term"] * 2


async def test_statements_stay_prepared_after_a_rollback(place: Path) -> None:
    def prepared(handle: Handle) -> int:
        rows = handle.connection.execute("SELECT count(*) FROM pg_prepared_statements").fetchall()
        return int(rows[0][0])

    async with open_store_file(place) as store:
        await store.read(log.head_seq)
        before = await store.read(prepared)
        assert await store.read(prepared) >= before > 1


def test_statements_are_planned_again_when_their_time_is_over(database: str) -> None:
    limits = DEFAULT_LIMITS.store
    sent: list[str] = []

    class Noting(PostgresConnection):
        def command(self, sql: str) -> Any:
            sent.append(sql)
            return super().command(sql)

    with closing(Noting(lambda: connect(database, limits, reader_settings(limits)), shortest_plan_seconds=0.0)) as line:
        line.begin_read()
        line.roll_back()
    assert "DISCARD PLANS" in sent


def _keep_a_row(line: Connection) -> None:
    line.executemany(_ADD, [(1, 1, 1)])


def _ask(line: Connection) -> None:
    line.execute("SELECT 1").fetchone()


def _ask_with_a_row(line: Connection) -> None:
    """The row goes with the question, and the answers come together."""
    _keep_a_row(line)
    _ask(line)


def _send_rows(line: Connection) -> None:
    _keep_a_row(line)
    line.send_queue()  # type: ignore[attr-defined]


@pytest.mark.parametrize("before_turn", [False, True])
@pytest.mark.parametrize("do", [_keep_a_row, _ask, _ask_with_a_row, _send_rows])
async def test_a_transaction_that_stands_still_is_ended(
    place: Path, do: Callable[[Connection], None], before_turn: bool
) -> None:
    """Else its process would keep everybody from writing for as long as it stands still."""
    began, others_wrote, runs = threading.Event(), threading.Event(), []

    def work(transaction: Transaction) -> int:
        runs.append(transaction.head.seq)
        do(transaction.connection)
        began.set()
        others_wrote.wait(60)
        return int(write_note("late")(transaction))

    async with open_store_file(place, idle_transaction_seconds=0.3) as stopped, open_store_file(place) as other:
        late = asyncio.create_task(stopped.write(work, officer=not before_turn, before_turn=before_turn))
        assert await asyncio.to_thread(began.wait, 60)
        async with asyncio.timeout(60):
            assert await other.write(write_note("in time")) == 1
        others_wrote.set()
        assert await late == 2
    assert (runs[0], set(runs[1:])) == (0, {1})  # it ran again on what the other had written
