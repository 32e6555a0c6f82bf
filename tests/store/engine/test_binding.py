"""Both bindings to SQLite behave alike: the settings of a store, rows, errors and copies."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from store_kit import AT, make_store_file

from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.errors import StoreUnusable
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.rows import Connection
from dutydesk.store.engines.sqlite import database
from dutydesk.store.engines.sqlite.binding import BINDING_VARIABLE, Binding, choose, connect
from dutydesk.store.engines.sqlite.faults import as_store_error
from dutydesk.store.engines.sqlite.sqlite3_connection import Sqlite3Connection
from refusals import raises_code

pytestmark = pytest.mark.sqlite_only("the binding to its library")

Open = Callable[[Path], Connection]

#: What a store's safety rests on, by the connection that writes and the one that reads.
SETTINGS = {
    "journal_mode": "wal",
    "synchronous": 2,
    "wal_autocheckpoint": 0,
    "foreign_keys": 1,
    "temp_store": 2,
    "secure_delete": 1,
    "trusted_schema": 1,
    "recursive_triggers": 0,
    "cell_size_check": 0,
    "locking_mode": "normal",
    "page_size": 4096,
    "encoding": "UTF-8",
    "read_uncommitted": 0,
    "ignore_check_constraints": 0,
    "writable_schema": 0,
}


def by_apsw(path: Path, patience: float = 5.0) -> Connection:
    from dutydesk.store.engines.sqlite.apsw_connection import ApswConnection

    return ApswConnection.open(f"{path.as_uri()}?", patience)


def by_sqlite3(path: Path, patience: float = 5.0) -> Connection:
    return Sqlite3Connection.open(f"{path.as_uri()}?", patience)


@pytest.fixture(params=[by_apsw, by_sqlite3], ids=["apsw", "sqlite3"])
def open_file(request: pytest.FixtureRequest) -> Open:
    return request.param


@pytest.fixture
def raw(open_file: Open, tmp_path: Path) -> Iterator[Connection]:
    with closing(open_file(tmp_path / "any.db")) as connection:
        connection.execute("CREATE TABLE word (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE, size INT)")
        connection.executemany("INSERT INTO word (text, size) VALUES (?, ?)", [("one", 1), ("two", 2), ("three", 3)])
        yield connection


def failure(work: Callable[[], object]) -> sqlite3.Error:
    with pytest.raises(sqlite3.Error) as caught:
        work()
    return caught.value


@pytest.mark.parametrize("prepare", [database.prepare_writer, database.prepare_reader])
def test_a_store_has_the_same_settings(
    monkeypatch: pytest.MonkeyPatch, open_file: Open, tmp_path: Path, prepare: Callable[[Connection], None]
) -> None:
    path = tmp_path / "desk.db"
    monkeypatch.setattr(database, "connect", lambda where, *_, **__: open_file(where))
    database.create_store(path, "exercise", AT)
    with closing(open_file(path)) as connection:
        prepare(connection)
        found = {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in SETTINGS}
        mapped = connection.execute("PRAGMA mmap_size").fetchone()
        may_write = connection.execute("PRAGMA query_only").fetchone()[0] == 0
    assert found == SETTINGS
    assert mapped is None or mapped[0] == 0
    assert may_write is (prepare is database.prepare_writer)


def test_every_connection_overwrites_what_it_deletes(tmp_path: Path) -> None:
    with closing(connect(tmp_path / "any.db")) as connection:
        assert connection.execute("PRAGMA secure_delete").fetchone()[0] == 1


def test_a_row_has_its_values_by_name_by_place_and_in_order(raw: Connection) -> None:
    row = raw.execute("SELECT id, text, size AS length FROM word WHERE text = ?", ("two",)).fetchone()
    assert (row["id"], row["length"], row[1], row[-1], row[:2]) == (2, 2, "two", 2, (2, "two"))
    assert (row.keys(), list(row), len(row)) == (["id", "text", "length"], [2, "two", 2], 3)
    assert {**row} == dict(zip(row.keys(), row, strict=True)) == {"id": 2, "text": "two", "length": 2}
    assert {row, raw.execute("SELECT id, text, size AS length FROM word WHERE id = 2").fetchone()} == {row}
    with pytest.raises(IndexError):
        row[3]
    with pytest.raises((IndexError, KeyError)):
        row["nothing"]


def test_rows_come_one_by_one_all_at_once_and_as_tuples(raw: Connection) -> None:
    assert [row["text"] for row in raw.execute("SELECT text FROM word ORDER BY id")] == ["one", "two", "three"]
    assert [row["text"] for row in raw.execute("SELECT text FROM word ORDER BY id").fetchall()] == [
        *("one", "two", "three")
    ]
    assert list(raw.tuples("SELECT text, size FROM word WHERE size > :size", {"size": 1})) == [("two", 2), ("three", 3)]
    nothing = raw.execute("SELECT text FROM word WHERE id > 9")
    assert (nothing.fetchall(), nothing.fetchone()) == ([], None)
    assert raw.execute("SELECT 1 WHERE 0").fetchone() is None


def test_numbers_of_changed_rows_and_of_the_new_one(raw: Connection) -> None:
    before = raw.total_changes
    assert raw.execute("INSERT INTO word (text) VALUES (:text)", {"text": "four", "more": 1}).lastrowid == 4
    assert raw.execute("UPDATE word SET size = 9 WHERE id < 3").rowcount == 2
    assert raw.execute("UPDATE word SET size = 9 WHERE id > 99").rowcount == 0
    assert raw.execute("INSERT INTO word (text) VALUES ('one') ON CONFLICT DO NOTHING").rowcount == 0
    assert raw.total_changes - before == 3


def test_a_transaction_begins_and_ends_where_it_is_said(raw: Connection) -> None:
    raw.execute("INSERT INTO word (text) VALUES ('kept')")
    assert not raw.in_transaction
    raw.execute("BEGIN")
    assert raw.in_transaction
    raw.execute("DELETE FROM word")
    raw.execute("ROLLBACK")
    assert raw.execute("SELECT count(*) FROM word").fetchone()[0] == 4


@pytest.mark.parametrize(
    ("sql", "values", "kind", "code", "words"),
    [
        ("SELECT 1 FROM nowhere", (), sqlite3.OperationalError, sqlite3.SQLITE_ERROR, "no such table: nowhere"),
        (
            "INSERT INTO word (text) VALUES ('one')",
            (),
            sqlite3.IntegrityError,
            sqlite3.SQLITE_CONSTRAINT_UNIQUE,
            "UNIQUE constraint failed: word.text",
        ),
        (
            "INSERT INTO word (text) VALUES (NULL)",
            (),
            sqlite3.IntegrityError,
            sqlite3.SQLITE_CONSTRAINT_NOTNULL,
            "NOT NULL constraint failed: word.text",
        ),
        ("SELECT ?, ?", (1,), sqlite3.ProgrammingError, None, "bindings supplied"),
    ],
)
def test_errors_are_those_of_sqlite3(
    raw: Connection, sql: str, values: tuple[Any, ...], kind: type[sqlite3.Error], code: int | None, words: str
) -> None:
    runs = [lambda: raw.execute(sql, values), lambda: list(raw.tuples(sql, values))]
    if not sql.startswith("SELECT"):
        runs.append(lambda: raw.executemany(sql, [values]))
    for run in runs:
        error = failure(run)
        assert type(error) is kind
        assert getattr(error, "sqlite_errorcode", None) == code
        assert words in str(error)


def test_text_that_is_no_utf_8_is_an_error_of_its_row(raw: Connection) -> None:
    raw.execute("UPDATE word SET text = CAST(x'ff' AS TEXT) WHERE id = 2")
    for read in (
        lambda: raw.execute("SELECT text FROM word ORDER BY id").fetchall(),
        lambda: list(raw.execute("SELECT text FROM word ORDER BY id")),
        lambda: list(raw.tuples("SELECT text FROM word ORDER BY id", ())),
        lambda: raw.execute("SELECT text FROM word WHERE id = 2").fetchone(),
    ):
        error = failure(read)
        assert type(error) is sqlite3.OperationalError
        assert "Could not decode to UTF-8" in str(error)


@pytest.mark.parametrize(
    ("content", "code", "refused"),
    [
        (b"no store at all" * 400, sqlite3.SQLITE_NOTADB, StoreCode.STORE_DAMAGED),
        (None, sqlite3.SQLITE_CANTOPEN, StoreCode.STORE_NOT_OPENABLE),
    ],
)
def test_a_file_that_is_no_store(
    open_file: Open, tmp_path: Path, content: bytes | None, code: int, refused: StoreCode
) -> None:
    path = tmp_path / "any.db" if content else tmp_path / "nowhere" / "any.db"
    if content:
        path.write_bytes(content)
    error = failure(lambda: open_file(path).execute("SELECT * FROM sqlite_master"))
    assert error.sqlite_errorcode == code
    refusal = as_store_error(error)
    assert isinstance(refusal, StoreUnusable)
    assert refusal.code is refused


def test_a_file_that_another_connection_has_locked(open_file: Open, tmp_path: Path) -> None:
    path = tmp_path / "any.db"
    with closing(open_file(path)) as first, closing(open_file(path, 0.02)) as second:
        first.execute("PRAGMA journal_mode = WAL")
        first.execute("CREATE TABLE word (text)")
        first.execute("BEGIN IMMEDIATE")
        error = failure(lambda: second.execute("BEGIN IMMEDIATE"))
        assert (type(error), error.sqlite_errorcode) == (sqlite3.OperationalError, sqlite3.SQLITE_BUSY)
        refusal = as_store_error(error)
        assert isinstance(refusal, StoreUnusable)
        assert refusal.code is StoreCode.STORE_LOCKED
        first.execute("ROLLBACK")
        second.execute("BEGIN IMMEDIATE")


def test_a_full_disk(raw: Connection) -> None:
    raw.execute(f"PRAGMA max_page_count = {raw.execute('PRAGMA page_count').fetchone()[0]}")
    error = failure(lambda: raw.executemany("INSERT INTO word (text) VALUES (?)", [("x" * 9_000,)] * 5))
    assert (type(error), error.sqlite_errorcode) == (sqlite3.OperationalError, sqlite3.SQLITE_FULL)


def test_a_closed_connection_is_an_error(raw: Connection) -> None:
    raw.close()
    assert type(failure(lambda: raw.execute("SELECT 1"))) is sqlite3.ProgrammingError
    raw.close()


def test_a_statement_is_given_up_where_its_handler_says_so(raw: Connection) -> None:
    raw.set_progress_handler(lambda: True, 10)
    long = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) SELECT count(*) FROM n"
    assert failure(lambda: raw.execute(long).fetchone()).sqlite_errorcode == sqlite3.SQLITE_INTERRUPT
    raw.set_progress_handler(None, 0)
    assert raw.execute(long).fetchone()[0] == 100_000


def test_a_copy_is_made_in_steps(open_file: Open, raw: Connection, tmp_path: Path) -> None:
    raw.executemany("INSERT INTO word (text) VALUES (?)", [(str(number) * 900,) for number in range(50)])
    steps: list[tuple[int, int]] = []
    with closing(open_file(tmp_path / "copy.db")) as copy:
        raw.copy_into(copy, 5, lambda _status, left, pages: steps.append((left, pages)))
        assert copy.execute("SELECT count(*) FROM word").fetchone()[0] == 53
    assert len(steps) > 2
    assert steps[-1][0] == 0
    assert [left for left, _ in steps] == sorted((left for left, _ in steps), reverse=True)
    with pytest.raises(RuntimeError, match="enough"), closing(open_file(tmp_path / "other.db")) as copy:
        raw.copy_into(copy, 5, stop)
    assert raw.execute("SELECT count(*) FROM word").fetchone()[0] == 53


def stop(_status: int, _left: int, _pages: int) -> None:
    raise RuntimeError("enough")


def test_a_value_is_never_more_than_data(raw: Connection) -> None:
    hostile = "'); DROP TABLE word; --\0"
    raw.execute("INSERT INTO word (text) VALUES (?)", (hostile,))
    assert list(raw.tuples("SELECT text FROM word WHERE id = 4", ())) == [(hostile,)]
    for value in (2**63, "\ud800"):
        with pytest.raises((OverflowError, UnicodeEncodeError)):
            raw.execute("SELECT ?", (value,))


def test_a_store_of_one_binding_is_read_and_written_by_the_other(tmp_path: Path) -> None:
    """Each by itself: never two on one file in one process."""
    path = make_store_file(tmp_path / "desk.db")
    work = (
        "import sys; from pathlib import Path\n"
        "from dutydesk.store.engines.sqlite.binding import binding, connect\n"
        "c = connect(Path(sys.argv[1]))\n"
        "c.execute('INSERT INTO bureau (code) VALUES (?)', (sys.argv[2],))\n"
        "print(binding(), c.execute('PRAGMA integrity_check').fetchone()[0])"
    )
    for binding, code in (("apsw", "DE"), ("sqlite3", "FR"), ("apsw", "PL")):
        done = subprocess.run(
            [sys.executable, "-c", work, str(path), code],
            env={BINDING_VARIABLE: binding, "PYTHONPATH": str(Path(database.__file__).parents[4])},
            capture_output=True,
            text=True,
        )
        assert done.stdout == f"{binding} ok\n", done.stderr
    with closing(connect(path)) as connection:
        codes = [row["code"] for row in Handle(connection, AT).all("bureaus_all")]
    assert sorted(codes) == ["DE", "FR", "PL"]


@pytest.mark.parametrize(
    ("wanted", "has_apsw", "chosen"),
    [
        (None, True, Binding.APSW),
        ("", True, Binding.APSW),
        (None, False, Binding.SQLITE3),
        ("apsw", True, Binding.APSW),
        ("sqlite3", True, Binding.SQLITE3),
        ("sqlite3", False, Binding.SQLITE3),
    ],
)
def test_the_binding_is_chosen_once_for_a_process(wanted: str | None, has_apsw: bool, chosen: Binding) -> None:
    assert choose(wanted, has_apsw=has_apsw) is chosen


@pytest.mark.parametrize(("wanted", "has_apsw"), [("apsw", False), ("sqlite", True), ("APSW", True)])
def test_a_binding_that_is_not_there_is_refused(wanted: str, has_apsw: bool) -> None:
    with raises_code(StoreCode.BINDING_MISSING, match=BINDING_VARIABLE):
        choose(wanted, has_apsw=has_apsw)


def test_where_apsw_can_not_be_imported_sqlite3_is_used(tmp_path: Path) -> None:
    (tmp_path / "apsw.py").write_text("raise ImportError('a library is missing')")
    script = "from dutydesk.store.engines.sqlite.binding import *; print(binding(), sqlite_version())"
    paths = f"{tmp_path}:{Path(database.__file__).parents[4]}"
    done = subprocess.run([sys.executable, "-c", script], env={"PYTHONPATH": paths}, capture_output=True, text=True)
    assert done.stdout == f"sqlite3 {sqlite3.sqlite_version}\n", done.stderr
