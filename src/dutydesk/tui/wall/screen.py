"""The desk at a glance: as a screen of the console, and as all that a second terminal shows."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult

from dutydesk.desk.base.wall_rows import WallFigures
from dutydesk.domain.errors import DeskError
from dutydesk.tui.console import Console
from dutydesk.tui.frame.change_feed import ChangeSet
from dutydesk.tui.frame.keys import KeyPlace, bindings
from dutydesk.tui.frame.screen import DeskScreen
from dutydesk.tui.wall.board import WallBoard
from dutydesk.tui.widgets.frame_lines import AlarmLine, FooterLine, HeaderLine, StatusLine, TourLines


class WallScreen(DeskScreen):
    CSS_PATH: ClassVar = Path(__file__).with_name("screen.tcss")

    def __init__(self, console: Console, figures: WallFigures) -> None:
        super().__init__(console)
        self._figures = figures
        self._stale = False
        self._checks = console.checks_per_minute(60)

    def compose(self) -> ComposeResult:
        yield HeaderLine()
        yield AlarmLine()
        yield WallBoard()
        yield TourLines()
        yield StatusLine()
        yield FooterLine()

    def on_mount(self) -> None:
        self.show_footer()
        self._show()
        self.set_interval(self.console.limits.figures_seconds, self._read_if_stale)

    async def apply_changes(self, change_set: ChangeSet) -> None:  # noqa: ARG002
        self._stale = True

    def update_ages(self) -> None:
        self._stale = True

    async def _read_if_stale(self) -> None:
        """Read again if something changed while the wall is in sight. Not every check leaves an event."""
        if self.is_current and (self._stale or self._checks != self.console.checks_per_minute(60)):
            await self._read()

    async def _read(self) -> None:
        self._stale, self._checks = False, self.console.checks_per_minute(60)
        try:
            self._figures = await self.console.desk.queries.wall_figures()
        except DeskError as error:
            self.console.refuse(error)
            return
        self._show()

    def _show(self) -> None:
        console = self.console
        self.query_one(WallBoard).show(self._figures, console.all_alarms(), console.waiting_counts(), console.now())


class UnattendedWall(WallScreen, inherit_bindings=False):
    """The wall on a terminal at which nobody sits: no key of it acts on the desk, or shows the text of an item."""

    BINDINGS: ClassVar = bindings(KeyPlace.WALL)
    PLACES = (KeyPlace.WALL,)
