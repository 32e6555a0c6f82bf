"""Reads what changed in the store, again and again, and shows it on the open screens."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Protocol

from textual.css.query import NoMatches

from dutydesk.domain.errors import DeskError, Obstacle
from dutydesk.language.sentences import read_sentence
from dutydesk.tui.console import Console
from dutydesk.tui.dialogs.dialog import Dialog
from dutydesk.tui.frame.change_feed import ChangeFeed, ChangeSet
from dutydesk.tui.frame.screen import DeskScreen
from dutydesk.tui.frame.texts import texts

log = logging.getLogger(__name__)


class ChangeListener(Protocol):
    """Reads the overview before, and takes the changes after the screens."""

    async def read_overview(self) -> None: ...

    async def apply_changes(self, change_set: ChangeSet | None) -> None: ...


class ScreenUpdates:
    """One at a time. If the store can't be read the officer is told once, and told again when it can. While it does not
    confirm what is to be written, that is told too: an act that waits for it shows nothing by itself.
    """

    pause: Callable[[float], Awaitable[None]] = staticmethod(asyncio.sleep)

    def __init__(self, console: Console, listener: ChangeListener) -> None:
        self._console, self._listener = console, listener
        self.lock = asyncio.Lock()
        self._minute: datetime | None = None
        self._store_unreadable = False
        self._tells_unconfirmed = False

    async def start(self) -> None:
        self.change_feed = ChangeFeed(self._console.desk)
        await self.change_feed.start()
        await self._listener.read_overview()

    async def follow(self, after_each: Callable[[], Awaitable[None]]) -> None:
        """Run until cancelled, at the console's pace."""
        while True:
            changes = await self.update()
            await after_each()
            await self.pause(self._console.pace.delay(changes))

    async def update(self) -> int:
        """Read and show what changed; the number of changes."""
        async with self.lock:
            change_set = None
            try:
                change_set = await self.change_feed.poll()
                if change_set is not None or self._minute != self._this_minute():
                    await self._listener.read_overview()
                await self._show(change_set)
                await self._listener.apply_changes(change_set)
            except DeskError as error:
                self._report_stale(error.words, change_set)
                return 0
            except Exception as error:
                log.exception("the screen could not be updated")
                self._report_stale(str(error), change_set)
                return 0
            if self._store_unreadable:
                self._store_unreadable = False
                self._console.notify("", lasts=True)
                self._console.notify(texts.STORE_READABLE)
            self._report_unconfirmed()
            self.show_time()
            return change_set.events if change_set is not None else 0

    def _report_stale(self, why: str, change_set: ChangeSet | None) -> None:
        """Keep the changes for the next look; tell the officer that the screen is out of date."""
        self.change_feed.requeue(change_set)
        self._tells_unconfirmed = False
        if not self._store_unreadable:
            self._store_unreadable = True
            details = (Obstacle("store", texts.SCREEN_OUTDATED),)
            self._console.notify(f"{texts.STORE_UNREADABLE}: {read_sentence(why)}", "bad", details, lasts=True)

    def _report_unconfirmed(self) -> None:
        is_unconfirmed = self._console.desk.queries.is_unconfirmed()
        if is_unconfirmed and not self._tells_unconfirmed:
            details = (Obstacle("store", texts.UNCONFIRMED_CAUSE),)
            self._console.notify(texts.UNCONFIRMED, "warn", details, lasts=True)
        elif self._tells_unconfirmed and not is_unconfirmed:
            self._console.notify("", lasts=True)
        self._tells_unconfirmed = is_unconfirmed

    async def _show(self, change_set: ChangeSet | None) -> None:
        for screen in list(self._console.screens):
            try:
                if change_set is not None and isinstance(screen, DeskScreen | Dialog) and screen.is_mounted:
                    await screen.apply_changes(change_set)
                elif isinstance(screen, DeskScreen) and screen.is_mounted:
                    await screen.load_deferred()
            except NoMatches:
                if screen in self._console.screens:
                    raise  # else it was closed while it read

    def show_time(self) -> None:
        minute = self._this_minute()
        for screen in self._console.screens:
            if isinstance(screen, DeskScreen) and screen.is_mounted:
                screen.show_header()
                if minute != self._minute:
                    screen.update_ages()
        self._minute = minute

    def _this_minute(self) -> datetime:
        """With its date: a machine may have slept for a whole day."""
        return self._console.now().replace(second=0, microsecond=0)
