"""What a monitor may know of a desk: from counters and single rows, however long the tables are."""

from __future__ import annotations

from pathlib import Path

from desks import Bench, diffusion, officer, prepared_desk
from dutydesk.desk.audit import log_export
from dutydesk.domain.review.officers import Role
from dutydesk.domain.supervision.measures import Level


async def test_a_signed_checkpoint_has_an_age_and_what_came_after_it_is_counted(tmp_path: Path) -> None:
    desk, clock = await prepared_desk(tmp_path / "desk.db", (officer("Ada", Role.ADMINISTRATOR),))
    actor = Bench(desk, clock).actor("Ada")
    before = await desk.queries.health()
    assert (before.checkpoint, before.checkpoint_seconds) == (None, None)
    written = await log_export.write_checkpoint(desk.store, desk.context, actor, tmp_path / "x.checkpoint")
    clock.move(seconds=90)
    after = await desk.queries.health()
    assert after.checkpoint == written.seq
    assert after.checkpoint_seconds is not None
    assert 90 <= after.checkpoint_seconds < 91
    assert after.head > written.seq
    await desk.close()


async def test_what_waits_to_be_filed_is_counted_until_it_is_filed(bench: Bench) -> None:
    await bench.sent(diffusion("DE", ("PL",)))
    bench.clock.move(seconds=5)
    found = await bench.desk.queries.health()
    assert found.unfiled == 1
    assert 5 <= found.unfiled_seconds < 6
    await bench.desk.delivery.file_waiting()
    found = await bench.desk.queries.health()
    assert (found.unfiled, found.unfiled_seconds) == (0, 0.0)


async def test_the_figures_agree_with_those_of_the_desk(bench: Bench) -> None:
    await bench.order("RU", Level.HELD)
    await bench.release(await bench.sent(diffusion("RU", ("PL",))))
    await bench.sent(diffusion("RU", ("PL",)))
    found, figures = await bench.desk.queries.health(), await bench.desk.queries.figures()
    assert {name: n for name, n in found.states.items() if n} == figures.states
    assert {name: n for name, n in found.deliveries.items() if n} == figures.deliveries
    assert {name: n for name, n in found.outcomes.items() if n} == figures.outcomes
    assert (found.decisions, found.head) == (figures.decisions, figures.events)
    assert sum(found.queue_ages) == 1
