"""Go to an item or a hit by its number, from every screen, and beyond the window of the feed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical

from dutydesk.domain.delivery.items import item_number
from dutydesk.domain.messages.normal_forms import plain_figures
from dutydesk.domain.records.records import hit_number
from dutydesk.tui.console import Actions, Console
from dutydesk.tui.frame.console_screen import ConsoleModal
from dutydesk.tui.frame.palette import SearchInput
from dutydesk.tui.frame.texts import texts
from dutydesk.wire.text.safe_text import safe_text

_NUMBER = re.compile(r"(?:D-?)?0*(\d{1,12})", re.ASCII)


class JumpActions:
    def __init__(self, console: Console) -> None:
        self._console = console

    def actions(self) -> Actions:
        return {"jump": self.ask}

    def ask(self) -> None:
        self._console.open_screen(JumpDialog(self._console), self._jump_to)

    async def _jump_to(self, typed: str | None) -> None:
        if not typed or not typed.strip():
            return
        name, hit = parse_item_name(typed), hit_number(typed.strip().lstrip("#").strip())
        if hit is not None:
            await self._console.open_hit(hit)
        elif name is None:
            self._console.notify(texts.no_item_number(safe_text(typed.strip())), "warn")
        else:
            await self._console.open_item(name)


class JumpDialog(ConsoleModal[str | None]):
    """Its result is what was typed."""

    CSS_PATH: ClassVar = [Path(__file__).parents[1] / "dialogs" / "dialog.tcss", Path(__file__).with_name("jump.tcss")]
    AUTO_FOCUS = "Input"

    def compose(self) -> ComposeResult:
        with Vertical(id="jump"):
            typed = SearchInput(placeholder=texts.JUMP_HINT, compact=True)
            typed.cursor_blink = False
            yield typed

    def action_choose(self) -> None:
        self.dismiss(self.query_one(SearchInput).value)

    def action_move(self, step: int) -> None:
        """Nothing: the keys of a search field move in a list, and there is none here."""

    def action_close(self) -> None:
        self.dismiss(None)


def parse_item_name(typed: str) -> str | None:
    """``12``, ``#12``, ``d-12`` and ``D-000012`` all name one item."""
    text = plain_figures(typed).strip().upper().lstrip("#").strip()
    digits = _NUMBER.fullmatch(text)
    if digits is not None:
        return f"D-{int(digits[1]):06d}"
    return text if item_number(text) is not None else None
