"""Kills of a desk on NATS: ``python tests/crash/nats_kills.py --deliveries 10000 --kills 50 --seed 1``.

A server, a dispatcher and bureaus run; one after the other is killed with SIGKILL at a random instant and started
again. In the end each key is in the stream once, each bureau has acted on it once, and each message has its receipt.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import crash_path  # noqa: F401
from crash_children import Child, Say
from crash_warm import warm_up
from nats_parts import BUREAUS, GROUPS, LIMITS, RECIPIENTS, SENDERS, NatsPlace, be_bureaus, dispatch, judge

from engine_under_test import make_store
from nats_server import NatsServer, make_streams_apart

END_SECONDS = 600.0
#: Seconds between two kills.
BETWEEN = (0.3, 2.0)


def run_kills(deliveries: int, kills: int, seed: int, folder: Path, seconds: float) -> dict[str, Any]:
    """Run it all; return the figures, and the faults in words."""
    random = Random(seed)
    server = NatsServer(folder / "nats", BUREAUS)
    server.start()
    make_streams_apart(server, LIMITS.nats)
    messages = max(len(SENDERS), -(-deliveries // RECIPIENTS // len(SENDERS)) * len(SENDERS))
    place = NatsPlace(folder, server, messages, seconds, seed)
    make_store(place.store, "live")
    works: dict[str, Callable[[Say], None]] = {"dispatcher": partial(dispatch, place)} | {
        f"bureaus {group[0]}": partial(be_bureaus, place, group) for group in GROUPS
    }
    began = time.monotonic()
    running = {name: Child(name, work) for name, work in works.items()}
    killed: Counter[str] = Counter()
    try:
        for _ in range(kills):
            _listen(running, random.uniform(*BETWEEN))
            name = random.choice(["server", *works])
            killed[name] += 1
            if name == "server":
                server.kill()
                _listen(running, random.uniform(0, 1))
                server.start()
            else:
                running[name].kill()
                running[name] = Child(name, works[name])
        _wait_for_senders(place, running)
        for child in running.values():
            child.kill()
        _finish("dispatcher", partial(dispatch, place, until_idle=True))
        _finish("bureaus", partial(be_bureaus, place, BUREAUS, until_empty=True))
        judged = _finish("judge", partial(judge, place))
    finally:
        for child in running.values():
            child.kill()
        server.kill()
    (figures,) = judged.words("figures")
    return {
        "kills": dict(killed),
        "seconds": round(time.monotonic() - began, 1),
        "messages": messages,
        **figures[0],
        "words": [fault[0] for fault in judged.words("fault")],
    }


def _listen(running: dict[str, Child], seconds: float) -> None:
    """Let time pass; a child that ends by itself is a fault of this harness."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        for child in running.values():
            child.listen(min(left, 0.02))


def _wait_for_senders(place: NatsPlace, running: dict[str, Child]) -> None:
    until = time.monotonic() + END_SECONDS
    wanted = place.messages // len(SENDERS)
    while any(_count(place.sent(sender)) < wanted for sender in SENDERS):
        if time.monotonic() > until:
            raise RuntimeError("the senders do not come to an end")
        _listen(running, 0.2)


def _count(file: Path) -> int:
    return file.read_bytes().count(b"\n") if file.exists() else 0


def _finish(name: str, work: Callable[[Say], None]) -> Child:
    """Run a child to its end."""
    child = Child(name, work)
    until = time.monotonic() + END_SECONDS
    while child.listen(1.0) or not _has_ended(child):
        if time.monotonic() > until:
            child.kill()
            raise RuntimeError(f"{name} does not come to an end")
    if child.wait() != 0:
        raise RuntimeError(f"{name} failed")
    return child


def _has_ended(child: Child) -> bool:
    return Path(f"/proc/{child.pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--deliveries", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, help="over which the messages are sent; else about as the kills take")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    warm_up()
    seconds = options.seconds if options.seconds is not None else options.kills * sum(BETWEEN) / 2
    with tempfile.TemporaryDirectory() as folder:
        found = run_kills(options.deliveries, options.kills, options.seed, Path(folder), seconds)
    if options.json:
        print(json.dumps(found))
    else:
        print(f"{sum(found['kills'].values())} kills {found['kills']} in {found['seconds']} s")
        print(f"{found['messages']} messages, {found['deliveries']} deliveries, {found['lines']} lines in the stream")
        print("\n".join(found["words"]) or "each key once in the stream, each bureau acted once, receipts complete")
    return 1 if found["faults"] else 0


if __name__ == "__main__":
    sys.exit(main())
