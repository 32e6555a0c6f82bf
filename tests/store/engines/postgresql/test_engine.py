"""A store in a database: what is refused, what its version says, and whose turn it is to write."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from store_kit import AT, no_preamble, open_store_file, write_note

from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.errors import StoreReplaced, StoreUnusable
from dutydesk.domain.events.reviews import ItemEscalated
from dutydesk.domain.limits import StoreLimits
from dutydesk.store.engine.location import database_url, locate
from dutydesk.store.engine.opening import create_store, open_engine, open_old_store, store_exists
from dutydesk.store.engine.store import open_store
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.engines.postgresql import keys, schema
from dutydesk.store.engines.postgresql.last_seen import LastSeen, SeenPrimary
from dutydesk.store.tables import log
from postgres_cluster import PostgresCluster, name_of, wait_for
from tcp_proxy import TcpProxy


def _engine(place: Path, **limits: Any) -> Any:
    return open_engine(place, StoreLimits(**limits))


def _refusal(place: Path, **limits: Any) -> StoreCode:
    with pytest.raises(StoreUnusable) as refused:
        _engine(place, **limits)
    assert "desk.url" not in refused.value.words, "an officer knows the database, not the file that stands for it"
    return refused.value.code


async def test_what_one_process_writes_another_one_reads(place: Path) -> None:
    async with open_store_file(place) as first, open_store_file(place) as second:
        before = await second.data_version()
        await first.write(write_note("seen"))
        assert await second.read(log.head_seq) == await first.read(log.head_seq) == 1
        assert await second.data_version() != before


@pytest.mark.parametrize(("behind", "goes_on"), [(0.4, True), (1.9, True), (2.1, False)])
async def test_a_box_whose_clock_is_a_little_behind_goes_on_at_the_time_of_the_log(
    place: Path, behind: float, goes_on: bool
) -> None:
    late = timedelta(seconds=behind)
    async with open_store_file(place) as first:
        second = await open_store(place, lambda: AT - late, no_preamble, StoreLimits())
        await first.write(write_note("by the clock that is ahead"))
        await second.write(write_note("by the one behind"))
        times = [event.at for event in await second.read(lambda handle: log.after(handle, 0, 10))]
        await second.close()
    assert times == [AT, AT if goes_on else AT - late]


async def test_a_transaction_that_writes_nothing_changes_no_version(place: Path) -> None:
    async with open_store_file(place) as store:
        before = await store.data_version()
        await store.write(lambda transaction: transaction.head.seq)
        assert await store.data_version() == before


async def test_the_numbers_of_events_have_no_gap_whoever_writes(place: Path) -> None:
    async with open_store_file(place) as first, open_store_file(place) as second:

        async def write(store: Any, officer: bool) -> list[int]:
            return [await store.write(write_note("many"), officer=officer) for _ in range(20)]

        written = await asyncio.gather(write(first, True), write(second, False), write(first, False))
        assert sorted(seq for part in written for seq in part) == list(range(1, 61))
        report = await first.read(log.verify)
        assert report.fault is None


def test_a_database_without_a_store_is_refused(postgres_cluster: PostgresCluster, tmp_path: Path) -> None:
    place = locate(postgres_cluster.database(), tmp_path)
    assert not store_exists(place)
    assert _refusal(place) is StoreCode.STORE_MISSING
    create_store(place, "exercise", AT)
    assert store_exists(place)
    _engine(place).close()
    with pytest.raises(StoreUnusable) as refused:
        create_store(place, "demo", AT)
    assert refused.value.code is StoreCode.STORE_EXISTS


def test_a_failed_beginning_leaves_nothing(
    postgres_cluster: PostgresCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = locate(postgres_cluster.database(), tmp_path)
    broken = (*schema.migrations(), (99, "SELECT no_such_function()"))
    with monkeypatch.context() as patched:
        patched.setattr(schema, "migrations", lambda: broken)
        with pytest.raises(StoreUnusable) as refused:
            create_store(place, "exercise", AT)
    assert refused.value.code is StoreCode.STORE_NOT_CREATABLE
    assert not store_exists(place)


def test_a_newer_store_is_refused(postgres_cluster: PostgresCluster, place: Path, database: str) -> None:
    postgres_cluster.sql("UPDATE store SET version = 9999", database=name_of(database))
    assert _refusal(place) is StoreCode.STORE_NEWER


def test_an_older_store_is_brought_up_to_date(
    postgres_cluster: PostgresCluster, place: Path, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    latest = schema.latest_schema_version()
    newer = (*schema.migrations(), (latest + 1, "CREATE TABLE later (n bigint)"))
    monkeypatch.setattr(schema, "migrations", lambda: newer)
    _engine(place).close()
    assert postgres_cluster.sql("SELECT version FROM store", database=name_of(database)) == [(latest + 1,)]
    assert postgres_cluster.sql("SELECT count(*) FROM later", database=name_of(database)) == [(0,)]


async def test_an_upgrade_ends_the_writing_of_an_older_release(
    postgres_cluster: PostgresCluster, place: Path, database: str
) -> None:
    async with open_store_file(place) as store:
        postgres_cluster.sql("UPDATE store SET version = version + 1", database=name_of(database))
        with pytest.raises(StoreReplaced) as refused:
            await store.write(write_note("too late"))
        assert refused.value.code is StoreCode.STORE_UPGRADED
        postgres_cluster.sql("UPDATE store SET version = version - 1", database=name_of(database))
        assert await store.read(log.head_seq) == 0


async def test_a_state_of_earlier_is_not_written_to(
    postgres_cluster: PostgresCluster, place: Path, database: str
) -> None:
    async with open_store_file(place) as store:
        await store.write(write_note("kept"))
        for statement in ("ALTER TABLE event DISABLE TRIGGER USER", "DELETE FROM event"):
            postgres_cluster.sql(statement, database=name_of(database))
        with pytest.raises(StoreReplaced) as refused:
            await store.write(write_note("on an old primary"))
        assert refused.value.code is StoreCode.STORE_REPLACED
        with pytest.raises(StoreReplaced):
            await store.data_version()


async def test_a_state_of_earlier_is_not_upgraded_or_written_to_by_a_process_that_starts_later(
    postgres_cluster: PostgresCluster, place: Path, database: str
) -> None:
    async with open_store_file(place) as store:
        await store.write(write_note("kept"))
        await store.write(write_note("kept too"))
    for statement in (
        "ALTER TABLE event DISABLE TRIGGER USER",
        "DELETE FROM event WHERE seq = 2",
        "UPDATE store SET version = version - 1",
    ):
        postgres_cluster.sql(statement, database=name_of(database))
    assert _refusal(place) is _refusal(place) is StoreCode.STORE_OLDER
    assert postgres_cluster.sql("SELECT version FROM store", database=name_of(database)) == [
        (schema.latest_schema_version() - 1,)
    ]


async def test_what_an_administrator_cancels_is_not_written_and_may_be_tried_again(place: Path) -> None:
    def cancelled(transaction: Transaction) -> None:
        write_note("cancelled")(transaction)
        transaction.connection.execute("RESET ROLE")  # only a superuser may cancel what one asks
        transaction.connection.execute("SELECT pg_cancel_backend(pg_backend_pid()), pg_sleep(60)").fetchone()

    async with open_store_file(place) as store:
        with pytest.raises(StoreUnusable) as refused:
            await store.write(cancelled)
        assert refused.value.code is StoreCode.STATEMENT_CANCELLED
        assert await store.write(write_note("again")) == 1


async def test_how_far_a_box_has_seen_the_log_is_kept_before_its_process_ends(place: Path) -> None:
    async with open_store_file(place, last_seen_seconds=0.0) as store:
        await store.write(write_note("kept"))
        kept = LastSeen(place).read()
        assert kept is not None
        assert kept.head == 1
    LastSeen(place).keep(replace(kept, head=0))
    assert LastSeen(place).read() == kept, "never less than what another process has seen"


async def test_another_store_in_the_place_of_one_that_was_seen_is_worked_on(
    postgres_cluster: PostgresCluster, place: Path, database: str
) -> None:
    async with open_store_file(place) as store:
        await store.write(write_note("kept"))
    LastSeen(place).keep(SeenPrimary("another cluster", 9, "another store", 9))
    _engine(place).close()
    kept = LastSeen(place).read()
    assert kept is not None
    assert kept.head == 1


@pytest.mark.parametrize("later", [0, 3])
async def test_a_store_that_went_on_without_what_was_seen_is_not_worked_on(
    later: int, postgres_cluster: PostgresCluster, place: Path, database: str
) -> None:
    """As on a new primary that lacked the last event, and on which another box has written since."""
    name = name_of(database)
    async with open_store_file(place) as store:
        await store.write(write_note("kept"))
        await store.write(write_note("lost with the primary"))
        for statement in ("ALTER TABLE event DISABLE TRIGGER USER", "DELETE FROM event WHERE seq = 2"):
            postgres_cluster.sql(statement, database=name)
        postgres_cluster.sql("ALTER TABLE event ENABLE TRIGGER USER", database=name)
        LastSeen(place).path.unlink()
        async with open_store_file(place) as other:
            for number in range(1 + later):
                await other.write(write_note(f"{number}"))
        postgres_cluster.sql("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s", [name])
        for _ in range(2):
            with pytest.raises(StoreReplaced) as refused:
                await store.write(write_note("by what is remembered of another history"))
            assert refused.value.code is StoreCode.STORE_REPLACED
            with pytest.raises(StoreReplaced):
                await store.read(log.head_seq)
            with pytest.raises(StoreReplaced):
                await store.data_version()
        assert not store.dispatcher_lock.try_exclusive()
    async with open_store_file(place) as started:
        assert await started.read(log.head_seq) == 2 + later
        assert await started.write(write_note("after a new start")) == 3 + later


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff", b'{"system": "1", "timeline": "1", "store": "", "head": 1}'])
def test_what_a_box_has_seen_can_not_be_read(content: bytes, place: Path) -> None:
    LastSeen(place).path.write_bytes(content)
    with pytest.raises(StoreUnusable) as refused:
        _engine(place)
    assert refused.value.code is StoreCode.HOME_UNUSABLE
    assert LastSeen(place).path.read_bytes() == content


async def test_another_store_is_not_written_to(postgres_cluster: PostgresCluster, place: Path, database: str) -> None:
    async with open_store_file(place) as store:
        postgres_cluster.sql("UPDATE store SET id = gen_random_uuid()", database=name_of(database))
        with pytest.raises(StoreReplaced) as refused:
            await store.write(write_note("to a stranger"))
        assert refused.value.code is StoreCode.STORE_REPLACED


@pytest.mark.parametrize("setting", ["synchronous_commit = off", "synchronous_commit = local"])
def test_a_cluster_that_may_lose_commits_is_refused(
    setting: str, postgres_cluster: PostgresCluster, place: Path, database: str
) -> None:
    postgres_cluster.sql(f"ALTER DATABASE {name_of(database)} SET {setting}")
    assert _refusal(place) is StoreCode.CLUSTER_UNSAFE
    open_engine(place, StoreLimits(), allow_unsafe=True).close()
    postgres_cluster.sql("UPDATE desk SET realm = 'live'", database=name_of(database))
    with pytest.raises(StoreUnusable):
        open_engine(place, StoreLimits(), allow_unsafe=True)


def test_a_database_of_another_locale_is_refused(postgres_cluster: PostgresCluster, tmp_path: Path) -> None:
    postgres_cluster.sql("CREATE DATABASE latin TEMPLATE template0 LOCALE 'C' ENCODING 'LATIN1'")
    with pytest.raises(StoreUnusable) as refused:
        create_store(locate(postgres_cluster.url("latin"), tmp_path), "exercise", AT)
    assert refused.value.code is StoreCode.CLUSTER_UNSUITABLE
    postgres_cluster.drop("latin")


def test_a_cluster_that_does_not_answer_is_named_in_one_sentence(tmp_path: Path) -> None:
    place = locate("postgresql://desk@127.0.0.1:1/north", tmp_path)
    assert _refusal(place) is StoreCode.CLUSTER_UNREACHABLE


async def test_daily_work_can_not_change_the_log(place: Path) -> None:
    async with open_store_file(place) as store:
        await store.write(write_note("for ever"))
        for statement in ("UPDATE event SET actor = 'x'", "DELETE FROM event", "TRUNCATE event", "DROP TABLE event"):
            with pytest.raises(StoreUnusable) as refused:
                await store.write(lambda tx, sql=statement: tx.connection.execute(sql))  # type: ignore[misc]
            assert refused.value.code is StoreCode.STORE_NOT_WRITABLE


def test_the_owner_can_not_change_the_log_by_mistake(
    postgres_cluster: PostgresCluster, place: Path, database: str
) -> None:
    for statement in ("UPDATE event SET actor = 'x'", "DELETE FROM event", "TRUNCATE event"):
        with pytest.raises(psycopg.Error):
            postgres_cluster.sql(statement, database=name_of(database))


async def test_a_reading_connection_can_not_write(place: Path) -> None:
    async with open_store_file(place) as store:
        with pytest.raises(StoreUnusable):
            await store.read(lambda handle: handle.connection.execute("UPDATE desk SET segment = 7"))


async def test_an_officer_goes_before_intake(postgres_cluster: PostgresCluster, place: Path) -> None:
    """Both wait for a third; the officer came last and is first."""
    order: list[str] = []
    async with open_store_file(place, chain_try_seconds=60, yield_seconds=60) as intake, open_store_file(place) as desk:
        with _chain_held(place) as release:
            waiting = asyncio.create_task(intake.write(lambda _tx: order.append("intake"), officer=False))
            acting = asyncio.create_task(desk.write(lambda _tx: order.append("officer")))
            await asyncio.to_thread(_await_waiting_officer, postgres_cluster)
            release()
            await asyncio.gather(waiting, acting)
    assert order == ["officer", "intake"]


async def test_intake_sees_that_an_officer_of_another_process_waits(
    postgres_cluster: PostgresCluster, place: Path
) -> None:
    async with (
        open_store_file(place, intake_seconds=0, far_officer_look_seconds=0, far_officer_look_times=0) as intake,
        open_store_file(place) as desk,
    ):
        acting: list[asyncio.Task[Any]] = []
        loop = asyncio.get_running_loop()

        def long_work(transaction: Any) -> bool:
            loop.call_soon_threadsafe(lambda: acting.append(loop.create_task(desk.write(lambda _tx: None))))
            _await_waiting_officer(postgres_cluster)
            return bool(transaction.must_yield())

        assert await intake.write(long_work, officer=False)
        await acting[0]


async def test_a_process_that_stands_still_in_its_transaction_does_not_keep_the_others_out(place: Path) -> None:
    async with open_store_file(place, idle_transaction_seconds=0.3) as still, open_store_file(place) as other:
        stands, done = asyncio.Event(), asyncio.Event()
        loop = asyncio.get_running_loop()
        begun: list[int] = []

        def stand_still(transaction: Any) -> int:
            begun.append(transaction.head.seq)
            loop.call_soon_threadsafe(stands.set)
            asyncio.run_coroutine_threadsafe(done.wait(), loop).result()
            return int(transaction.emit("Ines", "D-000001", ItemEscalated(reason="late")))

        standing = asyncio.create_task(still.write(stand_still))
        await stands.wait()
        assert await other.write(write_note("went by")) == 1
        done.set()
        assert await standing == 2
        assert (begun[0], set(begun[1:])) == (0, {1})  # it ran again, on what the other had written


async def test_a_far_box_reads_and_does_not_write(line: TcpProxy, place_behind: Callable[[str], Path]) -> None:
    async with open_store_file(place_behind("near"), far_ms=600_000) as near:
        await near.write(write_note("from near"))
    line.delay = 0.02
    async with open_store_file(place_behind("far"), far_ms=15) as far:
        assert await far.read(log.head_seq) == 1
        with pytest.raises(StoreUnusable) as refused:
            await far.write(write_note("from afar"))
        assert refused.value.code is StoreCode.STORE_TOO_FAR


@contextmanager
def _chain_held(place: Path) -> Iterator[Callable[[], None]]:
    """Another session holds the chain until it is released."""
    with psycopg.connect(database_url(place) or "", autocommit=True) as connection:
        connection.execute(f"BEGIN; SELECT pg_advisory_xact_lock({keys.CHAIN})".encode())

        def release() -> None:
            connection.execute("ROLLBACK")

        yield release


def _await_waiting_officer(cluster: PostgresCluster) -> None:
    wait_for(lambda: cluster.sql("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")[0][0] > 0)


def test_a_store_that_is_read_for_its_log_is_missing(postgres_cluster: PostgresCluster, tmp_path: Path) -> None:
    with pytest.raises(StoreUnusable) as refused, open_old_store(locate(postgres_cluster.database(), tmp_path)):
        pass
    assert refused.value.code is StoreCode.STORE_MISSING


def test_a_store_that_is_read_for_its_log_lacks_a_table(
    postgres_cluster: PostgresCluster, place: Path, database: str
) -> None:
    postgres_cluster.sql("DROP TABLE counter", database=name_of(database))
    with pytest.raises(StoreUnusable) as refused, open_old_store(place) as handle:
        log.counters(handle)
    assert refused.value.code is StoreCode.STORE_DAMAGED
