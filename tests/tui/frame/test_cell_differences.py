"""What a thin line carries is what differs; and what its terminal shows in the end is what a whole paint shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyte
import pytest
from rich.color import ColorSystem
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from consoles import Console as Desk
from consoles import console
from desks import Bench, diffusion, notice_request
from dutydesk.desk.people.officers import os_user
from dutydesk.desk.service.desk import make_store
from dutydesk.tui import textual_internals
from dutydesk.tui.frame.cell_differences import PaintedLine, changed_cells, paint_differences, splice
from dutydesk.tui.frame.pace import NORMAL_PACE, SLOW_LINE_PACE, Pace
from dutydesk.tui.frame.pen import Look, Pen, blank_look, look_of
from dutydesk.tui.textual_internals import CellChanges
from other_process import OtherProcess, dated_now
from ptys import Terminal
from warm_console import warm_terminal

BOLD = Style(bold=True)
#: Opening and closing a dialog at 80x24 over names in all scripts, whose lines are painted whole.
COVERED, UNCOVERED = 12_000, 6_000
NAMES = ("Plain", "عقار وقارب", "漢字太郎", "Zażo\u0301łc\u0301", "e\u0301\u0302\u0303\u0304\u0305x")


def _named(family: str, place: int) -> dict[str, Any]:
    message = (notice_request if place % 3 else diffusion)("BR")
    return message | {"subject": {**message["subject"], "name": {"family": family, "given": "Ada"}}}


@pytest.fixture
def thin(tmp_path: Path) -> Iterator[Terminal]:
    store = tmp_path / "desk.db"
    make_store(store, "exercise")

    async def fill(bench: Bench) -> None:
        for place in range(30):
            await bench.sent(dated_now(_named(NAMES[place % len(NAMES)], place)))

    OtherProcess(store)(fill, founder=os_user())
    with warm_terminal(store, hurried=True) as made:
        made.shows("D-000030", "dispatching")
        made.until(lambda: "queued" not in made.text, "the deliveries never went")
        yield made


def test_a_dialog_costs_its_box(thin: Terminal) -> None:
    thin.press("2c")
    thin.shows("Findings", "has D-0")
    opened = thin.cost_of(lambda: thin.press("d"), undo=lambda: _leave(thin))
    thin.shows("Decide D-")
    letters = [thin.cost_of(lambda: thin.press("x")) for _ in range(3)]  # the first may pay for the dialog's last lines
    closed = thin.cost_of(lambda: _leave(thin), undo=lambda: _decide(thin))
    assert 500 < opened <= COVERED, opened
    assert 0 < min(letters) <= 200, letters
    assert 500 < closed <= UNCOVERED, closed


def _decide(thin: Terminal) -> None:
    thin.press("d")
    thin.shows("Decide D-")


def _leave(thin: Terminal) -> None:
    thin.press("\x1b")
    thin.until(lambda: "Decide D-" not in thin.text, "the dialog stays")


class Shown(CellChanges):
    """What a terminal shows that gets the differences, beside one that gets each screen whole, as Textual writes it."""

    pieced, whole = pyte.Screen(80, 24), pyte.Screen(80, 24)
    paints = 0

    def __init__(self, before: Sequence[PaintedLine], after: Sequence[PaintedLine]) -> None:
        super().__init__(before, after)
        depth = {ColorSystem.STANDARD: "standard", ColorSystem.EIGHT_BIT: "256"}.get(after[0].color_system, "truecolor")
        console = Console(color_system=depth, force_terminal=True)  # type: ignore[arg-type]
        self.whole.reset()
        for y, line in enumerate(after):
            pyte.Stream(self.whole).feed(f"\x1b[{y + 1};1H{line.strip.render(console)}")
        pyte.Stream(self.pieced).feed(self.render_segments(console))
        pieced, whole = _cells(self.pieced), _cells(self.whole)
        assert [
            (y, x, pieced[y][x], whole[y][x]) for y in range(24) for x in range(80) if pieced[y][x] != whole[y][x]
        ] == []
        Shown.paints += 1


def _cells(screen: pyte.Screen) -> list[list[object]]:
    return [[_seen(screen.buffer[line][column]) for column in range(80)] for line in range(24)]


def _seen(cell: Any) -> Any:
    """A cell without what cannot be seen: the ink of a blank."""
    drawn = cell.underscore or cell.reverse or cell.strikethrough
    return cell if drawn or cell.data != " " else cell._replace(fg="default", bold=False, italics=False)


@pytest.mark.parametrize(
    ("pace", "terminal_type"),
    [
        pytest.param(SLOW_LINE_PACE, "vt220", id="thin"),
        pytest.param(NORMAL_PACE, "xterm-256color", id="usual", marks=pytest.mark.long("each paint is drawn twice")),
    ],
)
async def test_what_is_shown_is_what_a_whole_paint_shows(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, pace: Pace, terminal_type: str
) -> None:
    Shown.paints = 0
    monkeypatch.setenv("TERM", terminal_type)
    monkeypatch.setattr(textual_internals, "CellChanges", Shown)
    for place in range(30):
        await bench.sent(_named(NAMES[place % len(NAMES)], place))
    async with console(bench, pace=pace) as desk:
        for keys, shown in (
            (("2", "j", "j", "c"), "has D-0"),
            (("d",), "Decide D-"),
            (tuple("words"), "words"),
            (("escape",), "kept as a draft"),
            (("j", "j", "enter"), "1 Text"),
            (("3",), "3 Deliveries"),
            (("question_mark",), "Now, on"),
            (("escape", "escape"), "3 COUNTRIES"),
            (("1", "slash", *"state:held", "enter"), "of 30"),
            (("k", "k"), "PAUSED"),
            (("colon",), "claim"),
            (("escape",), "3 COUNTRIES"),
        ):
            await desk.press(*keys)
            await desk.shows(shown)
            await desk.pilot.pause()
    assert Shown.paints > 30


@pytest.mark.parametrize(
    "size",
    [
        pytest.param((80, 24), id="small"),
        pytest.param((150, 45), id="large", marks=pytest.mark.long("each paint is compared whole")),
    ],
)
async def test_the_terminal_shows_what_the_screen_is(bench: Bench, size: tuple[int, int]) -> None:
    """A part that comes into sight, or leaves it, moves the parts below: all of them are painted."""
    await bench.sent(notice_request("BR"))
    await bench.sent(diffusion("DE"))
    async with console(bench, size=size) as desk:
        for keys, shown, gone in (
            (("3", "slash"), "region or level", ""),
            (tuple("hungary"), "HU  Hungary", "Angola"),
            (("enter",), "hungary", ""),
            (("slash", "escape"), "Azerbaijan", "hungary"),
            (("1", "slash"), "state:", ""),
            ((*"state:held", "enter"), "1 of 2", ""),
            (("escape",), "D-000002", "state:held"),
            (("2", "enter"), "1 Text", ""),
            (("slash", *"art"), "art", ""),
            (("enter",), "art", ""),
            (("escape", "escape"), "REVIEW", "1 Text"),
            (("exclamation_mark", *"items"), "items", ""),
            (("escape", "colon", *"claim"), "claim", ""),
        ):
            await desk.press(*keys)
            await desk.shows(shown)
            if gone:
                await desk.shows_no(gone)
            await desk.until(lambda: painted(desk) == desk.screen_text(), f"{keys}: not all was painted")


def painted(desk: Desk) -> str:
    """The text that the terminal has got."""
    return "\n".join(line.strip.text for line in desk.app._painted)


def line(*parts: tuple[str, Style | None]) -> Strip:
    return Strip([Segment(text, style) for text, style in parts])


@pytest.mark.parametrize(
    ("before", "after", "runs"),
    [
        (line(("abc", None)), line(("abc", None)), []),
        (line(("abc", None)), line(("axc", None)), [(1, 2)]),
        (line(("abc", None)), line(("a", None), ("b", BOLD), ("c", None)), [(1, 2)]),
        (line(("a" + "-" * 20 + "b", None)), line(("x" + "-" * 20 + "y", None)), [(0, 1), (21, 22)]),
        (line(("a--b", None)), line(("x--y", None)), [(0, 4)]),
        (line(("│ab", None)), line(("│xb", None)), [(1, 2)]),
        (line(("漢ab", None)), line(("漢xb", None)), [(0, 4)]),
        (line(("قاab", None)), line(("قاxb", None)), [(0, 4)]),
        (None, line(("abc", None)), [(0, 3)]),
    ],
)
def test_runs_of_cells_that_differ(before: Strip | None, after: Strip, runs: list[tuple[int, int]]) -> None:
    assert list(changed_cells(before, after)) == runs


@pytest.mark.parametrize(
    ("style", "attributes", "ink", "ground"),
    [
        (None, set(), "", ""),
        (Style(bold=True, underline=True), {"1", "4"}, "", ""),
        (Style(color="#010203", bgcolor="#0a0b0c"), set(), "38;2;1;2;3", "48;2;10;11;12"),
        (Style(color="color(200)", bgcolor="bright_red"), set(), "38;5;200", "101"),
        (Style(color="red", bgcolor="default", dim=True), {"2"}, "31", ""),
    ],
)
def test_the_look_of_a_style(style: Style | None, attributes: set[str], ink: str, ground: str) -> None:
    look = look_of(style, ColorSystem.TRUECOLOR)
    assert (look.attributes, look.ink, look.ground) == (frozenset(attributes), ink, ground)


def test_many_blanks_are_cleared_at_once() -> None:
    style = Style(bgcolor="blue")
    before = [PaintedLine(line((30 * "x", None)), ColorSystem.STANDARD)] * 2
    after = [PaintedLine(line(("a" + 20 * " " + "b" + 8 * " ", style)), ColorSystem.STANDARD)] * 2
    assert paint_differences(before, after, clears=True) == (
        f"\x1b[1;1H\x1b[44ma\x1b[20X\x1b[20Cb{8 * ' '}\r\na\x1b[20X\x1b[20Cb{8 * ' '}\x1b[0m"
    )
    assert "X" not in paint_differences(before, after)


def test_the_pen_sends_what_changes() -> None:
    def look(**style: Any) -> Look:
        return look_of(Style(**style), ColorSystem.TRUECOLOR)

    pen = Pen()
    assert pen.change_to(look(color="red", bold=True)) == "\x1b[1;31m"
    assert pen.change_to(look(color="red", bold=True)) == ""
    assert pen.change_to(look(color="red", dim=True)) == "\x1b[22;2m"
    assert pen.change_to(look(color="red", bold=True, dim=True)) == "\x1b[1m"
    assert pen.change_to(look(color="red", dim=True)) == "\x1b[22;2m", "what ends bold ends dim too"
    assert pen.change_to(blank_look(look(color="blue"))) == "", "a blank has any ink"
    assert pen.change_to(blank_look(look(bgcolor="blue"))) == "\x1b[44m"
    assert pen.put_down() == "\x1b[0m"
    assert pen.put_down() == ""


def test_a_part_takes_its_place_in_a_line() -> None:
    assert splice(line(("abcdef", None)), 2, line(("XY", BOLD))).text == "abXYef"
    assert splice(line(("abc", None)), 0, line(("漢x", BOLD))).text == "漢x"


def test_an_isolate_inside_a_text_hides_nothing_from_an_emulator_that_does_not_know_it() -> None:
    """The label of a field is one text with its isolates; pyte drops what follows one in the same text."""
    line = PaintedLine(Strip([Segment("\u2068السبب\u2069   after", BOLD)]), ColorSystem.TRUECOLOR)
    screen = pyte.Screen(20, 1)
    pyte.Stream(screen).feed(paint_differences((), [line]))
    assert screen.display[0].rstrip() == "السبب   after"
