"""Logs that were written anew by whoever owns the store's file: the chain holds, and a kept checkpoint names each."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from desks import AT, Bench, diffusion
from dutydesk.desk.audit.item_proof import check_consistency, prove_consistency, proving_head
from dutydesk.desk.audit.tree_heads import grow_tree, make_checkpoint, sign_head_of
from dutydesk.desk.base.settings import DEFAULTS
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.events.log import GENESIS, link
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engines.sqlite.binding import connect
from dutydesk.store.engines.sqlite.database import create_store
from dutydesk.store.tables import log, tree
from dutydesk.wire.files.signatures import new_key
from dutydesk.wire.files.tree_heads import TreeHead
from long_logs import add_events
from refusals import raises_code
from sqlite_files import changed_file

Rows = list[list[Any]]
KEY = new_key()
EVENTS = 700


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with 700 events, and two tiles of its tree."""
    path = tmp_path_factory.mktemp("forged") / "desk.db"
    create_store(path, "exercise", AT)
    with closing(connect(path)) as connection:
        connection.execute("BEGIN")
        add_events(connection, EVENTS)
        handle = Handle(connection, AT)
        for row in tree.missing_tiles(handle, 9):
            handle.run("tree_tile_add", **row)
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


@contextmanager
def reading(path: Path) -> Iterator[Handle]:
    with closing(connect(path)) as connection:
        yield Handle(connection, AT)


def head_of(path: Path, size: int | None = None) -> TreeHead:
    with reading(path) as handle:
        return sign_head_of(handle, size or log.head_seq(handle), KEY)


def forged(stored: Path, folder: Path, change: Callable[[Rows], Rows], *, tiles: bool) -> Path:
    """A copy of the store whose events were changed and linked anew; ``tiles``: its tree was made anew, too."""
    path = folder / "forged.db"
    path.write_bytes(stored.read_bytes())
    with closing(sqlite3.connect(path)) as store, store:
        for (name,) in store.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'event'"):
            store.execute(f"DROP TRIGGER {name}")
        rows = [list(row[1:6]) for row in store.execute("SELECT * FROM event ORDER BY seq").fetchall()]
        store.execute("DELETE FROM event")
        previous = GENESIS
        for seq, row in enumerate(change(rows), start=1):
            digest = link(previous, seq, *row)
            store.execute("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (seq, *row, previous, digest))
            previous = digest
        if tiles:
            store.execute("DELETE FROM tree_tile")
    return path


def changed(rows: Rows) -> Rows:
    return [*rows[:299], [*rows[299][:1], "Mallory", *rows[299][2:]], *rows[300:]]


def cut_out(rows: Rows) -> Rows:
    return [*rows[:299], *rows[300:], *rows[-1:]]


def put_in(rows: Rows) -> Rows:
    return [*rows[:299], rows[299], *rows[299:]]


def reordered(rows: Rows) -> Rows:
    return [*rows[:299], rows[300], rows[299], *rows[301:]]


def tail_cut(rows: Rows) -> Rows:
    return rows[:-50]


def wholly_new(rows: Rows) -> Rows:
    return [[row[0] + 1, *row[1:]] for row in rows]


@pytest.mark.parametrize("change", [changed, cut_out, put_in, reordered, wholly_new], ids=lambda each: each.__name__)
def test_a_kept_checkpoint_names_a_log_that_was_written_anew(
    stored: Path, tmp_path: Path, change: Callable[[Rows], Rows]
) -> None:
    kept = head_of(stored)
    path = forged(stored, tmp_path, lambda rows: [*change(rows), *rows[-3:]], tiles=True)
    with reading(path) as handle:
        assert log.verify(handle).fault is None, "the chain alone can't show it"
        later = sign_head_of(handle, log.head_seq(handle), KEY)
        found = prove_consistency(handle, kept, later)
        assert found.fault is not None
        assert "does not begin with that of" in found.fault
        with raises_code(RefusedCode.CHECKPOINTS_DIFFER):
            proving_head(handle, path, DEFAULTS, kept, is_witnessed=False)


def test_a_tail_that_was_cut_off_is_named_by_the_checkpoint_alone(stored: Path, tmp_path: Path) -> None:
    kept, path = head_of(stored), forged(stored, tmp_path, tail_cut, tiles=False)
    with reading(path) as handle:
        found = prove_consistency(handle, kept, sign_head_of(handle, log.head_seq(handle), KEY))
        assert found.fault == f"the second checkpoint has {EVENTS - 50} events, fewer than the first one's {EVENTS}"
        with raises_code(RefusedCode.CHECKPOINTS_DIFFER):
            proving_head(handle, path, DEFAULTS, kept, is_witnessed=False)


def test_two_logs_of_one_length_are_named_by_their_checkpoints_alone(stored: Path, tmp_path: Path) -> None:
    one, other = head_of(stored), head_of(forged(stored, tmp_path, changed, tiles=True))
    found = check_consistency(one, other, ())
    assert found.fault is not None
    assert "two different logs" in found.fault


def test_a_log_whose_tiles_were_left_is_named_by_the_comparison_of_tables(stored: Path, tmp_path: Path) -> None:
    path = forged(stored, tmp_path, changed, tiles=False)
    with reading(path) as handle:
        assert {fault.key for fault in tree.tile_faults(handle)} == {"0/1"}


async def test_a_desk_signs_nothing_that_does_not_extend_its_last_checkpoint(bench: Bench) -> None:
    store = bench.desk.store
    await bench.sent(diffusion("DE"))
    head = await make_checkpoint(store, KEY)
    assert head.size == await bench.desk.queries.head_seq() - 1
    await grow_tree(store)
    later = await make_checkpoint(store, KEY)
    assert later.size > head.size

    def put(digest: bytes) -> None:
        with changed_file(store.path) as file:
            file.execute("DROP TRIGGER IF EXISTS event_is_never_changed")
            file.execute("UPDATE event SET hash = ? WHERE seq = 2", [digest])

    was = bytes(await store.read(lambda handle: handle.value("event_hash", seq=2)))
    put(bytes(32))
    with raises_code(RefusedCode.CHECKPOINTS_DIFFER):
        await make_checkpoint(store, KEY)
    put(was)
