"""F1 explains what has the focus; ``?`` lists what can be done now."""

from __future__ import annotations

from consoles import Console, console, fill_desk
from desks import Bench, notice_request
from dutydesk.tui.frame.viewer import Viewer


async def _explained(desk: Console, title: str, *words: str) -> None:
    await desk.press("f1")
    await desk.until(lambda: isinstance(desk.app.screen, Viewer), "no help")
    await desk.shows(title)
    screen = desk.app.screen
    assert isinstance(screen, Viewer)
    text = " ".join(screen.text_pane.text.split())
    assert all(word in text for word in (*words, "Keys here")), text
    await desk.press("escape")
    await desk.until(lambda: not isinstance(desk.app.screen, Viewer), "it stayed")


async def test_each_place_has_its_own_help(bench: Bench) -> None:
    await fill_desk(bench)
    async with console(bench) as desk:
        await _explained(desk, "The feed", "re:^d-0+1", "~zhiliarov")
        await desk.press("slash")
        await _explained(desk, "The filter line", "claimed:me", "previous filter in the history")
        await desk.press("escape", "3")
        await _explained(desk, "The countries", "dry run")
        await desk.press("2")
        await _explained(desk, "The review queue", "B are findings that block")
        await desk.press("enter")
        await desk.shows("1 Text")
        await _explained(desk, "An item", "all fields of the message")
        await desk.press("slash")
        await _explained(desk, "The search", "keep the search")
        await desk.press("escape")
        await desk.press("escape", "exclamation_mark")
        await desk.shows("Commands run as you")
        await _explained(desk, "The command line", "No shell")


async def test_a_field_of_a_dialog_explains_itself_and_its_dialog(bench: Bench) -> None:
    await fill_desk(bench)
    async with console(bench) as desk:
        await desk.to_review("D-000003")
        await desk.press("d")
        await desk.shows("F2")
        await _explained(desk, "", "Choose what is decided", "F2", "what changed on the item")


async def test_the_question_mark_lists_only_what_can_be_done_now(bench: Bench) -> None:
    await bench.sent(notice_request("BR"))
    async with console(bench, size=(100, 50)) as desk:
        await desk.to_review("D-000001")
        await desk.press("question_mark")
        await desk.shows("Now, on D-000001", "claim the item")
        screen = desk.app.screen
        assert isinstance(screen, Viewer)
        text = screen.text_pane.text
        assert "F1 explains" in text
        assert not [words for words in ("reopen a refusal", "quarantined input", "endorsement") if words in text]
