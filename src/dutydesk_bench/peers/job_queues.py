"""Job queues in Python, each on one durable file: a job for every delivery, put in, taken out and acknowledged."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from dutydesk_bench.peers.work import Batches, PeerWork, rate
from dutydesk_bench.report import Figure, missing_figure, missing_packages, peer_figure

GOAL = 50.0

#: Puts a job in; takes one out and acknowledges it.
Queue = tuple[Callable[[bytes], Any], Callable[[], Any]]


def _huey(folder: Path) -> Queue:
    from huey.storage import SqliteStorage

    storage = SqliteStorage(filename=str(folder / "huey.db"), fsync=True)
    return storage.enqueue, storage.dequeue


def _litequeue(folder: Path) -> Queue:
    from litequeue import LiteQueue

    queue = LiteQueue(folder / "litequeue.db")
    queue.conn.execute("PRAGMA synchronous = FULL")
    return (lambda job: queue.put(job.decode())), (lambda: queue.done(queue.pop().message_id))


def _persist_queue(folder: Path) -> Queue:
    from persistqueue import SQLiteAckQueue

    queue = SQLiteAckQueue(str(folder / "persist-queue"), multithreading=True)
    return queue.put, (lambda: queue.ack(queue.get(block=False)))


QUEUES: dict[str, tuple[str, Callable[[Path], Queue]]] = {
    "huey": ("huey", _huey),
    "litequeue": ("litequeue", _litequeue),
    "persist-queue": ("persistqueue", _persist_queue),
}


async def figures(folder: Path, work: PeerWork, ours: float) -> tuple[list[Figure], dict[str, str]]:
    found: list[Figure] = []
    versions: dict[str, str] = {}
    for name, (package, make) in QUEUES.items():
        what = f"{name}, a job for each delivery"
        if why := missing_packages(package):
            found.append(missing_figure(what, "messages/s", why))
            continue
        found.append(peer_figure(what, await _rate(make(folder), work), "messages/s", ours, GOAL))
        versions[name] = version(name)
    return found, versions


async def _rate(queue: Queue, work: PeerWork) -> float:
    put, take = queue
    names = [code.encode() for code in work.recipients]

    def run(batches: Batches) -> None:
        for batch in batches:
            for number, body in batch:
                put(body)
                for name in names:
                    put(b"%d to %s" % (number, name))
                for _ in range(1 + len(names)):
                    take()

    return await rate(work, 1, 1, run)
