"""Make the README's picture of the console from a demo, by hand.

python tests/tui/make_picture.py .pictures/console.svg
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

os.environ |= {"TEXTUAL_ANIMATIONS": "none", "TERM": "xterm-256color", "COLORTERM": "truecolor"}

from dutydesk.demo.demo import LiveDemo, demo_shift, open_demo, tour_start
from dutydesk.tui.app import DutyDeskApp

SIZE = (140, 34)
AFTER_THE_MEASURE = timedelta(hours=2)


async def picture() -> str:
    """The console as SVG text: a demo two hours after its first measure, with an item under review."""
    shift = demo_shift()
    begin = tour_start(shift)
    if begin is None:
        raise SystemExit("the shift holds no bureau")
    with tempfile.TemporaryDirectory() as folder:
        desk = await open_demo(Path(folder) / "desk.db", shift)
        actor = await desk.people.sign_in("Ines Ferro")
        demo = LiveDemo(desk, shift, speed=1.0, skip_to=begin + AFTER_THE_MEASURE)
        await demo.start()
        app = DutyDeskApp(desk, actor, demo)
        async with app.run_test(size=SIZE) as pilot:
            wanted = sum(due < begin + AFTER_THE_MEASURE for due in shift.due)
            async with asyncio.timeout(60):
                while demo.progress.played < wanted or await desk.delivery.has_open_deliveries():
                    await pilot.pause()
                for key in ("2", "j"):
                    await pilot.press(key)
                for _ in range(30):
                    await pilot.pause(0.1)
            drawn = app.export_screenshot(title="dutydesk")
        await demo.stop()
        await desk.close()
    drawn = re.sub(r"\s*@font-face \{.*?\}", "", drawn, flags=re.DOTALL)
    return re.sub("&#826[4-9];|[\u2066-\u2069]", "", drawn)


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(asyncio.run(picture()), "utf-8")
