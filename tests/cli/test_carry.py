"""``init --from``: a desk is carried from one store to another, all of it or nothing."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from boxes import Box
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.limits import DEFAULT_LIMITS
from dutydesk.domain.proof.projection.columns import SCHEMA
from dutydesk.store.engine.carry import TABLES, carry_store
from dutydesk.store.engine.location import locate
from dutydesk.store.engine.opening import open_engine
from dutydesk.store.engine.rows import Connection
from dutydesk.store.engines.sqlite.locks import StoreLocks
from postgres_cluster import PostgresCluster, name_of, postgres_cluster

__all__ = ["postgres_cluster"]


@contextmanager
def reading(place: Path) -> Iterator[Connection]:
    """One snapshot of a store of any engine."""
    engine = open_engine(place, DEFAULT_LIMITS.store)
    try:
        with closing(engine.open_reader()) as raw:
            engine.begin_read(raw)
            try:
                yield raw
            finally:
                engine.roll_back(raw)
    finally:
        engine.close()


def rows_of(place: Path) -> dict[str, list[Any]]:
    """Every row of every table, with the numbers that were given."""
    with reading(place) as raw:
        tables = {**TABLES, "desk": tuple(SCHEMA["desk"])}
        found = {
            table: sorted(map(repr, raw.tuples(f"SELECT {', '.join(columns)} FROM {table}", ())))
            for table, columns in tables.items()
        }
        numbers = sorted(map(tuple, raw.execute(raw.texts["state_sequences"]).fetchall()))
    return found | {"numbers": numbers}


@pytest.fixture(scope="module")
def shift(tmp_path_factory: pytest.TempPathFactory) -> Box:
    """A demo's store, where most tables have rows."""
    box = Box(tmp_path_factory.mktemp("shift"))
    assert box.run("--db", str(box.store), "demo", "--headless", "--messages", "60").code == 0
    return box


def test_every_row_is_carried_and_one_head_proves_both(shift: Box, tmp_path: Path) -> None:
    new = tmp_path / "new.db"
    before = rows_of(shift.store)
    done = shift.ok("--json", "--db", str(new), "init", "--from", str(shift.store)).object()
    proved = shift.ok("--json", "--db", str(new), "audit", "verify", "--policy").object()
    assert (done["events"], done["head"]) == (proved["events"], proved["head"])
    assert proved["head"] == shift.ok("--json", "audit", "verify").object()["head"]
    assert rows_of(new) == before == rows_of(shift.store)
    titles = shift.ok("--json", "items", "--limit", "3").objects()
    word = max(str(titles[0]["title"]).replace(",", " ").split(), key=len)
    assert (
        shift.ok("--db", str(new), "--json", "items", "--text", word).out
        == shift.ok("--json", "items", "--text", word).out
    )


def test_checkpoints_are_signed_by_the_same_key_after_a_carrying(box: Box, tmp_path: Path) -> None:
    """Witnesses know the log by that key, and whoever kept a checkpoint by its fingerprint."""
    new = tmp_path / "new.db"
    before = box.ok("--json", "audit", "checkpoint", "before").object()
    box.ok("--db", str(new), "init", "--from", str(box.store))
    after = box.ok("--json", "--db", str(new), "audit", "checkpoint", "after").object()
    assert (after["key"], after["log_key"]) == (before["key"], before["log_key"])
    assert new.with_name("new.db-signing-key").stat().st_mode & 0o777 == 0o600


def test_a_desk_goes_to_a_cluster_and_back_with_every_row(
    shift: Box, tmp_path: Path, postgres_cluster: PostgresCluster
) -> None:
    url, back = postgres_cluster.database(), tmp_path / "back.db"
    on_cluster = ("--json", "--home", str(tmp_path / "home"), "--db", url)
    before = rows_of(shift.store)
    done = shift.ok(*on_cluster, "init", "--from", str(shift.store)).object()
    assert shift.ok(*on_cluster, "audit", "verify", "--policy", "--state").object()["head"] == done["head"]
    assert rows_of(tmp_path / "home" / "desk.url") == before
    shift.ok("--db", str(back), "init", "--from", url)
    assert rows_of(back) == before
    head = shift.ok("--json", "--db", str(back), "audit", "verify", "--policy", "--state").object()["head"]
    assert head == done["head"]


def test_a_backup_of_a_desk_on_a_cluster_is_a_file_that_says_that_it_is_a_copy(
    box: Box, tmp_path: Path, postgres_cluster: PostgresCluster
) -> None:
    url, file = postgres_cluster.database(), tmp_path / "copy.db"
    on_cluster = ("--json", "--home", str(tmp_path / "home"), "--db", url)
    box.ok(*on_cluster, "init", "--from", str(box.store))
    done = box.ok(*on_cluster, "backup", str(file)).object()
    assert file.stat().st_mode & 0o777 == 0o600
    assert done["head"] == box.ok("--json", "--db", str(file), "audit", "verify").object()["head"]
    checks = {each["check"]: each for each in box.run("--json", "--db", str(file), "doctor").objects()}
    assert "copy" in checks
    box.refused(RefusedCode.FILE_EXISTS, *on_cluster, "backup", str(file))


def test_a_database_that_has_a_store_is_never_carried_over(
    box: Box, tmp_path: Path, postgres_cluster: PostgresCluster
) -> None:
    url = postgres_cluster.database()
    on_cluster = ("--home", str(tmp_path / "home"), "--db", url)
    box.ok(*on_cluster, "init", "--from", str(box.store))
    box.refused(StoreCode.STORE_EXISTS, *on_cluster, "init", "--from", str(box.store))


def test_what_does_not_verify_leaves_no_table_in_the_database(
    box: Box, tmp_path: Path, postgres_cluster: PostgresCluster
) -> None:
    broken, url = tmp_path / "broken.db", postgres_cluster.database()
    shutil.copy(box.store, broken)
    with closing(sqlite3.connect(broken)) as raw:
        raw.executescript("DROP TRIGGER event_is_never_changed; UPDATE event SET data = '{}' WHERE seq = 3;")
    box.refused(
        StoreCode.BACKUP_UNVERIFIED, "--home", str(tmp_path / "home"), "--db", url, "init", "--from", str(broken)
    )
    tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
    assert postgres_cluster.sql(tables, database=name_of(url)) == [(0,)]


class CutOffError(Exception):
    """The carrying process comes to no end."""


def test_a_carrying_that_is_cut_off_leaves_nothing(box: Box, tmp_path: Path, postgres_cluster: PostgresCluster) -> None:
    def cut_off(done: int, _all: int) -> None:
        if done > len(TABLES) // 2:
            raise CutOffError

    url, new = postgres_cluster.database(), tmp_path / "new" / "desk.db"
    new.parent.mkdir()
    for target in (new, locate(url, tmp_path / "home")):
        with pytest.raises(CutOffError):
            carry_store(box.store, target, cut_off)
    assert list(new.parent.iterdir()) == []
    tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
    assert postgres_cluster.sql(tables, database=name_of(url)) == [(0,)]


def test_a_store_that_is_there_is_never_carried_over(box: Box, shift: Box) -> None:
    before = box.store.read_bytes()
    box.refused(RefusedCode.FILE_EXISTS, "init", "--from", str(shift.store))
    assert box.store.read_bytes() == before


def test_a_desk_that_is_at_work_is_not_carried(box: Box, tmp_path: Path) -> None:
    locks = StoreLocks(box.store, DEFAULT_LIMITS.store)
    try:
        assert locks.dispatcher.try_exclusive()
        new = tmp_path / "new.db"
        box.refused(StoreCode.STORE_LOCKED, "--db", str(new), "init", "--from", str(box.store))
    finally:
        locks.close()
    assert not new.exists()


def test_what_does_not_verify_leaves_nothing(box: Box, tmp_path: Path) -> None:
    broken = tmp_path / "broken.db"
    shutil.copy(box.store, broken)
    with closing(sqlite3.connect(broken)) as raw:
        raw.executescript("DROP TRIGGER event_is_never_changed; UPDATE event SET data = '{}' WHERE seq = 3;")
    new = tmp_path / "new" / "desk.db"
    new.parent.mkdir()
    box.refused(StoreCode.BACKUP_UNVERIFIED, "--db", str(new), "init", "--from", str(broken))
    assert list(new.parent.iterdir()) == []


def test_what_is_no_store_is_refused(bare: Box) -> None:
    bare.refused(StoreCode.STORE_MISSING, "init", "--from", str(bare.folder / "none.db"))
    bare.refused(InvalidRequestCode.CONFLICTING_OPTIONS, "init", "--exercise", "--from", "a.db")
    assert not bare.store.exists()


def test_the_keys_that_sign_deliveries_go_with_the_desk(box: Box, tmp_path: Path) -> None:
    new = tmp_path / "elsewhere" / "new.db"
    new.parent.mkdir()
    (key,) = box.store.parent.glob(f"{box.store.name}-delivery-key-*")
    box.ok("--db", str(new), "init", "--from", str(box.store))
    (copied,) = new.parent.glob("new.db-delivery-key-*")
    assert copied.read_bytes() == key.read_bytes()
    assert copied.stat().st_mode & 0o777 == 0o600
