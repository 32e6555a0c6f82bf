"""The desk at a glance: each count is what an officer would count by hand, and nothing scans a large store."""

from __future__ import annotations

from datetime import timedelta

from desks import Bench, diffusion, notice_request
from dutydesk.desk.base.wall_rows import WallFigures
from dutydesk.desk.shift.presence import record_arrival, record_departure
from dutydesk.desk.views.wall import PERIODS
from dutydesk.domain.messages.message import DocumentQuery
from dutydesk.domain.supervision.measures import Level


async def figures(bench: Bench) -> WallFigures:
    return await bench.desk.queries.wall_figures()


async def test_an_empty_desk(bench: Bench) -> None:
    shown = await figures(bench)
    assert (shown.received, shown.waiting, shown.by_kind, shown.measures, shown.hits) == (0, 0, (), (), 0)
    assert shown.oldest_held is None


async def test_traffic_by_kind_and_by_sender(bench: Bench) -> None:
    await bench.sent(diffusion("DE"))
    bench.clock.move(hours=8)
    await bench.sent(diffusion("FR"))
    bench.clock.move(minutes=10)
    await bench.sent(diffusion("FR"))
    await bench.sent(notice_request("BR"))
    shown = await figures(bench)
    assert [(row.sender, row.name, sum(row.counts)) for row in shown.by_sender] == [
        ("FR", "France", 2),
        ("BR", "Brazil", 1),
    ]
    assert all(len(row.counts) == PERIODS for row in (*shown.by_kind, *shown.by_sender))
    assert shown.by_sender[0].counts[-2:] == (1, 1)
    assert {(row.type, row.kind) for row in shown.by_kind} == {("diffusion", "red"), ("notice_request", "red")}


async def test_the_queue_by_age(bench: Bench) -> None:
    await bench.sent(notice_request("BR"))
    first = bench.clock.now()
    bench.clock.move(hours=2)
    await bench.sent(notice_request("BR"))
    shown = await figures(bench)
    assert (shown.waiting, shown.oldest_held) == (2, first)
    assert {age: n for age, n in shown.queue_ages.items() if n} == {"under 1 h": 1, "1 to 4 h": 1}


async def test_measures_in_force_come_before_those_that_wait(bench: Bench) -> None:
    await bench.order("RU", Level.HELD)
    await bench.order("BY", Level.HELD, effective=bench.clock.now() + timedelta(days=2))
    shown = await figures(bench)
    assert [(row.country, row.in_force) for row in shown.measures] == [("RU", True), ("BY", False)]


async def test_checks_by_the_hour_and_hits_by_place(bench: Bench) -> None:
    await bench.sent(diffusion("DE"))
    await bench.desk.checks.check(bench.actor("Jonas"), "PL", DocumentQuery("ZX4400917", None), "Medyka")
    bench.clock.move(hours=1)
    await bench.desk.checks.check(bench.actor("Jonas"), "PL", DocumentQuery("NONE0001", None), "Medyka")
    shown = await figures(bench)
    assert shown.checks_per_hour[-2:] == (1, 1)
    assert [(row.requester, row.checks, row.with_hits) for row in shown.requesters] == [("PL", 2, 1)]
    assert (shown.hits, shown.hits_by_place) == (1, {"Medyka": 1})
    bench.clock.move(hours=30)
    later = await figures(bench)
    assert (sum(later.checks_per_hour), later.requesters, later.hits_by_place) == (0, (), {})


async def test_who_is_on_duty_with_what(bench: Bench) -> None:
    await bench.sent(notice_request("BR"))
    await record_arrival(bench.desk, bench.actor("Ines"))
    arrived = bench.clock.now()
    bench.clock.move(minutes=70)
    await bench.desk.review.claim(bench.actor("Jonas"), 1)
    shown = {row.officer: row for row in (await figures(bench)).duty}
    assert shown["Jonas"].claims == ("D-000001",)
    assert shown["Jonas"].console_since is None
    assert shown["Ines"].console_since == arrived
    assert "Oskar" not in shown, "who did nothing is not on duty"
    await record_departure(bench.desk, bench.actor("Ines"))
    bench.clock.move(minutes=61)
    assert not (await figures(bench)).duty, "who left, and whose claim expired, is not on duty"


async def test_a_console_that_was_never_left_counts_for_one_shift(bench: Bench) -> None:
    await record_arrival(bench.desk, bench.actor("Ines"))
    bench.clock.move(hours=13)
    assert not (await figures(bench)).duty
