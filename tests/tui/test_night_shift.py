"""What an officer stumbled on in an hour of a night shift, and what the console does there now."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.widgets import Button, Label, TextArea

from consoles import Console, console, fill_desk
from desks import Bench, act_message, diffusion, notice_request
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.errors import InvalidRequest
from dutydesk.domain.supervision.measures import Level
from dutydesk.tui.difference.viewer import DifferenceViewer
from dutydesk.tui.frame.keys import KeyPlace
from dutydesk.tui.frame.palette import Palette, entries
from dutydesk.tui.frame.viewer import Viewer
from dutydesk.tui.item.screen import ItemScreen
from dutydesk.tui.review.decision import DecisionForm
from dutydesk.tui.review.queue import claim_status
from dutydesk.tui.widgets.choice import Choice
from dutydesk.tui.widgets.frame_lines import FooterLine


async def decision(desk: Console) -> DecisionForm:
    await desk.press("d")
    await desk.until(lambda: isinstance(desk.app.screen, DecisionForm), "no dialog")
    form = desk.app.screen
    assert isinstance(form, DecisionForm)
    return form


async def test_a_template_goes_with_its_action_and_an_edited_one_stays(bench: Bench) -> None:
    await bench.sent(notice_request("BR"))
    async with console(bench, size=(120, 40)) as desk:
        await desk.to_review("D-000001")
        form = await decision(desk)
        reason, action = form.query_one("#reason", TextArea), form.query_one("#action", Choice)
        await desk.press("f3")
        template = reason.text
        assert template
        action.focus()
        await desk.press("right")
        await desk.until(lambda: reason.text == "", "the template of the release is the reason of a refusal")
        await desk.press("left")
        reason.text = f"{template} Twice read."
        await desk.press("right")
        await desk.pilot.pause()
        assert reason.text.endswith("Twice read.")


async def test_what_is_asked_is_called_a_question(bench: Bench) -> None:
    await bench.sent(notice_request("BR"))
    async with console(bench, size=(120, 40)) as desk:
        await desk.to_review("D-000001")
        form = await decision(desk)
        form.query_one("#action").focus()
        await desk.press("right", "right")
        await desk.shows("Question", "may be published as this kind")
        await desk.press("left")
        await desk.until(
            lambda: str(form.query_one("#row-reason Label", Label).content) == "Reason", "still a question"
        )


async def test_the_buttons_stay_in_sight_below_a_long_refusal(bench: Bench) -> None:
    await bench.sent(notice_request("BR"))
    async with console(bench) as desk:
        await desk.to_review("D-000001")
        form = await decision(desk)
        form.query_one("#action").focus()
        await desk.press("right")
        form.show_refusal(InvalidRequest(InvalidRequestCode.NO_CHANNEL, "It is refused for a long reason. " * 20))
        await desk.shows("It is refused for a long reason")
        await desk.pilot.pause()
        button = form.query_one("#submit", Button)
        assert desk.app.size.region.contains_region(button.region), button.region
        await desk.shows("Decide (F2)")


async def test_the_queue_says_first_what_is_to_be_signed(bench: Bench) -> None:
    settings = replace(bench.desk.context.settings, four_eyes=("FRM-05",))
    object.__setattr__(bench.desk.context, "settings", settings)
    item = await bench.sent(notice_request("BR", sent_at="2032-03-10T07:00:00Z"))
    await bench.release(item)
    assert await bench.state(item) == "proposed"
    row = (await bench.desk.queries.show(item)).row
    assert claim_status(row, bench.clock.at).startswith("to sign")


async def test_a_proposed_lift_leaves_the_measure_in_force(bench: Bench) -> None:
    await bench.order("RU", Level.HELD)
    await bench.desk.supervision.lift(bench.actor("Ines"), 1, "SG/9", "Secretary General", "Over.")
    async with console(bench, "Oskar", size=(120, 40)) as desk:
        await desk.press("3", "g", "enter")
        await desk.shows("RU held, in force, lift proposed")


async def test_rows_of_another_day_show_their_date(bench: Bench) -> None:
    await bench.sent(diffusion("DE"))
    bench.clock.move(hours=24)
    await bench.sent(diffusion("DE"))
    async with console(bench) as desk:
        await desk.shows("10 Mar D-000001", "08:00Z D-000002")


def test_the_palette_has_first_what_can_be_done_now() -> None:
    here = (KeyPlace.ITEMS, KeyPlace.EVERYWHERE)
    found = [entry.key.id for entry in entries(here, {"item.claim", "item.decide"})]
    last_here = len([entry for entry in entries(here) if entry.place in here])
    assert set(found[last_here - 2 : last_here]) == {"item.claim", "item.decide"}


@pytest.mark.parametrize("word", ["diff", "compare"])
async def test_the_palette_finds_the_difference_by_other_words(bench: Bench, word: str) -> None:
    async with console(bench) as desk:
        await desk.press("colon")
        await desk.until(lambda: isinstance(desk.app.screen, Palette), "no palette")
        await desk.type(word)
        await desk.shows("F5", "what changed")


async def test_the_page_of_a_difference_names_its_keys_and_explains_itself(bench: Bench) -> None:
    message = notice_request("BR")
    await bench.sent(message)
    body = {name: value for name, value in message.items() if name not in ("type", "reference")}
    await bench.sent(body | act_message("correction", "BR", of=message["reference"]) | {"text": "Seen in Lyon."})
    async with console(bench) as desk:
        await desk.to_review("D-000001")
        await desk.press("f5")
        await desk.until(lambda: isinstance(desk.app.screen, DifferenceViewer), "no difference")
        await desk.shows("/ searches, esc closes, F1 explains")
        await desk.press("question_mark")
        await desk.until(lambda: isinstance(desk.app.screen, Viewer), "? does not explain")
        await desk.shows("Two texts side by side")
        await desk.press("question_mark")
        await desk.until(lambda: isinstance(desk.app.screen, DifferenceViewer), "? does not close the help")


async def test_the_editor_of_keys_explains_itself(bench: Bench) -> None:
    async with console(bench) as desk:
        await desk.press("f9")
        await desk.shows("Your keys")
        await desk.press("f1")
        await desk.shows("Every action with its key")


async def test_a_finding_on_the_person_offers_the_persons_file(bench: Bench) -> None:
    await bench.refuse(await bench.sent(notice_request("BR")))
    await bench.sent(notice_request("BR") | {"urgency": "routine"})
    async with console(bench, size=(120, 40)) as desk:
        await desk.to_review("D-000002")
        await desk.press("enter")
        await desk.until(lambda: isinstance(desk.app.screen, ItemScreen), "no item")
        await desk.shows("HIS-01", "F opens the person's")
        assert "F person" in desk.app.screen.query_one(FooterLine).text


async def test_yes_and_no_are_what_the_sender_wrote(bench: Bench) -> None:
    await bench.sent(notice_request("BR"))
    async with console(bench, size=(120, 40)) as desk:
        await desk.to_review("D-000001")
        await desk.shows("The sender wrote:")
        await desk.shows_no('On: "true"')


async def test_the_first_country_that_a_filter_leaves_is_selected(bench: Bench) -> None:
    await fill_desk(bench)
    async with console(bench) as desk:
        await desk.press("3", "G", "slash", *"europe", "enter")
        table = desk.main.countries_pane.table
        await desk.until(lambda: table.country is not None and table.country.code == "RU", "it is not the first")
