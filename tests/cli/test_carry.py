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
from dutydesk.store.engine.carry import TABLES
from dutydesk.store.engine.opening import open_engine
from dutydesk.store.engine.rows import Connection
from dutydesk.store.engines.sqlite.locks import StoreLocks


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
    assert box.run("--db", str(box.store), "demo", "--headless", "--messages", "150").code == 0
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
