"""What items are found by is filed after their commit, and always before somebody asks for it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from desks import AT, Bench, MovedClock, act_message, diffusion, notice_request
from dutydesk.desk.audit.state.check import compare_tables
from dutydesk.desk.service.desk import open_desk
from dutydesk.desk.views.items import PageFilter
from dutydesk.dispatch.dispatcher import Dispatcher
from dutydesk.dispatch.loopback import DeliveredLine, LoopbackTransport
from dutydesk.domain.limits import DEFAULT_LIMITS, Limits
from dutydesk.domain.messages.message import DocumentQuery
from dutydesk.store.engine.filed import is_behind
from dutydesk.store.engine.reader import Handle
from dutydesk.store.tables import log, unfiled
from engine_under_test import make_store
from invented import persons

NEVER = 3_600.0


@pytest.fixture
def limits(request: pytest.FixtureRequest) -> Limits:
    """Nothing is filed by itself, but where a test says when."""
    dispatch = replace(DEFAULT_LIMITS.dispatch, filing_seconds=NEVER)
    return replace(DEFAULT_LIMITS, **{"dispatch": dispatch} | getattr(request, "param", {}))


async def waits(bench: Bench) -> bool:
    return await bench.desk.store.read(is_behind)


def rows_of(handle: Handle, table: str) -> int:
    return len(handle.connection.execute(f"SELECT 1 FROM {table}").fetchall())


async def take(_line: DeliveredLine) -> None:
    """A bureau that takes everything."""


async def released(bench: Bench, since: int = 1) -> int:
    item = await bench.sent(diffusion("FI", subject=next(persons("wanted_for_prosecution", since))))
    assert await bench.state(item) == "released"
    return item


async def test_words_find_an_item_that_has_just_come(bench: Bench) -> None:
    item = await released(bench)
    assert await waits(bench)
    word = (await bench.desk.queries.show(item)).row.title.split()[-1]
    assert await waits(bench), "to read an item needs none of it"
    assert [row.item for row in await bench.desk.queries.feed(PageFilter(words=f'"{word}"'))] == ["D-000001"]
    assert not await waits(bench)


async def test_a_check_finds_it(bench: Bench) -> None:
    await released(bench)
    found = await bench.desk.checks.check(bench.actor("Jonas"), "PL", DocumentQuery("ZX0000001", None))
    assert [hit.item for hit in found.hits] == ["D-000001"]


async def test_a_bureaus_check_right_behind_it_finds_it(bench: Bench) -> None:
    """Also where its search was made before the transaction that files."""
    query = {"document_number": "ZX0000001"}
    asked = act_message("check", "PL", database="travel_documents", query=query)
    message = diffusion("FI", subject=next(persons("wanted_for_prosecution")))
    _, receipt = await asyncio.gather(bench.sent(message), bench.send(asked))
    assert receipt.result == "hit"
    await released(bench, since=2)
    again = await bench.send(
        act_message("check", "PL", database="travel_documents", query={"document_number": "ZX0000002"})
    )
    assert again.result == "hit"


async def test_its_person_is_found_again(bench: Bench) -> None:
    await released(bench)
    second = await released(bench)
    assert await waits(bench)
    assert [row.item for row in await bench.desk.queries.earlier_items(second)] == ["D-000001"]
    await released(bench)
    assert len((await bench.desk.queries.person("D-000003")).lines) == 3


async def test_a_person_whose_item_was_recalled_a_moment_ago_is_held(bench: Bench) -> None:
    item = await released(bench)
    await released(bench, since=2)
    await bench.desk.review.recall(bench.actor("Ines"), item, "It was about an opinion.", urgent=True)
    again = await bench.sent(diffusion("FI", subject=next(persons("wanted_for_prosecution"))))
    assert await bench.state(again) == "held"


async def test_a_purge_takes_what_was_not_filed_yet(bench: Bench) -> None:
    message = diffusion("FI", retention_until="2022-12-31", subject=next(persons("wanted_for_prosecution")))
    await bench.sent(message)
    bench.clock.move(days=330)
    assert await waits(bench)
    assert (await bench.desk.retention.purge(bench.actor("root"))).purged == ("D-000001",)
    for table in ("record", "record_key", "document_key", "person_key", "unfiled"):
        assert await bench.desk.store.read(partial(rows_of, table=table)) == 0, table


async def test_what_waits_holds_against_the_log(bench: Bench) -> None:
    for since in (1, 2, 3):
        await released(bench, since)
    assert await waits(bench)

    def compared(handle: Handle) -> bool:
        return compare_tables(handle, bench.desk.context.directory).holds

    assert await bench.desk.store.read(compared)
    assert await waits(bench)


async def test_after_a_kill_the_next_who_asks_files_it(tmp_path: Path, limits: Limits) -> None:
    clock = MovedClock(AT)
    make_store(tmp_path / "desk.db", "exercise", clock)
    killed = await open_desk(tmp_path / "desk.db", clock, founder="root", limits=limits)
    await released(Bench(killed, clock))
    await killed.store.close()
    desk = await open_desk(tmp_path / "desk.db", clock)
    try:
        assert await desk.store.read(is_behind)
        (row,) = await desk.queries.feed()
        assert await desk.queries.feed(PageFilter(words=f'"{row.title.split()[-1]}"')) == [row]
    finally:
        await desk.close()


SOON = {"dispatch": replace(DEFAULT_LIMITS.dispatch, filing_seconds=0.01)}
FEW = {"store": replace(DEFAULT_LIMITS.store, unfiled_items=2, filed_items=8)}


@pytest.mark.parametrize("limits", [SOON], indirect=True)
async def test_where_nobody_dispatches_it_is_filed_by_whoever_took_it_in(bench: Bench) -> None:
    await released(bench)
    while await waits(bench):
        await asyncio.sleep(0.01)


@pytest.mark.parametrize("limits", [SOON], indirect=True)
async def test_the_dispatcher_files_it(bench: Bench) -> None:
    await bench.desk.intake.later.close()
    dispatcher = Dispatcher(bench.desk, LoopbackTransport(take))
    running = asyncio.create_task(dispatcher.run())
    await released(bench)
    while await waits(bench):
        await asyncio.sleep(0.01)
    dispatcher.stop()
    await running


@pytest.mark.parametrize("limits", [FEW], indirect=True)
async def test_intake_files_some_itself_where_much_waits(bench: Bench) -> None:
    await released(bench)
    assert await bench.desk.store.read(unfiled.filed_upto) == 0
    await released(bench, since=2)
    assert await bench.desk.store.read(unfiled.filed_upto) == 2


async def test_the_log_is_the_same_however_soon_it_is_filed(tmp_path: Path) -> None:
    async def logged(name: str, *, asked: bool) -> list[tuple[str, str]]:
        clock = MovedClock(AT)
        make_store(tmp_path / name, "exercise", clock)
        desk = await open_desk(tmp_path / name, clock, founder="root")
        try:
            for message in messages:
                await Bench(desk, clock).sent(message)
                if asked:
                    await desk.store.file_waiting()
            lines = await desk.store.read(lambda handle: list(log.walk(handle)))
            return [(line.kind, line.data) for line in lines if line.kind not in ("store.made", "rules.noted")]
        finally:
            await desk.close()

    messages = [diffusion("FI", subject=subject) for subject, _ in zip(persons(), range(3), strict=False)]
    messages.append(diffusion("FI", type="correction", of=messages[0]["reference"], text="Other words."))
    assert await logged("at-once.db", asked=True) == await logged("later.db", asked=False)


async def test_a_decision_on_a_held_item_waits_for_no_filing(bench: Bench) -> None:
    await released(bench)
    held = await bench.sent(notice_request("BR"))
    await bench.release(held)
    assert await waits(bench)
    recalled = await released(bench, 2)
    await bench.desk.review.recall(bench.actor("Jonas"), recalled, "It was sent by mistake.", urgent=True)
    assert not await waits(bench), "keys that wait are filed before their item is recalled"
