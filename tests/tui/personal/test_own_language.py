"""The language of the console: chosen in it, kept for the officer, and no typed text is lost by it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.widgets import TextArea

from consoles import Console, console, fill_desk
from desks import Bench
from dutydesk.cli.console_commands import ConsoleCommands
from dutydesk.language.catalogues import speak, spoken_language
from dutydesk.language.languages import Language
from dutydesk.tui.app import DutyDeskApp
from dutydesk.tui.commands.screen import CommandInput, CommandScreen
from dutydesk.tui.frame.draft_list import DraftList, draft_title
from dutydesk.tui.frame.drafts import Drafts
from dutydesk.tui.frame.main import MainScreen
from dutydesk.tui.personal.theme_list import ThemeList


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    yield
    speak(Language.ENGLISH)


async def _choose_french(desk: Console) -> None:
    await desk.press("T")
    await desk.until(lambda: isinstance(desk.app.screen, ThemeList), "no list")
    await desk.press("end", "enter")
    await _speaks(desk, Language.FRENCH)


async def _speaks(desk: Console, language: Language) -> None:
    await desk.until(
        lambda: spoken_language() is language and isinstance(desk.app.screen, MainScreen),
        f"it does not speak {language}",
    )


async def test_a_language_is_chosen_and_kept_for_the_next_console(bench: Bench, tmp_path: Path) -> None:
    await fill_desk(bench)
    file = tmp_path / "ab.json"
    async with console(bench, drafts=Drafts(file)) as desk:
        await desk.press("2")
        await desk.shows("2 REVIEW", "URGENCY")
        await _choose_french(desk)
        await desk.shows("2 EXAMEN", "D-000003")
        await desk.shows_no("REVIEW")
        await desk.until(lambda: "français" in desk.status, "the choice is not told")
        assert desk.main.current == "review"
    speak(Language.ENGLISH)
    async with console(bench, drafts=Drafts(file)) as desk:
        await desk.press("2")
        await desk.shows("2 EXAMEN")


async def test_the_command_line_changes_it_too(bench: Bench) -> None:
    async with console(bench) as desk:
        await desk.press("exclamation_mark")
        await desk.until(lambda: isinstance(desk.app.screen, CommandScreen), "no command line")
        for line in ("language", "language xx"):
            desk.app.screen.query_one(CommandInput).value = line
            await desk.press("enter")
            await desk.shows("Name one language: ar, en, es, fr", f"! {line}")
        desk.app.screen.query_one(CommandInput).value = "language es"
        await desk.press("enter")
        await _speaks(desk, Language.SPANISH)


async def test_a_command_with_a_language_of_its_own_is_refused(bench: Bench) -> None:
    async with console(bench) as desk:
        await desk.press("exclamation_mark")
        await desk.until(lambda: isinstance(desk.app.screen, CommandScreen), "no command line")
        desk.app.screen.query_one(CommandInput).value = "items --language fr"
        await desk.press("enter")
        await desk.shows("one console speaks one language")
        assert spoken_language() is Language.ENGLISH


async def test_a_draft_is_found_again_in_the_other_language(bench: Bench) -> None:
    await fill_desk(bench)
    async with console(bench) as desk:
        await desk.press("k", "n")
        await desk.shows("Note")
        await desk.type("seen")
        await desk.press("escape")
        kept = list(desk.app.desk_console.drafts)
        await _choose_french(desk)
        assert list(desk.app.desk_console.drafts) == kept
        assert draft_title(kept[0]) != kept[0]
        await desk.press("U")
        await desk.until(lambda: isinstance(desk.app.screen, DraftList), "no list of drafts")
        await desk.shows(draft_title(kept[0]), "seen")
        await desk.press("escape")
        await desk.press("k", "n")
        await desk.until(lambda: bool(desk.app.screen.query(TextArea)), "no form")
        await desk.until(lambda: desk.app.screen.query_one(TextArea).text == "seen", "the text is lost")


async def test_the_option_counts_more_than_what_is_kept(bench: Bench, tmp_path: Path) -> None:
    drafts = Drafts(tmp_path / "ab.json")
    async with console(bench, drafts=drafts) as desk:
        desk.app.desk_console.preferences.put("console", "language", "fr")
    commands = ConsoleCommands(bench.desk, bench.actor("Ines"), bench.desk.store.path, keeps_language=True)
    speak(Language.SPANISH)
    DutyDeskApp(bench.desk, bench.actor("Ines"), drafts=Drafts(tmp_path / "ab.json"), commands=commands)
    assert spoken_language() is Language.SPANISH
    DutyDeskApp(bench.desk, bench.actor("Ines"), drafts=Drafts(tmp_path / "ab.json"))
    assert spoken_language() is Language.FRENCH
