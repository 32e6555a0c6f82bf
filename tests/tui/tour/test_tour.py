"""The demo's tour notices what the officer does, and leaves the script as it was where he or she does not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from consoles import Console, console
from desks import Bench, diffusion, notice_request
from dutydesk.desk.review.decide import Deciding
from dutydesk.domain.review.guards import Decision
from dutydesk.domain.supervision.measures import Level
from dutydesk.tui.tour.texts import texts as tour_texts
from dutydesk.tui.tour.tour import Tour, TourStep
from dutydesk.tui.widgets.frame_lines import TourLines

ORDER = {"level": "held", "order": "SG/1", "by": "Secretary General", "reason": "Misuse.", "channels": "diffusion"}


@dataclass
class Guide:
    """A replay that does nothing but say what is asked of it."""

    touring: bool = True
    tour_country: str = "RU"
    tour_order: Mapping[str, str] = field(default_factory=lambda: dict(ORDER))
    asked: list[str] = field(default_factory=list)

    def state_words(self) -> str:
        return "dispatching"

    async def do_held_back(self) -> None:
        self.asked.append("script")

    async def end_tour(self) -> None:
        self.asked.append("end")


def toured(desk: Console) -> tuple[Guide, Tour]:
    guide = Guide()
    desk.app.desk_console.runner = guide
    desk.app.desk_console.tour = Tour(desk.app.desk_console, guide)
    return guide, desk.app.desk_console.tour


def judged() -> dict[str, Any]:
    return diffusion("RU", text="He is sought for sedition since May.")


async def at(desk: Console, tour: Tour, step: TourStep | None) -> None:
    await desk.until(lambda: tour.step is step, f"it is at {tour.step!r}, not at {step!r}")


@pytest.mark.parametrize(
    "size", [(80, 24), pytest.param((150, 45), marks=pytest.mark.exhaustive("the whole tour by keys"))]
)
async def test_all_five_steps(bench: Bench, size: tuple[int, int]) -> None:
    await bench.sent(diffusion("DE"))
    async with console(bench, size=size) as desk:
        guide, tour = toured(desk)
        await desk.shows("TOUR 1/5", "released at once", "F4 skips, X ends")
        await desk.press("k", "enter")
        await at(desk, tour, TourStep.ORDER)
        await desk.shows("TOUR 2/5", "Order a measure on RU")
        await desk.press("escape", "3", "slash", *"RU", "enter", "m")
        await desk.shows("SG/1", "Misuse.")
        await desk.press("f2")
        await desk.shows("Dry run: RU direct to held")
        await desk.press(*"RU", "f2")
        await at(desk, tour, TourStep.WATCH)
        item = await bench.sent(judged())
        await at(desk, tour, TourStep.REVIEW)
        await desk.shows("TOUR 4/5", "D-000002")
        await bench.desk.review.claim(bench.actor("Ines"), item)
        await bench.tick_all(item, "Ines")
        await bench.desk.review.decide(bench.actor("Ines"), item, Deciding(Decision.RELEASE, "Theft."))
        await desk.shows("A colleague confirms")
        await bench.desk.review.confirm(bench.actor("Oskar"), item)
        await at(desk, tour, TourStep.DECIDE)
        await desk.press("escape", "number_sign", "2", "enter", "3")
        await desk.until(lambda: tour._page_seen, "the page was not noticed")
        await desk.press("escape")
        await at(desk, tour, None)
        await desk.shows("The tour is over")
        await desk.until(lambda: not desk.one(TourLines).display, "its lines stay")
        assert guide.asked == ["end"]


async def test_a_skipped_order_is_the_scripts(bench: Bench) -> None:
    async with console(bench) as desk:
        guide, tour = toured(desk)
        await desk.press("f4")
        await at(desk, tour, TourStep.ORDER)
        await desk.press("f4")
        await at(desk, tour, TourStep.WATCH)
        assert guide.asked == ["script"]
        await desk.press("X")
        await at(desk, tour, None)
        assert guide.asked == ["script", "end"]
        await desk.press("X")
        await desk.shows(tour_texts.NO_TOUR)


async def test_a_step_that_is_done_already_is_passed_over_and_a_refusal_leads_back(bench: Bench) -> None:
    await bench.order("RU", Level.HELD)
    item = await bench.sent(judged())
    async with console(bench) as desk:
        _, tour = toured(desk)
        await desk.press("f4")
        await at(desk, tour, TourStep.REVIEW)
        await bench.refuse(item, "Ines")
        await desk.shows("A colleague confirms your proposal on D-000001")
        await bench.desk.review.confirm(bench.actor("Oskar"), item)
        await at(desk, tour, TourStep.WATCH)
        assert tour.item is None


async def test_without_a_tour_there_is_no_line_for_it(bench: Bench) -> None:
    async with console(bench) as desk:
        assert not desk.one(TourLines).display
        await desk.press("f4")
        await desk.shows(tour_texts.NO_TOUR)


@pytest.mark.parametrize(
    "name",
    [
        "TOUR_RELEASE",
        "TOUR_ORDER",
        "TOUR_WATCH",
        "TOUR_NOT_RELEASED",
        "TOUR_REVIEW",
        "TOUR_REVIEW_ALONE",
        "TOUR_CONFIRM",
        "TOUR_DECIDE",
    ],
)
def test_every_step_fits_eighty_cells(name: str) -> None:
    filled = {"country": "RU", "item": "D-000123", "number": 123, "deliveries": "3", "history": "4"}
    what, how = (text.format(**filled) for text in getattr(tour_texts, name))
    keys = tour_texts.tour_keys("F4", "X")
    assert len(f" {tour_texts.tour_step(5, 5)}  {what}  {keys} ") <= 80
    assert len(f" {how} ") <= 80


async def test_it_stands_on_every_screen_that_can_be_opened(bench: Bench) -> None:
    await bench.sent(diffusion("DE"))
    async with console(bench) as desk:
        _, tour = toured(desk)
        await at(desk, tour, TourStep.RELEASE)
        for opening in (("k", "enter"), ("f",), ("3", "enter")):
            await desk.press("1", *opening)
            await desk.until(lambda: desk.app.screen is not desk.main, f"{opening} opened nothing")
            await desk.shows("TOUR")
            await desk.press("escape")
            await desk.until(lambda: desk.app.screen is desk.main, f"{opening} was not left")


async def test_a_wrong_row_is_told_and_going_ahead_is_taken(bench: Bench) -> None:
    await bench.sent(notice_request("DE"))
    async with console(bench) as desk:
        _, tour = toured(desk)
        await desk.press("k", "enter")
        await desk.shows("This one is not released")
        await desk.press("escape", "3", "slash", *"RU", "enter", "m")
        await desk.shows("SG/1", "Misuse.")
        await desk.press("f2")
        await desk.shows("Dry run: RU direct to held")
        await desk.press(*"RU", "f2")
        await at(desk, tour, TourStep.WATCH)


async def test_the_tours_values_win_over_a_draft(bench: Bench) -> None:
    async with console(bench) as desk:
        desk.app.desk_console.drafts["Order a measure on RU"] = {"level": "held", "order": "wrong", "reason": "RU2+"}
        toured(desk)
        await desk.press("3", "slash", *"RU", "enter", "m")
        await desk.shows("SG/1", "Misuse.")
        await desk.shows_no("RU2+")


async def test_an_item_for_one_officer_is_not_called_one_for_two(bench: Bench) -> None:
    await bench.order("RU", Level.HELD)
    for _ in range(6):
        await bench.sent(diffusion("RU"))
    async with console(bench) as desk:
        _, tour = toured(desk)
        await desk.press("f4")
        await at(desk, tour, TourStep.REVIEW)
        await desk.shows("one officer is enough")
