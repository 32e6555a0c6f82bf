"""Backups during full intake, on a disk that fills up, or killed half-way: each is whole or absent."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from dispatch_kit import Works, dispatching_process, until

from desks import diffusion
from disks import small_disk
from dutydesk.desk.audit.log_export import prove_store
from dutydesk.desk.base.context import Actor
from dutydesk.desk.service.desk import open_desk
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.limits import Limits, StoreLimits
from dutydesk.store.engine.carry import carry_to_file
from dutydesk.store.engine.opening import open_old_store
from dutydesk.store.engines.sqlite import backup
from dutydesk.store.engines.sqlite.binding import connect
from engine_under_test import IS_ON_CLUSTER
from refusals import raises_code
from sqlite_files import opened_file

ROOT = Actor("root", "root")
#: Messages in a file, and backups beside which a file more is taken in.
PART, BACKUPS = 100, 3
ONE_PAGE = Limits(store=StoreLimits(backup_step_pages=1))
#: Steps after which a copy is killed, and a few that it does not come to: pages of a file, tables of a database.
INSTANTS = range(0, 60, 4) if IS_ON_CLUSTER else range(0, 130, 9)


def ignore_progress(_done: int, _all: int) -> None:
    """A progress callback that does nothing."""


@pytest.mark.parametrize("limits", [Limits(store=StoreLimits(backup_step_pages=8))])
async def test_beside_a_dispatcher_at_full_intake_each_backup_is_whole(works: Works) -> None:
    laid = 0

    def lay_part() -> None:
        nonlocal laid
        messages = (diffusion("DE", ("PL", "FR"), retention_until=None) for _ in range(PART))
        works.write(f"{laid}.jsonl", *messages)
        laid += PART

    for _ in range(3):
        lay_part()
    made: list[tuple[Path, int, str]] = []

    async def all_taken() -> bool:
        return (await works.desk.queries.figures()).outcomes.get("accepted") == laid

    with dispatching_process(works.desk.store.path, works.inbox, works.outbox):
        while len(made) < BACKUPS or not await all_taken():
            if len(made) < BACKUPS:
                lay_part()  # so that it falls into the work, however long the others took
            path = works.folder / f"copy-{len(made)}.db"
            done = await works.desk.backups.back_up(ROOT, path, ignore_progress)
            made.append((path, done.events, done.head))
            if await works.desk.queries.feed():
                await works.desk.review.note(works.bench.actor("Jonas"), 1, "an officer goes on")
        await until(lambda: len(list(works.outbox.glob("PL/*.jsonl"))) > 0)
    assert len({events for _, events, _ in made}) > 1, "backups fell into the work"
    chain = {event.seq: event for event in await works.desk.queries.events_after(0, 100_000)}
    assert len(chain) >= made[-1][1]
    for path, events, head in made:
        with opened_file(path, "immutable=1") as copy:
            assert copy.value("PRAGMA integrity_check") == "ok"
            assert copy.execute("SELECT count(*), max(seq) FROM event") == [(events, events)]
        with opened_file(works.desk.store.path) as original:
            kept = original.value("SELECT hash FROM event WHERE seq = ?", (events,))
            assert kept.hex() == head, "its chain is the beginning of the original's"
    newest = await open_desk(made[-1][0], works.bench.clock)
    assert (await prove_store(newest.store, newest.context)).holds
    await newest.close()


async def test_on_a_disk_that_fills_nothing_is_left(works: Works, tmp_path: Path) -> None:
    await works.bench.sent(diffusion("DE"))
    with small_disk(tmp_path / "disk") as disk:
        disk.fill()
        with raises_code(RefusedCode.FILE_NOT_WRITABLE, match=r"nothing is left of it|No space left"):
            await works.desk.backups.back_up(ROOT, disk.path / "copy.db", ignore_progress)
        assert [file.name for file in disk.path.iterdir()] == ["ballast"]
        disk.empty()
        done = await works.desk.backups.back_up(ROOT, disk.path / "copy.db", ignore_progress)
        assert done.chain == "verified"


@pytest.mark.parametrize("limits", [ONE_PAGE])
async def test_killed_on_the_way_it_has_no_name_yet(works: Works) -> None:
    for _ in range(3):
        await works.bench.sent(diffusion("DE"))
    killed = 0
    for instant in INSTANTS:
        path = works.folder / f"killed-{instant}.db"
        status = _copied_in_a_child(works.desk.store.path, path, killed_at=instant)
        killed += os.WIFSIGNALED(status)
        assert path.exists() is not os.WIFSIGNALED(status)
        left = list(works.folder.glob(f"*killed-{instant}.db*"))
        assert all(file == path or file.name.startswith(".") for file in left)
        again = await works.desk.backups.back_up(ROOT, works.folder / f"again-{instant}.db", ignore_progress)
        assert again.chain == "verified"
    assert killed > 5


def _copied_in_a_child(source: Path, path: Path, killed_at: int) -> int:
    """Copies in a child process and returns how it ended."""
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1]
    steps = 0

    def step(_done: int, _all: int) -> None:
        nonlocal steps
        steps += 1
        if steps > killed_at:
            os.kill(os.getpid(), signal.SIGKILL)

    try:
        if IS_ON_CLUSTER:
            with open_old_store(source) as handle:
                carry_to_file(handle, path, step)
        else:
            backup.write_copy(connect(source), path, step, ONE_PAGE.store)
        os._exit(0)
    except BaseException:
        os._exit(3)
