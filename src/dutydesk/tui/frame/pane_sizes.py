"""The sizes of the panes: dragged by the mouse, moved by keys, kept for the officer and each arrangement of panes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from textual import events
from textual.geometry import Region
from textual.widget import Widget

from dutydesk.domain.frozen import value
from dutydesk.tui.frame.preferences import Preferences

#: A pane keeps at least so much of what it shares with its neighbour, in percent; a key moves a border so far.
_LEAST: Final = 15
_STEP: Final = 5


@value(frozen=True, slots=True)
class Border:
    """A border between two panes. ``sized`` gets a share of ``around``, before the border or, if ``from_end``, after.

    ``at`` is the line of cells that is dragged.
    """

    name: str
    sized: Widget
    around: Widget
    at: Region
    is_vertical: bool
    from_end: bool = False

    def share(self, x: int, y: int) -> int:
        """The percent that ``sized`` gets if the border is put at a place of the screen."""
        region = self.around.region
        whole = region.width if self.is_vertical else region.height
        before = x - region.x if self.is_vertical else y - region.y
        return round(100 * ((whole - before) if self.from_end else before) / max(whole, 1))


class PaneSizes:
    """``borders`` are those in sight; ``layout`` names the arrangement of the panes."""

    def __init__(
        self,
        preferences: Preferences,
        layout: Callable[[], str],
        borders: Callable[[], list[Border]],
        *,
        live: bool,
    ) -> None:
        """Without ``live`` the panes change once the border is let go, so that a slow line repaints once."""
        self._preferences, self._layout, self._borders = preferences, layout, borders
        self._live = live
        self._dragged = ""

    @property
    def _section(self) -> str:
        return f"panes-{self._layout()}"

    def apply(self) -> None:
        """Give the panes in sight their kept sizes; without one a pane has its usual size."""
        for border in self._borders():
            self._set_size(border, self._kept(border))

    def _kept(self, border: Border) -> int | None:
        kept = self._preferences.get(self._section, border.name)
        return min(max(int(kept), _LEAST), 100 - _LEAST) if kept.isdecimal() else None

    def _set_size(self, border: Border, share: int | None) -> None:
        styles = border.sized.styles
        size = None if share is None else f"{share}%"
        most = None if share is None else "100%"
        if border.is_vertical:
            styles.width, styles.max_width = size, most
            styles.min_width = None if share is None else 1
        else:
            styles.height, styles.max_height = size, most

    def _move(self, border: Border, share: int) -> None:
        share = min(max(share, _LEAST), 100 - _LEAST)
        self._preferences.put(self._section, border.name, str(share))
        self._set_size(border, share)

    # The mouse

    def begin_drag(self, event: events.MouseDown) -> None:
        at = next((border for border in self._borders() if border.at.contains(event.screen_x, event.screen_y)), None)
        self._dragged = at.name if at is not None else ""

    def drag(self, event: events.MouseMove) -> None:
        if self._dragged and not event.button:
            self._dragged = ""  # it was let go outside the terminal
        elif self._live:
            self._drag_to(event)

    def end_drag(self, event: events.MouseUp) -> None:
        self._drag_to(event)
        self._dragged = ""

    def _drag_to(self, event: events.MouseEvent) -> None:
        border = next((border for border in self._borders() if border.name == self._dragged), None)
        if border is not None and not border.at.contains(event.screen_x, event.screen_y):
            self._move(border, border.share(event.screen_x, event.screen_y))

    # Keys

    def grow(self, name: str, steps: int) -> None:
        """Move a border by some percent: ``sized`` grows, or shrinks for negative ``steps``."""
        for border in self._borders():
            if border.name == name:
                region = border.sized.region
                whole = border.around.region
                now = self._kept(border)
                if now is None:
                    part, of = (region.width, whole.width) if border.is_vertical else (region.height, whole.height)
                    now = round(100 * part / max(of, 1))
                self._move(border, now + steps * _STEP)

    def reset(self) -> None:
        """Back to the usual sizes."""
        self._preferences.forget(self._section)
        self.apply()
