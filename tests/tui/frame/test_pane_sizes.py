"""Borders between panes are dragged or moved by keys, and stay where they were put; help for what the mouse is on."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.geometry import Offset

from consoles import Console, console, fill_desk
from desks import Bench
from dutydesk.tui.frame.drafts import Drafts
from dutydesk.tui.frame.main import MainScreen
from dutydesk.tui.widgets.frame_lines import FooterLine

WIDE, TALL = (150, 45), (100, 40)


async def dragged(desk: Console, start: tuple[int, int], end: tuple[int, int]) -> None:
    await desk.pilot.mouse_down(offset=start)
    await desk.pilot.mouse_up(offset=end)
    await desk.pilot.pause()


async def test_the_border_of_the_countries_is_dragged_and_kept(bench: Bench, tmp_path: Path) -> None:
    file = tmp_path / "ab.json"
    async with console(bench, size=WIDE, drafts=Drafts(file)) as desk:
        before = desk.main.countries_pane.region
        await dragged(desk, (before.x, 10), (before.x - 15, 10))
        await desk.until(lambda: abs(desk.main.countries_pane.region.x - before.x + 15) <= 1, "it did not move")
        moved = desk.main.countries_pane.region.width
    async with console(bench, size=WIDE, drafts=Drafts(file)) as desk:
        await desk.until(lambda: desk.main.countries_pane.region.width == moved, "it was not kept")
        await desk.press("backslash")
        await desk.until(lambda: desk.main.countries_pane.region == before, "no way back")


@pytest.mark.parametrize("size", [WIDE, TALL], ids=["wide", "tall"])
async def test_the_title_of_the_review_is_the_border_below_the_feed(bench: Bench, size: tuple[int, int]) -> None:
    await fill_desk(bench)
    async with console(bench, size=size) as desk:
        top = desk.main.review_pane.region.y
        await dragged(desk, (30, top), (30, top + 6))
        await desk.until(lambda: abs(desk.main.review_pane.region.y - top - 6) <= 1, "it did not move")
        await dragged(desk, (30, desk.main.review_pane.region.y), (30, 0))
        await desk.until(lambda: desk.main.review_pane.region.y < top, "it did not go back")
        assert desk.main.feed_pane.region.height >= 3


async def test_the_text_beside_the_queue_gets_more_room(bench: Bench) -> None:
    await fill_desk(bench)
    async with console(bench, size=TALL) as desk:
        left = desk.main.review_pane.detail.region.x
        await dragged(desk, (left, desk.main.review_pane.detail.region.y + 2), (left - 12, 20))
        await desk.until(lambda: abs(desk.main.review_pane.detail.region.x - left + 12) <= 1, "it did not move")


async def test_keys_move_borders_too(bench: Bench) -> None:
    async with console(bench, size=WIDE) as desk:
        height = desk.main.feed_pane.region.height
        await desk.press("right_curly_bracket")
        await desk.until(lambda: desk.main.feed_pane.region.height > height, "the feed did not grow")
        await desk.press("left_curly_bracket", "left_curly_bracket")
        await desk.until(lambda: desk.main.feed_pane.region.height < height, "the feed did not shrink")
        width = desk.main.countries_pane.region.width
        await desk.press("3", "right_curly_bracket")
        await desk.until(lambda: desk.main.countries_pane.region.width > width, "the countries did not grow")


async def test_a_click_elsewhere_moves_nothing(bench: Bench) -> None:
    await fill_desk(bench)
    async with console(bench, size=WIDE) as desk:
        before = desk.main.countries_pane.region
        await dragged(desk, (20, 5), (60, 30))
        await desk.pilot.click(offset=(before.x, 12))
        assert desk.main.countries_pane.region == before


async def test_the_mouse_is_told_what_a_key_does_and_what_a_cell_hides(bench: Bench) -> None:
    await fill_desk(bench)
    async with console(bench) as desk:
        footer = desk.one(FooterLine)
        place = footer.text.index("/ filter") + 1
        await desk.pilot.hover(FooterLine, offset=Offset(place, 0))
        await desk.until(lambda: str(footer.tooltip) == "filter the feed as you type", "no help for the key")
        await desk.pilot.hover("#feed", offset=Offset(70, 1))
        await desk.until(lambda: "QUILLABRAND" in str(desk.feed.tooltip), "the cut name is not shown")
        await desk.pilot.hover("#feed", offset=Offset(70, 4))
        await desk.until(lambda: "EVIL" in str(desk.feed.tooltip), "the hostile name is not shown")
        assert "\x1b" not in str(desk.feed.tooltip)
        await desk.pilot.hover("#feed", offset=Offset(12, 2))
        await desk.until(lambda: desk.feed.tooltip is None, "help where nothing is hidden")
        assert isinstance(desk.app.screen, MainScreen)
