"""Floods the inbox with files: ``python tests/dispatch/measure_inbox.py --files 60000 --folder DIR``.

Prints the rate of intake for each tenth and the peak memory at the end; both must stay flat.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import tempfile
import time
from pathlib import Path

import dispatch_path  # noqa: F401

from desks import diffusion
from dutydesk.desk.intake.receipts import Receipt
from dutydesk.desk.service.acts import IntakeService
from dutydesk.desk.service.desk import make_store, open_desk
from dutydesk.dispatch.inbox import Inbox
from dutydesk.wire.decode.stream import RawMessage


def peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


async def measure(folder: Path, files: int) -> None:
    inbox, store = folder / "inbox", folder / "desk.db"
    inbox.mkdir()
    for number in range(files):
        (inbox / f"{number:06d}.json").write_text(json.dumps(diffusion("DE", ("PL",), retention_until=None)), "utf-8")
    make_store(store, "exercise")
    desk = await open_desk(store)
    before, taken, tenth, since = peak_megabytes(), 0, max(files // 10, 1), time.monotonic()
    receive = IntakeService.receive

    async def counting(self: IntakeService, raw: RawMessage, bound_to: str | None = None) -> Receipt:
        nonlocal taken, since
        receipt = await receive(self, raw, bound_to)
        taken += 1
        if taken % tenth == 0:
            now = time.monotonic()
            print(f"{taken:>7,} taken, {tenth / (now - since):,.0f}/s, at most {peak_megabytes():.0f} MB", flush=True)
            since = now
        return receipt

    IntakeService.receive = counting  # type: ignore[method-assign]
    await Inbox(inbox).receive_all(desk)
    print(f"{files:,} files: {before:.0f} MB before, at most {peak_megabytes():.0f} MB")
    await desk.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=60_000)
    parser.add_argument("--folder", type=Path, default=None)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=chosen.folder) as made:
        asyncio.run(measure(Path(made), chosen.files))
