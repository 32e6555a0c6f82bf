"""A desk's own keys and templates, from its settings."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from textual.actions import parse
from textual.dom import DOMNode
from textual.screen import Screen
from textual.widgets import TextArea

from consoles import console, fill_desk
from desks import Bench, act_message, diffusion
from dutydesk.desk.base.settings import LoadedSettings, load
from dutydesk.desk.service.desk import Desk
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.errors import Obstacle
from dutydesk.domain.messages.message import DocumentQuery
from dutydesk.tui.app import check_settings
from dutydesk.tui.commands.screen import CommandScreen
from dutydesk.tui.countries.country import CountryScreen
from dutydesk.tui.difference.viewer import DifferenceViewer
from dutydesk.tui.feed.filter_bar import FilterBar
from dutydesk.tui.feed.saved_filters import SavedFilterList
from dutydesk.tui.frame import moved_keys
from dutydesk.tui.frame.alarms import AlarmList
from dutydesk.tui.frame.keys import CONCURRENT_PLACES, DEFAULT_KEYS, KEYS, KeyPlace, first_free_key
from dutydesk.tui.frame.main import MainScreen
from dutydesk.tui.frame.palette import Palette
from dutydesk.tui.frame.viewer import Viewer
from dutydesk.tui.item.hit import HitScreen
from dutydesk.tui.item.screen import ItemScreen
from dutydesk.tui.person.screen import PersonScreen
from dutydesk.tui.personal.key_editor import KeyEditor
from dutydesk.tui.review.checklist import ChecklistDialog
from dutydesk.tui.review.decision import DecisionForm
from dutydesk.tui.wall.screen import UnattendedWall
from dutydesk.tui.widgets.choice import Choice
from dutydesk.wire.reference.read_rule_table import load_rules
from refusals import raises_code


@pytest.fixture(autouse=True)
def default_keys() -> Iterator[None]:
    yield
    moved_keys.apply_key_settings({})


def settled(bench: Bench, text: str) -> Desk:
    """The bench's desk with a ``desk.toml`` of this text beside it."""
    bench.desk.store.path.with_name("desk.toml").write_text(text, "utf-8")
    loaded = load(bench.desk.store.path, load_rules().ids)
    object.__setattr__(bench.desk, "loaded", loaded)
    object.__setattr__(bench.desk.context, "settings", loaded.settings)
    return bench.desk


async def test_a_moved_key_acts_and_the_old_one_does_not(bench: Bench) -> None:
    settled(bench, '[keys]\n"item.claim" = "f6"\n')
    await fill_desk(bench)
    async with console(bench, size=(120, 40)) as desk:
        await desk.to_review("D-000003")
        await desk.shows("F6 claim")
        await desk.press("c")
        await desk.pilot.pause()
        assert (await bench.desk.queries.show(3)).row.claimed_by is None
        await desk.press("f6")
        await desk.until(lambda: "Ines has D-000003" in desk.status, "the claim is not said")


@pytest.mark.parametrize(
    ("moved", "code"),
    [
        ({"item.clam": "f6"}, InvalidRequestCode.UNKNOWN_KEY_ID),
        ({"item.claim": "d"}, InvalidRequestCode.KEY_CLASH),
        ({"item.claim": "q"}, InvalidRequestCode.KEY_CLASH),
        ({"item.claim": "j"}, InvalidRequestCode.KEY_CLASH),
        ({"item.claim": "tab"}, InvalidRequestCode.KEY_CLASH),
        ({"item.claim": "1"}, InvalidRequestCode.KEY_CLASH),
        ({"item.claim": "/"}, InvalidRequestCode.KEY_CLASH),
        ({"item.claim": "space"}, InvalidRequestCode.KEY_CLASH),
        ({"list.down": "c"}, InvalidRequestCode.KEY_CLASH),
        ({"list.down": "space"}, InvalidRequestCode.KEY_CLASH),
        ({"desk.alarms": "m"}, InvalidRequestCode.KEY_CLASH),
        ({"text.down": "f1"}, InvalidRequestCode.KEY_CLASH),
        ({"item.note": "f6", "item.decide": "f7,f6"}, InvalidRequestCode.KEY_CLASH),
        ({"item.claim": ","}, InvalidRequestCode.MISSING_KEY),
        ({"item.claim": "f6,"}, InvalidRequestCode.MISSING_KEY),
        ({"item.claim": "F6"}, InvalidRequestCode.UNPORTABLE_KEY),
        ({"item.claim": "ctrl+i"}, InvalidRequestCode.UNPORTABLE_KEY),
        ({"item.claim": "ctrl+q"}, InvalidRequestCode.UNPORTABLE_KEY),
        ({"dialog.template": "t"}, InvalidRequestCode.TEXT_KEY),
        ({"dialog.template": "tab"}, InvalidRequestCode.TEXT_KEY),
        ({"filter.leave": "x"}, InvalidRequestCode.TEXT_KEY),
        *(({name: "f9"}, InvalidRequestCode.FIXED_KEY) for name in sorted(moved_keys.FIXED_KEYS)),
    ],
)
def test_a_map_that_cannot_be_is_refused(moved: dict[str, str], code: InvalidRequestCode) -> None:
    with raises_code(code, match=rf"desk\.toml: .keys. .*{next(iter(moved))}"):
        moved_keys.apply_key_settings(moved)
    assert dict(DEFAULT_KEYS) == KEYS, "what is refused moves nothing"


@pytest.mark.parametrize(
    "moved",
    [
        {"item.claim": "d", "item.decide": "c"},
        {"item.claim": "c, f6"},
        {"filter.leave": "enter"},
        {"feed.filter": "f6", "country.filter": "f6"},
        {"ticks.tick": "x"},
        {"item.deliveries": "f7"},
    ],
)
def test_a_map_that_can_be_is_taken(moved: dict[str, str]) -> None:
    moved_keys.apply_key_settings(moved)
    keys_of = {key.id: key.keys for keys in KEYS.values() for key in keys}
    assert {name: keys_of[name] for name in moved} == {name: to.replace(" ", "") for name, to in moved.items()}


async def test_the_places_together_are_those_of_the_screens(bench: Bench) -> None:
    """The key table's word on which places act at once is checked on the screens themselves."""
    await fill_desk(bench)
    await bench.desk.checks.check(bench.actor("Jonas"), "DE", DocumentQuery("ZX4400917", None))
    message = diffusion("RU")
    corrected = f"D-{await bench.sent(message):06d}"
    body = {name: value for name, value in message.items() if name not in ("type", "reference")}
    await bench.sent(body | act_message("correction", "RU", of=message["reference"], text="Other words."))
    place_of = {key.id: place for place, keys in DEFAULT_KEYS.items() for key in keys}
    found: set[frozenset[KeyPlace]] = set()

    async with console(bench, size=(120, 40)) as desk:

        def look() -> None:
            chain = desk.app.focused.ancestors_with_self if desk.app.focused else [desk.app.screen]
            bound = [(node, binding) for node in chain for _, binding in node._bindings if binding.id]
            for node, binding in bound:
                destination, action, _ = parse(binding.action)
                targets: dict[str, DOMNode] = {"app": desk.app, "screen": desk.app.screen}
                is_method = hasattr(targets.get(destination, node), f"action_{action}")
                is_of_a_group = desk.app.group_action(destination, action, node) is not None
                assert is_method != is_of_a_group, f"{binding.id} does nothing, or two things"
            ids = [binding.id for _, binding in bound]
            found.add(frozenset(place_of[name] for name in ids if name is not None))

        async def at(*keys: str, until: type[Screen[Any]]) -> None:
            await desk.press(*keys)
            await desk.until(lambda: isinstance(desk.app.screen, until), f"{keys} opened no {until.__name__}")
            await desk.pilot.pause()
            look()

        look()
        await at("slash", until=MainScreen)
        await desk.press("escape")
        await at("question_mark", until=Viewer)
        await desk.press("escape")
        await at("a", until=AlarmList)
        await desk.press("escape")
        await at("V", until=SavedFilterList)
        await desk.press("escape")
        await at("colon", until=Palette)
        await desk.press("escape")
        await at("exclamation_mark", until=CommandScreen)
        await desk.press("escape")
        await at("f9", until=KeyEditor)
        await desk.press("escape")
        await desk.to_review("D-000003")
        await at("t", until=ChecklistDialog)
        await desk.press("escape")
        await at("d", until=DecisionForm)
        desk.app.screen.query_one("#action", Choice).focus()
        await desk.pilot.pause()
        look()
        await desk.press("escape")
        await at("enter", until=ItemScreen)
        await at("slash", until=ItemScreen)
        await at(*"Name", "enter", until=ItemScreen)
        await desk.press("escape", "escape")
        await desk.to_review(corrected)
        await at("f5", until=DifferenceViewer)
        await desk.press("escape", "3")
        await at("enter", until=CountryScreen)
        await desk.press("escape", "number_sign", *"H-1")
        await at("enter", until=HitScreen)
        await at("F", until=PersonScreen)
        await desk.app.push_screen(UnattendedWall(desk.app.desk_console, await bench.desk.queries.wall_figures()))
        look()

    together = {frozenset(places) for places in CONCURRENT_PLACES}
    assert all(any(seen <= places for places in together) for seen in found), found - together
    assert together <= found


async def test_of_two_keys_on_one_place_only_the_moved_one_goes(bench: Bench) -> None:
    """The filters of feed and countries share a key, and so do the details and an endorsement."""
    settled(bench, '[keys]\n"feed.filter" = "f6"\n"measure.endorse" = "f7"\n')
    await fill_desk(bench)
    async with console(bench, size=(120, 40)) as desk:
        await desk.press("slash")
        await desk.pilot.pause()
        assert not isinstance(desk.app.focused, FilterBar)
        await desk.press("f6")
        await desk.until(lambda: isinstance(desk.app.focused, FilterBar), "the moved key does not filter")
        await desk.press("escape", "3", "slash")
        await desk.until(
            lambda: getattr(desk.app.focused, "id", "") == "countries-filter", "no filter of the countries"
        )
        await desk.press("escape", "enter")
        await desk.until(lambda: isinstance(desk.app.screen, CountryScreen), "no country")
        await desk.press("e")
        await desk.shows("There was no message yet")


async def test_pages_of_an_item_move(bench: Bench) -> None:
    settled(bench, '[keys]\n"item.why" = "f7"\n')
    await fill_desk(bench)
    async with console(bench, size=(120, 40)) as desk:
        await desk.to_review("D-000003")
        await desk.press("enter")
        await desk.shows("1 Text", "F7 Why", "3 Deliveries")
        before = desk.screen_text()
        await desk.press("2")
        await desk.pilot.pause()
        assert desk.screen_text() == before
        await desk.press("f7")
        await desk.until(lambda: desk.screen_text() != before, "the page did not change")


async def test_hints_name_the_moved_keys(bench: Bench) -> None:
    moved = {"item.claim": "f6", "desk.details": "f7", "pane.countries": "f10", "list.down": "f11,down"}
    settled(bench, "[keys]\n" + "".join(f'"{name}" = "{to}"\n' for name, to in moved.items()))
    await fill_desk(bench)
    async with console(bench, size=(120, 40)) as desk:
        await desk.press("m")
        await desk.shows("choose one in the countries pane (F10)")
        await desk.press("c", "d")
        await desk.shows("choose one with F11 or k")
        await desk.press("2", "g")
        await desk.shows("F6 claim")
        desk.app.desk_console.notify("It is so", "", [Obstacle("x", "because")])
        await desk.shows("F7: details")
        await desk.press("f10", "f11", "enter")
        await desk.shows("m orders one")


def test_of_several_keys_the_hint_names_one_that_acts_there() -> None:
    assert first_free_key("desk.details", (KeyPlace.ITEM, KeyPlace.ITEMS, KeyPlace.EVERYWHERE)) == "e"
    assert first_free_key("desk.details", (KeyPlace.COUNTRY, KeyPlace.LIST, KeyPlace.EVERYWHERE)) == "E"


async def test_the_hint_of_the_templates_follows_their_key(bench: Bench) -> None:
    settled(bench, '[keys]\n"dialog.template" = "f12"\n[templates]\nrelease = ["One."]\n')
    await fill_desk(bench)
    async with console(bench, size=(120, 40)) as desk:
        await desk.to_review("D-000003")
        await desk.press("d")
        await desk.shows("F12: next template")
        await desk.press("f12")
        assert desk.app.screen.query_one("#reason", TextArea).text == "One."


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('[keys]\n"item.note" = "f6"\n"item.claim" = "j"\n', 3),
        ('# no "item.claim" = here\nshifts = [6, 14, 22]\n[keys]\n\'item.claim\' = "j"\n', 4),
        ('keys."item.claim" = "j"\n', 1),
        ('\nkeys = { "item.claim" = "j" }\n', 2),
    ],
)
def test_a_refused_key_names_its_line(bench: Bench, text: str, line: int) -> None:
    desk = settled(bench, text)
    with raises_code(InvalidRequestCode.KEY_CLASH, match=rf"desk\.toml, line {line}: .*item.claim"):
        check_settings(desk)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[keys]\nclaim = 5\n", "line 2: keys"),
        ('\n[templates]\nrelese = ["Read."]\n', "line 3: templates names 'relese'"),
        ('[templates]\nask = "Why?"\n', "no list of sentences for ask"),
    ],
)
def test_settings_that_make_no_sense_name_their_line(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "desk.toml").write_text(text, "utf-8")
    with raises_code(InvalidRequestCode.BAD_SETTING, match=said):
        load(tmp_path / "desk.db", load_rules().ids)


def test_settings_say_what_is_moved_and_how_many_templates_there_are(tmp_path: Path) -> None:
    (tmp_path / "desk.toml").write_text('[keys]\n"item.claim" = "f6"\n[templates]\nask = ["Why?"]\n', "utf-8")
    loaded: LoadedSettings = load(tmp_path / "desk.db", load_rules().ids)
    rows = {row.setting: row for row in loaded.rows}
    assert (rows["keys"].value, rows["keys"].comes_from) == ("item.claim = f6", "desk.toml, line 1")
    assert "1 to ask" in rows["templates"].value


async def test_templates_go_round_and_never_over_what_was_typed(bench: Bench) -> None:
    settled(bench, '[templates]\nrelease = ["One.", "Two."]\n')
    await fill_desk(bench)
    async with console(bench, size=(120, 40)) as desk:
        await desk.to_review("D-000003")
        await desk.press("d")
        await desk.until(lambda: isinstance(desk.app.screen, DecisionForm), "no dialog")
        await desk.shows("F3: next template")
        reason = desk.app.screen.query_one("#reason", TextArea)
        for expected in ("One.", "Two.", "One."):
            await desk.press("f3")
            assert reason.text == expected
        reason.focus()
        await desk.type("x")
        await desk.press("f3")
        await desk.shows("A template replaces only an empty reason")
        assert "x" in reason.text
        await desk.press("escape")
        await desk.until(lambda: not isinstance(desk.app.screen, DecisionForm), "it did not close")
        await desk.press("d")
        await desk.until(lambda: isinstance(desk.app.screen, DecisionForm), "no dialog")
        assert "x" in desk.app.screen.query_one("#reason", TextArea).text, "the draft is as it was typed"
