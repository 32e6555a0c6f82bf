"""By hand: how long until an act in one console is on the screen of another, on the same store.

python tests/tui/measure_two_consoles.py 200
"""

from __future__ import annotations

import random
import re
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from desks import Bench, notice_request
from dutydesk.desk.people.officers import os_user
from dutydesk.desk.service.desk import make_store
from other_process import OtherProcess, dated_now
from ptys import Terminal, terminal

PROMISED_SECONDS = 0.5
CLAIMED = re.compile(rf"D-000001.* {re.escape(os_user())} \d+ min")
#: Acts fall anywhere between two looks of the other console.
MOST_REST_SECONDS = 0.4


def seconds_until_seen(actor: Terminal, other: Terminal, key: str, claimed: bool) -> tuple[float, float]:
    """From the key to the paint in the other console; and from the paint in the actor's own."""
    begin, own = time.monotonic(), 0.0
    actor.press(key)
    while (CLAIMED.search(other.text) is not None) != claimed:
        actor.read(0)
        other.read(0.002)
        if not own and (CLAIMED.search(actor.text) is not None) == claimed:
            own = time.monotonic() - begin
        if time.monotonic() - begin > 40:
            raise SystemExit(f"{key!r} never came\n{other.text}")
    seen = time.monotonic() - begin
    actor.until(lambda: (CLAIMED.search(actor.text) is not None) == claimed, "the actor does not see it")
    return seen, max(seen - own, 0.0) if own else 0.0


def figures(name: str, times: list[float]) -> str:
    ordered = sorted(times)
    median, almost = ordered[len(ordered) // 2], ordered[min(len(ordered) * 99 // 100, len(ordered) - 1)]
    return f"{name}: median {median * 1000:.0f} ms, p99 {almost * 1000:.0f} ms, max {ordered[-1] * 1000:.0f} ms"


def main(acts: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "desk.db"
        make_store(store, "exercise")

        async def fill(bench: Bench) -> None:
            await bench.sent(dated_now(notice_request("BR")))

        OtherProcess(store)(fill, founder=os_user())
        with terminal(store) as first, terminal(store) as second:
            for screen in (first, second):
                screen.shows("D-000001")
                screen.press("2")
                screen.shows("Findings", "free")
                screen.quiet()
            chance, from_key, from_paint = random.Random(1), [], []
            for place in range(acts):
                actor, other = (first, second) if place // 2 % 2 else (second, first)
                time.sleep(chance.uniform(0, MOST_REST_SECONDS))
                seen, after_own = seconds_until_seen(actor, other, "uc"[place % 2 == 0], place % 2 == 0)
                from_key.append(seen)
                from_paint.append(after_own)
        late = sum(seconds > PROMISED_SECONDS for seconds in from_key)
        print(f"{acts} acts, {late} later than {PROMISED_SECONDS} s")
        print(figures("from the key to the other's paint", from_key))
        print(figures("from the own paint to the other's", from_paint))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
