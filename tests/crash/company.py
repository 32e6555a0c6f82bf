"""Runs many processes on one store: ``python tests/crash/company.py --seconds 180``.

One dispatcher takes in and delivers as fast as it can, four consoles show the desk, two officers decide, a reader
counts, and commands open and close the store all the time. Prints how long an officer's act takes; fails if any process
meets an error or if the store is wrong afterwards.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import pty
import select
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import crash_path  # noqa: F401
from crash_children import Child, Say, until
from crash_crew import Officers, Place, prepare
from crash_judge import store_faults
from crash_traffic import Message, Traffic
from crash_warm import warm_up

from desks import raw
from dutydesk.desk.audit.log_export import prove_store
from dutydesk.desk.base import garbage
from dutydesk.desk.service.desk import Desk, open_desk
from dutydesk.store.engine.reader import Handle
from dutydesk.store.tables import log
from engine_under_test import prepare_place
from invented import persons

AT_ONCE = 256
BODIES = 400
#: Seconds between two acts of an officer.
PAUSE = (0.010, 0.050)
#: Seconds between two reads of a reader.
READER_PAUSE = 0.2
STARTING_SECONDS = 240.0
#: Upper bound on the log: it may exceed the checkpoint size while a reader has an old snapshot.
MOST_WAL_BYTES = 64 * 1024 * 1024
#: Texts of the console for a store that it can't use.
TROUBLE = (b"in trouble", b"kept locked", b"damaged", b"another process", b"Traceback")


@dataclass
class Outcome:
    faults: list[str] = field(default_factory=list)
    taken_in: int = 0
    acts: list[float] = field(default_factory=list)
    refused: int = 0
    reads: int = 0
    calls: int = 0
    longest_wal: int = 0
    events: int = 0
    seconds: float = 0.0

    def lines(self) -> list[str]:
        acts = sorted(self.acts) or [0.0]
        p50, p99 = (1000 * acts[min(int(len(acts) * share), len(acts) - 1)] for share in (0.5, 0.99))
        return [
            f"{self.taken_in} messages taken in ({self.taken_in / self.seconds:.0f}/s), {self.events} events, "
            f"{self.reads} looks of the reader, {self.calls} commands, "
            f"write-ahead log {self.longest_wal / 1e6:.1f} MB at most",
            f"{len(self.acts)} acts of officers ({self.refused} refused by the rules): median {p50:.1f} ms, "
            f"99 of 100 within {p99:.1f} ms, longest {1000 * acts[-1]:.1f} ms",
            *self.faults,
            f"{len(self.faults)} faults",
        ]


def stop_on_sigterm() -> asyncio.Event:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    return stop


async def take_in(place: Place, bodies: list[Message], say: Say, rate: float | None = None) -> None:
    """The dispatcher's process: takes in and delivers without a pause. ``rate`` is messages per second."""
    stop, desk = stop_on_sigterm(), await open_desk(place.store)
    dispatcher = place.dispatcher(desk)
    dispatching = asyncio.create_task(dispatcher.run())
    garbage.look_seldom()  # as dispatch does
    say("ready")
    count, began = 0, time.monotonic()
    strangers = persons()
    room = asyncio.Semaphore(AT_ONCE)

    async def one(message: Message) -> None:
        try:
            receipt = await desk.intake.receive(raw(message))
            if receipt.outcome != "accepted":
                say("fault", f"{message['reference']} was {receipt.outcome}: {receipt.problems}")
        finally:
            room.release()

    async with asyncio.TaskGroup() as group:
        while not stop.is_set():
            body = bodies[count % len(bodies)]
            count += 1
            await room.acquire()
            group.create_task(one(body | {"reference": f"{body['sender']}/n{count}", "subject": next(strangers)}))
            if rate is not None:
                await asyncio.sleep(max(0.0, began + count / rate - time.monotonic()))
    dispatcher.stop()
    await dispatching
    if dispatcher.state.error is not None:
        say("fault", f"the dispatcher ended in trouble: {dispatcher.state.error}")
    await desk.close()
    say("taken in", count)


class TimedOfficers(Officers):
    """Officers whose acts are timed; their reads are not."""

    async def do(self, officer: str, call: list[Any]) -> Any:
        began = time.perf_counter()
        answer = await super().do(officer, call)
        self.say("took", time.perf_counter() - began)
        await asyncio.sleep(self.random.uniform(*PAUSE))
        return answer


async def decide(place: Place, seed: int, say: Say) -> None:
    stop, desk = stop_on_sigterm(), await open_desk(place.store)
    officers = TimedOfficers(desk, Random(seed), f"o{seed}", say)
    garbage.leave_out_loaded()  # as a console does
    say("ready")
    while not stop.is_set():
        await officers.review()
        await asyncio.sleep(0.001)
    await desk.close()


async def read(place: Place, say: Say) -> None:
    """A reader: each read must see whole transactions, so that counters equal the rows."""
    stop, desk, looks = stop_on_sigterm(), await open_desk(place.store), 0

    def look(handle: Handle) -> tuple[int, int]:
        there = handle.connection.execute("SELECT count(*) FROM item WHERE state = 'held'").fetchone()[0]
        return log.counters(handle).get("state:held", 0), there

    say("ready")
    while not stop.is_set():
        counted, there = await desk.store.read(look)
        if counted != there:
            say("fault", f"{counted} held items are counted, {there} are there")
        await desk.queries.feed(limit=50)
        looks += 1
        await asyncio.sleep(READER_PAUSE)
    await desk.close()
    say("looks", looks)


async def call(place: Place, say: Say) -> None:
    """Runs commands one after another; each opens the store, reads and closes it."""
    stop, calls = stop_on_sigterm(), 0
    say("ready")
    while not stop.is_set():
        desk = await open_desk(place.store)
        await desk.queries.figures()
        await desk.close()
        calls += 1
        await asyncio.sleep(0.5)
    say("calls", calls)


def console(place: Place, say: Say) -> None:
    """Runs the real console in a pseudo-terminal and searches its output for errors."""
    pid, end = pty.fork()
    if pid == 0:
        command = [sys.executable, "-m", "dutydesk", "--db", str(place.store), "console"]
        home = {"HOME": str(place.folder), "XDG_STATE_HOME": str(place.folder), "TERM": "xterm-256color"}
        os.execve(sys.executable, command, os.environ | home)
    stopping: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _frame: stopping.append(number))
    painted, told = b"", False
    while not stopping:
        ready, _, _ = select.select([end], [], [], 0.2)
        try:
            found = os.read(end, 1 << 16) if ready else b""
        except OSError:
            say("fault", f"a console ended by itself: {painted[-300:]!r}")
            return
        painted = (painted + found)[-20_000:]
        if not told and b"standing by" in painted:
            told = True
            say("ready", pid)
        for words in TROUBLE:
            if words in painted:
                say("fault", f"a console shows {words.decode()!r}")
                painted = b""
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + 10
    while os.waitpid(pid, os.WNOHANG) == (0, 0):
        if time.monotonic() > deadline:
            os.kill(pid, signal.SIGKILL)
        with suppress(OSError):
            if select.select([end], [], [], 0.05)[0]:
                os.read(end, 1 << 16)


def bodies_of(seed: int) -> list[Message]:
    """Diffusions from five senders, one of them held, to a few bureaus each."""
    traffic, found = Traffic(Random(seed)), []
    while len(found) < BODIES:
        found += [message for message in traffic.some(1, "b") if message["type"] == "diffusion"]
        traffic.forget()
    return found


async def judged(place: Place) -> tuple[int, list[str]]:
    desk: Desk = await open_desk(place.store)
    try:
        proof = await prove_store(desk.store, desk.context)
        faults = [] if proof.chain.fault is None else [f"the chain: {proof.chain.fault}"]
        faults += [f"event {breach.seq}: {breach.words}" for breach in proof.breaches[:5]]
        return proof.chain.events, faults + await desk.store.read(lambda handle: list(store_faults(handle)))
    finally:
        await desk.close()


def _sizes(place: Place, seconds: float) -> Iterator[int]:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with suppress(FileNotFoundError):
            yield Path(f"{place.store}-wal").stat().st_size
        time.sleep(0.05)


def run(folder: Path, seconds: float, consoles: int, rate: float | None = None) -> Outcome:
    """Runs the company.

    It forks, so the process must have no threads. The officers start last, when no other process starts.
    """
    warm_up()
    place, outcome = Place(folder), Outcome(seconds=seconds)
    place.inbox.mkdir()
    prepare_place(place.store)
    assert Child("prepare", lambda say: asyncio.run(prepare(place.store))).wait() == 0
    bodies = bodies_of(1)
    dispatcher = _session("dispatcher", lambda say: asyncio.run(take_in(place, bodies, say, rate)))
    crew = [_session("console", lambda say: console(place, say)) for _ in range(consoles)]
    crew.append(_session("reader", lambda say: asyncio.run(read(place, say))))
    crew.append(_session("commands", lambda say: asyncio.run(call(place, say))))
    for child in (dispatcher, *crew):
        _await(child, outcome)
    officers = [_session("officer", lambda say, seed=seed: asyncio.run(decide(place, seed, say))) for seed in (1, 2)]
    for child in officers:
        _await(child, outcome)
    crew = [*officers, *crew]
    for size in _sizes(place, seconds):
        outcome.longest_wal = max(outcome.longest_wal, size)
        for child in crew:
            child.listen(0)
    _await_an_act(officers)
    for child in (*crew, dispatcher):
        os.kill(child.pid, signal.SIGTERM)
        if child.wait() != 0:
            outcome.faults.append(f"the {child.name} ended with {child.wait()}")
        _take_down(child, outcome)
    if outcome.longest_wal > MOST_WAL_BYTES:
        outcome.faults.append(f"the write-ahead log grew to {outcome.longest_wal} bytes")
    if Path(f"{place.store}-wal").exists():
        outcome.faults.append("the last to leave did not fold the log into the store")
    judge = Child("judge", lambda say: say("judged", *asyncio.run(judged(place))))
    assert judge.wait() == 0
    ((outcome.events, faults),) = judge.words("judged")
    outcome.faults += faults
    return outcome


def _session(name: str, work: Callable[[Say], object]) -> Child:
    """Starts a process in its own session, as services and officers' terminals run on an ops box."""

    def alone(say: Say) -> None:
        os.setsid()
        work(say)

    return Child(name, alone)


def _await(child: Child, outcome: Outcome) -> None:
    if not until([child], "ready", STARTING_SECONDS):
        outcome.faults.append(f"a {child.name} did not come up")


def _await_an_act(officers: Sequence[Child]) -> None:
    """Waits for the first act that is not refused: on a slow machine nothing may have come to them yet."""
    deadline = time.monotonic() + STARTING_SECONDS
    while time.monotonic() < deadline:
        if sum(len(child.words("took")) - len(child.words("refused")) for child in officers) > 0:
            return
        for child in officers:
            child.listen(0.05)


def _take_down(child: Child, outcome: Outcome) -> None:
    outcome.faults += [f"{child.name}: {words}" for (words,) in child.words("fault")]
    outcome.acts += [seconds for (seconds,) in child.words("took")]
    outcome.refused += len(child.words("refused"))
    outcome.faults += [f"{child.name}: {words}" for _, words in child.words("refused") if "store" in words]
    outcome.taken_in += sum(count for (count,) in child.words("taken in"))
    outcome.reads += sum(count for (count,) in child.words("looks"))
    outcome.calls += sum(count for (count,) in child.words("calls"))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=180.0)
    parser.add_argument("--consoles", type=int, default=4)
    parser.add_argument("--rate", type=float, help="messages a second; without it as many as the dispatcher can")
    parser.add_argument("--folder", type=Path, help="on the disk that is to be measured")
    parser.add_argument("--json", action="store_true", help="what came of it as one object")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
        outcome = run(Path(folder), arguments.seconds, arguments.consoles, arguments.rate)
    print(json.dumps(vars(outcome)) if arguments.json else "\n".join(outcome.lines()))
    return 1 if outcome.faults else 0


if __name__ == "__main__":
    sys.exit(main())
