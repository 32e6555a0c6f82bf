"""Faults of a disk: each is reported in one sentence, loses nothing, and work continues by itself once it is gone."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from dispatch_kit import Bureaus, Works, spool_lines, until
from store_faults import FAULTS, StoreFault

from desks import AT, Bench, MovedClock, diffusion, notice_request
from disks import Disk, StoreDisk, small_disk, small_store_disk
from dutydesk.desk.base.rows import DeliveryRow, ItemView
from dutydesk.desk.base.settings import Settings
from dutydesk.desk.review.decide import Deciding
from dutydesk.desk.service.desk import make_store as make_empty_store
from dutydesk.desk.service.desk import open_desk
from dutydesk.dispatch.dispatcher import Dispatcher
from dutydesk.dispatch.inbox import Inbox
from dutydesk.dispatch.spool import SpoolTransport
from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.errors import StoreUnusable
from dutydesk.domain.limits import DispatchLimits, InboxLimits, Limits
from dutydesk.domain.review.guards import Decision
from dutydesk.domain.review.officers import Officer, Role
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import deliveries
from engine_under_test import make_store, replace_open_store
from refusals import raises_code

FULL = "the disk of the store is full; nothing was changed: free some space and try again"


#: Tries again after milliseconds instead of up to a minute.
SOON = Limits(
    dispatch=DispatchLimits(
        first_backoff_seconds=0.01, max_backoff_seconds=0.05, reachability_seconds=0.05, folder_retry_seconds=0.05
    ),
    inbox=InboxLimits(poll_seconds=0.02, postpone_seconds=0.05),
)


@pytest.fixture
def limits() -> Limits:
    return SOON


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    with small_disk(tmp_path / "disk") as made:
        yield made


@pytest.fixture
def store_disk(tmp_path: Path) -> Iterator[StoreDisk]:
    with small_store_disk(tmp_path / "store") as made:
        yield made


@pytest.fixture
async def small(store_disk: StoreDisk) -> AsyncIterator[Works]:
    """A desk whose store is on a small disk."""
    path, clock = store_disk.store, MovedClock(AT)
    make_empty_store(path, "live", clock)
    desk = await open_desk(path, clock, founder="root", limits=SOON)
    made = Works(Bench(desk, clock), path.parent, Bureaus())
    for name, role in (("Ines", Role.SUPERVISOR), ("Jonas", Role.OFFICER)):
        await desk.people.add_officer(made.bench.actor("root"), Officer(name, role, "-", (name.lower(),)))
    yield made
    await desk.close()


def has_trouble(dispatcher: Dispatcher, words: str) -> Callable[[], bool]:
    return lambda: any(words in trouble for trouble in dispatcher.state.troubles)


def without_troubles(dispatcher: Dispatcher) -> Callable[[], bool]:
    return lambda: dispatcher.state.troubles == ()


def keys(outbox: Path) -> Counter[str]:
    return Counter(line["delivery"] for line in spool_lines(outbox))


async def all_delivered(works: Works, items: int) -> bool:
    figures = await works.desk.queries.figures()
    return figures.states == {"released": items} and set(figures.deliveries) == {"delivered"}


async def test_a_full_disk_while_taking_in(small: Works, store_disk: StoreDisk, tmp_path: Path) -> None:
    works = Works(small.bench, tmp_path, small.bureaus)
    async with works.dispatching(
        SpoolTransport(works.outbox, SOON.dispatch), inbox=Inbox(works.inbox, SOON.inbox)
    ) as dispatcher:
        store_disk.disk.fill()
        for number in range(40):
            works.write(f"{number}.json", diffusion("DE", ("PL",), text="x" * 20_000))
        await until(has_trouble(dispatcher, f"inbox: {FULL}"), "the fault is said")
        assert (await works.desk.queries.header()).items == (await works.desk.queries.figures()).states.get(
            "released", 0
        )
        store_disk.disk.empty()
        await until(lambda: all_delivered(works, 40), "all are taken in and delivered")
        await until(without_troubles(dispatcher), "the fault is over")
    assert set(keys(works.outbox).values()) == {1}
    assert len(keys(works.outbox)) == 80
    assert await works.bench.verified()


async def test_a_dispatcher_that_starts_on_a_full_disk_says_so_and_works_once_there_is_room(
    small: Works, store_disk: StoreDisk
) -> None:
    await small.bench.sent(diffusion("DE", ("PL",)))
    store_disk.disk.fill()
    dispatcher = small.dispatcher(limits=SOON.dispatch)
    running = asyncio.create_task(dispatcher.run())
    await until(has_trouble(dispatcher, FULL), "the fault is said")
    store_disk.disk.empty()
    await until(lambda: all_delivered(small, 1), "it is delivered")
    await until(without_troubles(dispatcher), "the fault is over")
    dispatcher.stop()
    await running


async def notes_without_end(works: Works, item: int) -> None:
    while True:
        await works.desk.review.note(works.bench.actor("Jonas"), item, "x" * 20_000)


async def test_a_full_disk_while_deciding(small: Works, store_disk: StoreDisk) -> None:
    item = await small.bench.sent(notice_request("BR"))
    await small.desk.review.claim(small.bench.actor("Jonas"), item)
    await small.bench.tick_all(item, "Jonas")
    store_disk.disk.fill()
    wanted = Deciding(Decision.RELEASE, "Read, nothing stands. " * 900)
    for _ in range(2):
        with raises_code(StoreCode.DISK_FULL) as fault:
            await notes_without_end(small, item)
        assert fault.value.words == FULL
    with raises_code(StoreCode.DISK_FULL, match=FULL):
        await small.desk.review.decide(small.bench.actor("Jonas"), item, wanted)
    assert await small.bench.state(item) == "held"
    store_disk.disk.empty()
    await small.desk.review.decide(small.bench.actor("Jonas"), item, wanted)
    assert await small.bench.state(item) == "released"
    assert await small.bench.verified()


async def until_outbox_is_down_and_up(works: Works, outbox: Path, spoil: Callable, mend: Callable, words: str) -> None:
    """Deliveries wait while nothing can be written, no attempt counts, and each goes out once when writing works."""
    item = await works.bench.sent(diffusion("DE", ("PL", "FR")))
    async with works.dispatching(SpoolTransport(outbox, SOON.dispatch)) as dispatcher:
        await until(lambda: all_delivered(works, 1))
        spoil()
        later = await works.bench.sent(diffusion("DE", ("PL", "FR")))
        await until(has_trouble(dispatcher, words), "the fault is said")
        assert "what is due waits, and goes out once that is mended" in str(dispatcher.state.error)
        events = await works.desk.queries.head_seq()
        for _ in range(20):
            await until(has_trouble(dispatcher, words))
            works.bench.clock.move(minutes=10)
            dispatcher.wake()
        rows = (await works.desk.queries.show(later)).deliveries
        assert {(row.state, row.attempts) for row in rows} <= {("queued", 0), ("sending", 1)}
        assert await works.desk.queries.head_seq() <= events + 4, "what can't go out is not leased again and again"
        mend()
        await until(lambda: all_delivered(works, 2), "what waited goes out")
        await until(without_troubles(dispatcher), "the fault is over")
    assert set(keys(outbox).values()) == {1}
    assert {row.attempts for row in (await works.desk.queries.show(later)).deliveries} == {1}
    assert item != later
    assert await works.bench.verified()


async def test_a_full_disk_while_delivering(works: Works, disk: Disk) -> None:
    await until_outbox_is_down_and_up(
        works, disk.path / "outbox", disk.fill, disk.empty, "can't be written (No space left on device)"
    )


async def test_an_outbox_that_becomes_read_only(works: Works, disk: Disk) -> None:
    await until_outbox_is_down_and_up(
        works,
        disk.path / "outbox",
        lambda: disk.read_only(True),
        lambda: disk.read_only(False),
        "can't be written (Read-only file system)",
    )


async def test_an_outbox_that_is_taken_away(works: Works) -> None:
    away = works.folder / "away"
    await until_outbox_is_down_and_up(
        works,
        works.outbox,
        lambda: works.outbox.rename(away),
        lambda: away.rename(works.outbox),
        "can't be written (No such file or directory)",
    )


def a_link(folder: Path) -> None:
    elsewhere = folder.with_name("elsewhere")
    elsewhere.mkdir()
    folder.symlink_to(elsewhere)


def a_file(folder: Path) -> None:
    folder.write_text("", "utf-8")


def a_pipe(folder: Path) -> None:
    os.mkfifo(folder)


def one_row(view: ItemView, recipient: str) -> DeliveryRow:
    return next(row for row in view.deliveries if row.recipient == recipient)


@pytest.mark.parametrize("there_before", [False, True])
@pytest.mark.parametrize("spoil", [a_link, a_file, a_pipe])
async def test_one_bureaus_folder_that_is_none_waits_and_the_others_go_on(
    works: Works, spoil: Callable[[Path], None], there_before: bool
) -> None:
    """No attempt counts, however long it lasts; it is reported once, the log does not grow, and then all goes out."""
    folder, away = works.outbox / "PL", works.folder / "away"
    if there_before:
        await works.bench.sent(diffusion("DE", ("PL", "FR")))
        await works.dispatch(SpoolTransport(works.outbox, SOON.dispatch))
        folder.rename(away)
    works.outbox.mkdir(exist_ok=True)
    spoil(folder)
    async with works.dispatching(SpoolTransport(works.outbox, SOON.dispatch)) as dispatcher:
        items = [await works.bench.sent(diffusion("DE", ("PL", "FR"))) for _ in range(3)]
        await until(has_trouble(dispatcher, "the outbox of PL can't be written"), "the fault is said")

        async def all_have_gone_to(recipient: str) -> bool:
            views = [await works.desk.queries.show(item) for item in items]
            return {one_row(view, recipient).state for view in views} == {"delivered"}

        await until(lambda: all_have_gone_to("FR"), "the others go on")
        said = dispatcher.state.troubles
        items.append(await works.bench.sent(diffusion("DE", ("PL", "FR"))))
        await until(lambda: all_have_gone_to("FR"), "the others go on")
        await dispatcher.wait_until_dispatched()
        head = await works.desk.queries.head_seq()
        for _ in range(2 * Settings().delivery_tries):
            works.bench.clock.move(minutes=10)
            await dispatcher.wait_until_dispatched()
        assert await works.desk.queries.head_seq() == head
        for item in items:
            row = one_row(await works.desk.queries.show(item), "PL")
            assert (row.state, row.attempts) == ("queued", 0)
        assert dispatcher.state.troubles == said
        assert len(said) == 1
        assert not (works.outbox / "elsewhere").is_dir() or not list((works.outbox / "elsewhere").iterdir())
        folder.unlink()
        if there_before:
            away.rename(folder)
        await until(lambda: all_have_gone_to("PL"), "what waited goes out")
        await until(without_troubles(dispatcher), "the fault is over")
    assert set(keys(works.outbox).values()) == {1}
    assert {one_row(await works.desk.queries.show(item), "PL").attempts for item in items} == {1}
    assert dispatcher.state.failed == 0
    assert await works.bench.verified()


async def test_one_bureaus_own_disk_that_is_full_holds_nobody_else_up(works: Works) -> None:
    works.outbox.mkdir()
    with small_disk(works.outbox / "PL") as disk:
        disk.fill()
        async with works.dispatching(SpoolTransport(works.outbox, SOON.dispatch)) as dispatcher:
            item = await works.bench.sent(diffusion("DE", ("PL", "FR"), text="x" * 20_000))
            await until(has_trouble(dispatcher, "the outbox of PL can't be written"), "the fault is said")
            await until(lambda: bool(spool_lines(works.outbox, "FR")), "the others go on")
            await dispatcher.wait_until_dispatched()
            row = one_row(await works.desk.queries.show(item), "PL")
            assert (row.state, row.attempts) == ("queued", 0)
            disk.empty()
            await until(lambda: all_delivered(works, 1), "what waited goes out")
    assert await works.bench.verified()


async def test_notices_for_a_folder_that_is_none_wait_too(works: Works) -> None:
    works.outbox.mkdir()
    a_link(works.outbox / "BR")
    spool = SpoolTransport(works.outbox, SOON.dispatch)
    async with works.dispatching(spool) as dispatcher:
        item = await works.bench.sent(notice_request("BR"))
        await works.bench.refuse(item)
        await until(has_trouble(dispatcher, "the outbox of BR"), "the fault is said")
        for _ in range(2 * Settings().delivery_tries):
            works.bench.clock.move(minutes=10)
            await dispatcher.wait_until_dispatched()
        (works.outbox / "BR").unlink()
        await until(without_troubles(dispatcher), "the fault is over")
        await until(lambda: bool(spool_lines(works.outbox, "BR")), "the bureau is told")
    notices = [line["notice"] for line in spool_lines(works.outbox, "BR")]
    assert sorted(notices) == sorted(set(notices))
    assert "refused" in notices


async def test_a_dispatcher_that_starts_after_the_mending_hands_over(works: Works) -> None:
    works.outbox.mkdir()
    a_file(works.outbox / "PL")
    item = await works.bench.sent(diffusion("DE", ("PL",)))
    async with works.dispatching(SpoolTransport(works.outbox, SOON.dispatch)) as dispatcher:
        await until(has_trouble(dispatcher, "the outbox of PL"), "the fault is said")
    (works.outbox / "PL").unlink()
    works.bench.clock.move(minutes=1)
    await works.dispatch(SpoolTransport(works.outbox, SOON.dispatch))
    assert await works.bench.deliveries(item) == {"PL": "delivered"}


async def test_the_undo_window_of_what_never_waited_is_not_shortened(works: Works) -> None:
    """Only postponed deliveries are due once the folder is repaired."""
    works.outbox.mkdir()
    a_file(works.outbox / "PL")
    async with works.dispatching(SpoolTransport(works.outbox, SOON.dispatch)) as dispatcher:
        await works.bench.sent(diffusion("DE", ("PL",)))
        await until(has_trouble(dispatcher, "the outbox of PL"), "the fault is said")
        delayed = await works.bench.sent(diffusion("DE", ("PL",)))
        due = works.bench.clock.now() + timedelta(minutes=5)

        def delay(tx: Transaction) -> None:
            rows = deliveries.of_item(tx, delayed)
            deliveries.save(tx, delayed, rows, [replace(row, due_at=due, error=None) for row in rows])

        await dispatcher.wait_until_dispatched()
        await works.desk.store.write(delay)
        (works.outbox / "PL").unlink()
        await until(without_troubles(dispatcher), "the fault is over")
        await dispatcher.wait_until_dispatched()
        assert await works.bench.deliveries(delayed) == {"PL": "queued"}


async def receipts_are_written_later(works: Works, inbox: Path, spoil: Callable, mend: Callable, words: str) -> None:
    beside = Works(works.bench, inbox.parent, works.bureaus)
    async with works.dispatching(inbox=Inbox(inbox, SOON.inbox)) as dispatcher:
        for number in range(3):
            beside.write(f"{number}.json", diffusion("DE", ("PL",)))
        beside.write("many.jsonl", *(diffusion("FR", ("PL",)) for _ in range(5)))
        spoil()
        await until(has_trouble(dispatcher, words), "the fault is said")
        mend()
        await until(lambda: all(path.is_dir() for path in inbox.iterdir()), "the files leave the inbox")
        await until(without_troubles(dispatcher), "the fault is over")
    assert len(await works.desk.queries.feed()) == 8
    outcomes = [
        line["outcome"] for name in ("0.json", "1.json", "2.json", "many.jsonl") for line in receipts(inbox, name)
    ]
    assert len(outcomes) == 8
    assert set(outcomes) <= {"accepted", "repeat"}


def receipts(inbox: Path, name: str) -> list[dict[str, str]]:
    import json

    text = (inbox / "done" / f"{name}.receipts.jsonl").read_text("ascii")
    return [json.loads(line) for line in text.splitlines()]


async def test_a_full_disk_while_writing_receipts(works: Works, disk: Disk) -> None:
    inbox = disk.path / "inbox"
    inbox.mkdir()
    await receipts_are_written_later(works, inbox, disk.fill, disk.empty, "No space left on device")


async def test_an_inbox_that_becomes_read_only(works: Works, disk: Disk) -> None:
    inbox = disk.path / "inbox"
    inbox.mkdir()
    await receipts_are_written_later(
        works, inbox, lambda: disk.read_only(True), lambda: disk.read_only(False), "Read-only file system"
    )


@pytest.mark.parametrize("fault", FAULTS, ids=str)
async def test_errors_of_the_store_are_said_and_work_goes_on(works: Works, fault: StoreFault) -> None:
    works.write("one.json", diffusion("DE", ("PL",)))
    async with works.dispatching(
        SpoolTransport(works.outbox, SOON.dispatch), inbox=Inbox(works.inbox, SOON.inbox)
    ) as dispatcher:
        await until(lambda: all_delivered(works, 1))
        with fault.present(works.desk.store.path):
            works.write("two.json", diffusion("DE", ("PL",)))
            await until(has_trouble(dispatcher, fault.words), "the fault is said")
            with pytest.raises(StoreUnusable) as raised:
                await works.desk.review.note(works.bench.actor("Jonas"), 1, "a note")
            assert fault.words in raised.value.words
        await until(lambda: all_delivered(works, 2), "work goes on")
        await until(without_troubles(dispatcher), "the fault is over")
    assert set(keys(works.outbox).values()) == {1}
    assert await works.bench.verified()


@pytest.mark.sqlite_only("the disk that its file is on; a cluster notices itself that its own is read-only")
async def test_a_store_on_a_read_only_disk_is_refused_until_it_is_writable(small: Works, store_disk: StoreDisk) -> None:
    await small.bench.sent(diffusion("DE", ("PL",)))
    path = small.desk.store.path
    await small.desk.close()
    store_disk.disk.read_only(True)
    with raises_code(StoreCode.STORE_ON_READ_ONLY_DISK):
        await open_desk(path, small.bench.clock, limits=SOON)
    store_disk.disk.read_only(False)
    again = await open_desk(path, small.bench.clock, limits=SOON)
    assert len(await again.queries.feed()) == 1
    await again.close()


@pytest.mark.sqlite_only("its file, which can be moved while it is open")
async def test_a_store_that_is_taken_away_and_put_back(works: Works) -> None:
    path, away = works.desk.store.path, works.folder / "away.db"
    async with works.dispatching(SpoolTransport(works.outbox, SOON.dispatch)) as dispatcher:
        path.rename(away)
        await until(has_trouble(dispatcher, "was removed while it was open"))
        with raises_code(StoreCode.STORE_REMOVED):
            await works.bench.sent(diffusion("DE", ("PL",)))
        away.rename(path)
        await works.bench.sent(diffusion("DE", ("PL",)))
        await until(lambda: all_delivered(works, 1), "it goes on")
        await until(without_troubles(dispatcher), "the fault is over")


async def test_a_store_that_is_replaced_ends_the_dispatcher_and_its_lock_is_free(works: Works) -> None:
    path = works.desk.store.path
    await works.bench.sent(diffusion("DE", ("PL",)))
    dispatcher = works.dispatcher()
    other = path.with_name("other.db")
    make_store(other, "live")
    running = dispatcher.run()
    replace_open_store(path, other)
    with raises_code(
        StoreCode.STORE_REPLACED,
        match=r"was replaced while it was open(, or .*)?; nothing was written: start dutydesk again",
    ):
        await running
    assert works.bureaus.lines == []
    assert any("was replaced" in trouble for trouble in dispatcher.state.troubles)
    assert works.desk.delivery.dispatcher_lock().try_exclusive(), "a new start can dispatch at once"
