"""Commits whose end is not heard: nobody is told of one before it is certain, and none is written twice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from store_kit import open_store_file, write_note

from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.errors import StoreUnusable
from dutydesk.store.engine.store import Store
from dutydesk.store.engines.postgresql.connection import PostgresConnection
from dutydesk.store.tables import log
from postgres_cluster import PostgresCluster, name_of
from tcp_proxy import TcpProxy


@pytest.fixture
def around_commit(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Callable[[], object]], None]:
    """Has something happen once, ``before`` or ``after`` the server has carried out a commit that writes."""
    send = PostgresConnection.commit
    planned: list[tuple[str, Callable[[], object]]] = []

    def commit(self: PostgresConnection, *before: str) -> bool:
        when, what = planned.pop() if before and planned else ("", lambda: None)
        if when == "before":
            what()
        answer = send(self, *before)
        if when == "after":
            what()
            self.command("SELECT 1")  # what the line gives for the answer
        return answer

    monkeypatch.setattr(PostgresConnection, "commit", commit)
    return lambda when, what: planned.append((when, what))


async def _reasons(store: Store) -> list[str]:
    events = await store.read(lambda handle: log.after(handle, 0, 100))
    return [str(log.data_of(event)["reason"]) for event in events]


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_line_that_is_lost_in_a_commit_writes_it_once(
    when: str, line: TcpProxy, place_behind: Callable[[str], Path], around_commit: Any
) -> None:
    async with open_store_file(place_behind("box")) as store:
        around_commit(when, lambda: (line.cut(), line.heal()))
        seq = await store.write(write_note("told"))
        assert await store.write(write_note("next")) == seq + 1
        assert await _reasons(store) == ["told", "next"]


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_session_that_is_ended_in_a_commit_writes_it_once_and_says_nothing(
    when: str,
    postgres_cluster: PostgresCluster,
    place: Path,
    database: str,
    around_commit: Any,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def end_sessions() -> None:
        postgres_cluster.sql(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s", [name_of(database)]
        )

    async with open_store_file(place) as store:
        around_commit(when, end_sessions)
        seq = await store.write(write_note("told"))
        assert await store.write(write_note("next")) == seq + 1
        assert await _reasons(store) == ["told", "next"]
    assert not caplog.records


async def test_a_commit_without_an_event_stays_unknown(
    line: TcpProxy, place_behind: Callable[[str], Path], around_commit: Any
) -> None:
    async with open_store_file(place_behind("box")) as store:
        around_commit("after", lambda: (line.cut(), line.heal()))
        with pytest.raises(StoreUnusable) as refused:
            await store.write(lambda tx: tx.connection.execute("UPDATE desk SET segment = 7"))
        assert refused.value.code is StoreCode.WRITE_UNKNOWN
        assert await store.write(write_note("next")) == 1


async def test_a_line_that_is_lost_before_the_commit_changes_nothing(
    line: TcpProxy, place_behind: Callable[[str], Path]
) -> None:
    async with open_store_file(place_behind("box")) as store:
        begun: list[int] = []

        def work(transaction: Any) -> int:
            begun.append(transaction.head.seq)
            if len(begun) == 1:
                line.cut()
                line.heal()
            return int(write_note("once")(transaction))

        assert await store.write(work) == 1
        assert begun == [0, 0]
        assert await _reasons(store) == ["once"]


async def test_a_lost_line_is_opened_again_for_a_read(line: TcpProxy, place_behind: Callable[[str], Path]) -> None:
    async with open_store_file(place_behind("box")) as store:
        await store.write(write_note("kept"))
        line.cut()
        line.heal()
        assert await store.read(log.head_seq) == 1
        line.cut()
        line.heal()
        with pytest.raises(StoreUnusable):
            await store.data_version()
        assert await store.data_version()


async def test_a_cluster_that_stays_away_is_an_error_in_one_sentence(
    line: TcpProxy, place_behind: Callable[[str], Path]
) -> None:
    async with open_store_file(place_behind("box"), reconnect_seconds=0.1) as store:
        line.cut()
        with pytest.raises(StoreUnusable) as refused:
            await store.write(write_note("nowhere"))
        assert refused.value.code is StoreCode.CLUSTER_UNREACHABLE
        line.heal()
        assert await store.write(write_note("here")) == 1
