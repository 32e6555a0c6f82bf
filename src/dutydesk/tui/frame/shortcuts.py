"""What is at hand on every screen: go to a number, copy, the countdown of an undo, a replay's pace."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from dutydesk.domain.delivery.items import item_number
from dutydesk.domain.errors import DeskError
from dutydesk.domain.records.records import hit_number
from dutydesk.tui.dialogs.form import Form
from dutydesk.tui.frame import shortcut_texts, texts
from dutydesk.tui.frame.jump import JumpDialog
from dutydesk.tui.frame.keys import key_hint
from dutydesk.tui.frame.runner import PacedRunner
from dutydesk.tui.frame.screen import CountryActions, ItemActions
from dutydesk.tui.frame.terminal import is_in_tmux
from dutydesk.tui.item.hit import HitActions, HitScreen
from dutydesk.tui.tour import texts as tour_texts
from dutydesk.tui.widgets.frame_lines import StatusLine
from dutydesk.wire.text.safe_text import safe_text

if TYPE_CHECKING:
    from dutydesk.tui.app import DutyDeskApp
    from dutydesk.tui.tour.tour import Tour

_DIRECTION_ISOLATES = re.compile("[\u2066-\u2069]")
_NUMBER = re.compile(r"(?:D-?)?0*(\d{1,12})", re.ASCII)


class GlobalActions:
    """Part of the console's app."""

    @property
    def _console(self) -> DutyDeskApp:
        return cast("DutyDeskApp", self)

    def action_jump(self) -> None:
        self._console.push_screen(JumpDialog(), self._jump_to)

    async def _jump_to(self, typed: str | None) -> None:
        if not typed or not typed.strip():
            return
        name, hit = parse_item_name(typed), hit_number(typed.strip().lstrip("#").strip())
        if hit is not None:
            await self.open_hit(hit)
        elif name is None:
            self._console.say(shortcut_texts.no_item_number(safe_text(typed.strip())), "warn")
        else:
            await self._console.open_item(name)

    async def open_hit(self, number: int) -> None:
        console = self._console
        try:
            view = await console.desk.queries.hit(number)
        except DeskError as error:
            console.refuse(error)
            return
        await console.push_screen(HitScreen(view))
        console.screen_stack[-1].call_after_refresh(console.show_time)

    def action_copy(self) -> None:
        screen = self._console.screen
        row = screen.current_item() if isinstance(screen, ItemActions) else None
        country = screen.current_country() if isinstance(screen, CountryActions) else None
        hit = screen.current_hit() if isinstance(screen, HitActions) else None
        if row is not None:
            self.copy_to_terminal(row.item)
        elif hit is not None:
            self.copy_to_terminal(hit.hit)
        elif country is not None:
            self.copy_to_terminal(country.code)
        else:
            self._console.say(texts.nothing_selected(key_hint("list.down"), key_hint("list.up")), "warn")

    def copy_to_terminal(self, text: str) -> None:
        """To the clipboard of the officer's terminal (OSC 52), which never answers whether it took it.

        Marks of direction are the screen's, not the text's.
        """
        plain = _DIRECTION_ISOLATES.sub("", safe_text(text)).strip()
        if plain:
            self._console.copy_to_clipboard(plain)
            self._console.say(
                (shortcut_texts.sent_through_tmux if is_in_tmux() else shortcut_texts.sent_to_clipboard)(plain)
            )

    def show_countdown(self, text: str) -> None:
        for screen in self._console.desk_screens():
            screen.query_one(StatusLine).show_countdown(text)

    # Leaving

    def action_help_quit(self) -> None:
        self._console.say(texts.QUIT_KEY_HINT)

    def leave_lost_terminal(self) -> None:
        """Ends the console whose terminal is gone. What was typed and not sent is kept.

        A screen that is being opened is waited for: one that lost its widgets while it mounts would end in a fault.
        """
        self._console.call_later(self._leave)

    async def _leave(self) -> None:
        await self._console.stop_input()
        self.save_drafts()
        self._console.exit()

    def save_drafts(self) -> None:
        for screen in self._console.screen_stack:
            if isinstance(screen, Form):
                screen.save_draft()

    # A replay, and the tour through it

    async def action_skip_step(self) -> None:
        if (tour := self._active_tour()) is not None:
            await tour.skip()
            self._console.show_time()

    async def action_end_tour(self) -> None:
        if (tour := self._active_tour()) is not None:
            await tour.end()
            self._console.show_time()

    def _active_tour(self) -> Tour | None:
        tour = self._console.tour
        if tour is None or tour.step is None:
            self._console.say(tour_texts.NO_TOUR, "warn")
            return None
        return tour

    def _paced_runner(self) -> PacedRunner | None:
        if isinstance(self._console.runner, PacedRunner):
            return self._console.runner
        self._console.say(texts.NO_REPLAY, "warn")
        return None

    def action_pause(self) -> None:
        if (runner := self._paced_runner()) is not None:
            runner.resume() if runner.paused else runner.pause()
            self._console.show_time()

    def action_faster(self) -> None:
        if (runner := self._paced_runner()) is not None:
            runner.faster()
            self._console.show_time()

    def action_slower(self) -> None:
        if (runner := self._paced_runner()) is not None:
            runner.slower()
            self._console.show_time()


def parse_item_name(typed: str) -> str | None:
    """``12``, ``#12``, ``d-12`` and ``D-000012`` name one item."""
    text = typed.strip().upper().lstrip("#").strip()
    digits = _NUMBER.fullmatch(text)
    if digits is not None:
        return f"D-{int(digits[1]):06d}"
    return text if item_number(text) is not None else None
