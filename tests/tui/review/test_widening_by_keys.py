"""By keys: a restriction that widens access waits for another person, and what is denied to a country is not shown."""

from __future__ import annotations

import pytest

from consoles import Console, console
from desks import Bench, diffusion
from dutydesk.domain.review.officers import Officer, Role
from dutydesk.domain.supervision.measures import Level
from dutydesk.tui.countries.country import CountryScreen
from dutydesk.tui.dialogs.dialog import Dialog
from dutydesk.tui.item.screen import ItemScreen
from dutydesk.tui.widgets.frame_lines import FooterLine

SIZES = [(80, 24), (150, 45)]


async def opened(desk: Console) -> None:
    await desk.press("enter")
    await desk.until(lambda: isinstance(desk.app.screen, ItemScreen), "the item did not open")


async def dialog(desk: Console) -> None:
    await desk.until(lambda: isinstance(desk.app.screen, Dialog), "no dialog")


async def sent(desk: Console) -> None:
    await desk.press("f2")
    await desk.until(lambda: not isinstance(desk.app.screen, Dialog), f"it was not sent\n{desk.screen_text()}")


@pytest.mark.parametrize("size", SIZES)
async def test_an_allowance_on_an_item_is_confirmed_where_the_item_is_shown(
    bench: Bench, size: tuple[int, int]
) -> None:
    await bench.order("FR", Level.HELD)
    item = await bench.sent(diffusion("FR", ("PL", "DE")))
    await bench.desk.supervision.restrict(bench.actor("Ines"), "FR", ("PL",), None, item)
    await bench.desk.supervision.restrict(bench.actor("Ines"), "FR", None, ("PL",), item)
    async with console(bench, "Oskar", size) as desk:
        await desk.to_review("D-000001")
        await opened(desk)
        await desk.shows("R-0001", "Ines proposed")
        assert "confirm" in desk.one(FooterLine).text
        await desk.press("y")
        await dialog(desk)
        await desk.shows("R-0001", "BEFORE: D-000001: denied to PL", "AFTER")
        await sent(desk)
        await desk.shows_no("R-0001:")
    assert (await bench.desk.queries.show(item)).restrictions_proposed == ()


async def test_an_allowance_on_an_item_is_turned_down_with_a_reason(bench: Bench) -> None:
    await bench.order("FR", Level.HELD)
    item = await bench.sent(diffusion("FR", ("PL", "DE")))
    await bench.desk.supervision.restrict(bench.actor("Ines"), "FR", None, ("PL",), item)
    async with console(bench, "Oskar") as desk:
        await desk.to_review("D-000001")
        await desk.press("x")
        await dialog(desk)
        desk.app.screen.query_one("#reason").focus()
        await desk.type("no")
        await sent(desk)
    assert (await bench.desk.queries.history("D-000001"))[-1].kind == "restriction.dissented"


@pytest.mark.parametrize("size", SIZES)
async def test_an_allowance_on_all_data_is_confirmed_where_the_country_is_shown(
    bench: Bench, size: tuple[int, int]
) -> None:
    await bench.desk.supervision.restrict(bench.actor("Ines"), "FR", None, ("PL",))
    await bench.desk.supervision.restrict(bench.actor("Ines"), "FR", None, ("DE",))
    async with console(bench, "Oskar", size) as desk:
        row = next(row for row in await bench.desk.queries.countries() if row.code == "FR")
        await desk.app.desk_console.open_country(row)
        await desk.until(lambda: isinstance(desk.app.screen, CountryScreen), "the country did not open")
        await desk.shows("R-0001", "R-0002")
        await desk.press("y")
        await dialog(desk)
        await sent(desk)
        await desk.shows_no("R-0001: Ines")
    assert [row.restriction for row in await bench.desk.queries.restriction_proposals("FR")] == ["R-0002"]


@pytest.mark.parametrize("size", SIZES)
async def test_what_is_denied_to_a_country_is_not_on_any_of_its_officers_screens(
    bench: Bench, size: tuple[int, int]
) -> None:
    await bench.desk.people.add_officer(bench.actor("root"), Officer("Ruslana", Role.SUPERVISOR, "RU"))
    await bench.order("FR", Level.HELD)
    message = diffusion("FR", ("PL", "DE"), restricted_from=["RU"])
    message["subject"]["name"] = {"family": "Quistelberg", "given": "Tomas"}
    await bench.sent(message)
    async with console(bench, "Ruslana", size) as desk:
        await desk.shows("D-000001", "not shown")
        assert "QUISTELBERG" not in desk.screen_text().upper()
        await desk.to_review("D-000001")
        await desk.shows("denies this item")
        await opened(desk)
        for page in ("1", "2", "3", "4"):
            await desk.press(page)
            assert "QUISTELBERG" not in desk.screen_text().upper()
        await desk.press("c")
        await desk.until(lambda: "may not read it" in desk.status, desk.status)
