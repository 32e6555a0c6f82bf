"""The backup: a verified copy made while others work, complete or absent, and never a second source of deliveries."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from desks import Bench, diffusion
from dutydesk.desk.audit.log_export import prove_store
from dutydesk.desk.base.context import Actor
from dutydesk.desk.service.desk import Desk, open_desk
from dutydesk.domain.codes.not_allowed import NotAllowedCode
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.errors import InvalidRequest, Refused, StoreUnusable
from dutydesk.domain.limits import Limits, StoreLimits
from dutydesk.store.tables import log
from refusals import raises_code
from sqlite_files import opened_file


def quiet(_done: int, _all: int) -> None:
    """Ignore the progress."""


ROOT = Actor("root", "root")


async def backed_up(bench: Bench, path: Path) -> Path:
    await bench.desk.backups.back_up(ROOT, path, quiet)
    return path


async def with_traffic(bench: Bench, count: int = 5) -> None:
    for _ in range(count):
        await bench.sent(diffusion("DE", ("PL", "FR")))


async def test_a_backup_is_a_store_that_says_the_same(bench: Bench, tmp_path: Path) -> None:
    await with_traffic(bench)
    before = await bench.desk.queries.verify()
    done = await bench.desk.backups.back_up(ROOT, tmp_path / "copy.db", quiet)
    assert (done.events, done.head, done.chain, done.policy) == (before.events, before.head, "verified", "verified")
    path = Path(done.file)
    assert (path.stat().st_mode & 0o777, path.stat().st_size) == (0o600, done.bytes)
    assert not [entry.name for entry in tmp_path.iterdir() if entry.name.startswith(".")]
    copy = await open_desk(path, bench.clock)
    assert await copy.queries.feed() == await bench.desk.queries.feed()
    assert (await copy.queries.figures()).deliveries == (await bench.desk.queries.figures()).deliveries
    assert (await copy.queries.verify()).head == done.head
    assert (await prove_store(copy.store, copy.context)).holds
    await copy.close()
    event = (await bench.desk.queries.events_after(done.events))[0]
    assert (event.kind, event.actor, event.data["head"]) == ("store.backed_up", "root", done.head)


@pytest.mark.parametrize("limits", [Limits(store=StoreLimits(backup_step_pages=4))])
async def test_others_go_on_writing_while_the_copy_is_made_of_one_moment(bench: Bench, tmp_path: Path) -> None:
    await with_traffic(bench, 30)
    loop, steps, sent = asyncio.get_running_loop(), 0, 0
    before = await bench.desk.queries.verify()

    def write_in_between(done: int, everything: int) -> None:
        """Called in the copying thread: continue once a message has been received."""
        nonlocal steps, sent
        steps += 1
        if steps % 5 == 1 and done < everything:
            asyncio.run_coroutine_threadsafe(bench.sent(diffusion("DE", ("PL",))), loop).result(20)
            sent += 1

    done = await bench.desk.backups.back_up(ROOT, tmp_path / "copy.db", write_in_between)
    assert sent > 3, "the copy was made in steps, and each of them let others commit"
    assert steps < 2000, "a commit in between does not make it begin again"
    assert done.events == before.events
    assert (await bench.desk.queries.figures()).states["released"] == 30 + sent


async def test_a_copy_is_only_read(bench: Bench, tmp_path: Path) -> None:
    await with_traffic(bench)
    copy = await open_desk(await backed_up(bench, tmp_path / "copy.db"), bench.clock)
    beside = Bench(copy, bench.clock)
    before = await copy.queries.verify()
    acts: list[Awaitable[object]] = [
        beside.send(diffusion("DE")),
        copy.review.note(bench.actor("Jonas"), 1, "a note"),
        copy.delivery.lease(10),
        copy.supervision.set_offline(bench.actor("Jonas"), "PL", offline=True),
    ]
    for actor in acts:
        with raises_code(StoreCode.STORE_IS_COPY, match=r"event \d+.*dispatch --restored"):
            await actor
    assert await copy.queries.verify() == before
    await copy.close()


def a_file(path: Path) -> None:
    path.write_text("mine")


def a_link(path: Path) -> None:
    path.symlink_to(path.with_name("elsewhere"))


@pytest.mark.parametrize("make", [a_file, a_link, Path.mkdir])
async def test_what_has_the_name_is_left_alone(bench: Bench, tmp_path: Path, make: Callable[[Path], None]) -> None:
    path = tmp_path / "copy.db"
    make(path)
    with raises_code(RefusedCode.FILE_EXISTS):
        await bench.desk.backups.back_up(ROOT, path, quiet)
    assert path.is_symlink() or path.is_dir() or path.read_text() == "mine"
    assert not (tmp_path / "elsewhere").exists()


async def test_who_takes_the_name_meanwhile_keeps_it(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "copy.db"
    with raises_code(RefusedCode.FILE_EXISTS):
        await bench.desk.backups.back_up(ROOT, path, lambda _done, _all: path.write_text("mine"))
    assert path.read_text() == "mine"


async def test_where_there_are_no_links_it_gets_its_name_all_the_same(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(*_arguments: object, **_more: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    copy = await open_desk(await backed_up(bench, tmp_path / "copy.db"), bench.clock)
    await copy.close()
    (tmp_path / "taken.db").touch()
    with raises_code(RefusedCode.FILE_EXISTS):
        await bench.desk.backups.back_up(ROOT, tmp_path / "taken.db", quiet)


@pytest.mark.parametrize("name", ["desk.db-wal", "desk.db-dispatcher", "desk.toml", "desk.db"])
async def test_the_store_s_own_names_are_refused(bench: Bench, name: str) -> None:
    with pytest.raises((InvalidRequest, Refused)):
        await bench.desk.backups.back_up(ROOT, bench.desk.store.path.with_name(name), quiet)


async def test_only_an_administrator_makes_one(bench: Bench, tmp_path: Path) -> None:
    for name in ("Ines", "Jonas", "Olga"):
        with raises_code(NotAllowedCode.ROLE_TOO_LOW):
            await bench.desk.backups.back_up(bench.actor(name), tmp_path / "copy.db", quiet)
    assert not (tmp_path / "copy.db").exists()


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("UPDATE counter SET value = 9 WHERE name = 'state:released'", "the figure state:released is 9, and there are"),
        ("DROP TRIGGER event_is_never_changed; UPDATE event SET actor = 'Mallory' WHERE seq = 3", "event 3"),
    ],
)
async def test_a_copy_that_does_not_verify_is_no_backup(tmp_path: Path, bench: Bench, sql: str, words: str) -> None:
    await with_traffic(bench)
    kept = await backed_up(bench, tmp_path / "damaged.db")
    with opened_file(kept) as connection:
        for statement in filter(None, map(str.strip, sql.split(";"))):
            connection.execute(statement)
    damaged = await open_desk(kept, bench.clock)
    with raises_code(StoreCode.BACKUP_UNVERIFIED, match=words):
        await damaged.backups.back_up(ROOT, tmp_path / "copy.db", quiet)
    await damaged.close()
    assert not [entry for entry in tmp_path.iterdir() if "copy" in entry.name]


async def test_a_store_that_cant_be_written_can_still_be_copied(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_arguments: object, **_more: object) -> None:
        raise StoreUnusable(StoreCode.DISK_FULL, "the disk of the store is full")

    with monkeypatch.context() as patched:
        patched.setattr(type(bench.desk.store), "write", full)
        done = await bench.desk.backups.back_up(ROOT, tmp_path / "copy.db", quiet)
    assert done.unrecorded == "the disk of the store is full"
    assert (tmp_path / "copy.db").exists()


async def test_only_an_administrator_lets_a_copy_go_on_and_only_a_copy(bench: Bench, tmp_path: Path) -> None:
    from dutydesk.desk.service.backup import OutboxContents

    copy = await open_desk(await backed_up(bench, tmp_path / "copy.db"), bench.clock)
    with raises_code(NotAllowedCode.ROLE_TOO_LOW):
        await copy.backups.accept_copy(bench.actor("Ines"), OutboxContents())
    await copy.backups.accept_copy(ROOT, OutboxContents())
    for desk in (copy, bench.desk):
        with raises_code(RefusedCode.NOT_A_COPY):
            await desk.backups.accept_copy(ROOT, OutboxContents())
    assert await number_of(copy) == 1
    await copy.close()


async def number_of(desk: Desk) -> int:
    """Return the number of the first item that is received."""
    beside = Bench(desk, None)  # type: ignore[arg-type]
    assert (await desk.store.read(log.counters)).get("floor:item", 0) == 0
    return await beside.sent(diffusion("DE"))
