"""For an officer who has nothing but the console: export, a check of the databases, submit, figures by country."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from textual.widgets import Input

from consoles import console
from desks import Bench, diffusion
from dutydesk.desk.audit.item_export import export_item_text
from dutydesk.tui.dialogs.form import Form
from dutydesk.tui.figures.screen import FiguresScreen
from dutydesk.tui.figures.tables import LastHour
from dutydesk.tui.intake.form import split_messages


async def test_an_item_is_exported_to_a_file(bench: Bench, tmp_path: Path) -> None:
    await bench.sent(diffusion("DE"))
    async with console(bench) as desk:
        await desk.press("k", "ctrl+e")
        await desk.shows("Export D-000001")
        await desk.type(str(tmp_path / "item.jsonl"))
        await desk.press("f2")
        await desk.until(lambda: not isinstance(desk.app.screen, Form), "it was refused")
    lines = (tmp_path / "item.jsonl").read_text("utf-8").splitlines()
    assert len(lines) > 3
    assert all(json.loads(line) for line in lines)


async def test_an_item_is_copied_to_the_clipboard(bench: Bench) -> None:
    item = await bench.sent(diffusion("DE"))
    _done, text = await export_item_text(bench.desk.store, bench.desk.context, bench.actor("Ines"), item)
    async with console(bench) as desk:
        await desk.press("k", "ctrl+e", "shift+tab", "right", "f2")
        await desk.until(lambda: "exported to the clipboard" in desk.status, "nothing was said")
        assert len(desk.app.clipboard.splitlines()) >= len(text.splitlines())
        assert json.loads(desk.app.clipboard.splitlines()[0])


async def test_in_an_account_that_officers_share_no_file_is_named(bench: Bench) -> None:
    """Its files are those of the account, not of the officer; a command that names one is refused there too."""
    await bench.sent(diffusion("DE"))
    async with console(bench, "root", own_files=False) as desk:
        await desk.press("k", "ctrl+e")
        await desk.shows("Export D-000001", "goes to the clipboard")
        assert not desk.app.screen.query(Input)
        await desk.press("f2")
        await desk.until(lambda: "exported to the clipboard" in desk.status, "nothing was said")
        assert json.loads(desk.app.clipboard.splitlines()[0])
        for keys in (("I",), ("f", "w")):
            await desk.press("0", *keys)
            await desk.until(lambda: "shared by officers" in desk.status, f"{keys} is not refused")
            assert not isinstance(desk.app.screen, Form)
            desk.app.desk_console.notify("")


async def test_the_databases_are_checked(bench: Bench) -> None:
    await bench.sent(diffusion("DE"))
    async with console(bench) as desk:
        await desk.press("K")
        await desk.shows("Check the databases")
        await desk.type("EE")
        await desk.press("f2")
        await desk.shows("a check of persons needs a name or a document number")
        await desk.press("tab", "tab")
        await desk.type("Nobody Ofthatname")
        await desk.press("f2")
        await desk.shows("Result for EE", "No record.")


async def test_a_message_is_submitted(bench: Bench) -> None:
    message = json.dumps(diffusion("DE"), ensure_ascii=False, indent=1)
    async with console(bench) as desk:
        await desk.press("ctrl+n")
        await desk.shows("Submit a message")
        form = desk.app.screen
        assert isinstance(form, Form)
        form.fill({"message": message})
        await desk.press("f2")
        await desk.until(lambda: "accepted D-000001" in desk.status, "it was not taken")


def test_one_value_is_one_message_and_lines_are_several() -> None:
    assert len(split_messages('{\n"a":\n1}')) == 1
    assert len(split_messages('{"a": 1}\n\n{"b": 2}\n')) == 2


@pytest.mark.parametrize("size", [(80, 24), (150, 45)])
async def test_figures_of_one_country(bench: Bench, size: tuple[int, int]) -> None:
    await bench.sent(diffusion("DE"))
    await bench.sent(diffusion("FR"))
    async with console(bench, size=size) as desk:
        await desk.press("f")
        await desk.shows("FIGURES", "FR")
        await desk.press("c")
        await desk.shows("Figures of a country")
        await desk.type("de")
        await desk.press("f2")
        await desk.shows("of DE")
        await desk.until(lambda: "FR" not in desk.screen_text(), "another country's figures are shown")
        await desk.press("c")
        await desk.shows("Figures of a country")
        await desk.type("ZZ")
        await desk.press("f2")
        await desk.shows("Not done")


async def test_the_peak_is_never_below_the_present_minute(bench: Bench) -> None:
    async with console(bench) as desk:
        await desk.press("f")
        await desk.until(lambda: isinstance(desk.app.screen, FiguresScreen), "no figures")
        line = desk.app.screen.query_one("#messages", LastHour)
        line.show((3, 1), 4)
        await desk.shows("4  peak 4")
