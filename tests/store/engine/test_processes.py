"""Several processes on one store: nothing is lost, nobody is refused, and the write-ahead log stays short."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace

import pytest
from store_kit import finished, handle_on, make_store_file, open_store_file, raw_connection, worker, write_note

from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.limits import DEFAULT_LIMITS
from dutydesk.store.engine.store import Store
from dutydesk.store.engines.sqlite import locks
from dutydesk.store.engines.sqlite.binding import has_wal_reset_bug, sqlite_version
from dutydesk.store.tables import log
from refusals import raises_code

pytestmark = pytest.mark.sqlite_only("the locks on its files")

TAKEN_IN = 4000
DECIDED = 400


@pytest.mark.parametrize(
    "by",
    [
        pytest.param(("", ""), id="one binding", marks=pytest.mark.exhaustive("thousands of commits of processes")),
        pytest.param(("apsw", "sqlite3"), id="both bindings"),
    ],
)
async def test_processes_at_once_keep_one_chain_true_counters_and_a_short_log(
    tmp_path: Path, by: tuple[str, str]
) -> None:
    path = make_store_file(tmp_path / "desk.db")
    events = 2 * TAKEN_IN + 2 * DECIDED
    roles = [("intake", TAKEN_IN)] * 2 + [("officer", DECIDED)] * 2 + [("reader", events), ("keeper", events)]
    with ExitStack() as stack:
        crew = [
            stack.enter_context(worker(role, path, count, by=by[place % 2]))
            for place, (role, count) in enumerate(roles)
        ]
        said = await asyncio.gather(*map(finished, crew))
    folded, longest = map(int, said[-1].split())
    assert folded >= 20
    assert longest < 16_000_000, "usually 1 to 4 MB; more where the keeper waits for its turn on a busy box"
    with handle_on(path) as handle:
        report = log.verify(handle)
        assert (report.fault, report.events) == (None, events)
        counted = dict(
            handle.connection.execute("SELECT 'state:' || state, count(*) FROM item GROUP BY state").fetchall()
        )
        assert (
            counted == log.counters(handle) == {"state:held": 2 * (TAKEN_IN - DECIDED), "state:released": 2 * DECIDED}
        )
        assert handle.connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


async def test_of_hundreds_of_commits_and_checkpoints_no_two_of_each_kind_run_side_by_side(tmp_path: Path) -> None:
    path, each = make_store_file(tmp_path / "desk.db"), 200
    with ExitStack() as stack:
        roles = [("committing", each), ("committing", each), ("folding", 2 * each)]
        crew = [stack.enter_context(worker(role, path, count)) for role, count in roles]
        said = await asyncio.gather(*map(finished, crew))
    spans = sorted((began, ended, sql) for lines in said for sql, began, ended in json.loads(lines))
    commits = [span for span in spans if span[2] == "COMMIT"]
    folds = [span for span in spans if span[2] != "COMMIT"]
    assert len(commits) >= 2 * each
    assert len(folds) >= 5
    for began, ended, _ in folds:
        beside = [commit for commit in commits if commit[0] < ended and began < commit[1]]
        assert not beside, f"a commit ran beside a checkpoint: {beside}"
    with handle_on(path) as handle:
        assert log.verify(handle).events == len(commits)
        assert handle.connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


async def test_no_connection_folds_the_log_by_itself(tmp_path: Path) -> None:
    async with open_store_file(make_store_file(tmp_path / "desk.db")) as store:
        for connection in (store._write_connection, store._read_connection):
            pages = await connection.run(lambda raw: raw.execute("PRAGMA wal_autocheckpoint").fetchone()[0])
            assert pages == 0


async def test_a_checkpoint_does_not_run_while_another_process_commits(tmp_path: Path) -> None:
    path = make_store_file(tmp_path / "desk.db")
    async with open_store_file(path) as store:
        await store.write(write_note("something to fold"))
        with worker("hold-commit", path) as process:
            assert not await store.fold()
            assert store.housekeeping.bytes()
            await finished(process)
        assert await store.fold()
        assert not store.housekeeping.bytes()


@pytest.mark.skipif(has_wal_reset_bug(sqlite_version()), reason="only a newer SQLite moves pages beside a commit")
@pytest.mark.parametrize(("role", "by", "moved"), [("hold-commit", "", True), ("hold-commit", "sqlite3", False)])
async def test_pages_are_moved_while_others_commit_unless_an_older_sqlite_has_the_store_open(
    tmp_path: Path, role: str, by: str, moved: bool
) -> None:
    if by == "sqlite3" and not has_wal_reset_bug(sqlite3.sqlite_version):
        pytest.skip("this Python's SQLite is as new")
    path = make_store_file(tmp_path / "desk.db")
    async with open_store_file(path) as store:
        await store.write(write_note("something to move"))
        before = path.stat().st_mtime_ns
        with worker(role, path, by=by) as process:
            assert not await store.fold(), "the checkpoint's end waits for the commit"
            assert (path.stat().st_mtime_ns > before) is moved
            await finished(process)
        assert await store.fold()
        assert not store.housekeeping.bytes()


async def test_a_checkpoint_waits_a_moment_for_a_reader_to_end(tmp_path: Path) -> None:
    """With several consoles a reader is always active; the checkpoint must be made all the same."""
    async with (
        open_store_file(make_store_file(tmp_path / "desk.db"), checkpoint_reader_ms=30_000) as store,
        open_store_file(store.path) as console,
    ):
        await store.write(write_note("something to fold"))
        before, looks = store.path.stat().st_mtime_ns, threading.Event()

        def look(handle) -> int:
            """A reader that ends some time after the pages are in the store, when the checkpoint waits only for it."""
            seen = log.head_seq(handle)
            looks.set()
            while store.path.stat().st_mtime_ns == before:
                time.sleep(0.001)
            time.sleep(0.05)
            return seen

        looking = asyncio.create_task(console.read(look))
        assert await asyncio.to_thread(looks.wait, 30)
        assert await store.fold()
        assert await looking == 1
        assert not store.housekeeping.bytes()


async def test_a_commit_waits_while_another_process_folds_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make_store_file(tmp_path / "desk.db")
    waits = threading.Event()

    def sleep(seconds: float) -> None:
        waits.set()
        time.sleep(seconds)

    async with open_store_file(path) as store:
        with worker("hold-checkpoint", path) as process:
            monkeypatch.setattr(locks, "time", SimpleNamespace(monotonic=time.monotonic, sleep=sleep))
            writing = asyncio.create_task(store.write(write_note("after")))
            assert await asyncio.to_thread(waits.wait, 30)
            assert await store.read(log.head_seq) == 0
            assert not writing.done()
            await finished(process)
            assert await writing == 1


async def test_a_commit_that_is_never_let_in_says_so(tmp_path: Path) -> None:
    path = make_store_file(tmp_path / "desk.db")
    async with open_store_file(path, busy_seconds=0.0) as store:
        with worker("hold-checkpoint", path) as process:
            with raises_code(StoreCode.STORE_LOCKED):
                await store.write(write_note("never"))
            await finished(process)
        assert await store.write(write_note("let in")) == 1


async def test_the_dispatchers_lock_is_free_once_its_process_is_killed(tmp_path: Path) -> None:
    path = make_store_file(tmp_path / "desk.db")
    async with open_store_file(path) as store:
        with worker("hold-dispatcher", path) as process:
            assert not store.dispatcher_lock.try_exclusive()
            process.kill()
            process.wait()
            assert store.dispatcher_lock.try_exclusive()


async def test_the_last_to_leave_folds_the_log_into_the_store(tmp_path: Path) -> None:
    path = make_store_file(tmp_path / "desk.db")
    async with open_store_file(path) as store, open_store_file(path):
        await store.write(write_note("kept"))
        assert store.housekeeping.bytes()
    assert not path.with_name("desk.db-wal").exists()
    with raw_connection(path) as connection:
        assert connection.execute("SELECT count(*) FROM event").fetchone()[0] == 1


async def test_the_log_stays_short_where_one_process_after_the_other_writes_and_nobody_dispatches(
    tmp_path: Path,
) -> None:
    """A loop of ``submit`` commands while a console that does not dispatch stays open."""
    async with open_store_file(make_store_file(tmp_path / "desk.db")) as console:
        for n in range(3):
            async with open_store_file(console.path) as submitting:
                await submitting.write(write_note(f"{n}"))
            assert await console.read(log.head_seq) == n + 1
            assert console.housekeeping.bytes() == 0


async def test_a_writer_folds_a_long_log_itself_where_nobody_dispatches(tmp_path: Path) -> None:
    """One long ``submit``; it makes no checkpoints if a dispatcher in this or another process does."""

    async def longest(store: Store) -> int:
        found = 0
        for _ in range(40):
            await store.write(write_note("x" * 10_000))
            found = max(found, store.housekeeping.bytes())
        return found

    async with open_store_file(make_store_file(tmp_path / "desk.db"), unowned_wal_bytes=200_000) as store:
        assert await longest(store) < 400_000
        async with asyncio.timeout(30):
            while not store.dispatcher_lock.try_exclusive():  # its last checkpoint may not have ended
                await asyncio.sleep(0.001)
        assert await longest(store) > 400_000
        other = locks.StoreLocks(store.path)
        assert not other.dispatcher.try_exclusive(), "the lock of this process's dispatcher is still held"
        other.close()
        assert await store.fold()
        store.dispatcher_lock.unlock()
        with worker("hold-dispatcher", store.path) as process:
            assert await longest(store) > 400_000
            await finished(process)


async def test_intake_lets_an_officer_of_another_process_go_first(tmp_path: Path) -> None:
    ours, theirs = locks.StoreLocks(make_store_file(tmp_path / "desk.db")), locks.StoreLocks(tmp_path / "desk.db")
    tries: list[str] = []

    def intake() -> None:
        with ours.commit(officer=False):
            tries.append("intake")

    with theirs.commit(officer=True):
        waiting = asyncio.create_task(asyncio.to_thread(intake))
        started = time.monotonic()
        await waiting
        assert time.monotonic() - started >= DEFAULT_LIMITS.store.yield_seconds  # and then it is let in all the same
    await asyncio.to_thread(intake)
    assert tries == ["intake", "intake"]
    ours.close()
    theirs.close()


async def test_a_read_lets_an_officer_of_another_process_go_first(tmp_path: Path) -> None:
    path = make_store_file(tmp_path / "desk.db")
    theirs = locks.StoreLocks(path)
    async with open_store_file(path) as store:
        with theirs.commit(officer=True):
            started = time.monotonic()
            assert await store.read(log.head_seq) == 0, "it is let in all the same"
            assert time.monotonic() - started >= DEFAULT_LIMITS.store.yield_seconds
            looked = 0

            def ends_soon() -> bool:
                nonlocal looked
                looked += 1
                return looked < 3

            store.engine.locks.must_reader_wait = ends_soon  # type: ignore[method-assign]
            await store.read(log.head_seq)
            assert looked == 3, "as soon as the act has ended"
    theirs.close()


async def test_a_read_waits_for_officers_and_checkpoints_and_takes_nothing_from_them(tmp_path: Path) -> None:
    """This includes officers of its own process, whose locks it must not change by testing them."""
    ours, theirs = locks.StoreLocks(make_store_file(tmp_path / "desk.db")), locks.StoreLocks(tmp_path / "desk.db")
    assert not ours.must_reader_wait()
    for each, other in ((ours, theirs), (theirs, ours)):
        with each.commit(officer=True):
            assert ours.must_reader_wait()
            assert other.is_officer_waiting()
        with each.commit(officer=False):
            assert not ours.must_reader_wait()
        with each.checkpoint() as alone:
            assert alone
            assert ours.must_reader_wait()
            with other.checkpoint(patience=0.0) as another:
                assert not another
    assert not ours.must_reader_wait()
    ours.close()
    theirs.close()


async def test_a_removed_lock_file_stops_the_writer(tmp_path: Path) -> None:
    path = make_store_file(tmp_path / "desk.db")
    async with open_store_file(path) as store:
        path.with_name("desk.db-commits").unlink()
        with raises_code(StoreCode.LOCK_FILE_REMOVED):
            await store.write(write_note("beside a stranger's lock"))
