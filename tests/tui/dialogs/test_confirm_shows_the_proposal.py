"""Every confirm shows the proposal itself: who made it, when, on whose order, why, and what follows from it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from consoles import Console, console
from desks import Bench, diffusion, notice_request
from dutydesk.desk.review.decide import Deciding
from dutydesk.domain.codes.conflict import ConflictCode
from dutydesk.domain.review.guards import Decision, RefusalCode
from dutydesk.domain.supervision.measures import Level
from dutydesk.tui.dialogs.dialog import Dialog
from dutydesk.tui.widgets.text_pane import TextPane
from refusals import raises_code

SIZES = [(80, 24), (100, 30), (150, 45)]


async def opened(desk: Console) -> None:
    await desk.until(lambda: isinstance(desk.app.screen, Dialog), "no dialog")
    await desk.pilot.pause()


def shown(desk: Console) -> str:
    return " ".join(desk.app.screen.query_one("#lines", TextPane).text.split())


async def lifting(bench: Bench) -> None:
    await bench.order("RU", Level.HELD, "Oskar")
    for _ in range(2):
        await bench.sent(diffusion("RU"))
    bench.clock.move(hours=2)
    await bench.desk.supervision.lift(bench.actor("Ines"), 1, "SG/9", "General Assembly", "The bureau has mended it.")


async def grave(bench: Bench) -> int:
    message = notice_request("BR")
    message["judicial"]["offences"][0] |= {"sentence_months": 5, "remaining_months": 4}
    item = await bench.sent(message)
    await bench.desk.review.claim(bench.actor("Ines"), item)
    await bench.tick_all(item, "Ines")
    return item


@pytest.mark.parametrize("size", SIZES)
async def test_the_confirm_of_a_lift_shows_the_lift(bench: Bench, size: tuple[int, int]) -> None:
    await lifting(bench)
    async with console(bench, "Oskar", size=size) as desk:
        await desk.press("3", "g", "enter")
        await desk.shows("entered by Oskar", "Lift proposed by Ines")
        await desk.press("y")
        await opened(desk)
        await desk.shows("SG/9 of General Assembly", "The bureau has mended it.", "BEFORE", "direct", "Ines")
        text = shown(desk)
        assert text.index("SG/9") < text.index("BEFORE") < text.index("entered by Oskar")
        assert "Items held for review 2 2" in text
        await desk.press("f2")
        await desk.until(lambda: not isinstance(desk.app.screen, Dialog), "it was not sent")
    (row,) = await bench.desk.queries.measures("RU")
    assert row.state == "lifted"


async def test_the_confirm_of_an_easing_shows_what_it_moves(bench: Bench) -> None:
    await bench.order("RU", Level.SUSPENDED, "Oskar")
    await bench.sent(diffusion("RU"))
    await bench.order("RU", Level.HELD, "Ines")
    async with console(bench, "Oskar", size=(100, 30)) as desk:
        await desk.press("3", "g", "enter", "g")
        await desk.press("y")
        await opened(desk)
        text = shown(desk)
        assert "RU becomes held" in text
        assert "proposed by Ines" in text
        assert "Level suspended held" in text
        assert "Items blocked 1 0" in text
        assert "Items held for review 0 1" in text


async def test_an_easing_over_another_measure_says_that_a_confirm_would_be_void(bench: Bench) -> None:
    await bench.order("RU", Level.SUSPENDED, "Oskar")
    await bench.order("RU", Level.HELD, "Ines")
    found = await bench.desk.queries.measure_proposal(2)
    assert (found.what, found.officer, found.changed) == ("easing", "Ines", ())


@pytest.mark.parametrize(
    ("wanted", "state", "change"),
    [
        (Deciding(Decision.RELEASE, "A murder.", overrides=("JUD-02",)), "released", {"queued": 1, "held": -1}),
        (Deciding(Decision.REFUSE, "Weak.", RefusalCode.OTHER), "refused", {"queued": 0, "held": -1}),
    ],
)
async def test_the_confirm_of_a_decision_shows_what_follows(
    bench: Bench, wanted: Deciding, state: str, change: dict[str, int]
) -> None:
    settings = replace(bench.desk.context.settings, four_eyes=("JUD-02",))
    object.__setattr__(bench.desk.context, "settings", settings)
    item = await grave(bench)
    assert (await bench.desk.review.decide(bench.actor("Ines"), item, wanted)).state == "proposed"
    found = await bench.desk.queries.item_proposal(item)
    assert found.follows is not None
    assert (found.follows.state_before, found.follows.state_after) == ("proposed", state)
    assert {name: found.follows.would_change[name] for name in change} == change
    async with console(bench, "Oskar", size=(80, 24)) as desk:
        await desk.to_review("D-000001")
        await desk.press("y")
        await opened(desk)
        text = shown(desk)
        assert f"State proposed {state}" in text
        assert "by Ines" in text
        assert wanted.reason in text
        await desk.press("f2")
        await desk.until(lambda: not isinstance(desk.app.screen, Dialog), "it was not sent")
    after = (await bench.desk.queries.header()).held
    assert (await bench.state(item), after) == (state, found.follows.after.held)


async def test_the_confirm_of_a_recall_shows_what_follows(bench: Bench) -> None:
    item = await bench.sent(diffusion())
    await bench.dispatch()
    await bench.desk.review.recall(bench.actor("Jonas"), item, "Acquitted.")
    async with console(bench, "Oskar", size=(80, 24)) as desk:
        await desk.press("1", "k", "y")
        await opened(desk)
        text = shown(desk)
        assert "State released recalled" in text
        assert "Recipients with a copy 3 3" in text
        assert "by Jonas" in text
        assert "Acquitted." in text


async def test_all_of_a_proposal_can_be_read_on_a_small_screen(bench: Bench) -> None:
    await lifting(bench)
    async with console(bench, "Oskar", size=(80, 24)) as desk:
        await desk.press("3", "g", "enter", "x")
        await opened(desk)
        for _ in range(3):
            await desk.press("pagedown")
        await desk.shows("The measure to be lifted", "entered by Oskar")
        await desk.press("pageup", "pageup", "pageup")
        await desk.shows("SG/9 of General Assembly")


async def test_another_lift_than_the_one_that_was_read_is_not_confirmed(bench: Bench) -> None:
    await lifting(bench)
    async with console(bench, "Oskar", size=(100, 30)) as desk:
        await desk.press("3", "g", "enter", "y")
        await opened(desk)
        await bench.desk.supervision.dissent(bench.actor("root"), 1, "Too early.")
        await bench.desk.supervision.lift(bench.actor("Ines"), 1, "SG/10", "Nobody", "Another reason.")
        await desk.press("f2")
        await desk.shows("has changed since you read it")
    (row,) = await bench.desk.queries.measures("RU")
    assert row.in_force


async def test_another_decision_than_the_one_that_was_read_is_not_confirmed(bench: Bench) -> None:
    item = await bench.sent(diffusion())
    await bench.dispatch()
    await bench.desk.review.recall(bench.actor("Jonas"), item, "Acquitted.")
    found = (await bench.desk.queries.item_proposal(item)).view.proposal
    assert found is not None
    await bench.desk.review.dissent(bench.actor("Jonas"), item, "Wrong page.")
    await bench.desk.review.recall(bench.actor("Jonas"), item, "Asylum.")
    with raises_code(ConflictCode.PROPOSAL_REPLACED):
        await bench.desk.review.confirm(bench.actor("Oskar"), item, found.identity)
    assert await bench.state(item) == "released"
    now = (await bench.desk.queries.item_proposal(item)).view.proposal
    assert now is not None
    await bench.desk.review.confirm(bench.actor("Oskar"), item, now.identity)
    assert await bench.state(item) == "recalled"


async def test_nothing_to_confirm_on_a_measure_is_said(bench: Bench) -> None:
    await bench.order("RU", Level.HELD, "Oskar")
    async with console(bench, "Ines", size=(100, 30)) as desk:
        await desk.press("3", "g", "enter", "y")
        await desk.until(lambda: "nothing waits for a second officer" in desk.status, "it is not said")


async def test_the_timeline_of_a_lift_names_who_entered_and_who_confirmed_it(bench: Bench) -> None:
    await lifting(bench)
    await bench.desk.supervision.confirm(bench.actor("Oskar"), 1)
    async with console(bench, "Ines", size=(150, 45)) as desk:
        await desk.press("3", "slash")
        await desk.type("RU")
        await desk.press("enter", "enter")
        await desk.shows("entered by Ines, confirmed by Oskar")
