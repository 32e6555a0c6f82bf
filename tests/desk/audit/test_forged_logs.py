"""Logs that were written anew by whoever owns the store's file: the chain holds, and a kept checkpoint names each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from desks import Bench, diffusion
from dutydesk.desk.audit.item_proof import check_consistency, prove_consistency, proving_head
from dutydesk.desk.audit.tree_heads import grow_tree, make_checkpoint, sign_head_of
from dutydesk.desk.base.settings import DEFAULTS
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.store.tables import log, tree
from forged_logs import (
    EVENTS,
    KEY,
    Rows,
    changed,
    cut_out,
    forged,
    head_of,
    put_in,
    reading,
    reordered,
    tail_cut,
    wholly_new,
)
from refusals import raises_code
from sqlite_files import changed_file


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


def test_a_store_that_is_shorter_than_the_later_checkpoint_accuses_nobody(stored: Path, tmp_path: Path) -> None:
    later, path = head_of(stored), forged(stored, tmp_path, tail_cut, tiles=False)
    with reading(path) as handle:
        here = log.head_seq(handle)
        found = prove_consistency(handle, sign_head_of(handle, here, KEY), later)
    assert found.fault is not None
    assert f"has {here} events, too few to show it for {EVENTS}" in found.fault


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
