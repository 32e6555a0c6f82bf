"""A text typed or pasted while a choice has the focus: the choice stays, and the text is in the text field."""

from __future__ import annotations

import ast
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from textual import events
from textual.widgets import Input, TextArea

import dutydesk.tui
from consoles import Console, console
from desks import Bench, diffusion, notice_request
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.review.guards import Decision
from dutydesk.domain.supervision.measures import Level
from dutydesk.tui.dialogs.dialog import Dialog
from dutydesk.tui.frame.moved_keys import apply_key_settings
from dutydesk.tui.review.after_release import PostReleaseForm
from dutydesk.tui.widgets.choice import Choice
from refusals import raises_code

TEXT = "The facts hold nothing, l h said"
Opening = Callable[[Bench, Console], Awaitable[None]]


async def _decide(bench: Bench, desk: Console) -> None:
    await desk.to_review("D-000001")
    await desk.press("d")


async def _order(bench: Bench, desk: Console) -> None:
    await desk.press("3", "m")


async def _endorse(bench: Bench, desk: Console) -> None:
    await desk.press("3", "g", "enter", "e")


async def _after_release(bench: Bench, desk: Console) -> None:
    await desk.press("1", "G", "k")
    await desk.press("v")


async def _marked(bench: Bench, desk: Console) -> None:
    await desk.to_review("D-000001")
    await desk.press("space", "B")
    await desk.until(lambda: isinstance(desk.app.screen, Dialog), "no dialog")
    desk.app.screen.query_one("#action").focus()
    await desk.press("right")  # refuse: the reason comes into sight


async def _give(bench: Bench, desk: Console) -> None:
    await desk.to_review("D-000001")
    await desk.press("C")


async def _import(bench: Bench, desk: Console) -> None:
    await desk.press("I")


async def _export(bench: Bench, desk: Console) -> None:
    await desk.press("1", "G", "k", "ctrl+e")


async def _check(bench: Bench, desk: Console) -> None:
    await desk.press("K")


async def made(bench: Bench) -> None:
    """A measure, a grave item in review that Oskar holds, and one that went out."""
    await bench.order("RU", Level.HELD)
    message = notice_request("BR")
    message["judicial"]["offences"][0] |= {"sentence_months": 5, "remaining_months": 4}
    item = await bench.sent(message)
    await bench.desk.review.claim(bench.actor("Oskar"), item)
    await bench.sent(diffusion("DE"))


#: Every dialog that has a choice and a text.
DIALOGS: dict[str, Opening] = {
    "decision": _decide,
    "measure": _order,
    "endorse": _endorse,
    "after release": _after_release,
    "marked": _marked,
    "give": _give,
    "import": _import,
    "export": _export,
    "check": _check,
}


def who(dialog: str) -> str:
    """Registers are imported by an administrator."""
    return "root" if dialog == "import" else "Ines"


def chosen(desk: Console) -> dict[str | None, frozenset[str]]:
    return {choice.id: choice.chosen for choice in desk.app.screen.query(Choice)}


def texts(desk: Console) -> list[str]:
    screen = desk.app.screen
    return [*(area.text for area in screen.query(TextArea)), *(line.value for line in screen.query(Input))]


def in_sight(choice: Choice) -> bool:
    return choice.region.height > 0


async def opened(bench: Bench, desk: Console, name: str) -> list[str]:
    """Opens the dialog; the ids of its choices."""
    await DIALOGS[name](bench, desk)
    await desk.until(lambda: isinstance(desk.app.screen, Dialog), "no dialog")
    await desk.pilot.pause()
    return [choice.id or "" for choice in desk.app.screen.query(Choice) if in_sight(choice)]


@pytest.mark.parametrize("name", DIALOGS)
async def test_what_is_typed_on_a_choice_is_text(bench: Bench, name: str) -> None:
    await made(bench)
    async with console(bench, who(name), size=(120, 45)) as desk:
        choices = await opened(bench, desk, name)
        assert choices
        typed = ""
        for choice in choices:
            before = chosen(desk)
            desk.app.screen.query_one(f"#{choice}").focus()
            await desk.pilot.pause()
            await desk.type(TEXT)
            await desk.pilot.pause()
            typed += TEXT
            assert chosen(desk) == before, choice
            assert typed in texts(desk), choice
            assert isinstance(desk.app.focused, TextArea | Input)


@pytest.mark.parametrize("name", DIALOGS)
async def test_what_is_pasted_on_a_choice_is_text(bench: Bench, name: str) -> None:
    await made(bench)
    async with console(bench, who(name), size=(120, 45)) as desk:
        for choice in await opened(bench, desk, name):
            before = chosen(desk)
            desk.app.screen.query_one(f"#{choice}").focus()
            await desk.pilot.pause()
            desk.app.post_message(events.Paste("hl"))
            await desk.until(lambda: any("hl" in text for text in texts(desk)), "the pasted text is lost")
            assert chosen(desk) == before, choice
            for area in desk.app.screen.query(TextArea):
                area.text = ""


@pytest.mark.parametrize("name", DIALOGS)
async def test_arrows_still_move_a_choice(bench: Bench, name: str) -> None:
    await made(bench)
    async with console(bench, who(name), size=(120, 45)) as desk:
        first = (await opened(bench, desk, name))[0]
        choice = desk.app.screen.query_one(f"#{first}", Choice)
        if len(choice.options) < 2:
            return
        before = choice.chosen
        choice.focus()
        await desk.press("right")
        assert choice.chosen != before
        await desk.press("left")
        assert choice.chosen == before
        assert not any(texts(desk))


@pytest.mark.parametrize("first", ["h", "l", "x", "1"])
async def test_one_key_on_the_action_of_a_decision_is_the_beginning_of_the_reason(bench: Bench, first: str) -> None:
    await made(bench)
    async with console(bench, "Ines", size=(120, 45)) as desk:
        await opened(bench, desk, "decision")
        action = desk.app.screen.query_one("#action", Choice)
        action.focus()
        await desk.press("right", first, "y")
        assert action.value == "refuse"
        assert desk.app.screen.query_one("#reason", TextArea).text == f"{first}y"


async def test_the_first_arrow_chooses_the_first_option_of_a_choice_without_one(bench: Bench) -> None:
    await made(bench)
    async with console(bench, "Ines", size=(120, 45)) as desk:
        await opened(bench, desk, "decision")
        desk.app.screen.query_one("#action", Choice).focus()
        await desk.press("right")
        code = desk.app.screen.query_one("#code", Choice)
        code.focus()
        assert code.value is None
        await desk.press("right")
        assert code.value == code.options[0]
        await desk.press("right")
        assert code.value == code.options[1]


async def test_space_chooses_in_a_single_choice_of_a_dialog_with_a_text(bench: Bench) -> None:
    await made(bench)
    async with console(bench, "Ines", size=(120, 45)) as desk:
        await opened(bench, desk, "decision")
        desk.app.screen.query_one("#action", Choice).focus()
        await desk.press("right")
        code = desk.app.screen.query_one("#code", Choice)
        code.focus()
        await desk.press("space")
        assert code.value == code.options[0]
        assert not any(texts(desk))
        await desk.type("A b")
        assert "A b" in texts(desk)


async def test_space_and_enter_tick_where_several_may_be_chosen(bench: Bench) -> None:
    await made(bench)
    async with console(bench, "Ines", size=(120, 45)) as desk:
        await opened(bench, desk, "measure")
        channels = desk.app.screen.query_one("#channels", Choice)
        channels.focus()
        before = channels.chosen
        await desk.press("right", "space")
        assert len(channels.chosen) == len(before) + 1
        await desk.press("enter")
        assert channels.chosen == before


async def test_a_text_typed_where_the_action_asks_for_none_is_kept_and_the_action_stays(bench: Bench) -> None:
    item = await bench.sent(diffusion())
    await bench.dispatch()
    await bench.desk.review.recall(bench.actor("Jonas"), item, "Asylum.", urgent=True)
    async with console(bench, "Ines", size=(120, 40)) as desk:
        await desk.press("1", "k", "v")
        await desk.until(lambda: isinstance(desk.app.screen, PostReleaseForm), "no dialog")
        step = desk.app.screen.query_one("#step", Choice)
        step.focus()
        before = step.chosen
        await desk.type("hl said so")
        await desk.shows("takes no text")
        assert step.chosen == before
        assert desk.app.screen.query_one("#reason", TextArea).text == "hl said so"
        assert desk.app.focused is step


async def test_letters_move_a_choice_where_no_text_is_asked_for(bench: Bench) -> None:
    await bench.sent(notice_request("BR"))
    async with console(bench, "Ines", size=(120, 40)) as desk:
        await desk.to_review("D-000001")
        await desk.press("C")
        await desk.until(lambda: isinstance(desk.app.screen, Dialog), "no dialog")
        choice = desk.app.screen.query_one(Choice)
        choice.focus()
        before = choice.chosen
        await desk.press("l")
        assert choice.chosen != before


async def test_a_refusal_typed_on_the_action_is_the_refusal_that_is_sent(bench: Bench) -> None:
    item = await bench.sent(notice_request("BR"))
    await bench.desk.review.claim(bench.actor("Ines"), item)
    async with console(bench, "Ines", size=(120, 40)) as desk:
        await opened(bench, desk, "decision")
        desk.app.screen.query_one("#action").focus()
        await desk.press("right")
        desk.app.screen.query_one("#code").focus()
        await desk.press("right")
        await desk.type(TEXT)
        await desk.press("f2")
        await desk.until(lambda: not isinstance(desk.app.screen, Dialog), "it was not sent")
        review = (await bench.desk.queries.show(item)).reviews[-1]
        assert (review.decision, review.reason) == (Decision.REFUSE, TEXT)
    assert await bench.state(item) == "refused"


def test_a_choice_can_not_be_moved_to_letters_alone() -> None:

    with raises_code(InvalidRequestCode.TEXT_KEY):
        apply_key_settings({"choice.next": "n"})


def test_every_dialog_with_a_choice_is_known_here() -> None:
    """A new screen with a choice belongs into DIALOGS, or has no text."""
    screens = Path(dutydesk.tui.__file__).parent
    found = {
        path.stem
        for path in screens.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute)
        and node.attr in ("CHOICE", "MANY")
        and isinstance(node.value, ast.Name)
        and node.value.id == "FieldKind"
    }
    assert found == {
        "after_release",
        "bulk_form",
        "claim_transfer",
        "country",
        "decision",
        "export",
        "form",
        "forms",
        "list_look",
        "order",
        "restrictions",
        "retry",
    }
