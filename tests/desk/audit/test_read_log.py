"""The log records who read which item, once per quarter of an hour, also for observers, without changing the item."""

from __future__ import annotations

import asyncio

import pytest

from desks import Bench, diffusion
from dutydesk.desk.audit import log_export, read_log
from dutydesk.desk.review import claims
from dutydesk.domain.limits import Limits, ViewLimits
from dutydesk.domain.review.officers import Officer, Role
from dutydesk.store.engine.rows import Connection
from dutydesk.store.tables import items


async def read(bench: Bench, officer: str, item: int) -> str | None:
    return await bench.desk.record_read(bench.actor(officer), (await bench.desk.queries.show(item)).row)


async def readers(bench: Bench, item: int) -> list[tuple[str, int]]:
    return [(row.officer, row.revision) for row in (await bench.desk.queries.show(item)).reads]


async def test_a_read_is_an_event_of_the_item_and_changes_nothing_else(bench: Bench) -> None:
    item = await bench.sent(diffusion())
    before = await bench.desk.queries.show(item)
    assert await read(bench, "Jonas", item) is None
    (event,) = [row for row in await bench.desk.queries.history(before.row.item) if row.kind == "item.read"]
    assert (event.actor, event.at) == ("Jonas", bench.clock.at)
    assert event.data == {"login": "jonas", "revision": before.row.revision, "version": 1}
    after = await bench.desk.queries.show(item)
    assert after.row == before.row, "no revision rises"
    assert after.history == before.history, "what was done with the item stands apart from who looked at it"
    assert (await log_export.prove_store(bench.desk.store, bench.desk.context)).holds


async def test_an_observer_who_may_write_nothing_is_recorded_too(bench: Bench) -> None:
    await bench.desk.people.add_officer(bench.actor("root"), Officer("Olga", Role.OBSERVER, "-", ("olga",)))
    item = await bench.sent(diffusion())
    assert await read(bench, "Olga", item) is None
    assert await readers(bench, item) == [("Olga", 1)]
    assert (await log_export.prove_store(bench.desk.store, bench.desk.context)).holds


async def test_leafing_to_and_fro_reads_once_in_a_quarter_of_an_hour(bench: Bench) -> None:
    item, other = await bench.sent(diffusion()), await bench.sent(diffusion())
    for _ in range(3):
        await read(bench, "Jonas", item)
        await read(bench, "Jonas", other)
        await read(bench, "Ines", item)
        bench.clock.move(minutes=4)
    assert await readers(bench, item) == [("Jonas", 1), ("Ines", 1)]
    assert await readers(bench, other) == [("Jonas", 1)]
    head = await bench.desk.queries.head_seq()
    await read(bench, "Jonas", item)
    assert await bench.desk.queries.head_seq() == head, "nothing is written where nothing is new"
    bench.clock.move(minutes=4)
    await read(bench, "Jonas", item)
    assert await readers(bench, item) == [("Jonas", 1), ("Ines", 1), ("Jonas", 1)]


async def test_another_revision_is_another_read(bench: Bench) -> None:
    item = await bench.sent(diffusion())
    await read(bench, "Jonas", item)
    await bench.dispatch()
    await bench.desk.retention.legal_hold(bench.actor("Ines"), item, "A court asks.", held=True)
    await read(bench, "Jonas", item)
    (_, first), (_, second) = await readers(bench, item)
    assert second > first


async def test_two_reads_in_one_commit_are_one_event(bench: Bench) -> None:
    item = await bench.sent(diffusion())
    row = (await bench.desk.queries.show(item)).row
    await asyncio.gather(*(bench.desk.record_read(bench.actor("Jonas"), row) for _ in range(5)))
    assert await readers(bench, item) == [("Jonas", 1)]


async def test_a_clock_that_was_set_back_hides_no_read(bench: Bench) -> None:
    item = await bench.sent(diffusion())
    await read(bench, "Jonas", item)
    bench.clock.move(hours=-2)
    await read(bench, "Jonas", item)
    assert len(await readers(bench, item)) == 2


@pytest.mark.sqlite_only("pragmas by which it writes nothing; tests/dispatch/test_faults.py has a cluster's own ways")
@pytest.mark.parametrize(
    ("pragma", "words"), [("query_only = ON", "can't be written"), ("max_page_count = 1", "is full")]
)
async def test_who_reads_is_not_kept_from_it_where_nothing_can_be_written(
    bench: Bench, pragma: str, words: str
) -> None:
    item = await bench.sent(diffusion())

    def spoil(raw: Connection) -> None:
        raw.execute(f"PRAGMA {pragma}")
        raw.execute("PRAGMA cache_size = 1")

    await bench.desk.store._write_connection.run(spoil)
    bench.clock.move(days=1)
    missed = None
    for officer in ("Ines", "Jonas") * 40:  # until the last page is full
        bench.clock.move(minutes=16)
        missed = missed or await read(bench, officer, item)
    assert missed is not None
    assert missed.startswith("that you read D-000001 is not in the log: ")
    assert words in missed
    assert "\n" not in missed
    assert (await bench.desk.queries.show(item)).body is not None


async def test_somebody_who_was_never_entered_is_told_so_and_not_recorded(bench: Bench) -> None:
    item = await bench.sent(diffusion())
    missed = await read(bench, "Nobody", item)
    assert missed is not None
    assert "Nobody is not an officer of this desk" in missed
    assert await readers(bench, item) == []


async def test_a_conflict_names_who_acted_and_not_who_looked(bench: Bench) -> None:
    item = await bench.sent(diffusion())
    await bench.desk.retention.legal_hold(bench.actor("Ines"), item, "A court asks.", held=True)
    await read(bench, "Jonas", item)
    (last,) = await bench.desk.store.read(lambda handle: claims.last_changes(handle, items.get(handle, item)))
    assert "Ines" in last.words


@pytest.mark.parametrize("limits", [Limits(views=ViewLimits(item_reads=3))])
async def test_the_latest_reads_are_shown(bench: Bench) -> None:
    item = await bench.sent(diffusion())
    for _ in range(5):
        await read(bench, "Jonas", item)
        bench.clock.move(seconds=read_log.REPEAT_INTERVAL.total_seconds())
    shown = (await bench.desk.queries.show(item)).reads
    assert len(shown) == 3
    assert shown[-1].at == bench.clock.at - read_log.REPEAT_INTERVAL
