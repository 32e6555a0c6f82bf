"""A long run: ``python tests/crash/soak.py --minutes 30 --rate 10`` has ten times the real rates.

The real dispatcher and the real console run as processes while messages come in and officers decide. Every few seconds
the run records their memory, open files and threads, the store and its log; at the end each must be flat. With
``--cluster`` the store is a database of a PostgreSQL cluster that the run starts itself.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from statistics import fmean, linear_regression

import crash_path  # noqa: F401
from company import console, judged, stop_on_sigterm
from crash_children import Child, Say, until
from crash_crew import Officers, Place, prepare
from crash_traffic import Traffic, check_of, write_file, write_messages
from crash_warm import warm_up

import engine_under_test
from dutydesk.desk.service.desk import open_desk
from dutydesk.domain.limits import DEFAULT_LIMITS
from dutydesk.store.engine.diagnosis import examine_store
from dutydesk.store.engine.location import database_url
from invented import persons
from postgres_cluster import name_of

#: Real rates per minute; ``--rate`` multiplies both.
MESSAGES_A_MINUTE, CHECKS_A_MINUTE = 30, 9000
#: One check in this many is about a person in a message, and may hit.
ASKED_EACH = 200
POSTS = ("AT", "BE", "CH", "CL", "CZ", "DK", "EE", "EG", "FI", "GR", "HU", "IE", "IN", "LT", "LV", "MX", "NL", "NO")
#: Persons from this number on are in no message.
STRANGERS = 10_000_000
SAMPLE_SECONDS = 5.0
PAUSE_SECONDS = 1.0
JUDGED_MINUTES = 20.0
#: The first part of the run, which fills caches and is not judged.
WARM_UP = 1 / 3
#: The growth over the judged part that still counts as flat.
FLAT_BYTES, FLAT_SHARE, FLAT_COUNT = 4_000_000, 0.03, 2


@dataclass(frozen=True)
class Sample:
    """One sample. ``minute`` is since the start; sizes are in bytes; ``events`` is the length of the chain."""

    minute: float
    dispatcher_rss: int
    console_rss: int
    dispatcher_files: int
    console_files: int
    dispatcher_threads: int
    console_threads: int
    wal: int
    store: int
    events: int
    inbox_files: int = 0


#: The figures that must be flat, and whether each is in bytes; store and chain grow with their content.
FLAT = {
    name: name.endswith("rss")
    for name in (field.name for field in fields(Sample))
    if "_" in name and name != "inbox_files"
}
#: Upper bound on waiting files: eight seconds of input at ten times the real rates.
MOST_WAITING = 30


async def decide(place: Place, say: Say) -> None:
    """Officers who act at a human pace."""
    stop, desk = stop_on_sigterm(), await open_desk(place.store)
    officers = Officers(desk, Random(1), "soak", lambda *_: None)
    say("ready")
    while not stop.is_set():
        await officers.anything()
        with suppress(TimeoutError):
            async with asyncio.timeout(PAUSE_SECONDS):
                await stop.wait()
    await desk.close()


def bring(place: Place, a_minute: float, say: Say) -> None:
    """A bureau's channel, which puts files into the inbox at a steady pace."""
    traffic, stopping, serial, began = Traffic(Random(1)), [], 0, time.monotonic()
    signal.signal(signal.SIGTERM, lambda number, _frame: stopping.append(number))
    while not stopping:
        serial += 1
        write_messages(place.inbox, f"s{serial:07d}", traffic.some(2, f"s{serial}"))
        if len(traffic.known) > 200:
            traffic.forget()
        time.sleep(max(0.0, began + 2 * serial * 60 / a_minute - time.monotonic()))
    say("brought", 2 * serial)


def ask(place: Place, a_minute: float, say: Say) -> None:
    """Border posts: one file of checks per second, nearly all about unknown persons."""
    strangers, named, serial, began = persons(since=STRANGERS), persons(), 0, time.monotonic()
    stopping: list[int] = []
    each = max(int(a_minute / 60), 1)
    signal.signal(signal.SIGTERM, lambda number, _frame: stopping.append(number))
    while not stopping:
        serial += 1
        sent_at = datetime.now(UTC).isoformat(timespec="seconds")
        write_file(
            place.inbox / f"c{serial:07d}.jsonl",
            [
                check_of(next(strangers if n % ASKED_EACH else named), POSTS[n % len(POSTS)], f"c{serial}-{n}", sent_at)
                for n in range(each)
            ],
        )
        time.sleep(max(0.0, began + serial * 60 * each / a_minute - time.monotonic()))
    say("asked", serial * each)


def _bytes_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _bytes_of_store(path: Path) -> int:
    url = database_url(path)
    if url is None:
        return _bytes_of(path)
    ((size,),) = engine_under_test.cluster().sql("SELECT pg_database_size(%s)", (name_of(url),))
    return int(size)


def _is_dispatched(place: Place) -> bool:
    looks = examine_store(place.store, [place.outbox])
    return any(look.check == "dispatcher" and look.detail.startswith("running") for look in looks)


def _status(pid: int) -> tuple[int, int, int]:
    """Resident bytes, open files and threads of a process."""
    found = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text("ascii").splitlines())
    files = sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())
    return int(found["VmRSS"].split()[0]) * 1024, files, int(found["Threads"])


class Sampler:
    def __init__(self, place: Place, dispatcher: int, console_pid: int) -> None:
        self._place, self._dispatcher, self._console = place, dispatcher, console_pid
        self._began = time.monotonic()
        self.samples: list[Sample] = []

    def take(self) -> Sample:
        dispatcher, shown = _status(self._dispatcher), _status(self._console)
        pairs = (number for both in zip(dispatcher, shown, strict=True) for number in both)
        wal, store = _bytes_of(Path(f"{self._place.store}-wal")), _bytes_of_store(self._place.store)
        events, left = self._events(), sum(path.is_file() for path in self._place.inbox.iterdir())
        sample = Sample((time.monotonic() - self._began) / 60, *pairs, wal, store, events, left)
        self.samples.append(sample)
        return sample

    def _events(self) -> int:
        """Counts the events in a forked process, because this one forks and may keep no store open."""

        def ask(say: Say) -> None:
            async def head() -> int:
                desk = await open_desk(self._place.store)
                try:
                    return await desk.queries.head_seq()
                finally:
                    await desk.close()

            say("events", asyncio.run(head()))

        child = Child("events", ask)
        child.wait()
        found = child.words("events")
        return found[0][0] if found else self.samples[-1].events


def row(sample: Sample) -> str:
    mega = [f"{size / 1e6:8.1f}" for size in (sample.dispatcher_rss, sample.console_rss)]
    counts = [
        f"{first:4}/{second:<3}"
        for first, second in (
            (sample.dispatcher_files, sample.console_files),
            (sample.dispatcher_threads, sample.console_threads),
        )
    ]
    sizes = [f"{size / 1e6:7.2f}" for size in (sample.wal, sample.store)]
    return " ".join((f"{sample.minute:6.1f}", *mega, *counts, *sizes, f"{sample.events:8} {sample.inbox_files:6}"))


HEAD = "minute  dispatcher/console MB   files    threads  log MB store MB  events  inbox"


def verdicts(samples: Sequence[Sample]) -> list[tuple[bool, str]]:
    """For each figure that must be flat: whether it is, and its growth over the judged part."""
    late = [sample for sample in samples if sample.minute >= samples[-1].minute * WARM_UP]
    found = []
    minutes = [sample.minute for sample in late]
    for name, in_bytes in FLAT.items():
        values = [float(getattr(sample, name)) for sample in late]
        slope = linear_regression(minutes, values).slope if len(late) > 2 else 0.0
        gained = slope * (minutes[-1] - minutes[0])
        most = max(FLAT_BYTES, FLAT_SHARE * fmean(values)) if in_bytes else FLAT_COUNT
        shown = f"{slope / 1e6:+.3f} MB" if in_bytes else f"{slope:+.2f}"
        found.append((gained <= most, f"{name.replace('_', ' ')}: {shown} a minute"))
    waiting = max(sample.inbox_files for sample in late)
    found.append((waiting <= MOST_WAITING, f"inbox: {waiting} files at most"))
    longest = max(sample.wal for sample in samples)
    found.append((longest <= 4 * DEFAULT_LIMITS.dispatch.wal_bytes, f"write-ahead log: {longest / 1e6:.1f} MB at most"))
    return found


def crew_of(place: Place, rate: float) -> list[Child]:
    return [
        Child("officers", lambda say: asyncio.run(decide(place, say))),
        Child("bureaus", lambda say: bring(place, MESSAGES_A_MINUTE * rate, say)),
        Child("border posts", lambda say: ask(place, CHECKS_A_MINUTE * rate, say)),
    ]


def run(folder: Path, minutes: float, rate: float, report: Callable[[str], None]) -> bool:
    """Runs the soak. It forks, so the process must have no threads."""
    warm_up()
    place = Place(folder)
    place.inbox.mkdir()
    engine_under_test.prepare_place(place.store)
    assert Child("prepare", lambda say: asyncio.run(prepare(place.store))).wait() == 0
    home = {"HOME": str(folder), "XDG_STATE_HOME": str(folder)}
    command = [sys.executable, "-m", "dutydesk", "--db", str(place.store), "dispatch"]
    dispatcher = subprocess.Popen(command, env=os.environ | home, stdout=subprocess.DEVNULL)
    while not _is_dispatched(place):
        time.sleep(0.05)
    crew = [Child("console", lambda say: console(place, say))]
    assert until(crew, "ready", 120), "the console does not come up"
    ((console_pid,),) = crew[0].words("ready")
    crew += crew_of(place, rate)
    sampler, end = Sampler(place, dispatcher.pid, console_pid), time.monotonic() + minutes * 60
    report(HEAD)
    while time.monotonic() < end and dispatcher.poll() is None:
        report(row(sampler.take()))
        time.sleep(SAMPLE_SECONDS)
    well = dispatcher.poll() is None
    for child in reversed(crew):
        os.kill(child.pid, signal.SIGTERM)
        well &= child.wait() == 0
        for (words,) in child.words("fault"):
            well = False
            report(f"{child.name}: {words}")
    dispatcher.terminate()
    well &= dispatcher.wait() == 0
    return _report_at_the_end(place, sampler.samples, report) and well


def _report_at_the_end(place: Place, samples: Sequence[Sample], report: Callable[[str], None]) -> bool:
    judge = Child("judge", lambda say: say("judged", *asyncio.run(judged(place))))
    assert judge.wait() == 0
    ((events, faults),) = judge.words("judged")
    report(f"{events} events, proved; store {samples[-1].store / max(samples[-1].events, 1):.0f} bytes an event")
    for words in faults:
        report(words)
    found = verdicts(samples)
    for flat, words in found:
        report(f"{'flat    ' if flat else 'NOT FLAT'}  {words}")
    return not faults and all(flat for flat, _ in found)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument(
        "--rate",
        type=float,
        default=10.0,
        help=f"times {MESSAGES_A_MINUTE} messages and {CHECKS_A_MINUTE} checks a minute",
    )
    parser.add_argument("--folder", type=Path, help="on the disk that is to be used")
    parser.add_argument("--cluster", action="store_true", help="on a PostgreSQL cluster of the run's own")
    arguments = parser.parse_args()
    engine_under_test.IS_ON_CLUSTER |= arguments.cluster
    with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
        flat = run(Path(folder), arguments.minutes, arguments.rate, lambda words: print(words, flush=True))
    short = "" if arguments.minutes >= JUDGED_MINUTES else "; too short a run to say so of caches that fill slowly"
    print(("flat" if flat else "not flat") + short)
    return 0 if flat else 1


if __name__ == "__main__":
    sys.exit(main())
