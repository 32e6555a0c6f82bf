"""Ranges of marks: from the row where ``v`` was pressed to the cursor."""

from __future__ import annotations

from consoles import console, fill_desk
from desks import Bench, diffusion, notice_request
from dutydesk.tui.review.after_release import PostReleaseForm


async def _three_held(bench: Bench) -> None:
    for country in ("BR", "GR", "ES"):
        await bench.sent(notice_request(country))


async def test_a_range_follows_the_cursor_and_keeps_older_marks(bench: Bench) -> None:
    await _three_held(bench)
    async with console(bench) as desk:
        await desk.press("2", "G", "space", "g", "v")
        await desk.shows("RANGE")
        await desk.shows("* ends the range")
        await desk.press("j")
        await desk.until(lambda: len(desk.main.bulk_selection) == 3, "the range did not follow")
        await desk.press("k")
        await desk.until(lambda: desk.main.bulk_selection == {"D-000001", "D-000003"}, "the range did not shrink")
        await desk.press("v")
        await desk.shows_no("RANGE")
        await desk.shows("2 marked")
        await desk.press("j")
        await desk.pilot.pause()
        assert desk.main.bulk_selection == {"D-000001", "D-000003"}, "an ended range still follows"


async def test_esc_takes_the_range_back(bench: Bench) -> None:
    await _three_held(bench)
    async with console(bench) as desk:
        await desk.press("2", "g", "v", "j", "j")
        await desk.until(lambda: len(desk.main.bulk_selection) == 3, "the range did not follow")
        await desk.press("escape")
        await desk.until(lambda: not desk.main.bulk_selection, "the marks stayed")
        await desk.shows_no("RANGE")


async def test_another_pane_ends_the_range(bench: Bench) -> None:
    await _three_held(bench)
    async with console(bench) as desk:
        await desk.press("2", "g", "v", "j", "1", "k", "k")
        await desk.shows_no("RANGE")
        assert desk.main.bulk_selection == {"D-000001", "D-000002"}


async def test_v_is_after_release_on_a_released_row_and_the_star_marks_there(bench: Bench) -> None:
    await bench.sent(diffusion("DE"))
    await bench.sent(diffusion("FR"))
    await bench.dispatch()
    async with console(bench) as desk:
        await desk.press("g", "v")
        await desk.until(lambda: isinstance(desk.app.screen, PostReleaseForm), "v did not open what follows a release")
        await desk.press("escape", "asterisk", "j")
        await desk.until(lambda: len(desk.main.bulk_selection) == 2, "the star began no range")
        await desk.press("v")
        await desk.shows_no("RANGE")
        assert len(desk.main.bulk_selection) == 2


async def test_shift_and_the_arrows_mark_as_they_go(bench: Bench) -> None:
    await _three_held(bench)
    async with console(bench) as desk:
        await desk.press("2", "g", "shift+down", "shift+down")
        await desk.until(lambda: len(desk.main.bulk_selection) == 3, "they are not marked")


async def test_hits_are_no_part_of_a_range_and_enter_opens_the_newest(bench: Bench) -> None:
    await fill_desk(bench)
    async with console(bench) as desk:
        assert desk.feed.following
        await desk.press("enter")
        await desk.shows("1 Text", "D-000005")
