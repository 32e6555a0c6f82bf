"""The work of every peer: the same messages, to be kept, chained, delivered to the same bureaus and acknowledged."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from dutydesk_bench.bare_rows import WrittenRows


@dataclass(frozen=True, slots=True)
class PeerWork:
    """A peer stops after all ``bodies`` or after ``seconds``; its rate is of what it has done by then.

    ``rows`` are those that the desk has left of as many messages, for peers that write the same.
    """

    bodies: Sequence[bytes]
    recipients: Sequence[str]
    seconds: float
    rows: WrittenRows


class Batches:
    """Hands out batches of messages, with their numbers, to several threads. ``done`` counts what was handed out."""

    def __init__(self, work: PeerWork, size: int) -> None:
        self._work = work
        self._size = size
        self._lock = threading.Lock()
        self._until = time.monotonic() + work.seconds
        self.done = 0

    def __iter__(self) -> Batches:
        return self

    def __next__(self) -> list[tuple[int, bytes]]:
        with self._lock:
            if self.done >= len(self._work.bodies) or (self.done and time.monotonic() > self._until):
                raise StopIteration
            batch = list(enumerate(self._work.bodies[self.done : self.done + self._size], self.done))
            self.done += len(batch)
            return batch


async def rate(work: PeerWork, size: int, threads: int, run: Callable[[Batches], None]) -> float:
    """Messages a second of a number of threads, each with its own connection."""
    batches = Batches(work, size)
    began = time.perf_counter()
    await asyncio.gather(*(asyncio.to_thread(run, batches) for _ in range(threads)))
    return batches.done / (time.perf_counter() - began)


class HashChain:
    """A chain of hashes, each over the one before, as the audit log of every peer has it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._head = bytes(32)

    def next(self, body: bytes) -> bytes:
        with self._lock:
            self._head = sha256(self._head + sha256(body).digest()).digest()
            return self._head
