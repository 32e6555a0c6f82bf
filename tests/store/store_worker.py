"""A process that works on a store: ``store_worker.py ROLE PATH [COUNT]``. It reports ``ready`` first."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from dataclasses import replace
from pathlib import Path

from store_kit import clock, held_item, no_preamble, write_note

from dutydesk.domain.delivery.states import ItemState
from dutydesk.store.engine.rows import Connection
from dutydesk.store.engine.store import Store, open_store
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.engines.sqlite.locks import StoreLocks
from dutydesk.store.tables import items, log
from sqlite_files import connection_class

CHECKPOINT_BYTES = 200_000
#: Checkpoints beside which others commit, at least.
FOLDS_BESIDE_COMMITS = 5


def ready() -> None:
    print("ready", flush=True)


def take_in(reference: str):
    def work(transaction: Transaction) -> int:
        number = items.add(transaction, held_item(reference))
        write_note(reference)(transaction)
        return number

    return work


def decide(number: int):
    def work(transaction: Transaction) -> bool:
        item = items.get(transaction, number)
        if item.state is not ItemState.HELD:
            return False
        items.save(transaction, item, replace(item, state=ItemState.RELEASED))
        write_note("released", item.name)(transaction)
        return True

    return work


async def intake(store: Store, count: int) -> None:
    """Intake by twenty producers at once."""

    async def produce(producer: int) -> None:
        for serial in range(count // 20):
            await store.write(take_in(f"{os.getpid()}-{producer}-{serial}"), officer=False)

    await asyncio.gather(*(produce(producer) for producer in range(20)))


async def alone(store: Store, count: int) -> None:
    """Makes one write after another, with a commit each."""
    for _ in range(count):
        await store.write(write_note(str(os.getpid())))


async def officer(store: Store, count: int) -> None:
    """Claims and decides, one act after another; colleagues decide the same items."""
    done = 0
    while done < count:
        queue = await store.read(lambda handle: items.review_queue(handle, 50))
        for item in queue:
            done += await store.write(decide(item.number))
            if done >= count:
                break


async def reader(store: Store, count: int) -> None:
    """Reads until the store has this many events; each read must see whole transactions."""

    def look(handle) -> int:
        head = log.head_seq(handle)
        shown = log.counters(handle).get("state:held", 0)
        there = handle.connection.execute("SELECT count(*) FROM item WHERE state = 'held'").fetchone()[0]
        assert shown == there, f"{shown} counted, {there} there"
        return head

    head = 0
    while head < count:
        head = await store.read(look)
        await asyncio.sleep(0.005)


async def keeper(store: Store, count: int) -> None:
    """Holds the dispatcher's lock and makes checkpoints until the store has this many events."""
    assert store.dispatcher_lock.try_exclusive()
    folded = longest = 0
    while await store.read(log.head_seq) < count:
        longest = max(longest, store.housekeeping.bytes())
        if store.housekeeping.bytes() > CHECKPOINT_BYTES:
            folded += await store.fold()
        await asyncio.sleep(0.002)
    print(folded, longest, flush=True)


class Spans:
    """The times of each commit and checkpoint of this process, in nanoseconds of the monotonic clock."""

    def __init__(self) -> None:
        self.found: list[tuple[str, int, int]] = []
        execute = connection_class().execute

        def timed(connection: Connection, sql: str, *values: object):
            began = time.monotonic_ns()
            try:
                return execute(connection, sql, *values)
            finally:
                if sql == "COMMIT" or ("wal_checkpoint" in sql and "PASSIVE" not in sql):
                    self.found.append((sql, began, time.monotonic_ns()))

        connection_class().execute = timed

    def folds(self) -> int:
        return sum(sql != "COMMIT" for sql, _, _ in self.found)

    def tell(self) -> None:
        print(json.dumps(self.found), flush=True)


async def committing(store: Store, count: int) -> None:
    """Makes one commit for each write, and goes on until another one has made its checkpoints beside."""
    spans = Spans()
    await alone(store, count)
    while not _folded(store).exists():
        await alone(store, 1)
    spans.tell()


async def folding(store: Store, count: int) -> None:
    """Makes checkpoints as often as it can until the store has this many events; says by a file when some are made."""
    spans = Spans()
    while await store.read(log.head_seq) < count or spans.folds() < FOLDS_BESIDE_COMMITS:
        await store.fold()
        if spans.folds() >= FOLDS_BESIDE_COMMITS:
            _folded(store).touch()
    spans.tell()


def _folded(store: Store) -> Path:
    return store.path.with_name("folded")


async def work(role: str, path: Path, count: int) -> None:
    store = await open_store(path, clock, no_preamble)
    ready()
    sys.stdin.readline()
    roles = {"intake": intake, "alone": alone, "officer": officer, "reader": reader, "keeper": keeper}
    roles |= {"committing": committing, "folding": folding}
    await roles[role](store, count)
    await store.close()


def hold(role: str, path: Path) -> None:
    locks = StoreLocks(path)
    match role:
        case "hold-dispatcher":
            assert locks.dispatcher.try_exclusive()
            ready()
            sys.stdin.readline()
        case "hold-commit":
            with locks.commit(officer=False):
                ready()
                sys.stdin.readline()
        case "hold-checkpoint":
            with locks.checkpoint() as alone:
                assert alone
                ready()
                sys.stdin.readline()
    locks.close()


if __name__ == "__main__":
    role, path = sys.argv[1], Path(sys.argv[2])
    if role.startswith("hold-"):
        hold(role, path)
    else:
        asyncio.run(work(role, path, int(sys.argv[3])))
