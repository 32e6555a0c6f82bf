"""The text of the selected item is there as soon as its pane is, and never another item's."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from textual.app import App, ComposeResult
from textual.containers import Vertical

from consoles import Console, console, fill_desk
from desks import Bench
from dutydesk.desk.service.queries import DeskQueries
from dutydesk.domain.codes.not_found import NotFoundCode
from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.errors import DeskError, NotFound, StoreUnusable
from dutydesk.domain.supervision.measures import Level
from dutydesk.tui.countries.country import CountryScreen
from dutydesk.tui.countries.measures_table import MeasureTable
from dutydesk.tui.item.changes import OpenedItem
from dutydesk.tui.item.screen import ItemScreen
from dutydesk.tui.widgets.text_pane import Paragraph, TextPane
from early_places import ask_before_the_layout

BUSY = StoreUnusable(StoreCode.STORE_LOCKED, "the store is busy")
GONE = NotFound(NotFoundCode.UNKNOWN_ITEM, "there is no such item")


class Reads:
    """Stands in for the console's reads of items: while ``refusal`` is set they raise it."""

    def __init__(self, read: Callable[[int, OpenedItem | None], Awaitable[OpenedItem]]) -> None:
        self._read = read
        self.refusal: DeskError | None = None
        self.refused = 0

    async def __call__(self, number: int, before: OpenedItem | None = None) -> OpenedItem:
        if self.refusal is not None:
            self.refused += 1
            raise self.refusal
        return await self._read(number, before)


def reads_of(desk: Console, monkeypatch: pytest.MonkeyPatch) -> Reads:
    navigation = desk.app.desk_console.navigation
    made = Reads(navigation.read_item)
    monkeypatch.setattr(navigation, "read_item", made)
    return made


async def first_text(desk: Console) -> str:
    """The text of the item on which the cursor of the review pane begins."""
    await desk.press("2")
    detail = desk.main.review_pane.detail
    await desk.until(lambda: desk.queue.cursor is not None and desk.queue.cursor in detail.text, "no text")
    return detail.text


async def test_a_text_that_was_read_while_its_pane_was_hidden_comes_with_the_pane(bench: Bench) -> None:
    await fill_desk(bench)
    async with console(bench) as desk:
        pane = desk.main.review_pane
        await desk.until(lambda: pane.view_of(desk.queue.selected) is not None, "the selected item is not read")
        assert not pane.detail.size
        desk.app.call_next(desk.main.action_pane, "review")
        assert await ask_before_the_layout(desk.main, pane.detail)
        await desk.shows("Findings")


class OneText(App[None]):
    """A text in a pane that is hidden at first, on a screen of Textual's own."""

    def compose(self) -> ComposeResult:
        with Vertical() as hidden:
            yield TextPane()
        hidden.display = False


async def test_a_text_that_is_shown_again_is_laid_out_for_the_width_of_now() -> None:
    app, blocks = OneText(), [Paragraph("a text of some words")]
    async with app.run_test() as pilot:
        pane = app.query_one(TextPane)
        pane.show(blocks)
        app.query_one(Vertical).display = True
        await ask_before_the_layout(app.screen, pane)
        await pilot.pause()
        assert pane.size
        assert pane.text == "", "Textual tells the pane its size now: the layout's own comparison can go"
        pane.show(blocks)
        assert pane.text == "a text of some words"


@pytest.mark.parametrize("refusal", [BUSY, GONE])
async def test_an_item_that_cannot_be_read_leaves_no_text_of_another(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, refusal: DeskError
) -> None:
    await fill_desk(bench)
    async with console(bench) as desk:
        await first_text(desk)
        reads, detail = reads_of(desk, monkeypatch), desk.main.review_pane.detail
        reads.refusal = refusal
        await desk.press("j")
        await desk.until(lambda: reads.refused > 0 and detail.text == "", "the text of the item before is left")
        await desk.until(lambda: refusal.words in desk.status, "the refusal is not said")


async def test_an_item_that_could_not_be_read_is_shown_once_it_can(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fill_desk(bench)
    async with console(bench) as desk:
        await first_text(desk)
        reads, detail = reads_of(desk, monkeypatch), desk.main.review_pane.detail
        reads.refusal = BUSY
        await desk.press("j")
        await desk.until(lambda: reads.refused > 0, "the item was not read")
        reads.refusal = None
        await desk.until(lambda: (desk.queue.cursor or "?") in detail.text, "the item is not shown")


async def test_an_open_item_that_changed_unread_is_shown_once_it_can(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fill_desk(bench)
    async with console(bench) as desk:
        await desk.to_review("D-000003")
        await desk.press("enter")
        await desk.until(lambda: isinstance(desk.app.screen, ItemScreen), "the item is not opened")
        reads = reads_of(desk, monkeypatch)
        reads.refusal = BUSY
        await bench.desk.review.claim(bench.actor("Jonas"), 3)
        await desk.until(lambda: reads.refused > 0, "the item was not read")
        reads.refusal = None
        await desk.shows("Jonas")


async def test_a_measure_whose_history_cannot_be_read_is_shown_without_it(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bench.order("RU", Level.HELD)
    await bench.order("RU", Level.MONITORED)

    async def unreadable(_queries: DeskQueries, _subject: str) -> None:
        raise BUSY

    async with console(bench) as desk:
        await desk.app.desk_console.open_subject("RU")
        assert isinstance(desk.app.screen, CountryScreen)
        table, pane = desk.one(MeasureTable), desk.app.screen.query_one("#measure", TextPane)
        await desk.until(lambda: "M-0002" in pane.text, "the measure is not shown")
        monkeypatch.setattr(DeskQueries, "history", unreadable)
        table.move_to(1)
        await desk.until(lambda: "M-0001" in pane.text, "the text of the measure before is left")
