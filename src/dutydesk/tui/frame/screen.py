"""The frame of all full screens: header and alarms above, status line and keys below."""

from __future__ import annotations

from collections.abc import Collection
from typing import ClassVar

from dutydesk.tui.console import Console
from dutydesk.tui.frame.change_feed import ChangeSet
from dutydesk.tui.frame.console_screen import ConsoleScreen
from dutydesk.tui.frame.keys import Key, KeyPlace, bindings, first_free_key, footer
from dutydesk.tui.frame.texts import texts
from dutydesk.tui.selection import NO_SELECTION, Selection
from dutydesk.tui.widgets.frame_lines import AlarmLine, FooterLine, HeaderLine, StatusLine, TourLines


class DeskScreen(ConsoleScreen[None]):
    """A full screen. ``PLACES`` are the key places that act on it, for footer, help and palette.

    ``selection`` says what its cursor is on.
    """

    BINDINGS = bindings(KeyPlace.EVERYWHERE)
    AUTO_FOCUS: ClassVar[str | None] = None
    PLACES: ClassVar[tuple[KeyPlace, ...]] = (KeyPlace.EVERYWHERE,)

    def __init__(self, console: Console, selection: Selection = NO_SELECTION) -> None:
        super().__init__(console)
        self.selection = selection

    def places(self) -> tuple[KeyPlace, ...]:
        return self.PLACES

    def show_footer(self, pending: Collection[str] = ()) -> None:
        """The keys that do something now; those of ``pending`` first."""
        unavailable = self.unavailable_keys() | self.console.unavailable_keys()
        self.show_keys(footer(*self.places(), pending=pending, unavailable=unavailable))

    def unavailable_keys(self) -> frozenset[str]:
        """Ids of keys of these places that do nothing on what the cursor is on."""
        return frozenset()

    def subject(self) -> str:
        """What the cursor is on, such as an item; empty for nothing."""
        if (row := self.selection.item()) is not None:
            return row.item
        if (hit := self.selection.hit()) is not None:
            return hit.hit
        country = self.selection.country()
        return country.code if country is not None else ""

    async def apply_changes(self, change_set: ChangeSet) -> None:
        """The store has changed: show what of it belongs on this screen."""

    async def load_deferred(self) -> None:
        """Nothing has changed since the last look: read what was put off while it was out of sight."""

    def update_ages(self) -> None:
        """A minute of the desk's time has passed: repaint ages."""

    def show_header(self) -> None:
        tour = self.console.tour
        if tour is not None:
            self.query_one(TourLines).show_step(tour.lines(), tour.keys())
        self.query_one(HeaderLine).show(*self.console.header_pieces())
        self.query_one(AlarmLine).show_alarms(self.console.all_alarms(), self.console.now())

    def show_status(self, text: str, tone: str, *, details: bool) -> None:
        """``details``: whether a key opens more on ``text``."""
        hint = texts.details_key(first_free_key("desk.details", self.places())) if details else ""
        self.query_one(StatusLine).show_status(text, tone, hint)

    def show_countdown(self, text: str) -> None:
        self.query_one(StatusLine).show_countdown(text)

    def show_keys(self, keys: tuple[Key, ...]) -> None:
        self.query_one(FooterLine).show_keys(keys)

    def action_back(self) -> None:
        self.dismiss()
