"""A replay beside the console: paused, sped up, and refused where there is none."""

from __future__ import annotations

from consoles import Console, console
from desks import Bench
from dutydesk.tui.app import DutyDeskApp


class Replay:
    """The paces of a replay, as the console sees them."""

    def __init__(self) -> None:
        self.paused = False
        self.speed = 60

    def state_words(self) -> str:
        return "dispatching"

    def pause(self) -> None:
        self.paused = True

    def resume(self) -> None:
        self.paused = False

    def faster(self) -> None:
        self.speed *= 2

    def slower(self) -> None:
        self.speed //= 2

    def speed_words(self) -> str:
        return f"{self.speed}x"


async def test_pace_by_keys(bench: Bench) -> None:
    app = DutyDeskApp(bench.desk, bench.actor("Ines"), Replay())
    async with app.run_test(size=(80, 24)) as pilot:
        desk = Console(app, pilot)
        await desk.until(lambda: len(app.screen_stack) > 1 and "60x" in desk.header, "the speed is not said")
        assert "dispatching" in desk.header
        for key, words in (("plus", "120x"), ("minus", "60x"), ("p", "PAUSED"), ("p", "60x")):
            await desk.press(key)
            await desk.until(lambda words=words: words in desk.header, words)  # type: ignore[misc]


async def test_live_traffic_has_no_pace(bench: Bench) -> None:
    async with console(bench) as desk:
        await desk.press("p")
        await desk.until(lambda: "Only the replay" in desk.status, desk.status)
