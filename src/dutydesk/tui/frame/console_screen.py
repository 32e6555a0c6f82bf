"""Screens and dialogs that are handed the console."""

from __future__ import annotations

from typing import TypeVar

from textual import events

from dutydesk.tui.console import Action, ActionGroup, Console
from dutydesk.tui.textual_internals import PartialRepaintModal, PartialRepaintScreen

T = TypeVar("T")


class ConsoleScreen(PartialRepaintScreen[T]):
    """Everything that covers the terminal: full screens, dialogs, and pages over them.

    ``actions`` are those of its groups; actions of the screen itself are ``action_*`` methods, as Textual has them.
    """

    def __init__(self, console: Console) -> None:
        super().__init__(defer_behind_dialogs=console.pace.defer_behind_dialogs)
        self.console = console
        self.actions: dict[str, Action] = {}
        self._is_sized = False

    def add_groups(self, *groups: ActionGroup) -> None:
        """Take the actions of ``groups`` for the keys of this screen."""
        for group in groups:
            self.actions.update(group.actions())

    def on_resize(self, event: events.Resize) -> None:
        self.console.check_size(event.size, opened=not self._is_sized)
        self._is_sized = True


class ConsoleModal(ConsoleScreen[T], PartialRepaintModal[T]):
    """The same, over another screen that stays in sight."""
