"""Screens that paint what changed and no more.

Textual's own paint all of the terminal whenever the focus moves, and twice whenever something changes behind a dialog:
on a line of 9,600 bit/s that is ten seconds for each. This leans on names of the pinned version that are its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeVar, cast

from textual.geometry import Region
from textual.reactive import Reactive
from textual.screen import ModalScreen, Screen
from textual.widget import Widget

if TYPE_CHECKING:
    from dutydesk.tui.app import DutyDeskApp

T = TypeVar("T")


class PartialRepaintScreen(Screen[T]):
    """The widgets that lose and get the focus paint themselves."""

    focused: Reactive[Widget | None] = Reactive(None, repaint=False)

    def _compositor_refresh(self) -> None:
        if self is self.app.screen or self not in self.app._background_screens:
            super()._compositor_refresh()
            return
        changed = [region for region in self._compositor._dirty_regions if self._is_painted(region)]
        self._compositor._dirty_regions.clear()
        self._dirty_widgets.clear()
        if changed:
            _queue_repaint(self.app.screen, changed)

    def _is_painted(self, region: Region) -> bool:
        """On a thin line what lies beside a dialog waits until that is closed; lines above and below it do not."""
        if not cast("DutyDeskApp", self.app).pace.defer_behind_dialogs:
            return True
        boxes = [widget.region for widget in self.app.screen.children if widget.display]
        return not any(box.y < region.bottom and region.y < box.bottom for box in boxes)


def _queue_repaint(screen: Screen[Any], regions: Sequence[Region]) -> None:
    """``refresh`` would take these in the place of all widgets that wait to be painted."""
    screen._set_dirty(*regions)
    screen._dirty_widgets.add(screen)
    screen.check_idle()


class PartialRepaintModal(PartialRepaintScreen[T], ModalScreen[T]):
    """The same, over another screen."""
