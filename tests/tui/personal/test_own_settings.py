"""What an officer sets in the console stays for the next one: theme and keys."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from consoles import Console, console, fill_desk
from desks import Bench
from dutydesk.desk.base.key_settings import with_keys
from dutydesk.desk.base.settings import load
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.tui.frame import moved_keys
from dutydesk.tui.frame.drafts import Drafts
from dutydesk.tui.frame.preferences import PREFERENCES, Preferences
from dutydesk.tui.frame.themes import CONTRAST, THEMES, ThemeName
from dutydesk.tui.personal.key_editor import KeyEditor, KeyPrompt
from dutydesk.tui.personal.theme_list import ThemeList
from dutydesk.wire.reference.read_rule_table import load_rules
from refusals import raises_code


@pytest.fixture(autouse=True)
def default_keys() -> Iterator[None]:
    yield
    moved_keys.apply_key_settings({})


async def test_a_theme_is_chosen_and_kept(bench: Bench, tmp_path: Path) -> None:
    file = tmp_path / "ab.json"
    async with console(bench, drafts=Drafts(file)) as desk:
        await desk.press("T")
        await desk.until(lambda: isinstance(desk.app.screen, ThemeList), "no list")
        await desk.shows("dark", "in use", "high contrast", "16 colours")
        await desk.press("j", "j", "enter")
        await desk.until(lambda: desk.app.theme == CONTRAST.name, "the theme is not used")
        await desk.shows("The theme is high contrast")
    async with console(bench, drafts=Drafts(file)) as desk:
        assert desk.app.theme == CONTRAST.name
    async with console(bench, officer="Jonas") as desk:
        assert desk.app.theme == THEMES[ThemeName.DARK].name


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_high_contrast_is_what_its_name_says() -> None:
    """At least 7 to 1, as WCAG asks at its highest level; but for red, which no screen makes so bright."""
    for colour in (
        CONTRAST.foreground,
        CONTRAST.primary,
        CONTRAST.warning,
        CONTRAST.success,
        CONTRAST.variables["muted"],
    ):
        assert colour is not None
        assert (_luminance(colour) + 0.05) / (_luminance("#000000") + 0.05) >= 7


async def _edited(desk: Console, action: str) -> None:
    await desk.press("f9")
    await desk.until(lambda: isinstance(desk.app.screen, KeyEditor), "no editor")
    await desk.type(action)
    await desk.press("enter")
    await desk.until(lambda: isinstance(desk.app.screen, KeyPrompt), "it does not wait for a key")


async def test_a_key_is_moved_and_a_clash_is_shown(bench: Bench, tmp_path: Path) -> None:
    await fill_desk(bench)
    file = tmp_path / "ab.json"
    async with console(bench, drafts=Drafts(file), size=(100, 30)) as desk:
        await _edited(desk, "claim the item")
        await desk.press("d")
        await desk.shows("d is taken there: decide on the item: release, refuse", "Press another key")
        await desk.press("f6")
        await desk.shows("F6 is yours for: claim the item", "WAS")
        await desk.press("escape")
        await desk.to_review("D-000003")
        await desk.shows("F6 claim")
        await desk.press("f6")
        await desk.until(lambda: "Ines has D-000003" in desk.status, "the new key does not claim")
    moved_keys.apply_key_settings({})
    async with console(bench, drafts=Drafts(file), size=(100, 30)) as desk:
        await desk.to_review("D-000002")
        await desk.shows("F6 claim")
        await desk.press("f9")
        await desk.until(lambda: isinstance(desk.app.screen, KeyEditor), "no editor")
        await desk.type("claim the item")
        await desk.press("f8")
        await desk.shows("c is again for: claim the item")
        await desk.press("escape")
        await desk.shows("c claim")


async def test_some_keys_stay(bench: Bench) -> None:
    async with console(bench) as desk:
        await desk.press("f9")
        await desk.until(lambda: isinstance(desk.app.screen, KeyEditor), "no editor")
        await desk.type("quit; asks")
        await desk.press("enter")
        await desk.shows("This key can't be moved")
        await desk.press("escape")
        await _edited(desk, "claim the item")
        await desk.press("ctrl+c")
        await desk.shows("This key can't be used: item.claim")
        await desk.press("escape", "escape")


async def test_an_administrator_saves_the_keys_for_the_desk(bench: Bench, tmp_path: Path) -> None:
    settings = bench.desk.store.path.with_name("desk.toml")
    settings.write_text('# ours\nshifts = [7]\n\n[keys]\n"item.note" = "f7"  # a note\n\n[templates]\n', "utf-8")
    settings.chmod(0o644)
    for officer, saved in (("Jonas", False), ("root", True)):
        async with console(bench, officer=officer) as desk:
            await _edited(desk, "claim the item")
            await desk.press("f6")
            await desk.shows("F6 is yours")
            await desk.press("f2")
            await desk.shows(
                "Saved for all consoles"
                if saved
                else "to change the settings of the desk, Jonas needs the role administrator"
            )
        moved_keys.apply_key_settings({})
    text = settings.read_text("utf-8")
    assert text.startswith("# ours\nshifts = [7]\n\n[keys]\n")
    assert '"item.note" = "f7"  # a note' in text
    assert dict(load(bench.desk.store.path, load_rules().ids).settings.keys) == {"item.claim": "f6", "item.note": "f7"}
    assert stat.S_IMODE(settings.stat().st_mode) == 0o644


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", '[keys]\n"a.b" = "f5"\n'),
        ("x = 1\n", 'x = 1\n\n[keys]\n"a.b" = "f5"\n'),
        ('[keys]\n"a.b" = "f6"\n[t]\ny = 2\n', '[keys]\n"a.b" = "f5"\n[t]\ny = 2\n'),
    ],
)
def test_only_the_keys_change_in_the_file(before: str, after: str) -> None:
    assert with_keys(before, {"a.b": "f5"}) == after


@pytest.mark.parametrize(
    "text", ['keys = { "a.b" = "f6" }\n', 'keys."c.d" = "f6"\n', "[keys\n", 'x = """\n[keys]\n"""\n']
)
def test_a_file_in_another_form_is_left_to_a_person(text: str) -> None:
    with raises_code(RefusedCode.FILE_NOT_WRITABLE, match="by hand"):
        with_keys(text, {"a.b": "f5"})


async def test_own_keys_that_clash_with_new_ones_of_the_desk_are_not_used(bench: Bench, tmp_path: Path) -> None:
    file = tmp_path / "ab.json"
    Preferences(Drafts(file).sibling_file(PREFERENCES)).put("keys", "item.claim", "d")
    async with console(bench, drafts=Drafts(file)) as desk:
        await desk.shows("Your own keys no longer fit")
