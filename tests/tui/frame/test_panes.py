"""The three panes: what they show, how they follow, filter and find room."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from consoles import Console, console, fill_desk, patient_limits
from desks import Bench, diffusion, notice_request
from dutydesk.desk.review.decide import Deciding
from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.errors import StoreUnusable
from dutydesk.domain.review.guards import Decision
from dutydesk.domain.supervision.measures import Level
from dutydesk.tui.countries.table import Countries
from dutydesk.tui.feed.table import Feed
from dutydesk.tui.frame.change_feed import ChangeFeed
from dutydesk.tui.frame.pace import NORMAL_PACE
from dutydesk.tui.frame.too_small import TooSmall
from dutydesk.tui.frame.updates import ScreenUpdates
from dutydesk.tui.widgets.text_pane import TextPane


async def test_the_header_says_realm_figures_and_time(bench: Bench) -> None:
    await fill_desk(bench)
    async with console(bench) as desk:
        for words in ("EXERCISE", "msg/min", "3 held", "1 FLASH", "oldest 10 min", "08:13Z"):
            assert words in desk.header


async def test_the_clock_moves_by_the_minute(bench: Bench) -> None:
    async with console(bench) as desk:
        assert "08:00Z" in desk.header
        bench.clock.move(seconds=59)
        await desk.pilot.pause(0.3)
        assert "08:00Z" in desk.header
        bench.clock.move(seconds=1)
        await desk.until(lambda: "08:01Z" in desk.header, "the minute did not move")


async def test_a_row_says_all_in_words(bench: Bench) -> None:
    await fill_desk(bench)
    async with console(bench) as desk:
        await desk.shows("08:03Z D-000002 yellow   RU   ■ held        !! FLASH", "red N    BR", "→ released")


async def test_the_number_of_an_item_beyond_the_first_million_is_shown_whole(bench: Bench) -> None:
    await fill_desk(bench)
    async with console(bench) as desk:
        await desk.shows("D-000002")
        feed = desk.app.screen.query_one(Feed)
        *rows, last = feed.rows
        feed.show_rows([*rows, replace(last, item="D-1000100")])
        await desk.shows("D-1000100", "D-000002")


async def test_plain_signs_where_the_terminal_lacks_others(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUTYDESK_ASCII", "1")
    await fill_desk(bench)
    async with console(bench) as desk:
        await desk.shows("# held", "> released")
        await desk.press("k")
        await desk.shows("> 08:13Z D-000005")


async def test_a_hostile_title_is_shown_escaped(bench: Bench) -> None:
    await fill_desk(bench)
    async with console(bench, size=(120, 40)) as desk:
        await desk.shows("\\x1b[2J\\x1b]0;GONE\\x07[BOLD]EVIL[/NOPE] <U+202E>GNP.EXE")
        await desk.press("k", "k", "enter")
        await desk.shows("\\x1b[2J", "<U+202E>", "[/bad]")
        text = desk.screen_text()
        assert "\x1b" not in text
        assert "\u202e" not in text


async def test_the_feed_follows_until_a_row_is_chosen(bench: Bench) -> None:
    await fill_desk(bench)
    async with console(bench) as desk:
        assert "following" in desk.title("feed")
        await bench.sent(diffusion("DE"))
        await desk.until(lambda: desk.keys_of(desk.feed)[-1] == "D-000006", "the new item did not come")
        assert desk.feed.selected is None, "nothing is chosen by itself"
        await desk.press("k")
        assert desk.feed.cursor == "D-000006"
        for _ in range(3):
            await bench.sent(diffusion("DE"))
        await desk.until(lambda: "PAUSED, 3 new" in desk.title("feed"), "the pause is not said")
        assert desk.feed.cursor == "D-000006", "the selection stays on its item"
        await desk.press("G")
        await desk.until(lambda: "following" in desk.title("feed"), "G did not resume")


async def test_focus_and_selection_stay_when_things_arrive(bench: Bench) -> None:
    await fill_desk(bench)
    async with console(bench) as desk:
        await desk.to_review("D-000003")
        focused = desk.app.focused
        await bench.sent(notice_request("IT", urgency="flash"))
        await desk.until(lambda: len(desk.queue.rows) == 4, "the queue did not grow")
        assert desk.queue.cursor == "D-000003"
        assert desk.app.focused is focused


async def test_a_full_feed_scrolls_with_what_comes(bench: Bench) -> None:
    for _ in range(30):
        await bench.sent(diffusion("DE"))
    async with console(bench) as desk:
        await desk.shows("D-000030")
        await bench.sent(diffusion("DE"))
        await desk.shows("D-000031")
        await desk.press("g")
        await desk.shows("D-000001")
        await bench.sent(diffusion("DE"))
        await desk.until(lambda: "1 new" in desk.title("feed"), "it is not counted")
        await desk.shows("D-000001")


async def test_one_changed_row_repaints_one_line(bench: Bench) -> None:
    await fill_desk(bench)
    async with console(bench) as desk:
        regions: list[object] = []
        feed, refresh = desk.feed, Feed.refresh
        await desk.pilot.pause()

        def noted(*given: object, **named: object) -> Feed:
            regions.extend(given or [None])
            return refresh(feed, *given, **named)  # type: ignore[arg-type]

        feed.refresh = noted  # type: ignore[assignment,method-assign]
        await bench.desk.review.claim(bench.actor("Jonas"), 3)
        await bench.refuse(3)
        await desk.until(lambda: feed.rows[2].state == "refused", "the row did not change")
        assert regions
        assert all(getattr(region, "height", None) == 1 for region in regions), regions


async def test_filter_narrows_and_says_so(bench: Bench) -> None:
    await fill_desk(bench)
    async with console(bench) as desk:
        await desk.press("slash")
        await desk.type("from:RU state:held")
        await desk.until(lambda: "2 of 5" in desk.title("feed"), "the count is not said")
        assert desk.keys_of(desk.feed) == ["D-000002", "D-000005"]
        await desk.press("enter")
        assert desk.app.focused is desk.feed
        await bench.sent(diffusion("RU"))
        await bench.sent(diffusion("DE"))
        await desk.until(lambda: "3 of 7" in desk.title("feed"), "what matches did not come")
        await desk.press("escape")
        await desk.until(lambda: len(desk.feed.rows) == 7, "esc did not clear")


async def test_a_fault_of_the_filter_is_named(bench: Bench) -> None:
    async with console(bench, size=(120, 40)) as desk:
        await desk.press("slash")
        await desk.type("state:lost")
        await desk.until(lambda: "unknown state 'lost'" in desk.screen_text(), "the fault is not named")


async def test_letters_in_the_filter_do_nothing_else(bench: Bench) -> None:
    await fill_desk(bench)
    async with console(bench) as desk:
        await desk.press("k", "slash")
        await desk.type("cuqdn 123?")
        assert len(desk.app.screen_stack) == 2
        assert (await bench.desk.queries.show(5)).row.claimed_by is None


async def test_the_selected_item_in_the_review_pane(bench: Bench) -> None:
    await fill_desk(bench)
    async with console(bench, size=(120, 45)) as desk:
        await desk.to_review("D-000003")
        detail = desk.main.query_one("#detail", TextPane)
        await desk.until(lambda: "D-000003 v1" in detail.text, "the item is not shown")
        for words in (
            "Findings",
            "Checklist (0 of 5)",
            "[ ] art_2",
            "A notice request is always reviewed",
            "Recipients (",
        ):
            assert words in detail.text, detail.text


async def test_audience_with_its_causes(bench: Bench) -> None:
    message = notice_request("BR")
    message["restricted_from"] = ["RU"]
    await bench.sent(message)
    async with console(bench, size=(120, 60)) as desk:
        await desk.to_review("D-000001")
        detail = desk.main.query_one("#detail", TextPane)
        await desk.until(lambda: "RU: restricted by the data's owner" in detail.text, detail.text)


async def test_an_item_that_a_colleague_ends_is_announced(bench: Bench) -> None:
    await fill_desk(bench)
    async with console(bench) as desk:
        await desk.to_review("D-000003")
        await bench.refuse(3, "Jonas")
        await desk.until(lambda: "D-000003 has left the queue: Jonas refused it" in desk.status, desk.status)


async def test_countries_show_level_measure_and_network(bench: Bench) -> None:
    await fill_desk(bench)
    await bench.desk.supervision.set_offline(bench.actor("Ines"), "UA", offline=True)
    async with console(bench) as desk:
        await desk.press("3")
        await desk.shows("RU  Russia", "!  held", "M-0001", "awaiting", "OFFLINE")
        await bench.order("KE", Level.SUSPENDED)
        await desk.shows("!! suspended")
        await desk.press("slash")
        await desk.type("keny")
        await desk.until(lambda: desk.title("countries").startswith("1 FEED"), "the tabs are gone")
        await desk.shows_no("Ukraine")
        await desk.shows("Kenya")


async def test_countries_stand_under_their_regions(bench: Bench) -> None:
    await fill_desk(bench)
    async with console(bench) as desk:
        await desk.press("3")
        await desk.shows("Under a measure or off the network (1)", "Africa (49)")
        await desk.until(lambda: countries(desk).cursor == "RU", "the cursor is not on the first country")
        await desk.press("j")
        assert countries(desk).cursor == "AO", "the cursor passes a heading by"
        await desk.press("k", "k")
        assert countries(desk).cursor == "RU", "above the first country is none"
        assert countries(desk).scroll_offset.y == 0, "its heading is seen"
        await desk.press("G", "pageup", "g", "pagedown")
        assert countries(desk).country is not None
        await desk.press("slash")
        await desk.type("guin")
        await desk.until(lambda: desk.title("countries").endswith("4 of 195  1 not direct"), desk.title("countries"))
        await desk.shows("Africa (3)", "Asia and Pacific (1)")
        await desk.press("enter", "g", "enter")
        await desk.shows("NCB Malabo, Africa")


async def test_a_filter_that_no_country_passes_leaves_no_heading(bench: Bench) -> None:
    await fill_desk(bench)
    async with console(bench) as desk:
        await desk.press("3", "slash")
        await desk.type("nowhere")
        await desk.shows("No country matches")
        await desk.press("enter", "j", "m")
        await desk.until(lambda: "No country is selected" in desk.status, desk.status)


def countries(desk: Console) -> Countries:
    return desk.main.query_one(Countries)


async def test_the_queue_says_what_is_due_next_where_there_is_room(bench: Bench) -> None:
    await fill_desk(bench)
    await bench.desk.review.claim(bench.actor("Jonas"), 3)
    async with console(bench, size=(150, 45)) as desk:
        await desk.shows("DUE", "claim ends in 30 min")
        await bench.desk.review.decide(bench.actor("Jonas"), 3, Deciding(Decision.ASK, "Which court?"))
        await desk.shows("Jonas, asked")
        bench.clock.move(days=8)
        await desk.until(lambda: "reply overdue" in desk.screen_text(), "what is past due is not said")
        await desk.shows_no("Jonas, asked")
    await bench.desk.review.note(bench.actor("Jonas"), 2, "Whatever is written next escalates what is overdue.")
    async with console(bench) as narrow:
        await narrow.press("2")
        await narrow.shows("escalated, reply overdue")
        await narrow.shows_no("DUE")
    async with console(bench, size=(100, 30)) as halved:
        await halved.shows("!! D-000002", "escalated")


async def test_at_the_same_minute_of_another_day_ages_are_painted_again(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with console(bench) as desk:
        await desk.app.desk_console.update_screens()
        painted: list[str] = []
        monkeypatch.setattr(desk.main, "update_ages", lambda: painted.append("ages"))
        bench.clock.move(days=1)
        await desk.app.desk_console.update_screens()
        assert painted == ["ages"]


@pytest.mark.parametrize(
    ("size", "seen"),
    [
        ((80, 24), {"feed"}),
        ((100, 30), {"feed", "review"}),
        ((120, 40), {"feed", "review"}),
        ((150, 45), {"feed", "review", "countries"}),
        ((140, 24), {"feed", "countries"}),
    ],
)
async def test_panes_by_width(bench: Bench, size: tuple[int, int], seen: set[str]) -> None:
    await fill_desk(bench)
    async with console(bench, size=size) as desk:
        shown = {name for name in ("feed", "review", "countries") if desk.main.query_one(f"#{name}-pane").region.area}
        assert shown == seen
        for key, name in (("2", "review"), ("3", "countries"), ("1", "feed")):
            await desk.press(key)
            await desk.until(lambda name=name: bool(desk.main.query_one(f"#{name}-pane").region.area), name)  # type: ignore[misc]


async def test_every_size_on_the_way(bench: Bench) -> None:
    await fill_desk(bench)
    async with console(bench) as desk:
        await desk.press("k")
        for size in ((150, 45), (72, 20), (100, 30), (79, 24), (80, 24)):
            await desk.pilot.resize_terminal(*size)
            small = size[0] < 80 or size[1] < 24
            await desk.until(lambda small=small: isinstance(desk.app.screen, TooSmall) is small, f"{size}")  # type: ignore[misc]
            if small:
                await desk.shows(f"needs 80x24, is {size[0]}x{size[1]}")
        assert desk.feed.cursor == "D-000005"


async def test_a_small_terminal_covers_a_dialog_too(bench: Bench) -> None:
    await fill_desk(bench)
    async with console(bench) as desk:
        await desk.press("k", "n")
        await desk.shows("Note on D-000005")
        await desk.pilot.resize_terminal(60, 20)
        await desk.shows("needs 80x24, is 60x20")
        await desk.pilot.resize_terminal(80, 24)
        await desk.shows("Note on D-000005")


async def test_no_color_and_both_themes(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    await fill_desk(bench)
    async with console(bench) as desk:
        await desk.press("T", "j", "enter", "k")
        await desk.shows("▌ 08:13Z D-000005", "EXERCISE")


@pytest.mark.parametrize("limits", [patient_limits(feed_page=10, feed_rows=25)])
async def test_older_pages_come_at_the_top_and_the_window_stays_bounded(bench: Bench) -> None:
    for _ in range(40):
        await bench.sent(diffusion("DE"))
    async with console(bench) as desk:
        assert desk.keys_of(desk.feed) == [f"D-{n:06d}" for n in range(31, 41)]
        for first in (21, 11, 1):
            await desk.press("g")
            await desk.until(lambda first=first: desk.keys_of(desk.feed)[0] == f"D-{first:06d}", "no older page")  # type: ignore[misc]
        assert len(desk.feed.rows) == 25
        await bench.sent(diffusion("DE"))
        await desk.until(lambda: "1 new" in desk.title("feed"), "it is not counted")
        assert desk.keys_of(desk.feed)[-1] == "D-000025", "no gap is hidden"
        await desk.press("G")
        await desk.until(lambda: desk.keys_of(desk.feed)[-1] == "D-000041", "the newest did not come back")


async def test_the_selected_item_scrolls_by_its_own_keys(bench: Bench) -> None:
    await fill_desk(bench)
    async with console(bench) as desk:
        await desk.to_review("D-000003")
        await desk.shows("D-000003 v1")
        await desk.press("right_square_bracket")
        await desk.shows_no("D-000003 v1")
        await desk.press("left_square_bracket")
        await desk.shows("D-000003 v1")


async def test_a_store_that_fails_is_said_and_so_is_its_return(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    await fill_desk(bench)
    async with console(bench) as desk:
        real = ChangeFeed.poll

        async def failing(_pulse: ChangeFeed) -> None:
            raise StoreUnusable(StoreCode.STORE_NOT_WRITABLE, "the disk is gone; look at the machine")

        monkeypatch.setattr(ChangeFeed, "poll", failing)
        await desk.until(lambda: "the disk is gone" in desk.status, "the fault is not said")
        monkeypatch.setattr(ChangeFeed, "poll", real)
        await desk.until(lambda: "can be read again" in desk.status, "the return is not said")
        await bench.sent(diffusion("DE"))
        await desk.until(lambda: len(desk.feed.rows) == 6, "the feed stands still")


async def test_ages_move_with_the_minute(bench: Bench) -> None:
    await fill_desk(bench)
    async with console(bench, size=(120, 40)) as desk:
        await desk.to_review("D-000003")
        await desk.shows("6 min ago", "6m")
        bench.clock.move(hours=2)
        await desk.shows("2 h 06 ago", "2h06")


async def test_changes_are_painted_at_most_four_times_a_second(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    looked: list[int] = []
    look = ScreenUpdates.update

    async def noted_look(updates: ScreenUpdates) -> int:
        looked.append(await look(updates))
        return looked[-1]

    async def noted(seconds: float) -> None:
        pauses.append(seconds)
        await asyncio.sleep(0.01)

    monkeypatch.setattr(ScreenUpdates, "update", noted_look)
    monkeypatch.setattr(ScreenUpdates, "pause", staticmethod(noted))
    async with console(bench) as desk:
        for _ in range(5):
            await bench.sent(diffusion("DE"))
            await desk.until(lambda: any(looked), "nothing was looked at")
        await desk.until(lambda: len(desk.feed.rows) == 5, "not all came")
    painted = [seconds for seconds, changed in zip(pauses, looked, strict=False) if changed]
    assert painted
    assert min(painted) >= 0.25
    assert max(NORMAL_PACE.idle + NORMAL_PACE.repaint, NORMAL_PACE.flood) < 0.5, (
        "two consoles see each other within half a second"
    )
