"""The actions on an officer's saved filters."""

from __future__ import annotations

from collections.abc import Callable

from dutydesk.tui.console import Actions, Console
from dutydesk.tui.feed.pane import FeedPane
from dutydesk.tui.feed.saved_filters import SavedFilterList, save_form
from dutydesk.tui.feed.texts import texts


class SavedFilterActions:
    """Choose a saved filter, or save the one in use. ``show_feed`` brings the feed's pane into sight."""

    def __init__(self, console: Console, pane: Callable[[], FeedPane], show_feed: Callable[[], None]) -> None:
        self._console, self._pane, self._show_feed = console, pane, show_feed

    def actions(self) -> Actions:
        return {"views": self.choose, "save_view": self.save}

    async def choose(self) -> None:
        await self._console.open_screen(SavedFilterList(self._console), self._apply)

    def _apply(self, text: str | None) -> None:
        if text is not None:
            self._show_feed()
            bar = self._pane().filter_bar
            bar.set_text(text)
            bar.action_leave()

    async def save(self) -> None:
        text = self._pane().filter_bar.value.strip()
        if text:
            await self._console.open_screen(save_form(self._console, text))
        else:
            self._console.notify(texts.NO_FILTER, "warn")
