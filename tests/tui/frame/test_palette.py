"""The palette: every action of the key table, by its words, with its key."""

from __future__ import annotations

from consoles import Console, console, fill_desk
from desks import Bench
from dutydesk.tui.frame.keys import KEYS, Key, KeyPlace
from dutydesk.tui.frame.main import MainScreen
from dutydesk.tui.frame.palette import ActionTable, Palette, entries
from dutydesk.tui.item.screen import ItemScreen

ALL = [key for keys in KEYS.values() for key in keys]


def key_of(name: str) -> Key:
    return next(key for key in ALL if key.id == name)


async def chosen(desk: Console, name: str, left: type[object]) -> None:
    """Does an action by its words."""
    await desk.press("colon")
    await desk.until(lambda: isinstance(desk.app.screen, Palette), "no palette")
    await desk.type(key_of(name).description)
    await desk.press("enter")
    await desk.until(lambda: isinstance(desk.app.screen, left), f"{name} did not get there")


def test_every_action_of_the_key_table_is_in_it_once() -> None:
    for here in ((), (KeyPlace.COUNTRY, KeyPlace.LIST, KeyPlace.EVERYWHERE)):
        assert sorted(entry.key.id for entry in entries(here)) == sorted(key.id for key in ALL)


def test_what_acts_here_stands_first() -> None:
    here = (KeyPlace.ITEM, KeyPlace.ITEMS, KeyPlace.TEXT, KeyPlace.EVERYWHERE)
    places = [entry.place for entry in entries(here)]
    assert all(place in here for place in places[: sum(place in here for place in places)])


async def test_each_is_found_by_its_words_and_shown_with_its_key(bench: Bench) -> None:
    await fill_desk(bench)
    async with console(bench, size=(150, 45)) as desk:
        await desk.press("colon")
        await desk.until(lambda: isinstance(desk.app.screen, Palette), "no palette")
        palette = desk.app.screen
        assert isinstance(palette, Palette)
        table = palette.query_one(ActionTable)
        for key in ALL:
            palette._narrow(key.description)
            assert key.id in [row.key.id for row in table.rows], key.description
        palette._narrow(key_of("item.claim").description)
        await desk.shows(key_of("item.claim").description, "items")


async def test_actions_of_lists_and_texts_act_from_it(bench: Bench) -> None:
    await fill_desk(bench)
    async with console(bench) as desk:
        await desk.press("g")
        first = desk.feed.cursor
        await chosen(desk, "list.down", MainScreen)
        await desk.until(lambda: desk.feed.cursor not in (first, None), "the cursor did not move")
        await chosen(desk, "list.open", ItemScreen)
        await chosen(desk, "item.history", ItemScreen)
        await desk.shows("The desk routed it")
        await chosen(desk, "desk.back", MainScreen)
        await chosen(desk, "dialog.submit", MainScreen)
        await desk.shows("Not available here: submit; no other key does (dialogs)")
