"""The order and the columns of a list, and the count of findings in the queue."""

from __future__ import annotations

from pathlib import Path

from consoles import Console, console, fill_desk
from desks import Bench, notice_request
from dutydesk.domain.supervision.measures import Level
from dutydesk.tui.countries.table import COUNTRY_ORDERS
from dutydesk.tui.dialogs.form import Form
from dutydesk.tui.frame.drafts import Drafts
from dutydesk.tui.personal.looks import FEED_LOOK
from dutydesk.tui.personal.texts import texts
from dutydesk.tui.review.queue import QUEUE_ORDERS
from dutydesk.tui.widgets.choice import Choice


def blocked(country: str) -> dict[str, object]:
    """A request with four months left to serve, which a rule blocks."""
    message = notice_request(country)
    message["judicial"]["offences"][0] |= {"sentence_months": 5, "remaining_months": 4}
    return message


async def chosen(desk: Console, field: str, *words: str) -> None:
    await desk.press("s")
    await desk.until(lambda: isinstance(desk.app.screen, Form), "no form")
    desk.app.screen.query_one(f"#{field}", Choice).choose(list(words))
    await desk.press("f2")
    await desk.until(lambda: not isinstance(desk.app.screen, Form), "it did not close")


def test_each_order_has_its_words() -> None:
    assert set(texts.LIST_ORDERS) == {*QUEUE_ORDERS, *COUNTRY_ORDERS}


async def test_the_queue_counts_findings_and_is_ordered_by_them(bench: Bench, tmp_path: Path) -> None:
    await bench.sent(notice_request("BR"))
    bench.clock.move(minutes=1)
    await bench.sent(blocked("GR"))
    bench.clock.move(minutes=1)
    await bench.sent(notice_request("AR"))
    view = await bench.desk.queries.show(2)
    blocking = sum(found.severity == "block" for found in view.findings)
    flags = len(view.findings) - blocking
    assert blocking
    file = tmp_path / "ab.json"
    async with console(bench, drafts=Drafts(file)) as desk:
        await desk.press("2")
        await desk.shows("FOUND", f"{blocking}B" + (f" {flags}F" if flags else ""))
        assert desk.keys_of(desk.queue) == ["D-000001", "D-000002", "D-000003"]
        await chosen(desk, "order", "findings")
        await desk.until(lambda: desk.keys_of(desk.queue)[0] == "D-000002", "not ordered by findings")
        await chosen(desk, "order", "sender")
        await desk.until(lambda: desk.keys_of(desk.queue)[0] == "D-000003", "not ordered by sender")
    async with console(bench, drafts=Drafts(file)) as desk:
        await desk.press("2")
        await desk.until(lambda: desk.keys_of(desk.queue)[:1] == ["D-000003"], "the order was not kept")


async def test_columns_are_hidden_and_come_back(bench: Bench) -> None:
    await fill_desk(bench)
    async with console(bench) as desk:
        await desk.shows("URGENCY", "STATE")
        await chosen(desk, "columns", "time", "kind")
        await desk.shows_no("URGENCY")
        await desk.shows("TIME", "ITEM", "SUBJECT")
        assert "STATE" not in desk.screen_text()
        await chosen(desk, "columns", *FEED_LOOK.columns)
        await desk.shows("URGENCY")


async def test_countries_by_name_have_no_groups(bench: Bench) -> None:
    await bench.order("RU", Level.HELD)
    async with console(bench) as desk:
        await desk.press("3")
        await desk.shows("Under a measure")
        await chosen(desk, "order", "name")
        await desk.shows_no("Under a measure")
        await desk.press("g")
        await desk.shows("AF  Afghanistan")
