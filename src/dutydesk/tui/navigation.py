"""Opens the full screens: an item, a hit, a person's file, a country, the figures, the wall, the alarms, the feed."""

from __future__ import annotations

from collections.abc import Callable

from dutydesk.desk.base.rows import CountryRow
from dutydesk.domain.delivery.items import item_number
from dutydesk.domain.errors import DeskError
from dutydesk.domain.records.records import hit_number
from dutydesk.tui.console import Actions, Console
from dutydesk.tui.countries.country import CountryScreen
from dutydesk.tui.figures.screen import FiguresScreen
from dutydesk.tui.frame.alarms import AlarmList
from dutydesk.tui.frame.main import MainScreen
from dutydesk.tui.frame.screen import DeskScreen
from dutydesk.tui.item.changes import OpenedItem
from dutydesk.tui.item.earlier_items import load_earlier
from dutydesk.tui.item.hit import HitScreen
from dutydesk.tui.item.screen import ItemScreen
from dutydesk.tui.person.screen import PersonScreen
from dutydesk.tui.wall.screen import WallScreen


class Navigation:
    """If the desk refuses, the refusal is shown and no screen opens."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def actions(self) -> Actions:
        return {
            "alarms": self.open_alarms,
            "figures": self.open_figures,
            "home": self.go_home,
            "wall": self.open_wall,
        }

    async def open_item(self, name: str) -> None:
        console, number = self._console, item_number(name)
        if number is None:
            return
        try:
            opened, why = await self.read_item(number), await console.desk.queries.why(number)
        except DeskError as error:
            console.refuse(error)
            return
        await self._open(ItemScreen(console, opened, why))
        console.read_recorder.record(opened.view.row)

    async def read_item(self, number: int, before: OpenedItem | None = None) -> OpenedItem:
        """An item as it is, next to what it was when ``before`` was opened. Raises DeskError."""
        desk = self._console.desk
        view = await desk.queries.show(number)
        known = before is not None and before.view.row.item == view.row.item
        first, at = (before.first, before.at) if known and before is not None else (view, self._console.now())
        return OpenedItem(first, view, await load_earlier(desk, view), at)

    async def open_hit(self, number: int) -> None:
        try:
            view = await self._console.desk.queries.hit(number)
        except DeskError as error:
            self._console.refuse(error)
            return
        await self._open(HitScreen(self._console, view))

    async def open_person(self, subject: str, refuse: Callable[[DeskError], None] | None = None) -> None:
        console = self._console
        try:
            file = await console.desk.queries.person(subject)
        except DeskError as error:
            (refuse or console.refuse)(error)
            return
        await self._open(PersonScreen(console, file))
        own = (line.item for line in file.lines if line.item is not None and line.item.item == file.subject)
        if (seen := next(own, None)) is not None:
            console.read_recorder.record(seen)

    async def open_country(self, row: CountryRow) -> None:
        console = self._console
        try:
            page = await console.desk.queries.country_page(row.code)
        except DeskError as error:
            console.refuse(error)
            return
        await self._open(
            CountryScreen(console, page.row or row, page.measures, page.consulted, page.restrictions, page.signatures)
        )

    async def open_figures(self) -> None:
        if not isinstance(self._console.screens[-1], FiguresScreen):
            await self._open(FiguresScreen(self._console))

    async def open_wall(self) -> None:
        console = self._console
        if isinstance(console.screens[-1], WallScreen):
            return
        try:
            figures = await console.desk.queries.wall_figures()
        except DeskError as error:
            console.refuse(error)
            return
        await self._open(WallScreen(console, figures))

    async def open_alarms(self) -> None:
        await self._console.open_screen(AlarmList(self._console), self.open_subject)

    async def open_subject(self, subject: str | None) -> None:
        """Open the item, hit, measure or country with this name."""
        if subject is None:
            return
        if item_number(subject) is not None:
            await self.open_item(subject)
            return
        if (hit := hit_number(subject)) is not None:
            await self.open_hit(hit)
            return
        desk = self._console.desk
        country = next((row.country for row in await desk.queries.measures() if row.measure == subject), subject)
        rows = {row.code: row for row in await desk.queries.countries()}
        if country in rows:
            await self.open_country(rows[country])

    def open_feed(self, filter_text: str) -> None:
        """Go back to the panes with the feed filtered. Waits for nothing: the screen that asks is closed too."""
        self._uncover_panes().narrow_feed(filter_text)

    def go_home(self) -> None:
        """Close everything above the panes."""
        self._uncover_panes()

    def _uncover_panes(self) -> MainScreen:
        while not isinstance(main := self._console.screens[-1], MainScreen):
            self._console.close_screen()
        return main

    async def _open(self, screen: DeskScreen) -> None:
        await self._console.open_screen(screen)
        screen.call_after_refresh(self._console.show_time)
