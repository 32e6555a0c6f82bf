"""Readers: ``python tests/failover/readers.py --readers 30 --seconds 20``.

So many processes poll one desk on a cluster as consoles do, on three boxes, while messages come in; each notes when it
has read the events of a commit. Prints how long after the commit's answer that was: half of all within, 99 of 100, and
the longest.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import time
from pathlib import Path
from random import Random

import failover_path  # noqa: F401
from box_crew import now
from crash_children import Child, Say, until
from crash_crew import prepare
from crash_traffic import Traffic
from crash_warm import warm_up

from desks import raw
from dutydesk.desk.service.desk import open_desk
from dutydesk.store.engine.location import locate
from dutydesk.store.tables import log
from dutydesk.tui.frame.change_feed import ChangeFeed
from dutydesk.tui.frame.pace import NORMAL_PACE
from postgres_cluster import PostgresCluster

GOAL_MS = 300.0
_STARTING_SECONDS = 120.0


async def read(place: Path, stop_at: float, say: Say) -> None:
    """Polls as a console does; says the last event that it has read, and when."""
    desk = await open_desk(place)
    feed = ChangeFeed(desk)
    await feed.start()
    say("ready")
    seen = 0
    while now() < stop_at:
        if await feed.poll() is not None:
            head = await desk.store.read(log.head_seq)
            if head > seen:
                seen = head
                say("saw", head, now())
        await asyncio.sleep(NORMAL_PACE.idle)
    await desk.close()


async def write(place: Path, rate: float, stop_at: float, say: Say) -> None:
    """Takes messages in; says the last event of each commit, and when it was answered."""
    desk, traffic, random = await open_desk(place), Traffic(Random(1)), Random(2)
    say("ready")
    while now() < stop_at:
        await desk.intake.receive(raw(traffic.some(1, "r")[0]))
        answered = now()
        say("wrote", await desk.store.read(log.head_seq), answered)
        await asyncio.sleep(random.uniform(0.5, 1.5) / rate)
    await desk.close()


def delays(written: list[tuple[int, float]], seen: list[tuple[int, float]]) -> list[float]:
    """Milliseconds from each commit's answer until a reader had its last event."""
    found, place = [], 0
    for seq, at in written:
        while place < len(seen) and seen[place][0] < seq:
            place += 1
        if place < len(seen):
            found.append(max(0.0, (seen[place][1] - at) * 1000))
    return found


def run(readers: int, seconds: float, rate: float) -> dict[str, float]:
    warm_up()
    cluster = PostgresCluster()
    try:
        with tempfile.TemporaryDirectory() as folder:
            url = cluster.database()
            places = [locate(url, Path(folder) / f"box{number}") for number in range(3)]
            assert Child("prepare", lambda _say: asyncio.run(prepare(places[0]))).wait() == 0
            stop_at = now() + _STARTING_SECONDS / 4 + seconds
            crew = [
                Child(f"reader {number}", lambda say, place=places[number % 3]: asyncio.run(read(place, stop_at, say)))
                for number in range(readers)
            ]
            for child in crew:
                assert until([child], "ready", _STARTING_SECONDS), "a reader did not come up"
            writer = Child("writer", lambda say: asyncio.run(write(places[0], rate, stop_at, say)))
            for child in (writer, *crew):
                while child.listen(_STARTING_SECONDS):
                    pass
                child.wait()
    finally:
        cluster.remove()
    written = [(seq, at) for seq, at in writer.words("wrote")][:-1]
    found = sorted(ms for child in crew for ms in delays(written, [(s, at) for s, at in child.words("saw")]))
    places_of = {share: found[min(int(len(found) * share), len(found) - 1)] for share in (0.5, 0.99)}
    return {
        "readers": readers,
        "commits": len(written),
        "seen": len(found),
        "p50_ms": round(places_of[0.5], 1),
        "p99_ms": round(places_of[0.99], 1),
        "max_ms": round(found[-1], 1),
        "goal_ms": GOAL_MS,
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readers", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--rate", type=float, default=5.0, help="messages a second")
    arguments = parser.parse_args()
    begun = time.monotonic()
    figures = run(arguments.readers, arguments.seconds, arguments.rate)
    print(json.dumps(figures | {"took_seconds": round(time.monotonic() - begun)}))
    return 0 if figures["p99_ms"] <= GOAL_MS else 1


if __name__ == "__main__":
    sys.exit(main())
