"""A count and the rows below it are of one read, and what changed out of sight is painted when it comes into sight."""

from __future__ import annotations

import re

import pytest

from consoles import Console, console, fill_desk, patient_limits
from desks import Bench, diffusion, notice_request
from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.errors import StoreUnusable
from dutydesk.tui.frame.change_feed import ChangeSet

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
        await bench.desk.review.claim(bench.actor("Jonas"), 1)
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
        await fill_desk(bench)
        await desk.until(lambda: "3 held" in desk.header, "the header is behind")
        await desk.press("3")
        await desk.until(lambda: painted(desk, r"(\d+) not direct") == ["1"], "the title of the countries is stale")
        await desk.shows("RU", "held")


async def test_the_alarm_line_is_that_of_now_when_it_comes_back(bench: Bench) -> None:
    item = await bench.sent(notice_request("BR", urgency="flash"))
    async with console(bench, size=(80, 24)) as desk:
        await desk.shows("D-000001: ")
        await bench.desk.review.claim(bench.actor("Jonas"), item)
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


@pytest.mark.parametrize("limits", [patient_limits(queue_rows=2)])
async def test_more_wait_than_the_list_has_room_for(bench: Bench) -> None:
    for _ in range(5):
        await bench.sent(notice_request("BR"))
    async with console(bench, size=(80, 24)) as desk:
        await desk.press("2")
        await desk.until(lambda: painted(desk, r"(\d+) waiting") == ["5"], "the count is that of the rows in sight")
        assert len(desk.queue.rows) == 2


async def test_queue_and_count_are_of_one_read(bench: Bench) -> None:
    message = diffusion("DE")
    del message["judicial"]["warrant"]
    await bench.sent(message)
    await bench.sent(notice_request("BR"))
    page = await bench.desk.queries.queue_page(10)
    assert ([row.item for row in page.to_decide], page.waiting_count) == (["D-000002"], 1)
    assert ([row.item for row in page.post_reviews], page.more_post_reviews) == (["D-000001"], False)


async def test_a_look_that_fails_halfway_is_made_good(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """The header was read before the panes failed: what they missed comes with the next look, changed or not."""
    async with console(bench, size=(150, 45)) as desk:
        take, failures = desk.main.apply_changes, []

        async def failing(touched: ChangeSet) -> None:
            if not failures:
                failures.append(touched)
                raise StoreUnusable(StoreCode.STORE_LOCKED, "the store is busy")
            await take(touched)

        monkeypatch.setattr(desk.main, "apply_changes", failing)
        await bench.sent(notice_request("BR"))
        await desk.until(lambda: bool(failures), "the look did not come")
        await desk.until(lambda: painted(desk, r"(\d+) waiting") == ["1"], "the review stays behind")
        await desk.until(lambda: painted(desk, r"(\d+) +following") == ["1"], "the feed stays behind")
        await desk.until(lambda: "1 held" in desk.header, "the header stays behind")


async def test_header_and_alarms_are_of_one_read(bench: Bench) -> None:
    await bench.sent(notice_request("BR", urgency="flash"))
    found = await bench.desk.queries.overview()
    assert found.header.held == 1
    assert [alarm.subject for alarm in found.alarms if alarm.alarm == "flash"] == ["D-000001"]


async def test_a_filtered_feed_counts_with_its_rows(bench: Bench) -> None:
    async with console(bench, size=(80, 24)) as desk:
        await bench.sent(diffusion("DE"))
        await bench.sent(diffusion("FR"))
        await desk.until(lambda: len(desk.feed.rows) == 2, "the rows did not come")
        await desk.press("1", "slash")
        await desk.type("from:FR")
        await desk.press("enter")
        await desk.until(lambda: painted(desk, r"(\d+ of \d+)") == ["1 of 2"], "the count did not come")
        await bench.sent(diffusion("FR"))
        await desk.until(lambda: painted(desk, r"(\d+ of \d+)") == ["2 of 3"], "the count did not follow")


async def test_the_countrys_figures_and_measures_are_of_one_read(bench: Bench) -> None:
    await fill_desk(bench)
    page = await bench.desk.queries.country_page("RU")
    assert page.row is not None
    assert (page.row.level, page.row.measure, page.row.held) == ("held", "M-0001", 2)
    assert [row.measure for row in page.measures] == ["M-0001"]
