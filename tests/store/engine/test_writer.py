"""The writer: many writes in few commits, in order, each independent of the others."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path

import pytest
from store_kit import (
    clock,
    handle_on,
    held_item,
    kept_locked,
    make_store_file,
    no_preamble,
    officer_of_another_process,
    open_store_file,
    raw_connection,
    write_note,
)

from dutydesk.domain.codes.not_found import NotFoundCode
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.errors import Refused, StoreUnusable
from dutydesk.domain.events.reviews import ItemNoted
from dutydesk.domain.limits import DEFAULT_LIMITS
from dutydesk.store.engine.store import Store, open_store
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import bureaus, items, log, measures
from dutydesk.store.tables.measures import PolicyReader
from refusals import raises_code
from sqlite_files import trace


def refused(words: str) -> Refused:
    return Refused(RefusedCode.NOT_IN_REVIEW, words)


def refuse(_transaction: Transaction) -> None:
    raise refused("x")


BATCH_JOBS = DEFAULT_LIMITS.store.batch_jobs
#: A batch of intake ends as soon as an officer waits: it looks for one before each member.
PRESSED = {"intake_seconds": 0.0, "officer_look_seconds": 0.0}
#: The same for officers of other boxes.
LOOKING = PRESSED | {"far_officer_look_seconds": 0.0, "far_officer_look_times": 0.0}


@pytest.fixture
def limits() -> dict[str, float]:
    """Limits of the store that differ from the defaults."""
    return {}


@pytest.fixture
async def store(tmp_path: Path, limits: dict[str, float]) -> AsyncIterator[Store]:
    async with open_store_file(make_store_file(tmp_path / "desk.db"), **limits) as store:
        yield store


async def record_transactions(store: Store) -> list[str]:
    """Records every transaction that the writer begins from now on."""
    seen: list[str] = []
    await store._write_connection.run(
        lambda raw: trace(raw, lambda sql: seen.append(sql) if sql.startswith("BEGIN") else None),
    )
    return seen


class Gate:
    """A write that keeps the writer busy until it is opened, so that other writes queue up."""

    def __init__(self, store: Store, *, officer: bool = True) -> None:
        self._open, self._inside = threading.Event(), threading.Event()
        self.write = asyncio.create_task(store.write(self._work, officer=officer))

    def _work(self, transaction) -> None:
        self._inside.set()
        assert self._open.wait(120)

    async def shut(self) -> Gate:
        assert await asyncio.to_thread(self._inside.wait, 120)
        return self

    async def open(self) -> None:
        self._open.set()
        await self.write


async def start_writes(*writes) -> list[asyncio.Task]:
    """Starts tasks and waits until their writes are in the queue."""
    tasks = [asyncio.create_task(write) for write in writes]
    await asyncio.sleep(0)
    return tasks


async def texts(store: Store) -> list[str]:
    events = await store.read(lambda handle: log.after(handle, 0, 10_000))
    return [str(log.data_of(event)["reason"]) for event in events]


async def test_concurrent_writes_share_commits(store: Store) -> None:
    seen = await record_transactions(store)
    gate = await Gate(store).shut()
    waiting = await start_writes(*(store.write(write_note(str(serial))) for serial in range(3 * BATCH_JOBS)))
    await gate.open()
    assert await asyncio.gather(*waiting) == list(range(1, 3 * BATCH_JOBS + 1))
    assert len(seen) == 1 + 3


async def test_each_write_is_durable_and_seen_by_others_when_it_returns(store: Store) -> None:
    with raw_connection(store.path) as connection:
        for serial in range(1, 4):
            before = store.engine.version(connection)
            await store.write(write_note("seen"))
            assert store.engine.version(connection) != before
            assert connection.execute("SELECT max(seq) FROM event").fetchone()[0] == serial


async def test_what_is_being_written_is_unconfirmed_until_the_write_returns(store: Store) -> None:
    assert store.unconfirmed_seconds == 0
    assert await store.write(lambda _transaction: store.unconfirmed_seconds) > 0
    assert store.unconfirmed_seconds == 0
    with raises_code(RefusedCode.NOT_IN_REVIEW):
        await store.write(refuse)
    assert store.unconfirmed_seconds == 0


async def test_officers_go_ahead_of_intake_and_each_queue_keeps_its_order(store: Store) -> None:
    gate = await Gate(store).shut()
    waiting = await start_writes(
        *(store.write(write_note(f"intake {serial}"), officer=False) for serial in range(200)),
        *(store.write(write_note(f"officer {serial}")) for serial in range(5)),
    )
    await gate.open()
    await asyncio.gather(*waiting)
    officers, intake = [f"officer {n}" for n in range(5)], [f"intake {n}" for n in range(200)]
    assert await texts(store) == officers + intake


@pytest.mark.parametrize("limits", [PRESSED])
async def test_a_batch_of_intake_under_way_ends_early_for_an_officer(store: Store) -> None:
    first = await Gate(store).shut()
    gate = Gate(store, officer=False)
    intake = await start_writes(*(store.write(write_note(f"intake {n}"), officer=False) for n in range(50)))
    await first.open()
    await gate.shut()
    officer = await start_writes(store.write(write_note("officer")))
    await gate.open()
    await asyncio.gather(*intake, *officer)
    assert await texts(store) == ["officer", *(f"intake {n}" for n in range(50))]


async def test_officers_without_a_pause_do_not_keep_intake_out(store: Store) -> None:
    """Each of two is written while the other waits, so that an officer always waits."""
    taken_in = False

    async def decide(first: asyncio.Task[None] | None = None) -> None:
        if first is not None:
            await first
        for _ in range(500):
            if not taken_in:
                await store.write(write_note("officer"))

    gate = await Gate(store).shut()
    deciding = await start_writes(decide(gate.write), decide())
    (intake,) = await start_writes(store.write(write_note("intake"), officer=False))
    await gate.open()
    await intake
    taken_in = True
    await asyncio.gather(*deciding)
    assert (await texts(store)).index("intake") < 100


@pytest.mark.parametrize("limits", [LOOKING | {"yield_seconds": 0.0}])
async def test_intake_beside_an_officer_of_another_process_commits_after_each_member(store: Store) -> None:
    seen = await record_transactions(store)
    with officer_of_another_process(store.path):
        await asyncio.gather(*(store.write(write_note(str(n)), officer=False) for n in range(5)))
    assert len(seen) == 5
    await asyncio.gather(*(store.write(write_note(str(n)), officer=False) for n in range(5, 10)))
    assert len(seen) == 6
    assert await texts(store) == [str(n) for n in range(10)]


@pytest.mark.parametrize("limits", [PRESSED])
async def test_what_ends_early_beside_a_spoilt_member_keeps_its_order(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    presses = iter((False, False, True))  # the second member, the one that spoils, and the second again
    monkeypatch.setattr(store.engine, "is_officer_waiting", lambda: next(presses, False))
    jobs = [
        write_note("0"),
        write_note("1"),
        failing_after_writing(lambda: refused("late")),
        write_note("3"),
        write_note("4"),
    ]
    results = await asyncio.gather(*(store.write(job, officer=False) for job in jobs), return_exceptions=True)
    assert [type(result) for result in results] == [int, int, Refused, int, int]
    assert await texts(store) == ["0", "1", "3", "4"]


def refusing(transaction):
    raise refused("no")


def failing_after_writing(error: Callable[[], Exception]):
    def work(transaction):
        items.add(transaction, held_item("DE-1"))
        transaction.add_to_counter("outcome:accepted")
        write_note("never")(transaction)
        raise error()

    return work


async def test_a_refusal_before_writing_does_not_disturb_the_batch(store: Store) -> None:
    seen = await record_transactions(store)
    gate = await Gate(store).shut()
    waiting = await start_writes(store.write(write_note("one")), store.write(refusing), store.write(write_note("two")))
    await gate.open()
    one, refused, two = await asyncio.gather(*waiting, return_exceptions=True)
    assert (one, two) == (1, 2)
    assert isinstance(refused, Refused)
    assert len(seen) == 1 + 1


@pytest.mark.parametrize(
    "error",
    [lambda: refused("too late"), lambda: KeyError("a fault"), lambda: StopIteration(1)],
)
async def test_a_member_that_fails_after_writing_is_rolled_back_alone(
    error: Callable[[], Exception], store: Store
) -> None:
    seen = await record_transactions(store)
    gate = await Gate(store).shut()
    waiting = await start_writes(
        *(store.write(write_note(f"before {n}")) for n in range(40)),
        store.write(failing_after_writing(error)),
        *(store.write(write_note(f"after {n}")) for n in range(40)),
    )
    await gate.open()
    results = await asyncio.wait_for(asyncio.gather(*waiting, return_exceptions=True), 60)
    failed = results.pop(40)
    assert isinstance(failed, RuntimeError if isinstance(error(), StopIteration) else type(error()))
    assert results == list(range(1, 81))
    assert await texts(store) == [f"before {n}" for n in range(40)] + [f"after {n}" for n in range(40)]
    assert await store.read(lambda handle: handle.value("item_highest")) == 0
    assert await store.read(log.counters) == {}
    assert len(seen) == 1 + 1 + 3  # the batch and its three parts


async def test_several_failing_members_fail_alone(store: Store) -> None:
    gate = await Gate(store).shut()
    spoilt = {3, 4, 60, 127}
    waiting = await start_writes(
        *(
            store.write(failing_after_writing(lambda: refused("late")) if n in spoilt else write_note(str(n)))
            for n in range(BATCH_JOBS)
        )
    )
    await gate.open()
    results = await asyncio.gather(*waiting, return_exceptions=True)
    assert {n for n, result in enumerate(results) if isinstance(result, Refused)} == spoilt
    assert await texts(store) == [str(n) for n in range(BATCH_JOBS) if n not in spoilt]
    assert (await store.read(log.verify)).fault is None


async def test_an_event_that_can_not_be_linked_fails_alone(store: Store) -> None:
    gate = await Gate(store).shut()
    waiting = await start_writes(
        *(store.write(write_note(str(n))) for n in range(9)),
        store.write(lambda transaction: transaction.emit("no \udc80 text", "D-000001", ItemNoted(login="-"))),
        *(store.write(write_note(str(n))) for n in range(9, 20)),
    )
    await gate.open()
    results = await asyncio.gather(*waiting, return_exceptions=True)
    assert [n for n, result in enumerate(results) if isinstance(result, Exception)] == [9]
    assert await texts(store) == [str(n) for n in range(20)]


async def test_a_walk_that_ends_too_early_leaves_nobody_waiting(store: Store) -> None:
    with pytest.raises(RuntimeError):
        await asyncio.wait_for(store.write(lambda transaction: next(iter(()))), 30)
    with pytest.raises(RuntimeError):
        await asyncio.wait_for(store.read(lambda handle: next(iter(()))), 30)


async def test_what_nobody_awaits_any_more_is_not_begun(store: Store) -> None:
    gate = await Gate(store).shut()
    kept, dropped, also_kept = await start_writes(
        *(store.write(write_note(text)) for text in ("kept", "dropped", "also kept"))
    )
    dropped.cancel()
    with suppress(asyncio.CancelledError):
        await dropped
    await gate.open()
    await asyncio.gather(kept, also_kept)
    assert await texts(store) == ["kept", "also kept"]


async def test_a_write_that_is_cancelled_while_it_runs_is_finished_and_the_writer_goes_on(store: Store) -> None:
    gate = await Gate(store).shut()
    gate.write.cancel()
    waiting = await start_writes(store.write(write_note("next")))
    with suppress(asyncio.CancelledError):
        await gate.open()
    assert await asyncio.gather(*waiting) == [1]


async def test_close_finishes_what_waits_and_then_takes_nothing_more(tmp_path: Path) -> None:
    path = make_store_file(tmp_path / "desk.db")
    store = await open_store(path, clock, no_preamble)
    gate = await Gate(store).shut()
    waiting = await start_writes(*(store.write(write_note(str(n))) for n in range(300)))
    closing = asyncio.create_task(store.close())
    await asyncio.sleep(0)
    with raises_code(StoreCode.STORE_CLOSED):
        await store.write(write_note("too late"))
    await gate.open()
    assert await asyncio.gather(*waiting) == list(range(1, 301))
    await closing
    await store.close()
    for late in (store.write(write_note("too late")), store.read(log.verify), store.data_version()):
        with raises_code(StoreCode.STORE_CLOSED):
            await late
    with handle_on(path) as handle:
        assert log.verify(handle).events == 300


async def test_a_writer_that_is_ended_leaves_nobody_waiting(store: Store) -> None:
    gate = await Gate(store).shut()
    waiting = await start_writes(store.write(write_note("never begun")))
    store._writer._task.cancel()
    results = await asyncio.gather(gate.write, *waiting, return_exceptions=True)
    assert [type(result) for result in results] == [StoreUnusable, StoreUnusable]
    gate._open.set()
    with raises_code(StoreCode.STORE_CLOSED):
        await store.write(write_note("after the end"))


@pytest.mark.sqlite_only("a limit of its pages; tests/dispatch/test_faults.py fills the disk of a database")
async def test_a_full_disk_is_one_sentence_and_work_goes_on_when_there_is_room(store: Store) -> None:
    await store.write(write_note("before"))

    def limit(pages: int):
        return lambda raw: raw.execute(f"PRAGMA max_page_count = {pages}").fetchone()

    full = await store._write_connection.run(limit(1))  # the least it takes is what there is
    results = await asyncio.gather(*(store.write(write_note("x" * 20_000)) for _ in range(10)), return_exceptions=True)
    sentence = "the disk of the store is full; nothing was changed: free some space and try again"
    assert full
    assert {str(result) for result in results} == {sentence}
    assert {type(result) for result in results} == {StoreUnusable}
    await store._write_connection.run(limit(1_000_000))
    await store.write(write_note("after"))
    assert await texts(store) == ["before", "after"]
    assert (await store.read(log.verify)).fault is None


@pytest.mark.parametrize("limits", [{"busy_seconds": 0.0}])
async def test_a_store_that_stays_locked_fails_a_whole_batch_at_once(store: Store) -> None:
    seen = await record_transactions(store)
    with raw_connection(store.path) as connection, kept_locked(connection):
        results = await asyncio.gather(*(store.write(write_note(str(n))) for n in range(50)), return_exceptions=True)
    assert {str(result) for result in results} == {
        "the store is kept locked by another process; nothing was changed: end that process and try again"
    }
    assert len(seen) <= 2  # one attempt per batch
    await store.write(write_note("free again"))


async def test_what_was_rolled_back_is_not_remembered(store: Store) -> None:
    """A bureau's row number that was never committed may already belong to another bureau."""

    def joins(code: str, then: Callable[[], None]):
        def work(transaction):
            bureaus.add_missing(transaction, [code])
            bureaus.id_of(transaction, code)
            then()

        return work

    def refuse() -> None:
        raise refused("after all")

    with raises_code(RefusedCode.NOT_IN_REVIEW):
        await store.write(joins("XA", refuse))
    with raw_connection(store.path) as connection:
        connection.execute("INSERT INTO bureau (code) VALUES ('XB')")
    with raises_code(NotFoundCode.UNKNOWN_BUREAU):
        await store.write(lambda transaction: bureaus.id_of(transaction, "XA"))
    assert await store.write(lambda transaction: bureaus.code_of(transaction, 1)) == "XB"


async def test_rules_that_were_rolled_back_are_not_remembered(store: Store) -> None:
    """Rules that are written next must never be taken for the rolled-back ones."""
    policies = PolicyReader({})

    def denies(target: str, *, then_fails: bool):
        def work(transaction):
            measures.state_restriction(transaction, "DE", None, target, True, "DE")
            policies.current(transaction)
            if then_fails:
                raise refused("after all")

        return work

    with raises_code(RefusedCode.NOT_IN_REVIEW):
        await store.write(denies("PL", then_fails=True))
    with raw_connection(store.path) as connection:  # another process
        other = Transaction(connection, clock())
        measures.state_restriction(other, "DE", None, "FR", True, "DE")
    policy = await store.read(policies.current)
    assert policy == await store.read(PolicyReader({}).current)
    assert set(policy.owner_denials["DE"].statements) == {"FR"}


async def test_a_damaged_statement_is_a_fault_of_ours_and_said_as_such(store: Store) -> None:
    with pytest.raises(store.engine.errors, match="nowhere"):
        await store.write(lambda transaction: transaction.connection.execute("INSERT INTO nowhere VALUES (1)"))
