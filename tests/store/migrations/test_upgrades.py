"""Upgrades with data from every released schema: a copy is made first, and a killed upgrade leaves a whole store."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from random import Random

import pytest
from old_stores import AT_US, RELEASED_VERSIONS, STATES, old_store, rows_by_table
from store_kit import clock, handle_on, no_preamble, open_store_file, raw_connection, write_note

from dutydesk.domain.codes.store import StoreCode
from dutydesk.store.engine.rows import Connection
from dutydesk.store.engine.store import open_store
from dutydesk.store.engines.sqlite import backup, database
from dutydesk.store.engines.sqlite.locks import StoreLocks
from dutydesk.store.tables import items, log, unfiled
from dutydesk.store.tables.items import PageFilter
from dutydesk.store.tables.measures import PolicyReader
from refusals import raises_code
from sqlite_files import connection_class

pytestmark = pytest.mark.sqlite_only("files of earlier releases")

OLD = RELEASED_VERSIONS[:-1]
KILLS_AT_RANDOM = 8


def version_in(path: Path) -> int:
    with raw_connection(path) as connection:
        return database.schema_version(connection)


def copies_beside(path: Path) -> list[Path]:
    return sorted(path.parent.glob(f"{path.name}.before-*"))


def is_sound(path: Path) -> bool:
    with handle_on(path) as handle:
        pages = handle.connection.execute("PRAGMA integrity_check").fetchone()[0]
        foreign = handle.connection.execute("PRAGMA foreign_key_check").fetchall()
        return (pages, foreign, log.verify(handle).fault, list(backup.counter_mismatches(handle))) == (
            "ok",
            [],
            None,
            [],
        )


@pytest.mark.parametrize("version", OLD)
async def test_every_row_of_every_release_comes_through(version: int, tmp_path: Path) -> None:
    path = old_store(tmp_path / "desk.db", version)
    before = rows_by_table(path)
    async with open_store_file(path) as store:
        assert [(await store.read(lambda h, n=n: items.get(h, n))).state for n in range(1, len(STATES) + 1)] == list(
            STATES
        )
        assert await store.write(write_note("goes on")) == len(before["event"]) + 1
    assert version_in(path) == database.latest_schema_version()
    assert is_sound(path)
    after = rows_by_table(path)
    after["event"] = [row for row in after["event"] if row in before["event"]]
    assert after == before


async def test_what_stood_in_a_store_of_before_is_filed(tmp_path: Path) -> None:
    path = old_store(tmp_path / "desk.db", 18)
    async with open_store_file(path) as store:
        assert await store.read(unfiled.filed_upto) == len(STATES)
        found = await store.read(lambda h: items.page(h, PageFilter(words='"invented"*'), 100))
    with raw_connection(path) as connection:
        rows = connection.execute("SELECT number FROM filed_item").fetchall()
        connection.execute("INSERT INTO item_words (item_words, rank) VALUES ('integrity-check', 1)")
    assert len(rows) == len(found) == len(STATES)


@pytest.mark.parametrize("version", OLD)
async def test_a_copy_from_before_lies_beside_it(version: int, tmp_path: Path) -> None:
    path = old_store(tmp_path / "desk.db", version)
    before = rows_by_table(path)
    async with open_store_file(path) as store:
        await store.write(write_note("after"))
    (kept,) = copies_beside(path)
    assert kept.name == f"desk.db.before-{database.latest_schema_version():04d}"
    assert (kept.stat().st_mode & 0o777, version_in(kept)) == (0o600, version)
    assert is_sound(kept)
    said = rows_by_table(kept)
    said["counter"] = [row for row in said["counter"] if row[0] != backup.COPY_COUNTER]
    assert said == before
    async with open_store_file(path):
        assert copies_beside(path) == [kept], "once"
    async with open_store_file(kept) as store:
        with raises_code(StoreCode.STORE_IS_COPY):
            await store.write(write_note("never"))


@pytest.mark.parametrize(
    ("sql", "words"),
    [("UPDATE counter SET value = 77 WHERE name = 'state:held'", "the figure state:held is 77")],
)
async def test_a_store_that_does_not_verify_is_not_migrated(sql: str, words: str, tmp_path: Path) -> None:
    path = old_store(tmp_path / "desk.db", 1)
    with raw_connection(path) as connection:
        connection.execute(sql)
    with raises_code(StoreCode.BACKUP_UNVERIFIED, match=words):
        await open_store(path, clock, no_preamble)
    assert (version_in(path), copies_beside(path)) == (1, [])


async def test_where_no_copy_can_be_made_nothing_is_migrated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = old_store(tmp_path / "desk.db", 1)

    def full(*_arguments: object) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(backup, "_publish", full)
    with raises_code(StoreCode.UPGRADE_FAILED, match="No space left on device"):
        await open_store(path, clock, no_preamble)
    assert (version_in(path), copies_beside(path)) == (1, [])
    assert not list(tmp_path.glob(".*"))


async def test_a_process_of_the_old_release_that_runs_is_told_also_when_it_only_looks(tmp_path: Path) -> None:
    path = old_store(tmp_path / "desk.db", database.latest_schema_version())
    async with open_store_file(path) as store:
        await store.data_version()
        with raw_connection(path) as connection:
            connection.execute(f"PRAGMA user_version = {database.latest_schema_version() + 1}")
        with raises_code(StoreCode.STORE_UPGRADED):
            await store.data_version()


def fork_child(work: Callable[[], None]) -> int:
    """Forks and returns the child's process id. The child exits with 0 if its work is done."""
    child = os.fork()
    if child:
        return child
    try:
        work()
        os._exit(0)
    except BaseException:
        os._exit(3)


def upgrade(path: Path) -> None:
    locks = StoreLocks(path)
    database.upgrade_store(path, locks)


def kill_before(statement: int) -> None:
    """Kills this process before its n-th statement from now on."""
    execute, numbers = connection_class().execute, count()

    def counted(connection: Connection, *arguments: object) -> object:
        if next(numbers) == statement:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(connection, *arguments)

    connection_class().execute = counted


def upgrade_killed_before(statement: int, path: Path) -> bool:
    """Returns whether the upgrade was killed; otherwise it had fewer statements."""

    def work() -> None:
        kill_before(statement)
        upgrade(path)

    _, status = os.waitpid(fork_child(work), 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, status
    return os.WIFSIGNALED(status)


def require_whole(path: Path, version: int, before: dict[str, list[tuple[object, ...]]]) -> int:
    """Requires that the store is whole, in the old or new schema, and that a new start upgrades it.

    Returns which it was.
    """
    found = version_in(path)
    assert found in (version, database.latest_schema_version())
    assert is_sound(path)
    assert rows_by_table(path) == before
    _, status = os.waitpid(fork_child(lambda: upgrade(path)), 0)
    assert os.WEXITSTATUS(status) == 0
    assert version_in(path) == database.latest_schema_version()
    assert is_sound(path)
    assert rows_by_table(path) == before
    assert len(copies_beside(path)) == 1, "an upgrade that was killed does not leave a copy each time"
    assert not [left for left in path.parent.iterdir() if left.name.startswith(".")]
    return found


@pytest.mark.parametrize("version", OLD)
def test_killed_at_any_statement_the_store_is_whole(version: int, tmp_path: Path) -> None:
    """From the first release at every statement; other releases share the last part of the way, in steps."""
    step = 1 if version == min(OLD) else 7
    statement, killed, found = 0, True, set()
    while killed:
        folder = tmp_path / str(statement)
        folder.mkdir()
        path = old_store(folder / "desk.db", version)
        before = rows_by_table(path)
        killed = upgrade_killed_before(statement, path)
        found.add(require_whole(path, version, before))
        statement += step
    assert statement > 20
    assert found == {version, database.latest_schema_version()}, "kills fell before and after the commit"


@pytest.mark.parametrize("version", OLD)
def test_killed_at_any_instant_the_store_is_whole(version: int, tmp_path: Path) -> None:
    random = Random(version)
    took = 0.05
    for round in range(KILLS_AT_RANDOM):
        folder = tmp_path / str(round)
        folder.mkdir()
        path = old_store(folder / "desk.db", version)
        before = rows_by_table(path)
        child = fork_child(lambda path=path: upgrade(path))
        begun = time.monotonic()
        while time.monotonic() - begun < random.uniform(0, took):
            pass
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        require_whole(path, version, before)


def test_several_that_open_it_at_once_bring_it_up_to_date_once(tmp_path: Path) -> None:
    path = old_store(tmp_path / "desk.db", 1)
    before = rows_by_table(path)
    children = [fork_child(lambda: upgrade(path)) for _ in range(4)]
    ends = [os.WEXITSTATUS(os.waitpid(child, 0)[1]) for child in children]
    assert ends == [0, 0, 0, 0]
    assert rows_by_table(path) == before
    assert len(copies_beside(path)) == 1


def test_what_an_upgrade_leaves_can_be_put_back(tmp_path: Path) -> None:
    """The copy can be restored by cp for the release that made it, and is upgraded again here."""
    path = old_store(tmp_path / "desk.db", 1)
    os.waitpid(fork_child(lambda: upgrade(path)), 0)
    (kept,) = copies_beside(path)
    back = tmp_path / "back" / "desk.db"
    back.parent.mkdir()
    back.write_bytes(kept.read_bytes())
    back.chmod(0o600)
    assert database.validate_store(back) == back
    with raw_connection(back) as connection:
        assert database.schema_version(connection) == 1


def test_families_of_corrections_are_found_in_an_older_store(tmp_path: Path) -> None:
    """Three generations and a sibling; countries in an earlier body stay denied unless they were allowed later."""
    path = old_store(tmp_path / "desk.db", 10)
    parents = {3: 2, 4: 3, 5: 2}
    with raw_connection(path) as connection:
        connection.executemany("UPDATE item SET parent = ? WHERE number = ?", [(p, n) for n, p in parents.items()])
        connection.execute("UPDATE item SET restricted_from = 'PL,UA,FR' WHERE number = 2")
        connection.execute("UPDATE item SET restricted_from = 'BR' WHERE number = 4")
        connection.execute("UPDATE item SET restricted_from = 'SE' WHERE number = 6")
        later = "INSERT INTO restriction (owner, item, target, denied, at, actor) VALUES ('DE', ?, ?, 0, ?, 'DE')"
        connection.executemany(later, [(4, "UA", AT_US * 2), (6, "PL", AT_US * 2)])
        connection.execute("DELETE FROM measure")
    upgrade(path)
    with handle_on(path) as handle:
        assert {n: items.get(handle, n).family for n in range(2, 7)} == {2: None, 3: 2, 4: 2, 5: 2, 6: None}
        assert [item.number for item in items.family(handle, 2)] == [2, 3, 4, 5]
        denials = PolicyReader({}).current(handle).family_denials
        assert {code for code in ("PL", "UA", "FR", "BR", "SE") if denials[2].denies(code)} == {"PL", "FR", "BR"}
        assert not denials[6].denies("SE"), "its own body says so, and it has no family"
