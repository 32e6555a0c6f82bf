"""A store is made, opened or refused; a refusal is one sentence that says what to do, and changes no byte."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from store_kit import AT, clock, make_store_file, no_preamble, open_store_file, raw_connection, write_note

from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.errors import StoreUnusable
from dutydesk.domain.limits import StoreLimits
from dutydesk.store.engine.store import open_store
from dutydesk.store.engines.sqlite import database
from dutydesk.store.engines.sqlite.locks import LOCK_SUFFIXES, StoreLocks
from dutydesk.store.tables import log
from refusals import raises_code
from sqlite_files import SqliteFile

pytestmark = pytest.mark.sqlite_only("its file, pragmas and copies")


def refused(path: Path, code: StoreCode) -> str:
    """The words of the refusal, which are one line."""
    with raises_code(code) as caught:
        database.validate_store(path)
    words = caught.value.words
    assert "\n" not in words
    assert caught.value.exit_code == 4
    return words


def files_and_bytes(folder: Path) -> dict[str, bytes]:
    return {entry.name: entry.read_bytes() for entry in folder.iterdir() if entry.is_file()}


def edited(path: Path, *statements: str) -> None:
    with raw_connection(make_store_file(path)) as connection:
        for statement in statements:
            connection.execute(statement)


def zero_bytes(path: Path) -> None:
    path.touch(0o640)


def text(path: Path) -> None:
    path.write_text("Dear colleagues, this is a letter and not a store. " * 50, "utf-8")
    path.chmod(0o640)


def folder(path: Path) -> None:
    path.mkdir()


def other_program(path: Path) -> None:
    with raw_connection(path) as connection:
        connection.execute("CREATE TABLE song (title TEXT)")
        connection.execute("PRAGMA application_id = 7")
    path.chmod(0o640)


def no_program(path: Path) -> None:
    with raw_connection(path) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE song (title TEXT)")
    path.chmod(0o640)


def newer(path: Path) -> None:
    edited(path, f"PRAGMA user_version = {database.latest_schema_version() + 1}")


def half_made(path: Path) -> None:
    edited(path, "DELETE FROM desk")


def without_tables(path: Path) -> None:
    with raw_connection(path) as connection:
        connection.execute(f"PRAGMA application_id = {database.APPLICATION_ID}")
    path.chmod(0o640)


def linked(path: Path) -> None:
    path.symlink_to(make_store_file(path.with_name("real.db")))


def open_to_all(path: Path) -> None:
    make_store_file(path).chmod(0o664)


def damaged_start(path: Path) -> None:
    with make_store_file(path).open("r+b") as file:
        file.write(b"SQLite formed")


def damaged_header(path: Path) -> None:
    with make_store_file(path).open("r+b") as file:
        file.seek(16)
        file.write(b"\x00\x07")


def truncated(path: Path) -> None:
    os.truncate(make_store_file(path), 3 * 4096)


def truncated_in_its_first_page(path: Path) -> None:
    os.truncate(make_store_file(path), 60)


def linked_log(path: Path) -> None:
    make_store_file(path)
    path.with_name("desk.db-wal").symlink_to(path.with_name("elsewhere"))


REFUSED: list[tuple[Callable[[Path], None], StoreCode]] = [
    (lambda path: None, StoreCode.STORE_MISSING),
    (zero_bytes, StoreCode.STORE_EMPTY),
    (text, StoreCode.NOT_A_STORE),
    (folder, StoreCode.STORE_IS_NO_FILE),
    (other_program, StoreCode.STORE_OF_ANOTHER_PROGRAM),
    (no_program, StoreCode.STORE_OF_ANOTHER_PROGRAM),
    (newer, StoreCode.STORE_NEWER),
    (half_made, StoreCode.STORE_HALF_MADE),
    (without_tables, StoreCode.STORE_HALF_MADE),
    (linked, StoreCode.STORE_IS_LINK),
    (linked_log, StoreCode.STORE_IS_LINK),
    (open_to_all, StoreCode.STORE_EXPOSED),
    (damaged_start, StoreCode.NOT_A_STORE),
    (damaged_header, StoreCode.NOT_A_STORE),
    (truncated, StoreCode.STORE_DAMAGED),
    (truncated_in_its_first_page, StoreCode.NOT_A_STORE),
]


@pytest.mark.parametrize(("spoil", "code"), REFUSED, ids=[spoil.__name__ for spoil, _ in REFUSED])
async def test_what_is_no_store_is_refused_and_left_as_it_is(
    spoil: Callable[[Path], None], code: StoreCode, tmp_path: Path
) -> None:
    path = tmp_path / "desk.db"
    spoil(path)
    before = files_and_bytes(tmp_path)
    assert refused(path, code)
    with raises_code(code):
        await open_store(path, clock, no_preamble)
    assert files_and_bytes(tmp_path) == before


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ops:secret@db.example/desk",
        "sqlite:///srv/desk.db",
        "HTTPS://a.example/",
        "host=db.example password=secret dbname=desk",
    ],
)
def test_a_url_is_refused_without_repeating_its_password(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert "secret" not in refused(Path(url), StoreCode.STORE_IS_URL)
    with raises_code(StoreCode.STORE_IS_URL):
        database.create_store(Path(url), "live", AT)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("right", "word"), [(os.R_OK, "read"), (os.W_OK, "written")])
def test_a_store_that_this_user_may_not_use_is_refused(
    right: int, word: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make_store_file(tmp_path / "desk.db")
    monkeypatch.setattr(os, "access", lambda path, asked: asked != right)
    assert f"desk.db can't be {word}" in refused(path, StoreCode.STORE_NO_ACCESS)


def test_a_path_that_no_file_can_have_is_refused(tmp_path: Path) -> None:
    refused(tmp_path / ("x" * 300), StoreCode.STORE_UNREACHABLE)
    refused(tmp_path / "a\0b", StoreCode.STORE_UNREACHABLE)
    refused(make_store_file(tmp_path / "desk.db") / "below", StoreCode.STORE_MISSING)


def test_a_newer_version_that_is_still_in_the_log_is_refused_and_kept(tmp_path: Path) -> None:
    first, path = tmp_path / "first.db", tmp_path / "desk.db"
    with raw_connection(make_store_file(first)) as connection:
        connection.execute("PRAGMA user_version = 99")
        for suffix in ("", "-wal"):
            shutil.copy(f"{first}{suffix}", f"{path}{suffix}")
    path.with_name("desk.db-shm").unlink(missing_ok=True)
    before = path.read_bytes(), Path(f"{path}-wal").read_bytes()
    assert "store version 99" in refused(path, StoreCode.STORE_NEWER)
    assert (path.read_bytes(), Path(f"{path}-wal").read_bytes()) == before


def is_locked(path: Path) -> bool:
    """Whether this process holds an SQLite lock on a file; only another process can tell."""
    asking = (
        "import fcntl, sys\n"
        "with open(sys.argv[1], 'r+b') as file:\n"
        "    fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 0, 0)\n"
    )
    return subprocess.run([sys.executable, "-c", asking, str(path)], capture_output=True, check=False).returncode != 0


def modes_in(folder: Path) -> dict[str, int]:
    return {entry.name: stat.S_IMODE(entry.stat().st_mode) for entry in folder.iterdir()}


async def test_looking_at_a_store_does_not_free_the_locks_of_the_same_process(tmp_path: Path) -> None:
    """Closing a descriptor frees all locks of its process on the file, so that another process could take them."""
    path = make_store_file(tmp_path / "desk.db")
    async with open_store_file(path) as store:
        await store.write(write_note("before"))
        assert await asyncio.to_thread(is_locked, path)
        database.validate_store(path)
        assert await asyncio.to_thread(is_locked, path)
    assert not await asyncio.to_thread(is_locked, path)


def test_make_refuses_what_is_in_its_way_and_leaves_it(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    for spoil in (zero_bytes, text, linked):
        shutil.rmtree(tmp_path)
        tmp_path.mkdir()
        spoil(path)
        before = files_and_bytes(tmp_path)
        with raises_code(StoreCode.STORE_EXISTS):
            database.create_store(path, "live", AT)
        assert files_and_bytes(tmp_path) == before
        assert path.is_symlink() == (spoil is linked)


def test_make_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "migrations", lambda: ((1, "CREATE TABLE desk (x); CREATE TABEL broken;"),))
    with raises_code(StoreCode.STORE_NOT_CREATABLE):
        database.create_store(tmp_path / "desk.db", "live", AT)
    assert not list(tmp_path.iterdir())
    (tmp_path / "file").touch()
    with raises_code(StoreCode.STORE_NOT_CREATABLE):
        database.create_store(tmp_path / "file" / "desk.db", "live", AT)


@pytest.mark.parametrize(("umask", "rights"), [(0o000, 0o660), (0o022, 0o600), (0o077, 0o600)])
async def test_no_file_of_a_store_is_ever_open_to_everyone(umask: int, rights: int, tmp_path: Path) -> None:
    before = os.umask(umask)
    try:
        path = make_store_file(tmp_path / "desk.db")
        async with open_store_file(path) as store:
            await store.write(write_note("in the log"))
            modes = modes_in(tmp_path)
    finally:
        os.umask(before)
    assert modes == {f"desk.db{suffix}": rights for suffix in ("", "-wal", "-shm", *LOCK_SUFFIXES)}


async def test_files_beside_a_store_have_its_rights_whoever_opens_it(tmp_path: Path) -> None:
    path = make_store_file(tmp_path / "desk.db")
    path.chmod(0o660)
    before = os.umask(0o077)
    try:
        async with open_store_file(path) as store:
            await store.write(write_note("in the log"))
            assert set(modes_in(tmp_path).values()) == {0o660}
    finally:
        os.umask(before)


@pytest.mark.parametrize("suffix", LOCK_SUFFIXES)
def test_a_lock_file_that_is_a_link_is_not_followed(suffix: str, tmp_path: Path) -> None:
    path = make_store_file(tmp_path / "desk.db")
    path.with_name(f"desk.db{suffix}").symlink_to(tmp_path / "target")
    with raises_code(StoreCode.LOCK_FILE_UNUSABLE):
        StoreLocks(path)
    refused(path, StoreCode.STORE_IS_LINK)
    assert not (tmp_path / "target").exists()


@pytest.fixture
def two_migrations(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    first = database.migrations()

    def use(script: str) -> None:
        monkeypatch.setattr(database, "migrations", lambda: (*first, (first[-1][0] + 1, script)))

    return use


async def test_an_older_store_is_brought_up_to_date_once(tmp_path: Path, two_migrations: Callable[[str], None]) -> None:
    path = make_store_file(tmp_path / "desk.db")
    async with open_store_file(path) as store:
        await store.write(write_note("kept"))
    two_migrations("CREATE TABLE later (x);\nINSERT INTO later VALUES (1); -- one a line\nINSERT INTO later VALUES (2)")
    for _ in range(2):
        async with open_store_file(path) as store:
            assert await store.read(log.head_seq) == 1
    with raw_connection(path) as connection:
        assert list(connection.tuples("SELECT x FROM later", ())) == [(1,), (2,)]
        assert database.schema_version(connection) == database.latest_schema_version()


async def test_a_migration_that_fails_leaves_the_store_as_it_was(
    tmp_path: Path, two_migrations: Callable[[str], None]
) -> None:
    path = make_store_file(tmp_path / "desk.db")
    with raw_connection(path) as connection:
        before = SqliteFile(connection).dump(), database.schema_version(connection)
    two_migrations("CREATE TABLE later (x);\nINSERT INTO nowhere VALUES (1);\n")
    with raises_code(StoreCode.UPGRADE_FAILED, match=r"store version \d+"):
        await open_store(path, clock, no_preamble)
    with raw_connection(path) as connection:
        assert (SqliteFile(connection).dump(), database.schema_version(connection)) == before


def test_migrations_from_nothing_and_again_come_to_the_same(tmp_path: Path) -> None:
    with raw_connection(make_store_file(tmp_path / "one.db")) as connection:
        once = SqliteFile(connection).dump()
    path = tmp_path / "one.db"
    locks = StoreLocks(path)
    database.upgrade_store(path, locks)
    locks.close()
    with raw_connection(path) as connection:
        assert SqliteFile(connection).dump() == once


async def test_no_migration_runs_beside_a_commit(tmp_path: Path, two_migrations: Callable[[str], None]) -> None:
    path = make_store_file(tmp_path / "desk.db")
    other = StoreLocks(path)
    two_migrations("CREATE TABLE later (x);")
    with other.commit(officer=True), raises_code(StoreCode.UPGRADE_BLOCKED):
        await open_store(path, clock, no_preamble, StoreLimits(busy_seconds=0.0))
    async with open_store_file(path):
        pass
    other.close()


async def test_a_process_of_an_older_release_stops_writing_after_an_upgrade(tmp_path: Path) -> None:
    path = make_store_file(tmp_path / "desk.db")
    async with open_store_file(path) as store:
        await store.write(write_note("before"))
        with raw_connection(path) as connection:
            connection.execute(f"PRAGMA user_version = {database.latest_schema_version() + 1}")
        with raises_code(StoreCode.STORE_UPGRADED):
            await store.write(write_note("after"))
        assert await store.read(log.head_seq) == 1


def replaced(path: Path) -> None:
    shutil.copy(path, f"{path}.copy")
    path.with_name("desk.db.copy").replace(path)


def removed(path: Path) -> None:
    path.unlink()


def without_log(path: Path) -> None:
    path.with_name("desk.db-wal").unlink()


@pytest.mark.parametrize("spoil", [replaced, removed, without_log])
async def test_a_store_that_is_taken_away_while_it_is_open_says_so_at_the_next_write(
    spoil: Callable[[Path], None], tmp_path: Path
) -> None:
    path = make_store_file(tmp_path / "desk.db")
    async with open_store_file(path) as store:
        await store.write(write_note("before"))
        spoil(path)
        with pytest.raises(
            StoreUnusable, match=r"was (removed|replaced) while it was open, or its log was .*; nothing was written: "
        ):
            await store.write(write_note("lost"))


async def test_no_copy_is_made_of_a_store_that_was_removed_and_no_empty_one_in_its_place(tmp_path: Path) -> None:
    path = make_store_file(tmp_path / "desk.db")
    async with open_store_file(path) as store:
        await store.write(write_note("before"))
        path.unlink()
        with raises_code(StoreCode.STORE_REMOVED):
            await store.copy_to(tmp_path / "copy.db", lambda _done, _all: None)
        assert not path.exists()
        assert not (tmp_path / "copy.db").exists()


async def test_damage_that_is_met_while_reading_is_one_sentence(tmp_path: Path) -> None:
    path = make_store_file(tmp_path / "desk.db")
    async with open_store_file(path) as store:
        for serial in range(300):
            await store.write(write_note(f"{serial} " + "x" * 400))
    with raw_connection(path) as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
    with path.open("r+b") as file:
        file.seek((pages - 20) * 4096)
        file.write(b"\xff" * 15 * 4096)
    async with open_store_file(path) as store:
        with raises_code(StoreCode.STORE_DAMAGED):
            await store.read(log.verify)


async def test_a_reader_can_not_write(tmp_path: Path) -> None:
    async with open_store_file(make_store_file(tmp_path / "desk.db")) as store:
        with raises_code(StoreCode.STORE_NOT_WRITABLE):
            await store.read(lambda handle: handle.run("desk_next_segment"))
        with pytest.raises(sqlite3.OperationalError):  # a fault of the program is not reported as a damaged store
            await store.read(lambda handle: handle.connection.execute("SELECT nothing FROM nowhere"))


async def test_a_store_whose_log_is_being_folded_in_is_not_taken_for_a_damaged_one(tmp_path: Path) -> None:
    """The file in the middle of a checkpoint: the first page counts pages that do not exist yet."""
    path, folded = make_store_file(tmp_path / "desk.db"), tmp_path / "folded.db"
    async with open_store_file(path) as store:
        for _ in range(20):
            await store.write(write_note("x" * 10_000))
        shutil.copy(path, folded)
        shutil.copy(f"{path}-wal", f"{folded}-wal")
        with raw_connection(folded) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        with path.open("r+b") as file:
            file.write(folded.read_bytes()[:4096])
        database.validate_store(path)
        async with open_store_file(path) as second:
            assert await second.read(log.head_seq) == 20
