"""What waits for the officer, by one key; the way home; the last messages."""

from __future__ import annotations

from test_list_look import blocked

from consoles import Console, console, fill_desk
from desks import Bench, diffusion, notice_request
from dutydesk.desk.review.decide import Deciding
from dutydesk.desk.shift import presence
from dutydesk.desk.views.own_work import WorkKind
from dutydesk.domain.review.guards import Decision
from dutydesk.domain.supervision.measures import Level
from dutydesk.tui.app import DutyDeskApp
from dutydesk.tui.frame.main import MainScreen
from dutydesk.tui.frame.viewer import Viewer
from dutydesk.tui.item.screen import ItemScreen


async def _prepared(bench: Bench) -> None:
    """Oskar proposes a release; Jonas has claimed an item; Ines proposes to lift a measure and to recall."""
    proposed = await bench.sent(blocked("GR"))
    await bench.desk.review.claim(bench.actor("Oskar"), proposed)
    await bench.tick_all(proposed, "Oskar")
    wanted = Deciding(Decision.RELEASE, "A murder.", overrides=("JUD-02",))
    await bench.desk.review.decide(bench.actor("Oskar"), proposed, wanted)
    claimed = await bench.sent(notice_request("BR"))
    await bench.desk.review.claim(bench.actor("Jonas"), claimed)
    await bench.order("RU", Level.HELD)
    await bench.desk.supervision.lift(bench.actor("Ines"), 1, "SG/9", "Secretary General", "Over.")
    released = await bench.sent(diffusion("ES"))
    await bench.dispatch()
    await bench.desk.review.recall(bench.actor("Ines"), released, "The person was acquitted.")


async def _work(bench: Bench, officer: str) -> list[tuple[WorkKind, str]]:
    return [(row.kind, row.subject) for row in await bench.desk.queries.own_work(officer)]


async def test_each_officer_has_his_own_list(bench: Bench) -> None:
    await _prepared(bench)
    assert await _work(bench, "Ines") == [
        (WorkKind.SIGN, "D-000001"),
        (WorkKind.PROPOSED, "D-000003"),
        (WorkKind.PROPOSED, "M-0001"),
    ]
    assert await _work(bench, "Oskar") == [
        (WorkKind.SIGN, "D-000003"),
        (WorkKind.SIGN, "M-0001"),
        (WorkKind.PROPOSED, "D-000001"),
    ]
    assert await _work(bench, "Jonas") == [
        (WorkKind.SIGN, "D-000001"),
        (WorkKind.SIGN, "D-000003"),
        (WorkKind.CLAIMED, "D-000002"),
    ]
    assert await _work(bench, "Nobody") == []


async def test_the_page_after_an_absence_says_what_waits_for_a_signature(bench: Bench) -> None:
    await _prepared(bench)
    bench.clock.move(hours=3)
    await bench.sent(diffusion("PT"))
    changed = await presence.changes_while_away(bench.desk, bench.actor("Jonas"))
    assert changed is not None
    app = DutyDeskApp(bench.desk, bench.actor("Jonas"), changed=changed)
    async with app.run_test(size=(80, 24)) as pilot:
        desk = Console(app, pilot)
        await desk.shows("Proposals that wait for your signature: 2; @ lists them")


async def test_the_list_opens_what_is_chosen(bench: Bench) -> None:
    await _prepared(bench)
    async with console(bench, officer="Jonas") as desk:
        await desk.press("at")
        await desk.shows("Waiting for your signature (2)", "Claimed by you (1)", "release", "Oskar")
        await desk.press("enter")
        await desk.until(lambda: isinstance(desk.app.screen, ItemScreen), "it did not open")
        await desk.shows("D-000001")


async def test_nothing_is_said_in_words(bench: Bench) -> None:
    async with console(bench) as desk:
        await desk.press("at")
        await desk.shows("Nothing waits for you")


async def test_a_key_leads_home_from_any_depth(bench: Bench) -> None:
    await fill_desk(bench)
    async with console(bench) as desk:
        for number in "123":
            await desk.press("number_sign", number, "enter")
            await desk.shows(f"D-00000{number}")
        await desk.until(
            lambda: len([1 for one in desk.app.screen_stack if isinstance(one, ItemScreen)]) == 3, "no stack"
        )
        await desk.press("0")
        await desk.until(lambda: isinstance(desk.app.screen, MainScreen), "it did not go home")


async def test_the_last_messages_can_be_read_again(bench: Bench) -> None:
    await fill_desk(bench)
    async with console(bench) as desk:
        await desk.press("e")
        await desk.shows("There was no message yet")
        desk.app.desk_console.notify("The first thing happened")
        desk.app.desk_console.notify("The second thing happened", "warn")
        await desk.press("e")
        await desk.until(lambda: isinstance(desk.app.screen, Viewer), "no list")
        text = desk.screen_text()
        assert text.index("The second thing happened") < text.index("The first thing happened")
        assert "08:13Z" in text
