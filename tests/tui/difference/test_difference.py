"""What changed, by one key: from the feed, the queue, the item and the dialogs, side by side or one below the other."""

from __future__ import annotations

from typing import Any

import pytest

from consoles import Console, console
from desks import Bench, act_message, diffusion
from dutydesk.desk.review.decide import Deciding
from dutydesk.domain.review.guards import Decision
from dutydesk.domain.review.officers import Officer, Role
from dutydesk.domain.supervision.measures import Level
from dutydesk.tui.difference.viewer import DifferenceViewer
from dutydesk.tui.frame.main import MainScreen
from dutydesk.tui.item.screen import ItemScreen
from dutydesk.tui.review.checklist import ChecklistDialog
from dutydesk.tui.review.decision import DecisionForm
from sqlite_files import changed_file


def correction(before: dict[str, Any], **changes: Any) -> dict[str, Any]:
    body = {key: value for key, value in before.items() if key not in ("reference", "type")}
    return body | act_message("correction", before["sender"], of=before["reference"]) | changes


async def corrected(bench: Bench) -> None:
    """D-000001, of which art_2 was ticked before the correction arrived."""
    await bench.order("RU", Level.HELD)
    message = diffusion("RU", text="He was seen in Lyon.", recipients=["PL", "FR"])
    await bench.sent(message)
    await bench.desk.review.claim(bench.actor("Ines"), 1)
    await bench.desk.review.tick(bench.actor("Ines"), 1, "art_2")
    text = "He was seen in Paris; he led the opposition party."
    await bench.sent(correction(message, text=text, recipients=["PL", "IT"]))


async def opened(desk: Console, *keys: str) -> None:
    await desk.press(*keys)
    await desk.until(lambda: isinstance(desk.app.screen, DifferenceViewer), f"{keys} opened no difference")
    await desk.shows("What changed: D-000001", "Its sender replaced version 1.")


async def test_one_key_from_every_place_and_back_to_it(bench: Bench) -> None:
    await corrected(bench)
    async with console(bench) as desk:
        await desk.press("g")
        for keys, place in (
            ((), MainScreen),
            (("2",), MainScreen),
            (("d",), DecisionForm),
            (("escape", "t"), ChecklistDialog),
            (("escape", "enter"), ItemScreen),
        ):
            await desk.press(*keys)
            await desk.until(lambda place=place: isinstance(desk.app.screen, place), f"no {place.__name__}")  # type: ignore[misc]
            await opened(desk, "f5")
            await desk.press("f5")
            await desk.until(lambda place=place: isinstance(desk.app.screen, place), f"not back in {place.__name__}")  # type: ignore[misc]


async def test_the_decision_keeps_what_was_typed(bench: Bench) -> None:
    await corrected(bench)
    async with console(bench) as desk:
        await desk.to_review("D-000001")
        await desk.press("d")
        await desk.until(lambda: isinstance(desk.app.screen, DecisionForm), "no decision")
        await desk.type("Wait.")
        await opened(desk, "f5")
        await desk.press("j", "escape")
        await desk.shows("Wait.")


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (120, 40), (150, 45)])
async def test_both_texts_with_what_the_difference_does(bench: Bench, size: tuple[int, int]) -> None:
    await corrected(bench)
    async with console(bench, size=size) as desk:
        await desk.to_review("D-000001")
        await opened(desk, "f5")
        await desk.shows("2 fields differ", "1 new", "1 added, 1 removed")
        lines = desk.screen_text().splitlines()
        both = [line for line in lines if "Lyon" in line and "Paris" in line]
        assert bool(both) == (size[0] >= 120), desk.screen_text()
        await desk.press("G")
        await desk.shows("art_2: tick again.", "Reference and time")


async def test_a_proposal_gone_stale_and_the_next_comparison(bench: Bench) -> None:
    message = diffusion("RU", text="The opposition party.", recipients=["PL", "FR"])
    await bench.order("RU", Level.HELD)
    await bench.sent(message)
    await bench.sent(correction(message, text="The opposition party again."))
    await bench.desk.review.claim(bench.actor("Oskar"), 1)
    await bench.tick_all(1, "Oskar")
    await bench.desk.review.decide(bench.actor("Oskar"), 1, Deciding(Decision.RELEASE, "Read."))
    await bench.order("FR", Level.SUSPENDED)
    async with console(bench, size=(100, 40)) as desk:
        await desk.to_review("D-000001")
        await desk.press("y")
        await desk.shows("Confirm: release")
        await desk.press("f5")
        await desk.shows("Since the proposal", "The proposal of Oskar to release is void", "removed 1: FR", "this is 1")
        await desk.press("tab")
        await desk.shows("Its sender replaced version 1.", "this is 2")
        await desk.press("tab")
        await desk.shows("Since the proposal")


async def test_what_an_officer_may_not_see_is_not_shown(bench: Bench) -> None:
    await corrected(bench)
    await bench.send(act_message("restriction", "RU", deny=["PL"]))
    await bench.desk.people.add_officer(bench.actor("root"), Officer("Pola", Role.SUPERVISOR, "PL"))
    theirs = Bench(bench.desk.for_reader(bench.actor("Pola")), bench.clock)
    async with console(theirs, "Pola") as desk:
        await desk.to_review("D-000001")
        await desk.press("f5")
        await desk.shows("The owner denies one of the two texts")
        assert "Lyon" not in desk.screen_text()
        assert "QUILLABRAND" not in desk.screen_text()


async def test_a_changed_body_is_not_compared(bench: Bench) -> None:
    await corrected(bench)
    with changed_file(bench.desk.store.path) as store:
        store.execute("UPDATE body SET raw = replace(raw, 'Lyon', 'Nice') WHERE item = 1 AND version = 1")
    async with console(bench) as desk:
        await desk.to_review("D-000001")
        await desk.press("f5")
        await desk.shows("was changed in the store")
        assert "Nice" not in desk.screen_text()


async def test_an_item_with_one_version_says_so(bench: Bench) -> None:
    await bench.sent(diffusion("DE"))
    async with console(bench) as desk:
        await desk.press("g", "f5")
        await desk.shows("D-000001 has one version")
        assert isinstance(desk.app.screen, MainScreen)


async def test_hostile_words_are_shown_and_do_nothing(bench: Bench) -> None:
    await bench.order("RU", Level.HELD)
    message = diffusion("RU", text="\x1b[2J before [/nope]")
    await bench.sent(message)
    await bench.sent(correction(message, text="\x1b]0;GONE\x07 after [bold]x[/bold] \u202egnp.exe"))
    async with console(bench) as desk:
        await desk.to_review("D-000001")
        await opened(desk, "f5")
        await desk.shows("\\x1b", "[bold]", "<U+202E>")
        assert "\x1b" not in desk.screen_text()
