"""Dialogs open on their first empty field, use the height there is, and let a draft be thrown away."""

from __future__ import annotations

import pytest
from textual.widgets import Button, Input, TextArea

from consoles import console
from desks import Bench, diffusion, notice_request
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.errors import Obstacle, Refused
from dutydesk.domain.supervision.measures import Level
from dutydesk.tui.dialogs.dialog import Dialog
from dutydesk.tui.dialogs.form import Form
from dutydesk.tui.frame.draft_list import DraftList
from dutydesk.tui.review.checklist import ChecklistDialog
from dutydesk.tui.review.decision import DecisionForm
from dutydesk.tui.widgets.choice import Choice
from dutydesk.tui.widgets.text_pane import TextPane


async def test_a_form_opens_on_its_first_empty_field(bench: Bench) -> None:
    await bench.sent(notice_request("BR"))
    async with console(bench) as desk:
        await desk.press("3", "m")
        await desk.until(lambda: isinstance(desk.app.focused, Input), "no field has the cursor")
        assert desk.app.focused is not None
        assert desk.app.focused.id == "order"
        await desk.type("SG 1")
        await desk.press("escape", "m")
        await desk.until(lambda: desk.app.focused is not None and desk.app.focused.id == "by", "not on the empty one")
        await desk.press("escape")
        await desk.to_review("D-000001")
        await desk.press("d")
        await desk.until(lambda: isinstance(desk.app.focused, TextArea), "not on the reason")
        await desk.press("tab")
        await desk.until(lambda: isinstance(desk.app.focused, Choice), "tab does not lead to the action")


async def test_a_dialog_without_a_field_opens_on_close(bench: Bench) -> None:
    async with console(bench) as desk:
        await desk.press("3", "o")
        await desk.until(lambda: isinstance(desk.app.focused, Button), "no button")
        assert desk.app.focused is not None
        assert desk.app.focused.id == "cancel"


@pytest.mark.parametrize(("size", "least"), [((80, 24), 9), ((150, 45), 20)])
async def test_the_text_of_a_dialog_gets_the_height_there_is(bench: Bench, size: tuple[int, int], least: int) -> None:
    item = await bench.sent(notice_request("BR"))
    await bench.desk.review.claim(bench.actor("Jonas"), item)
    async with console(bench, size=size) as desk:
        await desk.to_review("D-000001")
        await desk.press("d")
        await desk.until(lambda: isinstance(desk.app.screen, DecisionForm), "no form")
        room = desk.app.screen.query_one("#lines", TextPane).styles.max_height
        assert room is not None
        assert room.value >= least


async def test_a_draft_is_thrown_away_in_its_form(bench: Bench) -> None:
    await bench.sent(notice_request("BR"))
    async with console(bench) as desk:
        await desk.to_review("D-000001")
        await desk.press("n")
        await desk.type("Half")
        await desk.until(lambda: bool(desk.app.desk_console.drafts), "no draft")
        await desk.press("f8")
        await desk.shows("no draft is kept")
        await desk.press("escape")
        await desk.until(lambda: not isinstance(desk.app.screen, Dialog), "still open")
        assert not desk.app.desk_console.drafts


async def test_drafts_are_listed_opened_and_deleted(bench: Bench) -> None:
    await bench.sent(notice_request("BR"))
    async with console(bench) as desk:
        await desk.to_review("D-000001")
        await desk.press("n")
        await desk.type("Half a thought")
        await desk.press("escape", "U")
        await desk.shows("Unsent texts", "Note on D-000001", "Half a thought")
        await desk.press("enter")
        await desk.shows("1 Text")
        await desk.press("U", "x")
        await desk.shows("No text is unsent.")
        assert not desk.app.desk_console.drafts
        await desk.press("escape")
        await desk.until(lambda: not isinstance(desk.app.screen, DraftList), "still open")


async def test_what_was_missing_is_no_longer_said_once_it_is_typed(bench: Bench) -> None:
    await bench.sent(notice_request("BR"))
    async with console(bench) as desk:
        await desk.to_review("D-000001")
        await desk.press("n", "f2")
        await desk.shows("enter a note")
        await desk.type("x")
        await desk.shows_no("enter a note")


async def test_the_checklist_stays_open_and_leads_to_the_decision(bench: Bench) -> None:
    item = await bench.sent(notice_request("BR"))
    await bench.desk.review.claim(bench.actor("Ines"), item)
    async with console(bench) as desk:
        await desk.to_review("D-000001")
        await desk.press("t", "d")
        await desk.until(lambda: isinstance(desk.app.screen, ChecklistDialog), "d decided before the ticks")
        view = await bench.desk.queries.show(item)
        await desk.press(*["space"] * (len(view.checklist) + 2))
        await desk.shows("All points are ticked.")
        assert isinstance(desk.app.screen, ChecklistDialog)
        await desk.press("d")
        await desk.until(lambda: isinstance(desk.app.screen, DecisionForm), "no decision")


async def test_an_undo_is_asked_for(bench: Bench) -> None:
    item = await bench.sent(notice_request("BR"))
    await bench.release(item, "Ines")
    async with console(bench) as desk:
        await desk.press("1", "k", "z")
        await desk.shows("Undo the release of D-000001")
        assert await bench.state(item) == "released"
        await desk.press("f2")
        await desk.shows("D-000001")
        await desk.until(lambda: not isinstance(desk.app.screen, Form), "it was refused")
        assert await bench.state(item) == "held"


async def test_a_colleagues_claim_is_said_without_a_form(bench: Bench) -> None:
    item = await bench.sent(notice_request("BR"))
    await bench.desk.review.claim(bench.actor("Ines"), item)
    async with console(bench, "Jonas") as desk:
        await desk.to_review("D-000001")
        await desk.press("c")
        await desk.until(lambda: "only a supervisor can take it over" in desk.status, "nothing was said")
        assert desk.app.screen is desk.main


async def test_all_data_of_a_country_is_restricted_only_with_its_code(bench: Bench) -> None:
    await bench.sent(diffusion("RU"))
    async with console(bench) as desk:
        await desk.press("3", "slash", *"RU", "enter", "enter", "r")
        await desk.shows("All data of RU is restricted: 1 items received so far")
        await desk.type("FR")
        await desk.press("f2")
        await desk.shows("type RU first")
        await desk.press("tab", "tab")
        await desk.type("ru")
        await desk.press("f2")
        await desk.until(lambda: not isinstance(desk.app.screen, Form), "it was refused")


async def test_a_worklist_and_a_country_lead_to_items(bench: Bench) -> None:
    await bench.order("RU", Level.HELD)
    await bench.sent(diffusion("RU"))
    async with console(bench) as desk:
        await desk.press("3", "g", "enter", "w")
        await desk.shows("What this measure stopped: M-0001", "D-000001")
        await desk.press("enter")
        await desk.shows("1 Text")
        await desk.press("escape", "i")
        await desk.until(lambda: desk.app.screen is desk.main, "not in the feed")
        await desk.shows("from:RU", "D-000001")


@pytest.mark.parametrize(
    "keys",
    [("2", "d"), ("2", "t"), ("2", "n"), ("3", "m"), ("3", "enter", "r"), ("1", "k", "v"), ("H",), ("K",), ("ctrl+n",)],
    ids="".join,
)
async def test_a_long_refusal_leaves_the_buttons_in_sight(bench: Bench, keys: tuple[str, ...]) -> None:
    await bench.sent(notice_request("BR"))
    await bench.sent(diffusion("DE"))
    await bench.dispatch()
    words = "It can't be released, because of a reason that takes many words. " * 6
    async with console(bench) as desk:
        await desk.press(*keys)
        await desk.until(lambda: isinstance(desk.app.screen, Dialog), "no dialog")
        dialog = desk.app.screen
        assert isinstance(dialog, Dialog)
        obstacles = [Obstacle(str(place), words + str(place)) for place in range(5)]
        dialog.show_refusal(Refused(RefusedCode.NOT_IN_REVIEW, words, *obstacles))
        await desk.shows("Not done: It can't be released")
        box, problem = dialog.query_one("#dialog").region, dialog.query_one("#problem").region
        for button in dialog.query(Button):
            assert problem.bottom <= button.region.y < box.bottom - 1, desk.screen_text()
