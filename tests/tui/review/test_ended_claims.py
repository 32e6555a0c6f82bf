"""A claim ends by time alone: no event says so, and the rows on the screen were read before."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from consoles import console, fill_desk
from desks import Bench
from dutydesk.desk.base.rows import without_ended_claim


async def test_an_item_whose_claim_has_ended_is_free_and_can_be_claimed(bench: Bench) -> None:
    await fill_desk(bench)
    await bench.desk.review.claim(bench.actor("Jonas"), 3)
    async with console(bench, "Oskar", size=(120, 40)) as desk:
        await desk.to_review("D-000003")
        await desk.shows("claimed by Jonas")
        bench.clock.move(hours=1)
        await desk.shows_no("claimed by Jonas")
        await desk.press("c")
        await desk.until(lambda: "Oskar has D-000003" in desk.status, "it is not claimed")


async def test_a_claim_ends_at_its_last_moment(bench: Bench) -> None:
    await fill_desk(bench)
    await bench.desk.review.claim(bench.actor("Jonas"), 3)
    row = (await bench.desk.queries.show(3)).row
    assert row.claimed_until is not None
    assert without_ended_claim(row, row.claimed_until - timedelta(seconds=1)) == row
    assert without_ended_claim(row, row.claimed_until) == replace(row, claimed_by=None, claimed_until=None)
