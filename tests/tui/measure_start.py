"""By hand: how long a console with a large store takes to its first paint, and for filter and page keys.

python tests/tui/measure_start.py 100000
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from desks import Bench, diffusion
from dutydesk.desk.base.clock import SystemClock
from dutydesk.desk.people.officers import os_user
from dutydesk.desk.service.desk import make_store, open_desk
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import items
from other_process import dated_now
from ptys import Terminal, terminal

BATCH = 5_000
SENDERS = ("DE", "FR", "PL", "IT")


async def filled(store: Path, number: int) -> None:
    """One item comes in as any does; the others are written as its likes, by the store's own room."""
    desk = await open_desk(store, founder=os_user())
    first = await Bench(desk, SystemClock()).sent(dated_now(diffusion("DE")))  # type: ignore[arg-type]

    def more(transaction: Transaction, begin: int, end: int) -> None:
        item, body = items.get(transaction, first), items.find_body(transaction, first, 1)
        assert body is not None
        for place in range(begin, end):
            sender = SENDERS[place % len(SENDERS)]
            added = items.add(transaction, replace(item, number=0, reference=f"{sender}-M-{place}", sender=sender))
            items.add_body(transaction, replace(body, item=added))

    for begin in range(1, number, BATCH):
        end = min(begin + BATCH, number)
        await desk.store.write(lambda transaction, begin=begin, end=end: more(transaction, begin, end))  # type: ignore[misc]
    await desk.close()


def seconds_to(screen: Terminal, begin: float, condition: Callable[[], bool], why: str) -> float:
    while not condition():
        if time.monotonic() - begin > 40:
            raise SystemExit(f"{why}\n{screen.text}")
        screen.read(0.005)
    return time.monotonic() - begin


def after(screen: Terminal, keys: str, words: str) -> float:
    before, begin = screen.text, time.monotonic()
    screen.press(keys)
    return seconds_to(screen, begin, lambda: screen.text != before and words in screen.text, f"{keys!r}: no {words!r}")


def main(number: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "desk.db"
        make_store(store, "exercise")
        begin = time.monotonic()
        asyncio.run(filled(store, number))
        print(f"{number:,} items written in {time.monotonic() - begin:.1f} s")
        with terminal(store) as screen:
            first = seconds_to(screen, screen.started, lambda: "FEED" in screen.text, "no frame")
            rows = seconds_to(screen, screen.started, lambda: f"D-{number:06d}" in screen.text, "no rows")
            print(f"first paint {first:.2f} s, with its rows {rows:.2f} s")
            for name, keys, words in (  # the bar's key by itself: it is the typing that is timed
                ("page up", "\x1b[5~", "PAUSED"),
                ("first row of the window", "g", "PAUSED"),
                ("end", "G", "following"),
                ("filter bar", "/", "state:held"),
                ("filter by sender", "from:FR", "+ of "),
            ):
                print(f"{name}: {after(screen, keys, words):.2f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]))
