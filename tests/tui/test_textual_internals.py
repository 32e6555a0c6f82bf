"""Each private name of Textual that the console needs does what the console needs it for.

After an upgrade of Textual these tests say what has changed; ``textual_internals.py`` is the one file to repair.
"""

from __future__ import annotations

import ast
import asyncio
import inspect
import io
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console as RichConsole
from textual import _compositor, _context, events
from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.geometry import Region, Size
from textual.map_geometry import MapGeometry
from textual.screen import Screen
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input, Static

from consoles import Console, console, fill_desk
from desks import Bench
from dutydesk.tui import textual_internals
from dutydesk.tui.frame.pace import SLOW_LINE_PACE
from dutydesk.tui.textual_internals import (
    CellChanges,
    LayoutComparison,
    PartialRepaintApp,
    PartialRepaintScreen,
    app_of,
    call_on_loop,
    forward_event,
    run_binding,
    run_next_callbacks,
    set_scroll_size,
    wrap_output,
)
from early_places import ask_before_the_layout

#: Where Textual has each name; ``None`` for an attribute that its constructor sets.
OWNERS: dict[str, object | None] = {
    "_background_screens": App,
    "_batch_count": None,
    "_check_bindings": App,
    "_close_messages_no_wait": App,
    "_compositor": None,
    "_compositor_refresh": Screen,
    "_context": None,
    "_dirty_regions": None,
    "_dirty_widgets": None,
    "_display": App,
    "_exception": None,
    "_fatal_error": App,
    "_flush_next_callbacks": App,
    "_forward_event": Widget,
    "_full_map": None,
    "_app": None,
    "_file": None,
    "_loop": None,
    "_scroll_update": Widget,
    "_set_dirty": Widget,
}
OWN = {
    "_after",
    "_before",
    "_defer_behind_dialogs",
    "_behind",
    "_is_painted",
    "_last_layout",
    "_painted",
    "_updated_lines",
    "_with_spans",
    "_queue_repaint",
}


def private_names() -> set[str]:
    tree = ast.parse(Path(inspect.getfile(textual_internals)).read_text("utf-8"))
    found = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    found |= {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            found |= set(node.module.split("."))
    return {name for name in found if name.startswith("_") and not name.startswith("__")}


def test_every_name_is_tried_here() -> None:
    assert private_names() - OWN == set(OWNERS)


@pytest.mark.parametrize(("name", "owner"), [(name, owner) for name, owner in OWNERS.items() if owner is not None])
def test_textual_still_has_it(name: str, owner: object) -> None:
    assert hasattr(owner, name)


def test_what_is_overridden_takes_the_same_parameters() -> None:
    assert list(inspect.signature(App._display).parameters) == ["self", "screen", "renderable"]
    assert list(inspect.signature(App._fatal_error).parameters) == ["self"]
    assert list(inspect.signature(Screen._compositor_refresh).parameters) == ["self"]
    assert list(inspect.signature(_compositor.Compositor.reflow).parameters) == ["self", "parent", "size"]
    assert _compositor.ReflowResult._fields == ("hidden", "shown", "resized")
    assert {"region", "clip"} <= set(MapGeometry._fields)


def test_private_modules_hold_what_is_imported() -> None:
    assert issubclass(CellChanges, _compositor.CompositorUpdate)
    assert "render_segments" in vars(_compositor.CompositorUpdate)
    assert list(inspect.signature(_compositor.ChopsUpdate).parameters) == ["chops", "spans", "chop_ends"]
    assert list(inspect.signature(_compositor.LayoutUpdate).parameters) == ["strips", "region"]
    assert _context.visible_screen_stack.name == "visible_screen_stack"


class Small(PartialRepaintApp):
    """A field, a text, and a key of the app."""

    BINDINGS = [Binding("f5", "count", priority=True), Binding("x", "count")]  # noqa: RUF012

    def __init__(self) -> None:
        super().__init__(driver_class=LinuxDriver)
        self.counted = 0

    def compose(self) -> ComposeResult:
        yield Static("a text", id="text")
        yield Input(id="field")

    def action_count(self) -> None:
        self.counted += 1


async def test_run_binding_runs_the_action_of_a_key() -> None:
    app = Small()
    async with app.run_test():
        app.screen.set_focus(None)
        assert await run_binding(app, "f5", priority=True)
        assert not await run_binding(app, "f5")
        assert await run_binding(app, "x")
        assert not await run_binding(app, "y")
        assert app.counted == 2


async def test_forward_event_gives_a_field_a_key_and_a_paste() -> None:
    app = Small()
    async with app.run_test() as pilot:
        field = app.query_one(Input)
        field.focus()
        await pilot.pause()
        forward_event(field, events.Key("a", "a"))
        forward_event(field, events.Paste("bc"))
        await pilot.pause()
        assert field.value == "abc"


async def test_run_next_callbacks_runs_them_before_it_returns() -> None:
    app = Small()
    async with app.run_test():
        called: list[int] = []
        app._next_callbacks.clear()
        app.call_next(called.append, 1)
        await run_next_callbacks(app)
        assert called == [1]


async def test_set_scroll_size_moves_the_scrollbar_without_a_layout() -> None:
    class Long(App[None]):
        def compose(self) -> ComposeResult:
            yield ScrollView(id="long")

    app = Long()
    async with app.run_test(size=(80, 24)) as pilot:
        view = app.query_one(ScrollView)
        view.styles.overflow_y = "scroll"
        await pilot.pause()
        set_scroll_size(view, Size(80, 500))
        assert view.vertical_scrollbar.window_virtual_size == 500


async def test_a_screen_in_front_paints_through_the_compositor() -> None:
    app = Small()
    async with app.run_test() as pilot:
        await app.push_screen(Plain())
        await pilot.pause()
        strips = app.screen._compositor.render_strips(app.size)
        assert len(strips) == app.size.height
        assert all(isinstance(strip, Strip) for strip in strips)
        assert app.screen not in app._background_screens
        assert set(app._background_screens) <= set(app.screen_stack)


class Plain(PartialRepaintScreen[None]):
    def compose(self) -> ComposeResult:
        yield Input()


class Sized(Static):
    """Keeps the sizes that it was told of."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[Size] = []

    def on_resize(self, event: events.Resize) -> None:
        self.told.append(event.size)


class Hiding(PartialRepaintScreen[None]):
    def compose(self) -> ComposeResult:
        with Vertical() as hidden:
            yield Sized()
        hidden.display = False


async def test_a_widget_is_told_its_size_even_if_its_place_was_asked_for_before_the_layout() -> None:
    app = Small()
    async with app.run_test() as pilot:
        await app.push_screen(Hiding())
        await pilot.pause()
        screen, widget = app.screen, app.screen.query_one(Sized)
        assert isinstance(screen._compositor, LayoutComparison)
        assert widget.told == []
        screen.query_one(Vertical).display = True
        await ask_before_the_layout(screen, widget)
        await pilot.pause()
        assert widget.told == [widget.size]


async def test_moving_the_focus_repaints_no_screen(bench: Bench) -> None:
    """Textual's own ``focused`` repaints all of it."""
    await fill_desk(bench)
    async with console(bench) as desk:
        await _at_rest(desk)
        desk.main.set_focus(None)
        desk.main.set_focus(desk.feed)
        assert desk.main not in desk.main._dirty_widgets


async def test_a_change_behind_a_dialog_is_handed_to_the_dialog(bench: Bench) -> None:
    await fill_desk(bench)
    async with console(bench) as desk:
        await desk.press("2", "n")
        await desk.shows("Note on")
        assert desk.main in desk.app._background_screens
        await _at_rest(desk)
        desk.main._compositor._dirty_regions.add(Region(0, 0, 10, 1))
        desk.main._compositor_refresh()
        assert not desk.main._compositor._dirty_regions
        assert not desk.main._dirty_widgets
        assert desk.app.screen in desk.app.screen._dirty_widgets


async def test_on_a_thin_line_what_is_next_to_a_dialog_waits(bench: Bench) -> None:
    await fill_desk(bench)
    async with console(bench, pace=SLOW_LINE_PACE) as desk:
        await desk.press("2", "n")
        await desk.shows("Note on")
        box = desk.app.screen.query_one("#dialog").region
        assert not desk.main._is_painted(Region(0, box.y, 2, 1))
        assert desk.main._is_painted(Region(0, box.bottom, 2, 1))


async def test_only_cells_that_differ_are_painted(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []
    monkeypatch.setattr(App, "_display", _noting(sent))
    monkeypatch.setenv("TERM", "vt220")  # which gets its blanks one by one
    app = Small()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert sent, "the first paint is a whole one"
        assert len(sent[0]) > 80 * 24 / 2
        sent.clear()
        app.query_one("#text", Static).update("XYZW")
        await pilot.pause()
        painted = "".join(sent)
        assert "XYZW" in painted
        assert len(painted) < 200
        sent.clear()
        app.repaint_all()
        app.refresh()
        await pilot.pause()
        assert any(len(each) > 80 * 24 / 2 for each in sent)
        assert app._batch_count == 0


def _noting(sent: list[str]) -> Callable[..., None]:
    rich = RichConsole(color_system="truecolor", force_terminal=True, width=80)

    def display(_app: App[Any], _screen: Screen[Any], renderable: Any) -> None:
        if isinstance(renderable, CellChanges):
            sent.append(renderable.render_segments(rich))

    return display


async def test_a_screen_that_is_still_laid_out_for_a_larger_terminal_is_painted() -> None:
    """The terminal has become smaller, something below its new end changes, and the layout is still to come."""
    app = Small()
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        app._size = Size(80, 24)
        app._painted = app._painted[:24]
        app.screen._compositor._dirty_regions.add(Region(0, 28, 10, 1))
        app.screen._compositor_refresh()
        assert len(app._painted) == 24
        app._size = Size(100, 30)


async def test_a_fault_ends_the_app_and_is_kept_without_a_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    class Faulty(Small):
        def on_mount(self) -> None:
            raise RuntimeError("a fault of the test")

    app = Faulty()
    with pytest.raises(RuntimeError, match="a fault of the test"):
        async with app.run_test() as pilot:
            await pilot.pause()
    assert str(app.fault) == "a fault of the test"
    assert "Traceback" not in "".join(capsys.readouterr())


class Terminal(LinuxDriver):
    """A driver that never touches a terminal."""

    def __init__(self, app: App[Any], loop: asyncio.AbstractEventLoop) -> None:
        Driver.__init__(self, app)
        self._file = io.StringIO()
        self._loop = loop


async def test_the_driver_writes_through_the_wrapper_and_knows_its_app() -> None:
    app = Small()
    driver = Terminal(app, asyncio.get_running_loop())
    wrap_output(driver, lambda file: ("wrapped", file))
    assert isinstance(driver._file, tuple)
    assert app_of(driver) is app


async def test_call_on_loop_calls_back_from_another_thread() -> None:
    driver = Terminal(Small(), asyncio.get_running_loop())
    called = asyncio.Event()
    thread = threading.Thread(target=call_on_loop, args=(driver, called.set))
    thread.start()
    await asyncio.wait_for(called.wait(), 60)
    thread.join()


def test_linux_driver_still_sets_file_and_loop() -> None:
    source = inspect.getsource(LinuxDriver) + inspect.getsource(Driver)
    for name in ("self._file", "self._loop", "self._app"):
        assert f"{name} =" in source or f"{name}:" in source


async def _at_rest(desk: Console) -> None:
    await desk.until(lambda: not desk.app.screen._dirty_widgets, "the screen does not come to rest")
