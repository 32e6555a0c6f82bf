"""The figures screen: live, and every figure leads to its rows."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from textual.widgets import Input

from consoles import Console, console, fill_desk
from desks import Bench, diffusion
from dutydesk.desk.review.decide import Deciding
from dutydesk.domain.messages.message import DocumentQuery
from dutydesk.domain.review.guards import Decision, RefusalCode
from dutydesk.tui.countries.country import CountryScreen
from dutydesk.tui.figures.figure_details import FigureDetails
from dutydesk.tui.figures.rows import Period
from dutydesk.tui.figures.screen import FiguresScreen
from dutydesk.tui.figures.tables import FigureTable
from dutydesk.tui.item.hit import HitScreen
from dutydesk.tui.item.screen import ItemScreen
from dutydesk.tui.widgets.sparkline import ascii_sparkline


async def to_figure(desk: Console, key: str) -> None:
    """On the figures screen, with the cursor on one."""
    if not isinstance(desk.app.screen, FiguresScreen):
        await desk.press("f")
    await desk.until(lambda: isinstance(desk.app.screen, FiguresScreen), "the figures did not come")
    await desk.until(lambda: key in desk.keys_of(desk.one(FigureTable)), f"{key} is no figure")
    table = desk.one(FigureTable)
    await desk.press("g")
    await desk.down_to(table, key)


async def some_decided(bench: Bench) -> None:
    await fill_desk(bench)
    await bench.desk.review.claim(bench.actor("Jonas"), 3)
    await bench.desk.review.decide(bench.actor("Jonas"), 3, Deciding(Decision.REFUSE, "No.", RefusalCode.OTHER))


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (150, 45)])
async def test_what_it_shows(bench: Bench, size: tuple[int, int]) -> None:
    await some_decided(bench)
    async with console(bench, size=size) as desk:
        await desk.press("f")
        await desk.shows("FIGURES", "since the beginning", "messages a minute", "checks a minute", "queue, by age")
        await desk.shows("items, by state", "released", "refusals, by code", "other", "received, by sender", "━━━━")


async def test_it_follows_what_comes_in(bench: Bench) -> None:
    async with console(bench) as desk:
        await desk.press("f")
        await desk.shows("FIGURES")
        await fill_desk(bench)
        await desk.until(lambda: "states held" in desk.keys_of(desk.one(FigureTable)), "it does not follow")


async def test_a_state_and_a_sender_open_the_feed_with_the_filter(bench: Bench) -> None:
    await fill_desk(bench)
    async with console(bench) as desk:
        await to_figure(desk, "states held")
        await desk.press("enter")
        await desk.until(lambda: desk.app.screen is desk.main, "the panes did not come")
        await desk.until(
            lambda: desk.main.feed_pane.window.active_filter.text == "state:held", "the feed is not narrowed"
        )
        await desk.until(lambda: {row.state for row in desk.feed.rows} == {"held"}, "other rows are in the feed")
        await to_figure(desk, "received RU")
        await desk.press("enter")
        await desk.until(lambda: {row.sender for row in desk.feed.rows} == {"RU"}, "other rows are in the feed")


async def test_a_refusal_opens_its_items_and_one_of_them(bench: Bench) -> None:
    await some_decided(bench)
    async with console(bench) as desk:
        await to_figure(desk, "refusals other")
        await desk.press("enter")
        await desk.until(lambda: isinstance(desk.app.screen, FigureDetails), "the rows did not come")
        await desk.shows("refusals, by code: other", "1 item", "D-000003")
        await desk.press("enter")
        await desk.until(lambda: isinstance(desk.app.screen, ItemScreen), "the item did not come")
        await desk.shows("D-000003")


async def test_checks_against_a_country_open_its_page_with_the_sentence(bench: Bench) -> None:
    await fill_desk(bench)
    await bench.desk.checks.check(bench.actor("Jonas"), "PL", DocumentQuery("ZX4400917", None))
    consulted = (await bench.desk.queries.stats()).checks_against
    assert consulted
    country = next(iter(consulted))
    async with console(bench, size=(120, 40)) as desk:
        await to_figure(desk, f"checks_against {country}")
        await desk.press("enter")
        await desk.until(lambda: isinstance(desk.app.screen, CountryScreen), "the country did not come")
        await desk.shows("So far this year, 1 check was made by member countries against data supplied by")


async def test_hits_open_their_rows_and_one_of_them(bench: Bench) -> None:
    await bench.sent(diffusion("DE"))
    await bench.desk.checks.check(bench.actor("Jonas"), "PL", DocumentQuery("ZX4400917", None), "Medyka")
    async with console(bench) as desk:
        for figure in ("hits_by_source DE", "hits_by_place Medyka"):
            await to_figure(desk, figure)
            await desk.press("enter")
            await desk.until(lambda: isinstance(desk.app.screen, FigureDetails), "the rows did not come")
            await desk.shows("1 hit", "H-000001", "hit 95")
            await desk.press("enter")
            await desk.until(lambda: isinstance(desk.app.screen, HitScreen), "the hit did not open")
            await desk.press("escape")


async def test_another_period(bench: Bench) -> None:
    await some_decided(bench)
    bench.clock.move(days=40)
    async with console(bench) as desk:
        await to_figure(desk, "refusals other")
        await desk.press("s")
        await desk.shows("this year")
        await desk.press("s")
        await desk.shows("the last 30 days")
        await desk.until(lambda: "refusals other" not in desk.keys_of(desk.one(FigureTable)), "it still counts")
        await desk.press("s", "s")
        await desk.shows("since the beginning")
    assert Period.YEAR.since(bench.clock.now()) == bench.clock.now().replace(
        month=1, day=1, hour=0, minute=0, second=0, microsecond=0
    )


async def test_it_is_written_as_csv_and_as_json(bench: Bench, tmp_path: Path) -> None:
    await fill_desk(bench)
    async with console(bench) as desk:
        for name in ("figures.csv", "figures.json"):
            await to_figure(desk, "states released")
            await desk.press("w")
            await desk.shows("Export the figures")
            desk.app.screen.query_one("#path", Input).value = str(tmp_path / name)
            await desk.press("f2")
            await desk.until((tmp_path / name).exists, f"{name} was not written")
            await desk.until(lambda: isinstance(desk.app.screen, FiguresScreen), "the dialog stays")
    rows = list(csv.reader((tmp_path / "figures.csv").read_text("utf-8").splitlines()))
    assert ["states", "released", "2"] in rows
    assert json.loads((tmp_path / "figures.json").read_text("utf-8"))["states"]["released"] == 2


async def test_esc_leaves_and_f_again_changes_nothing(bench: Bench) -> None:
    async with console(bench) as desk:
        await desk.press("f", "f")
        await desk.shows("FIGURES")
        await desk.press("escape")
        await desk.until(lambda: desk.app.screen is desk.main, "it does not leave")


@pytest.mark.parametrize(("minutes", "drawn"), [((), ""), ((0, 0), "  "), ((0, 1, 7, 4), " .#="), ((1000, 1), "#.")])
def test_the_last_hour_without_block_characters(minutes: tuple[int, ...], drawn: str) -> None:
    assert ascii_sparkline(minutes) == drawn


async def test_a_supplier_without_a_page_is_said_to_have_none(bench: Bench) -> None:
    message = diffusion("HK", ("PL",))
    message["subject"]["identity_documents"] = [{"type": "passport", "number": "ZX1111111", "issuer": "SE"}]
    await bench.sent(message)
    await bench.desk.checks.check(bench.actor("Jonas"), "PL", DocumentQuery("ZX1111111", "SE"))
    async with console(bench) as desk:
        await to_figure(desk, "checks_against HK")
        await desk.press("enter")
        await desk.until(lambda: "HK is not a member country" in desk.status, "nothing is said")
