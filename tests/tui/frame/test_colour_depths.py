"""What a terminal of few colours gets: only codes that it knows, and a screen that can be read with them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from textual.theme import Theme

from desks import Bench, diffusion, notice_request
from dutydesk.desk.people.officers import os_user
from dutydesk.desk.service.desk import make_store
from dutydesk.tui.frame.themes import SIXTEEN, THEMES, themes_for
from other_process import OtherProcess, dated_now
from warm_console import warm_terminal

#: Their store is made once, by one process of the suite.
pytestmark = pytest.mark.xdist_group("depths")

_SGR = re.compile(rb"\x1b\[([0-9;]*)m")


def _codes(sent: bytes) -> list[list[int]]:
    return [[int(part or 0) for part in found.split(b";")] for found in _SGR.findall(sent)]


def _colours(code: list[int]) -> list[tuple[int, ...]]:
    """The colours that one sequence sets: ``(31,)``, ``(38, 5, n)`` or ``(38, 2, r, g, b)``."""
    found: list[tuple[int, ...]] = []
    place = 0
    while place < len(code):
        if code[place] in (38, 48):
            length = 3 if code[place + 1] == 5 else 5
            found.append(tuple(code[place : place + length]))
            place += length
        else:
            if 30 <= code[place] <= 47 or 90 <= code[place] <= 107:
                found.append((code[place],))
            place += 1
    return found


async def _one_held(bench: Bench) -> None:
    await bench.sent(dated_now(diffusion("FR")))
    await bench.sent(dated_now(notice_request("BR", urgency="urgent")))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("depths") / "desk.db"
    make_store(path, "exercise")
    OtherProcess(path)(_one_held, founder=os_user())
    return path


@pytest.mark.parametrize(
    ("environment", "longest"),
    [
        pytest.param({"COLORTERM": "truecolor"}, 5, id="truecolor"),
        pytest.param({"COLORTERM": ""}, 3, id="256"),
        pytest.param({"COLORTERM": "", "TERM": "xterm"}, 1, id="16"),
        pytest.param({"COLORTERM": "", "TERM": "linux"}, 1, id="linux"),
    ],
)
def test_only_codes_of_its_depth_reach_a_terminal(store: Path, environment: dict[str, str], longest: int) -> None:
    with warm_terminal(store, **environment) as screen:
        screen.shows("EXERCISE", "D-000002", "held", "urgent".upper())
        screen.press("2")
        screen.shows("Findings")
        lengths = {len(colour) for code in _codes(bytes(screen.sent)) for colour in _colours(code)}
    assert lengths <= {longest, min(longest, 3)}, "a true colour may be sent by its number in the palette"
    assert lengths


def test_without_colour_only_greys_and_words_are_left(store: Path) -> None:
    with warm_terminal(store, NO_COLOR="1") as screen:
        screen.shows("EXERCISE", "D-000002", "held", "URGENT")
        screen.quiet()
        colours = {colour for code in _codes(bytes(screen.sent)) for colour in _colours(code)}
    assert all(_is_grey(colour) for colour in colours), colours


def _is_grey(colour: tuple[int, ...]) -> bool:
    if colour[1] == 5:
        return colour[2] >= 232 or (colour[2] - 16) % 43 == 0
    return len(set(colour[2:])) == 1


def test_the_linux_console_gets_plain_signs(store: Path) -> None:
    with warm_terminal(store, TERM="linux", COLORTERM="") as screen:
        screen.shows("D-000002", "# held")
        assert "■" not in screen.text


def test_sixteen_colours_have_themes_of_their_own() -> None:
    assert themes_for("standard") == SIXTEEN
    assert themes_for("256") == themes_for("truecolor") == THEMES


@pytest.mark.parametrize("theme", SIXTEEN.values(), ids=lambda theme: theme.name)
def test_the_themes_of_sixteen_colours_hold_no_other(theme: Theme) -> None:
    named = (theme.primary, theme.warning, theme.error, theme.foreground, theme.background, theme.panel)
    for colour in (*named, *theme.variables.values()):
        assert colour is not None
        assert {colour[1:3], colour[3:5], colour[5:7]} <= {"00", "55", "aa", "ff"}, colour
