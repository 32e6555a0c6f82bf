"""More comes in between two looks than anybody can read: the newest is shown, what is older when it is asked for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from consoles import Console, console, fill_desk, patient_limits
from desks import Bench, diffusion
from dutydesk.desk.review.decide import Deciding
from dutydesk.domain.delivery.states import ItemState
from dutydesk.domain.limits import Limits
from dutydesk.domain.review.guards import Decision, RefusalCode
from dutydesk.tui.frame.pace import FLOOD as FLOODED
from dutydesk.tui.frame.pace import NORMAL_PACE, SLOW_LINE_PACE

SCREENFUL, FLOOD = 40, 60
HELD = ["D-000002", "D-000003", "D-000005"]


@pytest.fixture
def limits() -> Limits:
    return patient_limits(flood_changes=10, flood_rows=SCREENFUL)


def names(first: int, last: int) -> list[str]:
    return [f"D-{number:06d}" for number in range(first, last + 1)]


def seen(desk: Console) -> list[str]:
    return desk.keys_of(desk.feed)


async def flood(bench: Bench) -> None:
    for _ in range(FLOOD):
        await bench.sent(diffusion("DE"))


async def test_whoever_follows_sees_the_newest_and_what_is_older_when_asked(bench: Bench) -> None:
    for _ in range(20):
        await bench.sent(diffusion("DE"))
    async with console(bench) as desk:
        async with desk.app.desk_console.updates.lock:
            await flood(bench)
        await desk.until(lambda: seen(desk)[-1] == "D-000080", "the newest is not there")
        assert seen(desk) == names(80 - SCREENFUL + 1, 80)
        await desk.shows("following", "D-000080")
        await desk.press("g")
        await desk.until(lambda: seen(desk) == names(1, 80), "what is older can't be reached, or a gap is hidden")


async def test_whoever_has_selected_a_row_keeps_it_and_sees_it_change(bench: Bench) -> None:
    await fill_desk(bench)
    async with console(bench) as desk:
        await desk.press("k", "k", "k")
        assert desk.feed.cursor == "D-000003"
        async with desk.app.desk_console.updates.lock:
            await bench.desk.review.claim(bench.actor("Jonas"), 3)
            await bench.desk.review.decide(bench.actor("Jonas"), 3, Deciding(Decision.ASK, "Which court?"))
            await flood(bench)
        await desk.until(lambda: f"{FLOOD} new" in desk.title("feed"), "what came is not counted")
        assert desk.feed.cursor == "D-000003"
        assert desk.feed.item is not None
        assert desk.feed.item.state == ItemState.INFORMATION_REQUESTED
        assert seen(desk) == names(1, 5 + FLOOD), "no gap is hidden"


async def test_what_a_filter_shows_stays_and_is_kept_true(bench: Bench) -> None:
    """Of two states, which the store does not narrow by: they are rare among what floods in."""
    await fill_desk(bench)
    async with console(bench) as desk:
        await desk.press("slash")
        await desk.type("state:held,information_requested")
        await desk.until(lambda: seen(desk) == HELD, str(seen(desk)))
        await desk.press("enter")
        async with desk.app.desk_console.updates.lock:
            await bench.desk.review.claim(bench.actor("Jonas"), 3)
            await bench.desk.review.decide(bench.actor("Jonas"), 3, Deciding(Decision.ASK, "Which court?"))
            for _ in range(10):
                await flood(bench)
        await desk.until(lambda: desk.main.feed_pane.window._newest[0] == 5 + 10 * FLOOD, "the flood was not looked at")
        assert seen(desk) == HELD
        assert [row.state for row in desk.feed.rows][1] == ItemState.INFORMATION_REQUESTED


async def test_a_pane_out_of_sight_is_read_when_it_comes_into_sight(bench: Bench) -> None:
    await fill_desk(bench)
    async with console(bench, pace=replace(NORMAL_PACE, hidden_panes=3600)) as desk:
        await bench.sent(diffusion("RU"))
        await desk.until(lambda: "D-000006" in desk.keys_of(desk.queue), "the first change is followed")
        await bench.sent(diffusion("RU"))
        await desk.until(lambda: "D-000007" in seen(desk), "the feed is not in sight")
        assert "D-000007" not in desk.keys_of(desk.queue), "what nobody sees was read"
        await desk.press("2")
        await desk.until(lambda: "D-000007" in desk.keys_of(desk.queue), "the pane is old")
        await bench.sent(diffusion("RU"))
        await desk.until(lambda: "D-000008" in desk.keys_of(desk.queue), "the pane in sight is not followed")


async def test_whoever_comes_to_the_queue_first_begins_with_the_most_urgent(bench: Bench) -> None:
    await fill_desk(bench)
    async with console(bench) as desk:
        await desk.until(lambda: desk.queue.cursor == "D-000002", "the flash item is not the first")
        await bench.desk.review.claim(bench.actor("Jonas"), 2)
        await bench.desk.review.decide(
            bench.actor("Jonas"), 2, Deciding(Decision.REFUSE, "No purpose", code=RefusalCode.ARTICLE_2)
        )
        await desk.until(lambda: desk.queue.cursor == "D-000003", "what was refused is still there")
        await bench.sent(diffusion("RU", urgency="flash"))
        await desk.until(lambda: desk.queue.cursor == "D-000006", "the cursor stayed behind")
        await desk.press("2", "j")
        chosen = desk.queue.cursor
        await bench.sent(diffusion("RU", urgency="flash"))
        await desk.until(
            lambda: desk.keys_of(desk.queue)[1] == "D-000007", "the flash item is not above the urgent ones"
        )
        assert desk.queue.cursor == chosen, "the cursor moved away from what an officer chose"


async def test_a_pane_out_of_sight_follows_after_its_time(bench: Bench) -> None:
    await fill_desk(bench)
    async with console(bench, pace=replace(NORMAL_PACE, hidden_panes=0.3)) as desk:
        for _ in range(3):
            await bench.sent(diffusion("RU"))
        await desk.until(lambda: "D-000008" in desk.keys_of(desk.queue), "it never followed")


def test_a_flood_is_looked_at_less_often() -> None:
    pauses = [NORMAL_PACE.delay(changes) for changes in (0, 1, FLOODED, FLOODED + 1)]
    assert pauses == [NORMAL_PACE.idle, NORMAL_PACE.repaint, NORMAL_PACE.repaint, NORMAL_PACE.flood]
    assert NORMAL_PACE.idle < NORMAL_PACE.repaint < NORMAL_PACE.flood
    assert {SLOW_LINE_PACE.delay(1), SLOW_LINE_PACE.delay(FLOODED + 1)} == {SLOW_LINE_PACE.repaint}
