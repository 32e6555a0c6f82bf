"""Shared parts of the console's tests: a desk with officers, a running console, and waiting for a condition."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from textual._context import visible_screen_stack
from textual.pilot import Pilot
from textual.widget import Widget

from desks import Bench, diffusion, notice_request, officer, prepared_desk
from dutydesk.cli.console_commands import ConsoleCommands
from dutydesk.domain.limits import ConsoleLimits, Limits
from dutydesk.domain.review.officers import Role
from dutydesk.domain.supervision.measures import Level
from dutydesk.tui.app import DutyDeskApp
from dutydesk.tui.feed.table import Feed
from dutydesk.tui.frame.drafts import Drafts
from dutydesk.tui.frame.main import MainScreen
from dutydesk.tui.frame.pace import NORMAL_PACE, Pace
from dutydesk.tui.review.queue import Queue
from dutydesk.tui.widgets.frame_lines import HeaderLine, PaneTitle, StatusLine
from dutydesk.tui.widgets.line_table import LineTable

DEADLINE_SECONDS = 60.0
HOSTILE_NAME = "\x1b[2J\x1b]0;GONE\x07[bold]EVIL[/nope] \u202egnp.exe"

W = TypeVar("W", bound=Widget)
_OFFICERS = (
    officer("Ines", Role.SUPERVISOR),
    officer("Oskar", Role.SUPERVISOR),
    officer("Jonas", Role.OFFICER),
)


def patient_limits(**changes: float) -> Limits:
    """Limits of a console on which nothing comes about by time alone, however slow the machine is: a message stays
    until a test has read it, also where keys come after it, and resting on an item never counts as reading it.
    """
    usual = {"message_seconds": 600.0, "message_least_seconds": 600.0, "read_seconds": 3_600.0}
    return Limits(console=ConsoleLimits(**(usual | changes)))  # type: ignore[arg-type]


async def make_bench(path: Path, limits: Limits | None = None) -> Bench:
    limits = patient_limits() if limits is None else limits
    return Bench(*await prepared_desk(path, _OFFICERS, limits))


def hostile() -> dict[str, object]:
    message = diffusion("FR")
    message["subject"] = {**message["subject"], "name": {"family": HOSTILE_NAME, "given": "[/bad]"}}
    return message


async def fill_desk(bench: Bench) -> None:
    """Fills the desk with traffic: a country under a measure, a notice request, correspondence and a hostile title."""
    await bench.order("RU", Level.HELD)
    await bench.sent(diffusion("DE"))
    bench.clock.move(minutes=3)
    await bench.sent(diffusion("RU", kind="yellow", purpose="locate_missing_person", urgency="flash"))
    bench.clock.move(minutes=4)
    await bench.sent(notice_request("BR"))
    bench.clock.move(minutes=5)
    await bench.sent(hostile())
    bench.clock.move(minutes=1)
    await bench.sent(diffusion("RU"))


@dataclass
class Console:
    app: DutyDeskApp
    pilot: Pilot[None]

    async def until(self, condition: Callable[[], bool], what: str) -> None:
        """Waits for a condition. Fails with ``what`` and the screen after the deadline."""
        end = time.monotonic() + DEADLINE_SECONDS
        while not condition():
            assert time.monotonic() < end, f"{what}\n{self.screen_text()}"
            await self.pilot.pause()
            await asyncio.sleep(0)

    async def shows(self, *words: str) -> None:
        await self.until(lambda: all(word in self.screen_text() for word in words), f"{words} is not on the screen")

    async def shows_no(self, word: str) -> None:
        await self.until(lambda: word not in self.screen_text(), f"{word} is on the screen")

    async def press(self, *keys: str) -> None:
        """Returns once every widget has done what the keys ask of it; what the desk does for them may take longer."""
        await self.pilot.press(*keys)
        await self._handled()

    async def type(self, text: str) -> None:
        await self.press(*("space" if letter == " " else letter for letter in text))

    async def _handled(self) -> None:
        """Waits until no message waits for a widget, twice in a row: one that is being handled may make others.

        The pilot alone takes a process for idle that has no processor to run on.
        """
        end, empty = time.monotonic() + DEADLINE_SECONDS, 0
        while empty < 2 and self.app.is_running and time.monotonic() < end:
            await self.pilot._wait_for_screen()
            widgets = (each for screen in self.app.screen_stack for each in screen.walk_children(with_self=True))
            empty = 0 if any(each.message_queue_size for each in (self.app, *widgets)) else empty + 1

    def screen_text(self) -> str:
        """The text of the screen without colours."""
        visible_screen_stack.set(self.app._background_screens)  # a dialog painted without it has nothing behind it
        strips = self.app.screen._compositor.render_strips(self.app.size)
        return "\n".join(strip.text for strip in strips)

    def one(self, kind: type[W]) -> W:
        return self.app.screen.query_one(kind)

    @property
    def main(self) -> MainScreen:
        return next(screen for screen in self.app.screen_stack if isinstance(screen, MainScreen))

    @property
    def feed(self) -> Feed:
        return self.main.query_one(Feed)

    @property
    def queue(self) -> Queue:
        return self.main.query_one(Queue)

    @property
    def status(self) -> str:
        return self.app.screen.query_one(StatusLine).text

    @property
    def header(self) -> str:
        return self.main.query_one(HeaderLine).text

    def title(self, pane: str) -> str:
        return self.main.query_one(f"#{pane}-title", PaneTitle).text

    def keys_of(self, table: LineTable) -> list[str]:  # type: ignore[type-arg]
        return [table.key_of(row) for row in table.rows]

    async def to_review(self, item: str) -> None:
        """Opens the review pane with the cursor on an item."""
        await self.press("2")
        await self.until(lambda: item in self.keys_of(self.queue), f"{item} is not in the queue")
        await self.press("g")
        await self.down_to(self.queue, item)

    async def down_to(self, table: LineTable[Any], row: str) -> None:
        """Moves the cursor from the first row down to one, a key at a time."""
        while table.cursor != row:
            before = table.cursor
            await self.press("j")
            await self.until(lambda before=before: table.cursor != before, f"no {row} below {before}")  # type: ignore[misc]


@asynccontextmanager
async def console(
    bench: Bench,
    officer: str = "Ines",
    size: tuple[int, int] = (80, 24),
    pace: Pace = NORMAL_PACE,
    drafts: Drafts | None = None,
    own_files: bool = True,
) -> AsyncIterator[Console]:
    actor = bench.actor(officer)
    commands = ConsoleCommands(bench.desk, actor, bench.desk.store.path, own_files=own_files)
    app = DutyDeskApp(bench.desk, actor, drafts=drafts, pace=pace, commands=commands)
    async with app.run_test(size=size) as pilot:
        made = Console(app, pilot)
        await made.until(lambda: len(app.screen_stack) > 1, "the panes did not come")
        await made.until(lambda: bool(made.main.query_one("#countries", LineTable).rows), "the countries did not come")
        yield made


Setting = Callable[[Bench], Awaitable[None]]
