"""A message prepared before its transaction gives the same result as one prepared inside it."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from desks import MovedClock
from dutydesk.demo.demo_store import demo_shift
from dutydesk.desk.intake import incoming
from dutydesk.desk.service.desk import Desk, open_desk
from dutydesk.wire.decode.stream import read_lines
from engine_under_test import IS_ON_CLUSTER, make_store

SHIFT = demo_shift()
FED = 220  # without checks, whose results depend on what the store has before them
#: All tables that an intake writes, except for random values.
TABLES = ("item", "body", "delivery", "notice", "reference", "person_key", "record", "record_key", "document_key",
          "neighbour", "counter", "bureau", "item_words", "event")  # fmt: skip

#: The number of a row, where it is no column.
NUMBER = "" if IS_ON_CLUSTER else "rowid, "


@asynccontextmanager
async def opened(path: Path) -> AsyncIterator[Desk]:
    clock = MovedClock(SHIFT.due[0])
    make_store(path, "exercise", clock)
    desk = await open_desk(path, clock, founder="root")
    object.__setattr__(desk.context, "draw_sample", lambda _one_in: False)
    try:
        yield desk
    finally:
        await desk.close()


async def rows(desk: Desk) -> dict[str, list[tuple[Any, ...]]]:
    await desk.store.file_waiting()
    return await desk.store.read(
        lambda handle: {
            table: [tuple(row) for row in handle.connection.execute(f"SELECT {NUMBER}* FROM {table}")]
            if table in ("item_words", "event")
            else sorted(map(repr, map(tuple, handle.connection.execute(f"SELECT * FROM {table}"))))  # type: ignore[misc]
            for table in TABLES
        }
    )


async def test_what_was_worked_out_before_is_written_as_what_is_worked_out_inside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raws = [raw for raw in read_lines(io.BytesIO(b"\n".join(SHIFT.lines[:FED]))) if b'"check"' not in raw.raw]
    async with opened(tmp_path / "before.db") as desk:
        receipts = [await desk.intake.receive(one) for one in raws]
        written = await rows(desk)
    monkeypatch.setattr(incoming, "prepare", lambda *_: None)
    async with opened(tmp_path / "inside.db") as desk:
        assert [await desk.intake.receive(one) for one in raws] == receipts
        assert await rows(desk) == written
    assert sum(receipt.state == "released" for receipt in receipts) > 20
    assert written["record_key"]
    assert written["person_key"]
