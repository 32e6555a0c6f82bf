"""A count and the rows below it are of one read, and what changed out of sight is painted when it comes into sight."""

from __future__ import annotations

import re

import pytest

from consoles import Console, console, morning
from desks import Bench, diffusion, notice_request

SIZES = [(80, 24), (100, 30), (150, 45)]


def painted(desk: Console, pattern: str) -> list[str]:
    """What stands on the screen itself; the text of a widget may be newer than what was painted."""
    return re.findall(pattern, desk.screen_text())


@pytest.mark.parametrize("size", SIZES)
async def test_a_pane_visited_empty_counts_what_came_while_it_was_left(bench: Bench, size: tuple[int, int]) -> None:
    async with console(bench, size=size) as desk:
        for pane in "213":
            await desk.press(pane)
            await desk.pilot.pause()
        for urgency in ("flash", "routine", "routine"):
            await bench.sent(notice_request("BR", urgency=urgency))
        await desk.until(lambda: "3 held" in desk.header, "the header is behind")
        await desk.press("2")
        await desk.until(lambda: painted(desk, r"(\d+) waiting") == ["3"], "the title of the review is stale")
        assert len(desk.queue.rows) == 3
        await desk.press("1")
        await desk.until(lambda: painted(desk, r"(\d+) +following") == ["3"], "the title of the feed is stale")
        await desk.shows("D-000001", "D-000002", "D-000003")


async def test_rows_that_changed_out_of_sight_are_shown_as_they_are(bench: Bench) -> None:
    for _ in range(2):
        await bench.sent(notice_request("BR"))
    async with console(bench, size=(80, 24)) as desk:
        await desk.press("2")
        await desk.shows("2 waiting", "free")
        await desk.press("3")
        await desk.shows_no("waiting")
        await bench.desk.claim(bench.act("Jonas"), 1)
        await desk.until(lambda: desk.queue.rows[0].claimed_by == "Jonas", "the row is behind")
        await desk.press("2")
        await desk.shows("2 waiting", "Jonas")


async def test_the_feeds_rows_that_changed_out_of_sight_are_shown_as_they_are(bench: Bench) -> None:
    await bench.sent(notice_request("BR"))
    async with console(bench, size=(80, 24)) as desk:
        await desk.press("1")
        await desk.shows("held")
        await desk.press("3")
        await desk.shows_no("following")
        await bench.refuse(1, "Jonas")
        await desk.until(lambda: desk.feed.rows[0].state == "refused", "the row is behind")
        await desk.press("1")
        await desk.shows("refused")


async def test_the_countries_title_counts_what_came_while_it_was_left(bench: Bench) -> None:
    async with console(bench, size=(80, 24)) as desk:
        await desk.press("3")
        await desk.pilot.pause()
        await desk.press("1")
        await morning(bench)
        await desk.until(lambda: "3 held" in desk.header, "the header is behind")
        await desk.press("3")
        await desk.until(lambda: painted(desk, r"(\d+) not direct") == ["1"], "the title of the countries is stale")
        await desk.shows("RU", "held")


async def test_the_alarm_line_is_that_of_now_when_it_comes_back(bench: Bench) -> None:
    item = await bench.sent(notice_request("BR", urgency="flash"))
    async with console(bench, size=(80, 24)) as desk:
        await desk.shows("D-000001: ")
        await bench.desk.claim(bench.act("Jonas"), item)
        await desk.shows_no("D-000001: ")
        await bench.sent(notice_request("FR", urgency="flash"))
        await desk.shows("D-000002: ")
        await desk.shows_no("D-000001: ")


async def test_the_feed_counts_what_the_store_has_with_its_rows(bench: Bench) -> None:
    async with console(bench, size=(150, 45)) as desk:
        for n in range(1, 4):
            await bench.sent(diffusion("DE"))
            await desk.until(lambda n=n: len(desk.feed.rows) == n, "the row did not come")
            await desk.until(lambda n=n: painted(desk, r"(\d+) +following") == [str(n)], "the count did not come")
