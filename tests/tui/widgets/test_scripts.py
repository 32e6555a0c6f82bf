"""Names in every script: in their columns in a real terminal, and in one that takes nothing but ASCII."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from desks import Bench, notice_request
from dutydesk.desk.people.officers import os_user
from dutydesk.desk.service.desk import make_store
from dutydesk.tui.frame.ascii_driver import to_ascii
from other_process import OtherProcess, dated_now
from ptys import Terminal, terminal
from warm_console import warm_terminal

#: Their store is made once, by one process of the suite.
pytestmark = pytest.mark.xdist_group("scripts")

NAMES = {
    "Hebrew": "עקרוני דוגמה",
    "Arabic": "عقار وقارب",
    "wide": "漢字太郎",
    "combining": "Zażo\u0301łc\u0301",
    "many marks": "e\u0301\u0302\u0303\u0304\u0305x",
    "joined": "\U0001f469\u200d\U0001f469\u200d\U0001f467 x",
    "Latin": "Plain",
}
ASCII: dict[str, dict[str, str]] = {
    "C locale": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "by its setting": {"DUTYDESK_ASCII": "1"},
    "Linux console": {"DUTYDESK_ASCII": "1", "TERM": "linux", "COLORTERM": ""},
}


def _named(family: str) -> dict[str, Any]:
    message = notice_request("BR")
    message["subject"] = {**message["subject"], "name": {"family": family, "given": "Ada"}}
    return dated_now(message)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("scripts") / "desk.db"
    make_store(path, "exercise")

    async def fill(bench: Bench) -> None:
        for name in NAMES.values():
            await bench.sent(_named(name))

    OtherProcess(path)(fill, founder=os_user())
    return path


def _columns_of(screen: Terminal, sign: str) -> list[list[int]]:
    """In which cells a sign stands, line by line; where it stands in none the line is left out."""
    cells = [[column for column in range(120) if screen.screen.buffer[line][column].data == sign] for line in range(40)]
    return [columns for columns in cells if columns]


def test_what_stands_behind_a_name_stays_in_its_column(store: Path) -> None:
    with warm_terminal(store, (120, 40)) as screen:
        screen.shows(*(f"D-{place:06d}" for place in range(1, len(NAMES) + 1)), "PLAIN, Ada", "漢字太郎, Ada")
        screen.press("2")
        for _ in NAMES:
            screen.press("j")
            screen.quiet()
            parted = _columns_of(screen, "│")
            assert len(parted) > 20
            assert len({tuple(columns) for columns in parted}) == 1, screen.text


@pytest.mark.parametrize("environment", ASCII.values(), ids=list(ASCII))
def test_a_terminal_of_ascii_gets_nothing_else_and_all_stays_in_place(store: Path, environment: dict[str, str]) -> None:
    start = terminal if "LC_ALL" in environment else warm_terminal  # Python itself takes its locale
    with start(store, (120, 40), **environment) as screen:
        screen.shows("EXERCISE", "# held", "PLAIN, Ada", "????????, Ada", "ZAZOLC, Ada")
        screen.press("2")
        screen.shows("Findings")
        screen.press("d")
        screen.shows("Decide D-", "+----")
        screen.press("\x1b")
        screen.quiet()
        assert screen.sent.isascii()
        parted = [columns for columns in _columns_of(screen, "|") if len(columns) == 1]
        assert len(parted) > 20
        assert len({tuple(columns) for columns in parted}) == 1, screen.text


@pytest.mark.parametrize(
    ("sign", "shown"),
    [
        ("a", "a"),
        ("─", "-"),
        ("│", "|"),
        ("Ż", "Z"),
        ("ß", "?"),
        ("ж", "?"),
        ("漢", "??"),
        ("\u0301", ""),
        ("\u2068", ""),
    ],
)
def test_a_sign_becomes_as_many_cells_of_ascii(sign: str, shown: str) -> None:
    assert to_ascii(sign) == shown
