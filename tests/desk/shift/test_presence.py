"""An officer who returns to the console sees what changed meanwhile; after a short absence there is no summary."""

from __future__ import annotations

import pytest

from desks import Bench, diffusion
from dutydesk.desk.shift import handover, presence
from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.errors import StoreUnusable
from dutydesk.domain.supervision.measures import Level
from dutydesk.store.engine.store import Store


async def comes(bench: Bench, name: str) -> presence.AbsenceSummary | None:
    """Do what a console does at its start: read what changed, and record the officer's arrival."""
    found = await presence.changes_while_away(bench.desk, bench.actor(name))
    await presence.record_arrival(bench.desk, bench.actor(name))
    return found


async def test_who_was_never_here_is_told_nothing_but_recorded(bench: Bench) -> None:
    await bench.sent(diffusion("DE"))
    assert await comes(bench, "Olga") is None
    (added, event) = await bench.desk.queries.history("Olga")
    assert (added.kind, event.kind, event.actor, event.data) == (
        "officer.added",
        "officer.signed_in",
        "Olga",
        {"login": "olga"},
    )


async def test_what_changed_since_the_officer_left(bench: Bench) -> None:
    await comes(bench, "Mara")
    bench.clock.move(hours=6)
    await presence.record_departure(bench.desk, bench.actor("Mara"))
    left = bench.clock.at
    bench.clock.move(hours=1)
    await bench.order("RU", Level.HELD)
    await bench.release(await bench.sent(diffusion("RU")))
    await bench.sent(diffusion("RU", urgency="flash"))
    await bench.dispatch()
    await handover.write_handover(bench.desk, bench.actor("Jonas"), "All quiet.")
    found = await comes(bench, "Mara")
    assert found is not None
    assert (found.officer, found.since) == ("Mara", left)
    assert (found.counts["taken_in"], found.counts["released"], found.counts["deliveries"]) == (2, 1, 3)
    assert [line.about for line in found.decisions] == ["D-000001"]
    assert found.decisions[0].words.startswith("Jonas released it")
    assert found.orders[0].words.startswith("Ines ordered it; RU held")
    assert [alarm.alarm for alarm in found.alarms] == ["flash"]
    assert found.alarm_count == 1
    assert found.handover is not None
    assert (found.handover.handover, found.handover.state) == ("S-0001", "written")


async def test_within_the_hour_nobody_is_told_again(bench: Bench) -> None:
    await comes(bench, "Mara")
    bench.clock.move(hours=8)
    await bench.sent(diffusion("DE"))
    assert await comes(bench, "Mara") is not None
    bench.clock.move(minutes=59)
    await bench.sent(diffusion("DE"))
    assert await comes(bench, "Mara") is None


async def test_any_act_counts_as_having_been_here(bench: Bench) -> None:
    item = await bench.sent(diffusion("DE"))
    bench.clock.move(hours=8)
    await bench.desk.review.note(bench.actor("Mara"), item, "Seen.")
    bench.clock.move(minutes=5)
    await bench.sent(diffusion("DE"))
    assert await comes(bench, "Mara") is None


async def test_where_nothing_happened_nothing_is_told(bench: Bench) -> None:
    await comes(bench, "Mara")
    bench.clock.move(hours=8)
    assert await comes(bench, "Mara") is None


async def test_an_accepted_handover_of_before_is_no_news_and_one_that_waits_is(bench: Bench) -> None:
    await handover.write_handover(bench.desk, bench.actor("Jonas"), "All quiet.")
    await comes(bench, "Mara")
    bench.clock.move(hours=8)
    found = await comes(bench, "Mara")
    assert found is not None
    assert found.handover is not None
    await handover.accept_handover(bench.desk, bench.actor("Mara"))
    bench.clock.move(hours=8)
    assert await comes(bench, "Mara") is None


async def test_a_store_that_can_not_be_written_keeps_nobody_out(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    async def full(_store: Store, _work: object, *, officer: bool = True) -> None:
        raise StoreUnusable(StoreCode.DISK_FULL, "the disk of the store is full")

    monkeypatch.setattr(Store, "write", full)
    assert await comes(bench, "Mara") is None
    await presence.record_departure(bench.desk, bench.actor("Mara"))
