"""``doctor`` of a desk on a cluster: what may lose commits, who works on it, and what may stop it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from boxes import Box
from desks import diffusion
from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.limits import DEFAULT_LIMITS
from dutydesk.store.engines.postgresql import cluster_checks, schema
from dutydesk.store.engines.postgresql.connection import PostgresConnection
from dutydesk.store.engines.postgresql.session import connect, reader_settings
from postgres_cluster import PostgresCluster, PostgresServer, name_of, need_postgres, postgres_cluster

__all__ = ["postgres_cluster"]

LIMITS = DEFAULT_LIMITS.store


@contextmanager
def line_to(url: str) -> Iterator[PostgresConnection]:
    line = PostgresConnection(lambda: connect(url, LIMITS, reader_settings(LIMITS)))
    try:
        yield line
    finally:
        line.close()


def checks_of(line: PostgresConnection, **limits: Any) -> dict[str, bool]:
    return {each.check: each.ok for each in cluster_checks.examine_cluster(line, replace(LIMITS, **limits))}


@pytest.fixture
def made(tmp_path: Path, postgres_cluster: PostgresCluster) -> tuple[Box, tuple[str, ...], str]:
    """A box with a store in a database of its own, how it calls it, and the database's URL."""
    box, url = Box(tmp_path), postgres_cluster.database()
    calls = ("--home", str(tmp_path / "home"), "--db", url)
    box.ok(*calls, "init", "--exercise")
    return box, calls, url


def test_all_is_well_with_a_new_desk_but_for_rows_without_their_own(
    made: tuple[Box, tuple[str, ...], str], postgres_cluster: PostgresCluster
) -> None:
    box, calls, url = made
    checks = {each["check"]: each["ok"] for each in box.ok(*calls, "--json", "doctor").objects()}
    for name in ("primary", "durability", "line", "standbys", "clock", "slots", "rights", "store", "chain", "orphans"):
        assert checks[name], name
    postgres_cluster.sql("INSERT INTO login VALUES ('stray', 99)", database=name_of(url))
    after = {each["check"]: each["ok"] for each in box.run(*calls, "--json", "doctor").objects()}
    assert {name for name, ok in after.items() if not ok} == {"orphans", "state"}


def test_a_bureau_goes_by_its_route_and_doctor_names_the_routes_that_nobody_serves(
    made: tuple[Box, tuple[str, ...], str], tmp_path: Path
) -> None:
    box, calls, _url = made
    assert box.ok(*calls, "--json", "bureaus", "route", "PL", "east").object()["state"] == "east"
    assert box.ok(*calls, "--json", "bureaus", "route").objects() == [{"bureau": "PL", "route": "east"}]
    message = tmp_path / "message.json"
    message.write_text(json.dumps(diffusion("DE", ("PL", "FR"))))
    box.ok(*calls, "submit", str(message))
    for route, bureau in (("main", "FR"), ("east", "PL")):
        outbox = tmp_path / f"outbox-{route}"
        box.ok(*calls, "dispatch", "--until-idle", "--route", f"{route}={outbox}")
        assert list(outbox.glob(f"{bureau}/*.jsonl"))
        assert {folder.name for folder in outbox.iterdir() if folder.is_dir()} <= {"DE", bureau}
    rows = [each for each in box.run(*calls, "--json", "doctor").objects() if each["check"] == "dispatcher"]
    assert [each["ok"] for each in rows] == [False, False]
    assert box.ok(*calls, "--json", "audit", "verify", "--policy").object()["policy"] == "verified"


def test_a_route_that_is_served_and_no_bureau_has_is_named(
    made: tuple[Box, tuple[str, ...], str], postgres_cluster: PostgresCluster
) -> None:
    box, calls, url = made
    values = "('dispatch/west', 1, 'pid 1 on there', 9000000000000000)"
    postgres_cluster.sql(f"INSERT INTO role (name, term, box, until) VALUES {values}", database=name_of(url))
    rows = [each for each in box.run(*calls, "--json", "doctor").objects() if each["check"] == "dispatcher"]
    assert [each["ok"] for each in rows] == [False, True]
    assert "bureaus route CC west" in rows[0]["detail"]


def test_a_server_that_takes_no_session_is_not_called_silent(tmp_path: Path, postgres_cluster: PostgresCluster) -> None:
    ended = Box(tmp_path).run(
        "--home", str(tmp_path / "home"), "--db", postgres_cluster.url("no_such"), "--json", "doctor"
    )
    details = {each["check"]: each["detail"] for each in ended.objects()}
    assert details["primary"].endswith("takes no session")
    assert "createdb" in details["store"]


def test_a_database_that_is_away_or_has_no_store_is_said_so(tmp_path: Path, postgres_cluster: PostgresCluster) -> None:
    box, empty = Box(tmp_path), postgres_cluster.database()
    for url in (empty, "postgresql://postgres@127.0.0.1:1/none"):
        ended = box.run("--home", str(tmp_path / name_of(url)), "--db", url, "--json", "doctor")
        assert ended.code == 4
        checks = {each["check"]: each["ok"] for each in ended.objects()}
        assert checks["store"] is False
        assert ("standbys" in checks) is (url == empty)


@pytest.mark.parametrize(
    ("hosts", "asked"),
    [
        ("db1,db2", [("db1", None), ("db2", None)]),
        ("db1:5433,db2:5434", [("db1", "5433"), ("db2", "5434")]),
        ("db1:5433,db2", [("db1", "5433"), ("db2", None)]),
        ("db1", [("db1", None)]),
    ],
)
def test_each_server_of_the_url_is_asked_at_its_own_port(
    hosts: str, asked: list[tuple[str, str | None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    lines: list[dict[str, Any]] = []

    def connect_to(line: str, **_options: Any) -> None:
        lines.append(conninfo_to_dict(line))
        raise psycopg.OperationalError

    monkeypatch.setattr(cluster_checks.psycopg, "connect", connect_to)
    cluster_checks.examine_hosts(f"postgresql://desk@{hosts}/north?sslmode=verify-full", LIMITS)
    assert [(line["host"], line.get("port")) for line in lines] == asked
    assert {(line["dbname"], line["sslmode"]) for line in lines} == {("north", "verify-full")}


def test_who_may_change_the_log_is_named(
    made: tuple[Box, tuple[str, ...], str], postgres_cluster: PostgresCluster
) -> None:
    with line_to(made[2]) as line:
        assert checks_of(line)["rights"]
        line.command("RESET ROLE")
        assert not checks_of(line)["rights"]


def test_a_far_primary_and_a_clock_apart_are_named(
    made: tuple[Box, tuple[str, ...], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    class LateClock(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return datetime.now(UTC) - timedelta(seconds=30)

    with line_to(made[2]) as line:
        assert not checks_of(line, far_ms=0.0)["line"]
        monkeypatch.setattr(cluster_checks, "datetime", LateClock)
        assert not checks_of(line)["clock"]


def test_a_transaction_that_stays_open_and_a_slot_that_keeps_the_log_are_named(
    made: tuple[Box, tuple[str, ...], str], postgres_cluster: PostgresCluster
) -> None:
    postgres_cluster.sql("SELECT pg_create_physical_replication_slot('gone', true)")
    try:
        with psycopg.connect(made[2]) as other, line_to(made[2]) as line:
            other.execute("SELECT 1")
            assert {"transactions", "slots"} <= {name for name, ok in checks_of(line).items() if ok}
            found = checks_of(line, open_transaction_seconds=-1.0, slot_bytes=-1)
            assert {"transactions", "slots"} == {name for name, ok in found.items() if not ok}
    finally:
        postgres_cluster.sql("SELECT pg_drop_replication_slot('gone')")


def test_a_standby_that_is_waited_for_and_gone_and_two_servers_that_write_are_objected_to(tmp_path: Path) -> None:
    need_postgres()
    primary, standby = PostgresCluster(), PostgresServer("two")
    box = Box(tmp_path)
    try:
        primary.set(synchronous_standby_names="ANY 1 (two)")
        standby.make_from(primary)
        standby.start()
        primary.await_standbys("two")
        primary.database(name="desk")
        url = f"postgresql://postgres@127.0.0.1:{primary.port},127.0.0.1:{standby.port}/desk"
        calls = ("--home", str(tmp_path / "home"), "--db", url)
        box.ok(*calls, "init", "--exercise")
        box.ok(*calls, "doctor")
        standby.promote()
        checks = {each["check"]: each["ok"] for each in box.run(*calls, "--json", "doctor").objects()}
        assert {name for name, ok in checks.items() if not ok} == {"primary", "standbys"}
    finally:
        primary.remove()
        standby.remove()


def test_init_finishes_a_store_that_an_interrupted_init_has_left_without_its_founder(
    tmp_path: Path, postgres_cluster: PostgresCluster
) -> None:
    box, url = Box(tmp_path), postgres_cluster.database()
    calls = ("--home", str(tmp_path / "home"), "--db", url)
    schema.create_store(url, "exercise", datetime.now(UTC))
    box.ok(*calls, "init", "--exercise")
    assert [each["role"] for each in box.ok(*calls, "--json", "officers").objects()] == ["administrator"]
    box.refused(StoreCode.STORE_EXISTS, *calls, "init", "--exercise")


def test_an_exercise_may_be_on_an_unsafe_cluster_where_the_settings_of_the_box_say_so(
    tmp_path: Path, postgres_cluster: PostgresCluster
) -> None:
    box, url, home = Box(tmp_path), postgres_cluster.database(), tmp_path / "home"
    calls = ("--home", str(home), "--db", url)
    box.ok("init", "--exercise")
    postgres_cluster.sql(f"ALTER DATABASE {name_of(url)} SET synchronous_commit = off")
    box.refused(StoreCode.CLUSTER_UNSAFE, *calls, "init", "--from", str(box.store))
    (home / "desk.toml").write_text("allow_unsafe_cluster = true\n")
    box.ok(*calls, "init", "--from", str(box.store))
    told = box.run(*calls, "--json", "doctor")
    checks = {each["check"]: each["ok"] for each in told.objects()}
    assert (told.code, checks["durability"], checks["store"]) == (1, False, True)
    (home / "desk.toml").unlink()
    assert box.run(*calls, "doctor").code == 4


def test_a_box_without_the_key_that_signs_deliveries_is_told_which_file_to_copy(
    made: tuple[Box, tuple[str, ...], str], tmp_path: Path
) -> None:
    box, first, url = made
    second = ("--home", str(tmp_path / "second"), "--db", url)
    (key,) = (tmp_path / "home").glob("desk.url-delivery-key-*")

    def has_key(calls: tuple[str, ...]) -> bool:
        lines = box.run(*calls, "--json", "doctor").objects()
        (found,) = [bool(each["ok"]) for each in lines if each["check"] == "delivery_key"]
        return found

    assert has_key(first)
    assert not has_key(second)
    shutil.copy2(key, tmp_path / "second" / key.name)
    assert has_key(second)
