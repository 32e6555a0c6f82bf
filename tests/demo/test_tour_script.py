"""What a tour leaves to the officer of the demo's script, and what becomes of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from dutydesk.demo.acts import SUPERVISOR
from dutydesk.demo.demo import LiveDemo, demo_shift, first_measure, open_demo, tour_start
from dutydesk.demo.desk_acts import perform
from dutydesk.desk.base.context import Actor
from dutydesk.desk.base.rows import ItemRow
from dutydesk.desk.people.officers import os_user
from dutydesk.desk.review.decide import Deciding
from dutydesk.desk.service.desk import Desk
from dutydesk.domain.delivery.items import item_number
from dutydesk.domain.review.guards import Decision

SECONDS = 60.0
SHIFT = demo_shift(200)


@pytest.fixture
async def demo(tmp_path: Path) -> AsyncIterator[LiveDemo]:
    desk = await open_demo(tmp_path / "demo.db", SHIFT)
    live = LiveDemo(desk, SHIFT, speed=3600.0, skip_to=tour_start(SHIFT), tour=True)
    await live.start()
    yield live
    await live.stop()
    await desk.close()


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(SECONDS):
        while True:
            found = condition()
            if await found if asyncio.iscoroutine(found) else found:
                return
            await asyncio.sleep(0.05)


async def _by(desk: Desk) -> list[str]:
    return [row.officer for row in await desk.queries.measures("RU")]


def _put_aside(live: LiveDemo) -> bool:
    return bool(live.replay._deferred)


async def test_the_order_is_left_to_the_officer_until_the_tour_ends(demo: LiveDemo) -> None:
    await until(lambda: _put_aside(demo))
    assert await _by(demo.desk) == []
    assert demo.tour_order["level"] == "held"
    await demo.end_tour()
    assert await _by(demo.desk) == [SUPERVISOR]
    assert demo.colleagues.tour_country is None


async def test_what_the_officer_ordered_is_not_ordered_again(demo: LiveDemo) -> None:
    actor = first_measure(SHIFT)
    assert actor is not None
    await until(lambda: _put_aside(demo))
    await perform(demo.desk, actor)
    await demo.end_tour()
    assert len(await _by(demo.desk)) == 1


async def test_a_colleague_confirms_what_the_officer_proposes_though_it_is_claimed(demo: LiveDemo) -> None:
    """An item of the toured bureau is left alone by the colleagues until then."""
    actor = first_measure(SHIFT)
    assert actor is not None
    await perform(demo.desk, actor)
    desk, officer = demo.desk, Actor(os_user(), os_user())

    async def judged_by_two() -> list[ItemRow]:
        rows = [row for row in await desk.queries.queue() if row.sender == "RU" and row.measure is not None]
        views = [await desk.queries.show(item_number(row.item) or 0) for row in rows]
        demands = desk.context.rules.demands_four_eyes
        fit = [view for view in views if not any(finding.severity == "block" for finding in view.findings)]
        return [view.row for view in fit if any(demands(finding.rule, view.examined_as) for finding in view.findings)]

    await until(judged_by_two)
    number = item_number((await judged_by_two())[0].item) or 0
    await desk.review.claim(officer, number)
    for point in (await desk.queries.show(number)).checklist:
        await desk.review.tick(officer, number, point.check)
    answer = await desk.review.decide(officer, number, Deciding(Decision.RELEASE, "Theft, no politics."))
    assert answer.state == "proposed"

    async def is_released() -> bool:
        return (await desk.queries.show(number)).row.state == "released"

    await until(is_released)
