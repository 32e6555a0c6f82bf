"""One of the panes of the main screen: a title, and its parts below."""

from __future__ import annotations

from collections.abc import Sequence

from textual.containers import Vertical
from textual.widget import Widget

from dutydesk.tui.widgets.frame_lines import PaneTitle, Piece


class Pane(Vertical):
    """``name`` is the pane's, such as ``feed``; the ids of its title and of its parts begin with it."""

    def __init__(self, name: str) -> None:
        super().__init__(id=f"{name}-pane", classes="pane")
        self.pane = name
        self._tabs: Sequence[Piece] = ()

    @property
    def list_widget(self) -> Widget:
        """The widget that has the pane's focus."""
        return self

    def show_look(self) -> None:
        """Show the list in the order and with the columns that are chosen now."""

    def counts(self) -> Sequence[Piece]:
        """The pieces at the right of the title."""
        return ()

    def show_title(self, tabs: Sequence[Piece] | None = None) -> None:
        """``tabs`` stand at the left; without them those of the last call do."""
        if tabs is not None:
            self._tabs = tabs
        self.query_one(f"#{self.pane}-title", PaneTitle).show(self._tabs, self.counts())
