"""A store filled for a benchmark: rows that look like items, in exercise stores only."""

from __future__ import annotations

from pathlib import Path

from desks import AT, Bench, MovedClock, diffusion
from dutydesk.desk.service.desk import open_desk
from dutydesk.desk.views.items import PageFilter
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.wire.text.search_text import fts_query
from dutydesk_bench.fill_store import fill_store
from engine_under_test import make_store
from refusals import raises_code


async def test_its_items_are_found_and_its_chain_holds(bench: Bench) -> None:
    bench.is_edited = True  # the filling writes only what a measurement needs
    like = await bench.sent(diffusion("DE"))
    said: list[int] = []
    await fill_store(bench.desk, like, 12_000, said.append)
    assert said == [5_000, 10_000, 12_000]
    newest = await bench.desk.queries.feed(limit=3)
    assert [row.item for row in newest] == ["D-012001", "D-012000", "D-011999"]
    found = await bench.desk.queries.feed(PageFilter(words=fts_query("00011999")))
    assert [row.item for row in found] == ["D-012001"]
    assert await bench.verified()
    assert (await bench.desk.queries.show(12_001)).row.state == "released"


async def test_only_an_exercise_is_filled(tmp_path: Path) -> None:
    clock = MovedClock(AT)
    make_store(tmp_path / "desk.db", "live", clock)
    desk = await open_desk(tmp_path / "desk.db", clock, founder="root")
    try:
        with raises_code(RefusedCode.EXERCISE_ONLY):
            await fill_store(desk, 1, 10, lambda _done: None)
    finally:
        await desk.close()
