"""The full-text index is compared with its rows: what would hide an item from a search, or find a wrong one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from desks import Bench, diffusion
from dutydesk.desk.audit.state.check import compare_state
from sqlite_files import changed_file

pytestmark = pytest.mark.sqlite_only("its full-text index, which can be damaged apart from its rows")

_COLUMNS = "title, original_script, reference"
HIDDEN = (
    f"INSERT INTO item_words (item_words, rowid, {_COLUMNS}) SELECT 'delete', number, {_COLUMNS} FROM item "
    "WHERE number = 2"
)
PLANTED = "INSERT INTO item_words (rowid, title) VALUES (1, 'Nobody')"


@pytest.mark.parametrize("sql", [HIDDEN, PLANTED])
async def test_an_index_of_other_words_is_named(bench: Bench, sql: str) -> None:
    for _ in range(3):
        await bench.sent(diffusion())
    assert (await compare_state(bench.desk.store, bench.desk.context)).holds
    with changed_file(bench.desk.store.path) as raw:
        raw.execute(sql)
    report = await compare_state(bench.desk.store, bench.desk.context)
    assert [(found.table, found.key) for found in report.differences] == [("item_words", "all rows")]
    assert not report.unread


async def test_it_gives_way_to_an_officer(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(40):
        await bench.sent(diffusion())
    bench.desk.store.engine.limits = replace(bench.desk.store.limits, full_text_steps=10)
    monkeypatch.setattr(type(bench.desk.store.engine.locks), "is_officer_waiting", lambda _locks: True)
    assert (await bench.desk.store.compare_full_text()).unread == ("hit_words", "item_words")
