"""Everything that needs private names of Textual. An upgrade of Textual is checked, and repaired, in this file alone.

``tests/tui/test_textual_internals.py`` has a test for each of these names. No other module imports ``textual._*`` or
touches an attribute of a Textual object whose name begins with an underscore.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from rich.console import Console
from textual import events
from textual._compositor import ChopsUpdate, Compositor, CompositorUpdate, LayoutUpdate, ReflowResult
from textual._context import visible_screen_stack
from textual.app import App
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.geometry import Region, Size
from textual.map_geometry import MapGeometry
from textual.reactive import Reactive
from textual.screen import ModalScreen, Screen
from textual.strip import Strip
from textual.widget import Widget

from dutydesk.tui.frame.cell_differences import (
    PaintedLine,
    clears_in_colour,
    color_system_of,
    paint_differences,
    splice,
)

T = TypeVar("T")


class CellChanges(CompositorUpdate):
    """From one whole screen to the next: only the cells that differ."""

    def __init__(self, before: Sequence[PaintedLine], after: Sequence[PaintedLine]) -> None:
        self._before, self._after = before, after

    def render_segments(self, console: Console) -> str:  # noqa: ARG002
        return paint_differences(self._before, self._after, clears=clears_in_colour())


class PartialRepaintApp(App[None]):
    """The terminal gets only cells that differ from what it already shows."""

    def __init__(self, *, driver_class: type[Driver]) -> None:
        super().__init__(driver_class=driver_class)
        self._painted: list[PaintedLine] = []
        self._behind = False

    def repaint_all(self) -> None:
        """Forget what the terminal shows: the next paint is a whole one."""
        self._painted = []

    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        if isinstance(renderable, CompositorUpdate):
            if self._batch_count:
                # Textual shows nothing of it; the next paint starts from the whole screen again.
                self._behind = True
            else:
                before, self._painted = self._painted, self._updated_lines(renderable)
                renderable = CellChanges(before, self._painted)
        super()._display(screen, renderable)

    def _updated_lines(self, update: CompositorUpdate) -> list[PaintedLine]:
        """The whole screen after an update; only lines that the update names are laid out again."""
        # A screen that was covered, or is to be told yet, has its places on a terminal of another size.
        behind = self._behind or self.screen._compositor.size != self.size
        self._behind = False
        if isinstance(update, ChopsUpdate) and not behind and len(self._painted) == self.size.height:
            return self._with_spans(update)
        if isinstance(update, LayoutUpdate) and not behind and update.region == self.size.region:
            strips = [Strip.join(line) for line in update.strips]
        else:
            visible_screen_stack.set(self._background_screens)
            strips = self.screen._compositor.render_strips(self.size)
        color_system = color_system_of(self.console)
        return [PaintedLine(strip, color_system) for strip in strips]

    def _with_spans(self, update: ChopsUpdate) -> list[PaintedLine]:
        strips: dict[int, Strip] = {}
        for y, begin, end in update.spans:
            line = strips.get(y, self._painted[y].strip)
            for stop, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
                if strip is not None and x < end and stop > begin:
                    line = splice(line, x, strip.crop(0, min(stop, end) - x))
            strips[y] = line
        color_system = color_system_of(self.console)
        lines = list(self._painted)
        for y, strip in strips.items():
            lines[y] = PaintedLine(strip, color_system)
        return lines

    @property
    def fault(self) -> Exception | None:
        """The exception that ended the console, if one did."""
        return self._exception

    def _fatal_error(self) -> None:
        """End without Textual's traceback on the terminal; the traceback is in the log."""
        self._close_messages_no_wait()


class LayoutComparison(Compositor):
    """Tells widgets of every layout that gives them another size than the last one did.

    Textual compares a layout with its map of places. It makes that map again whenever a place is asked for that is not
    in it, which may be between the key that shows a pane and the layout for it. The pane's widgets are then found in
    the map already, and get no ``Resize``: a text that was given to them while they were hidden would never be wrapped.
    """

    def __init__(self) -> None:
        super().__init__()
        self._last_layout: dict[Widget, MapGeometry] = {}

    def clear(self) -> None:
        super().clear()
        self._last_layout = {}

    def reflow(self, parent: Widget, size: Size) -> ReflowResult:
        before, found = self._last_layout, super().reflow(parent, size)
        after = self._last_layout = self._full_map
        resized = {
            widget for widget in after.keys() & before.keys() if after[widget].region.size != before[widget].region.size
        }
        changed = (place.clip.intersection(place.region) for _, place in after.items() ^ before.items())
        self._dirty_regions.update(region for region in changed if region)
        return ReflowResult(found.hidden, found.shown | (after.keys() - before.keys()), found.resized | resized)


class PartialRepaintScreen(Screen[T]):
    """A screen that paints what changed and no more.

    Textual paints the whole terminal whenever the focus moves, and twice whenever something changes behind a dialog,
    which takes 10 s each at 9,600 bit/s. Here the widgets that lose and get the focus paint themselves. With
    ``defer_behind_dialogs``, lines next to a dialog are painted once it closes; lines above and below it at once.
    """

    focused: Reactive[Widget | None] = Reactive(None, repaint=False)

    def __init__(self, *, defer_behind_dialogs: bool = False) -> None:
        super().__init__()
        self._compositor = LayoutComparison()
        self._defer_behind_dialogs = defer_behind_dialogs

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
        if not self._defer_behind_dialogs:
            return True
        boxes = [widget.region for widget in self.app.screen.children if widget.display]
        return not any(box.y < region.bottom and region.y < box.bottom for box in boxes)


class PartialRepaintModal(PartialRepaintScreen[T], ModalScreen[T]):
    """The same, over another screen."""


def _queue_repaint(screen: Screen[Any], regions: Sequence[Region]) -> None:
    """Add regions to what ``screen`` paints next; ``Screen.refresh`` would drop widgets that wait to be painted."""
    screen._set_dirty(*regions)
    screen._dirty_widgets.add(screen)
    screen.check_idle()


async def run_binding(app: App[Any], key: str, *, priority: bool = False) -> bool:
    """Run the action that ``key`` is bound to at the focused widget, its screen or the app; false if there is none."""
    return await app._check_bindings(key, priority=priority)


def forward_event(widget: Widget, event: events.Event) -> None:
    """Give a widget an event as if Textual had delivered it."""
    widget._forward_event(event)


async def run_next_callbacks(app: App[Any]) -> None:
    """Run what was handed to ``app.call_next``."""
    await app._flush_next_callbacks()


def set_scroll_size(widget: Widget, size: Size) -> None:
    """Fit the scrollbars to a new virtual size without a new layout."""
    widget._scroll_update(size)


def wrap_output(driver: LinuxDriver, wrapper: Callable[[Any], Any]) -> None:
    """Put ``wrapper`` between the driver and the file that it writes to."""
    driver._file = wrapper(driver._file)


def call_on_loop(driver: LinuxDriver, callback: Callable[[], None]) -> None:
    """Call back on the app's loop from another thread. Raises RuntimeError once the loop is closed."""
    driver._loop.call_soon_threadsafe(callback)


def app_of(driver: Driver) -> App[Any]:
    return driver._app
