"""By hand: how long intake and hand-over take, beside the disk's own rate, and that each delivery is there once.

python tests/dispatch/measure_pipeline.py --messages 10000 --recipients 20 --folder /var/tmp
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from desks import diffusion
from dutydesk.desk.desk import make_store, open_desk
from dutydesk.desk.people_acts import os_user
from dutydesk.dispatch.dispatcher import Dispatcher
from dutydesk.dispatch.inbox import Inbox
from dutydesk.dispatch.spool import SpoolTransport

SECONDS = 2.0
BLOCK = b"x" * 4096


def fdatasync_rate(folder: Path) -> float:
    """4 KiB writes into a file of fixed size, each made durable, a second."""
    path, done = folder / "fdatasync", 0
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT)
    try:
        os.posix_fallocate(descriptor, 0, 1000 * len(BLOCK))
        began = time.perf_counter()
        while time.perf_counter() - began < SECONDS:
            os.pwrite(descriptor, BLOCK, done % 1000 * len(BLOCK))
            os.fdatasync(descriptor)
            done += 1
        return done / (time.perf_counter() - began)
    finally:
        os.close(descriptor)
        path.unlink()


async def measure(folder: Path, messages: int, recipients: int) -> None:
    store, inbox, outbox = folder / "desk.db", folder / "inbox", folder / "outbox"
    make_store(store, "exercise")
    desk = await open_desk(store, founder=os_user())
    codes = [code for code in desk.ground.directory.members(desk.clock.now().date()) if code != "DE"][:recipients]
    inbox.mkdir()
    with (inbox / ".bulk.jsonl").open("w", encoding="utf-8") as file:
        for _ in range(messages):
            file.write(json.dumps(diffusion("DE", codes), ensure_ascii=False) + "\n")
    (inbox / ".bulk.jsonl").rename(inbox / "bulk.jsonl")
    before = fdatasync_rate(folder)

    began = time.perf_counter()
    await Inbox(inbox).take_all(desk, lambda: False)
    intake = time.perf_counter() - began
    began = time.perf_counter()
    dispatcher = Dispatcher(desk, SpoolTransport(outbox), random=random.Random(1))
    await dispatcher.run(until_idle=True)
    hand_over = time.perf_counter() - began
    after = fdatasync_rate(folder)

    keys: Counter[str] = Counter()
    for segment in outbox.glob("*/*.jsonl"):
        with segment.open(encoding="utf-8") as lines:
            keys.update(line["delivery"] for line in map(json.loads, lines) if line["notice"] == "diffusion")
    report = await desk.verify()
    await desk.close()
    print(f"fdatasync of 4 KiB   {before:8,.0f} /s before, {after:,.0f} /s after")
    print(f"intake               {messages / intake:8,.0f} messages/s  ({intake:.1f} s)")
    print(f"hand-over            {messages / hand_over:8,.0f} messages/s  ({hand_over:.1f} s)")
    both, disk = messages / (intake + hand_over), (before + after) / 2
    print(f"both, one after the other {both:,.0f} messages/s, {both / disk:.2f} x fdatasync")
    twice = sum(count > 1 for count in keys.values())
    print(f"deliveries           {len(keys):8,} of {messages * recipients:,}, {twice} more than once")
    print(f"chain                {report.fault or 'verified'}, {report.events:,} events")
    if twice or len(keys) != messages * recipients or report.fault:
        raise SystemExit(1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--recipients", type=int, default=20)
    parser.add_argument("--folder", type=Path, default=None, help="on the disk that is to be measured")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=chosen.folder) as folder:
        asyncio.run(measure(Path(folder), chosen.messages, chosen.recipients))


if __name__ == "__main__":
    main()
