"""The mouse is an extra: rows, tabs, words and buttons take a click, lists and texts the wheel; in a real terminal."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from desks import Bench, diffusion, notice_request
from dutydesk.desk.people.officers import os_user
from dutydesk.desk.service.desk import make_store
from other_process import OtherProcess, dated_now
from ptys import Terminal
from warm_console import warm_terminal

ITEMS = 40
LAST = f"D-{ITEMS + 1:06d}"
WHEEL_UP, WHEEL_DOWN = 64, 65


def spot(screen: Terminal, words: str) -> tuple[int, int]:
    """Column and line of some words on the screen, from 1."""
    screen.shows(words)
    line = next(place for place, text in enumerate(screen.screen.display) if words in text)
    return screen.screen.display[line].index(words) + 1, line + 1


def click(screen: Terminal, words: str) -> None:
    column, line = spot(screen, words)
    screen.press(f"\x1b[<0;{column};{line}M\x1b[<0;{column};{line}m")


def wheel(screen: Terminal, way: int, at: str, times: int = 5) -> None:
    column, line = spot(screen, at)
    screen.press(f"\x1b[<{way};{column};{line}M" * times)


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[Terminal]:
    store = tmp_path / "desk.db"
    make_store(store, "exercise")

    async def fill(bench: Bench) -> None:
        for place in range(ITEMS):
            await bench.sent(dated_now(diffusion(("DE", "FR", "PL", "IT")[place % 4])))
        await bench.sent(dated_now(notice_request("BR")))

    OtherProcess(store)(fill, founder=os_user())
    with warm_terminal(store) as made:
        made.shows(LAST, "dispatching", "following")
        yield made


def test_a_click_selects_a_row_and_a_second_one_opens_it(screen: Terminal) -> None:
    click(screen, "D-000035")
    screen.shows("PAUSED")
    click(screen, "D-000035")
    screen.shows("1 Text", "D-000035")
    screen.press("\x1b")
    screen.shows("PAUSED")


def test_a_click_on_a_tab_goes_there(screen: Terminal) -> None:
    click(screen, "3 COUNTRIES")
    screen.shows("Angola")
    click(screen, "2 REVIEW")
    screen.shows("Findings")
    click(screen, "1 FEED")
    screen.shows("following")


def test_a_click_on_a_page_of_an_item_shows_it(screen: Terminal) -> None:
    screen.press("k\r")
    screen.shows("1 Text")
    click(screen, "4 History")
    screen.shows("The desk routed it")
    screen.quiet()
    click(screen, "2 Why")
    screen.until(lambda: "The desk routed it" not in screen.text, "it stays at the history")


def test_the_wheel_scrolls_feed_countries_and_texts(screen: Terminal) -> None:
    wheel(screen, WHEEL_UP, LAST)
    screen.shows("PAUSED")
    screen.until(lambda: LAST not in screen.text, "the feed does not scroll")
    wheel(screen, WHEEL_DOWN, "D-0000", 20)
    screen.shows(LAST)
    screen.press("3")
    wheel(screen, WHEEL_DOWN, "Angola")
    screen.until(lambda: "Angola" not in screen.text, "the countries do not scroll")
    screen.press("?")
    wheel(screen, WHEEL_DOWN, "Now, on")
    screen.until(lambda: "Now, on" not in screen.text, "the help does not scroll")


def test_words_and_buttons_of_a_dialog_take_a_click(screen: Terminal) -> None:
    screen.press("2d")
    screen.shows("Decide D-")
    click(screen, "refuse")
    screen.shows("The sender is told the code and the articles")
    screen.quiet()  # the dialog has grown: its buttons stand elsewhere
    click(screen, "Close (esc)")
    screen.until(lambda: "Decide D-" not in screen.text, "it did not close")
