"""The item's screen: the case first, the words that rules fired on, search, and the state always in sight."""

from __future__ import annotations

import pytest

from consoles import Console, console
from desks import Bench, diffusion
from dutydesk.desk.review.decide import Deciding
from dutydesk.domain.review.guards import Decision
from dutydesk.domain.supervision.measures import Level
from dutydesk.tui.item.screen import ItemScreen
from dutydesk.tui.widgets.frame_lines import Line
from dutydesk.tui.widgets.searchable_text import FoundLine
from dutydesk.tui.widgets.text_pane import TextPane

LONG = "He went by train to Lyon and sold watches there. " * 60


async def sent(bench: Bench, text: str = "He led the opposition party.", summary: str = LONG) -> None:
    await bench.order("RU", Level.HELD)
    message = diffusion("RU", text=text)
    message["judicial"]["facts"]["summary"] = summary
    await bench.sent(message)


async def opened(desk: Console) -> ItemScreen:
    await desk.to_review("D-000001")
    await desk.press("enter")
    await desk.until(lambda: isinstance(desk.app.screen, ItemScreen), "no item")
    await desk.shows("D-000001", "1 Text")
    screen = desk.app.screen
    assert isinstance(screen, ItemScreen)
    return screen


def styled(pane: TextPane, words: str) -> bool:
    """Whether the words stand underlined or reversed in a visible line."""
    for y in range(pane.size.height):
        for segment in pane.render_line(y):
            if words in segment.text and segment.style and (segment.style.underline or segment.style.reverse):
                return True
    return False


async def test_what_matters_for_the_kind_comes_first_and_the_raw_fields_have_a_page(bench: Bench) -> None:
    await sent(bench, summary="He sold watches.")
    async with console(bench, size=(100, 60)) as desk:
        screen = await opened(desk)
        text = screen.text_pane.text
        assert text.index("Name") < text.index("Offence") < text.index("Facts") < text.index("Checklist")
        assert "dutydesk/1" not in text
        await desk.press("5")
        await desk.shows("schema dutydesk/1", "aliases, 2 of 2")


@pytest.mark.parametrize("grey", [False, True])
async def test_the_words_of_a_finding_are_marked_and_a_key_goes_to_them(
    bench: Bench, grey: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if grey:
        monkeypatch.setenv("NO_COLOR", "1")
    await sent(bench)
    async with console(bench) as desk:
        screen = await opened(desk)
        pane = screen.text_pane
        assert not styled(pane, "opposition party")
        findings = [finding.rule for finding in screen.view.findings]
        for _ in range(findings.index("CON-03") + 1):
            await desk.press("full_stop")
        await desk.until(lambda: styled(pane, "opposition party"), "the words are not in sight")
        await desk.shows(f"finding {findings.index('CON-03') + 1} of {len(findings)}: CON-03")
        await desk.press("comma")
        await desk.shows(f"finding {findings.index('CON-03') or len(findings)} of")


async def test_without_underline_the_words_are_in_brackets(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "linux")
    await sent(bench, summary="He sold watches.")
    async with console(bench, size=(100, 60)) as desk:
        await opened(desk)
        await desk.shows("[opposition party]")


async def test_from_120_columns_the_judgement_stands_beside_the_case(bench: Bench) -> None:
    await sent(bench, summary="He sold watches.")
    async with console(bench, size=(120, 40)) as desk:
        screen = await opened(desk)
        assert "Checklist" in screen.side_pane.text
        assert "Checklist" not in screen.text_pane.text
        await desk.press("2")
        assert not screen.side_pane.display
        await desk.press("1")
        assert screen.side_pane.display
        await desk.pilot.resize_terminal(100, 40)
        await desk.until(lambda: "Checklist" in screen.text_pane.text, "one column misses the checklist")
        assert not screen.side_pane.display


async def test_the_state_stays_in_sight_after_an_act_far_down(bench: Bench) -> None:
    await sent(bench)
    await bench.desk.review.claim(bench.actor("Oskar"), 1)
    await bench.tick_all(1, "Oskar")
    async with console(bench) as desk:
        screen = await opened(desk)
        await desk.press("G")
        await bench.desk.review.decide(bench.actor("Oskar"), 1, Deciding(Decision.RELEASE, "Read."))
        await desk.app.desk_console.update_screens()
        title = screen.query_one("#item-state", Line)
        await desk.until(lambda: "needs a second officer" in title.text, "the state is out of sight")
        assert "D-000001" in title.text
        assert "proposed" in title.text


async def test_search_goes_from_match_to_match_and_gives_the_keys_back(bench: Bench) -> None:
    await sent(bench)
    async with console(bench) as desk:
        screen = await opened(desk)
        await desk.press("slash")
        await desk.type("WATCHES")
        await desk.until(lambda: styled(screen.text_pane, "watches"), "the match is not in sight")
        await desk.press("enter")
        found = screen.query_one(FoundLine)
        await desk.until(lambda: "1 of 60" in found.text, found.text)
        await desk.press("n", "n", "N")
        await desk.until(lambda: "2 of 60" in found.text, found.text)
        await desk.press("N", "N")
        await desk.until(lambda: "60 of 60" in found.text, found.text)
        assert isinstance(desk.app.screen, ItemScreen), "n is a note outside a search only"
        await desk.press("escape")
        await desk.until(lambda: not found.display, "the search stays")
        assert isinstance(desk.app.screen, ItemScreen), "esc ends the search first"
        await desk.press("n")
        await desk.shows("Note on D-000001")


async def test_what_is_not_there_is_said(bench: Bench) -> None:
    await sent(bench)
    async with console(bench) as desk:
        await opened(desk)
        await desk.press("slash", *"xyzzy", "enter")
        await desk.shows("not found")


async def test_help_and_other_pages_can_be_searched(bench: Bench) -> None:
    async with console(bench) as desk:
        await desk.press("question_mark")
        await desk.press("slash")
        await desk.type("your claim")
        await desk.press("enter")
        await desk.shows("1 of 1")


async def test_a_name_without_latin_letters_is_transliterated_beside_it(bench: Bench) -> None:
    message = diffusion("DE")
    message["subject"]["name"] = {"original_script": "Скарвин Илья"}
    await bench.sent(message)
    async with console(bench) as desk:
        await desk.press("g", "enter")
        await desk.shows("Скарвин Илья (in Latin letters: Skarvin")
