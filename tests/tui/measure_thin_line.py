"""By hand: from a key to its paint, on a line of 9,600 bit/s, while the feed runs.

python tests/tui/measure_thin_line.py 100
python tests/tui/measure_thin_line.py 100 --usual

The number is how many keys are pressed, in the review pane and then in a dialog over it. A reader drains the console's
pseudo-terminal by 96 bytes every tenth of a second, as such a line would, while two messages a second come in.
``--usual`` is the console without --low-bandwidth.
"""

from __future__ import annotations

import asyncio
import math
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from desks import Bench, diffusion, notice_request
from dutydesk.desk.people.officers import os_user
from dutydesk.desk.service.desk import make_store
from other_process import OtherProcess, dated_now
from ptys import Terminal

BITS_A_SECOND = 9_600
#: Start and stop bit with each byte.
BYTES_A_SECOND = BITS_A_SECOND // 10
SLICE_SECONDS = 0.1
HELD = 20
EVERY_SECONDS = 0.5
#: Typed in a note, letter by letter; where it is at its end it begins anew, behind what stands there.
TYPED = "abcdefghijklmnopqrstuvwxyz"


class ThinTerminal(Terminal):
    """What has come so far is what the line has carried; the rest waits in the console's own buffers."""

    thin = False
    _next = 0.0
    carried = 0

    def read(self, seconds: float) -> bool:
        if not self.thin:
            return super().read(seconds)
        wait = self._next - time.monotonic()
        if wait > 0:
            time.sleep(min(wait, seconds))
            return False
        self._next = time.monotonic() + SLICE_SECONDS
        before = len(self.sent)
        found = self.read_at_most(int(BYTES_A_SECOND * SLICE_SECONDS), 0.0)
        self.carried += len(self.sent) - before
        return found


async def _fill(bench: Bench) -> None:
    for place in range(60):
        await bench.sent(dated_now(diffusion(("DE", "FR", "PL", "IT")[place % 4])))
    for place in range(HELD):
        await bench.sent(dated_now(notice_request("BR", urgency=("routine", "urgent")[place % 2])))


def _traffic(beside: OtherProcess, stopping: threading.Event) -> None:
    async def come(bench: Bench) -> None:
        while not stopping.is_set():
            await bench.sent(dated_now(diffusion("DE")))
            await asyncio.sleep(EVERY_SECONDS)

    beside(come)


def _cursor(screen: Terminal) -> str:
    return next((line[2:24] for line in screen.screen.display if line.startswith("▌")), "")


def _settled(screen: Terminal, seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        screen.read(0.02)


def _until(screen: Terminal, condition: Callable[[], bool]) -> float:
    begin = time.monotonic()
    while not condition():
        if time.monotonic() - begin > 60:
            raise SystemExit(f"the key was never painted\n{screen.text}")
        screen.read(0.02)
    return time.monotonic() - begin


def _step(screen: Terminal, key: str) -> float:
    before = _cursor(screen)
    screen.press(key)
    return _until(screen, lambda: _cursor(screen) not in ("", before))


def _letter(screen: Terminal, typed: str) -> float:
    screen.press(typed[-1])
    return _until(screen, lambda: typed in screen.text)


def _tell(what: str, took: list[float]) -> None:
    """The percentiles are those of the nearest rank."""
    ranked = sorted(took)
    p50, p99 = (ranked[math.ceil(len(ranked) * part) - 1] for part in (0.50, 0.99))
    print(f"  {what}: p50 {p50:.2f} s, p99 {p99:.2f} s, max {ranked[-1]:.2f} s of {len(ranked)} keys")


def main(keys: int, *, usual: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "desk.db"
        make_store(store, "exercise")
        beside = OtherProcess(store)
        beside(_fill, founder=os_user())
        command = [sys.executable, "-m", "dutydesk", "--db", str(store), "console"]
        screen = ThinTerminal(store, (80, 24), command if usual else [*command, "--low-bandwidth"])
        stopping = threading.Event()
        traffic = threading.Thread(target=_traffic, args=(beside, stopping))
        try:
            screen.shows("EXERCISE", "dispatching")
            screen.press("2")
            screen.shows("Findings")
            screen.quiet()
            traffic.start()
            screen.thin = True
            _settled(screen, 3.0)
            screen.carried = 0
            begin = time.monotonic()
            steps, letters = [], []
            for place in range(keys):
                steps.append(_step(screen, "j" if place % 10 < 5 else "k"))
                _settled(screen, 4.0)
            elapsed, carried = time.monotonic() - begin, screen.carried
            screen.press("n")
            _until(screen, lambda: "Note on D-" in screen.text)
            _settled(screen, 20.0)
            for place in range(keys):
                letters.append(_letter(screen, TYPED[: place % len(TYPED) + 1]))
                _settled(screen, 1.0)
        finally:
            stopping.set()
            traffic.join()
            screen.close()
    print(f"key to paint, {BITS_A_SECOND} bit/s, two messages a second, {'usual' if usual else '--low-bandwidth'}:")
    _tell("a step in the review pane", steps)
    _tell("a letter in a dialog over it", letters)
    print(f"  header and the rest of the page with it, it carried {carried / elapsed:,.0f} of {BYTES_A_SECOND} B/s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10, usual="--usual" in sys.argv)
