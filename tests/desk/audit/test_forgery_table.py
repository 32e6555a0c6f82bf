"""Each forgery of a log, by each who holds something of it: an item with its checkpoint, a checkpoint, a witness."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest

from desks import AT
from dutydesk.desk.audit.item_proof import check_consistency
from dutydesk.desk.audit.tree_heads import sign_head_of
from dutydesk.desk.audit.witness.book import WitnessBook
from dutydesk.domain.frozen import value
from dutydesk.domain.proof.merkle import consistency_proof, inclusion_proof
from dutydesk.store.engine.reader import Handle
from dutydesk.store.tables import log, tree
from dutydesk.wire.files.item_proofs import EventProof
from dutydesk.wire.files.notes import KeyType, NoteKey
from dutydesk.wire.files.tree_heads import TreeHead, WitnessRequest
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

#: The checkpoint that was given to each before the forgery has so many events; the item's event is one of them.
KEPT, EVENT = 660, 640
ITEM, CHECKPOINT, WITNESS = "item", "checkpoint", "witness"


@value(frozen=True, slots=True)
class ShownLog:
    """What a desk shows after a forgery: the proof of the item's event, a checkpoint, and that it extends the last."""

    event: EventProof
    head: TreeHead
    extension: tuple[bytes, ...]


def shown_of(handle: Handle, size: int | None = None) -> ShownLog:
    """What a desk shows of its log: honest proofs of the tree that it has."""
    nodes, size = tree.nodes(handle), size or log.head_seq(handle)
    proved, seq = min(size, KEPT), min(size, EVENT)
    event = EventProof(seq, bytes(handle.value("event_hash", seq=seq)), tuple(inclusion_proof(nodes, seq - 1, proved)))
    extension = tuple(consistency_proof(nodes, KEPT, size)) if size >= KEPT else ()
    return ShownLog(event, sign_head_of(handle, size, KEY), extension)


def written_anew(change: Callable[[Rows], Rows]) -> Callable[[Path, Path], ShownLog]:
    """A log whose events are others, with a tree that is theirs."""

    def show(stored: Path, folder: Path) -> ShownLog:
        with reading(forged(stored, folder, change, tiles=True), AT + timedelta(hours=1)) as handle:
            return shown_of(handle)

    return show


def short(rows: Rows) -> Rows:
    return tail_cut(tail_cut(rows))


def an_old_one(stored: Path, _folder: Path) -> ShownLog:
    """The checkpoint of an earlier day, and the event proved to that."""
    with reading(stored) as handle:
        nodes = tree.nodes(handle)
        old = shown_of(handle, 500)
        path = tuple(inclusion_proof(nodes, 399, 500))
        return replace(old, event=EventProof(400, bytes(handle.value("event_hash", seq=400)), path))


def of_another(stored: Path, _folder: Path) -> ShownLog:
    """The proof of another event, and the proof that another checkpoint is extended."""
    with reading(stored) as handle:
        nodes, right = tree.nodes(handle), shown_of(handle)
        path = tuple(inclusion_proof(nodes, EVENT, KEPT))
        return replace(
            right, event=replace(right.event, path=path), extension=tuple(consistency_proof(nodes, KEPT - 1, EVENTS))
        )


def a_changed_tile(stored: Path, folder: Path) -> ShownLog:
    """A tree one of whose tiles was changed; the events are as they were."""
    path = folder / "tile.db"
    path.write_bytes(stored.read_bytes())
    with closing(sqlite3.connect(path)) as store, store:
        for (name,) in store.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'tree_tile'"
        ):
            store.execute(f"DROP TRIGGER {name}")
        store.execute("UPDATE tree_tile SET root = zeroblob(32), hashes = zeroblob(32) || substr(hashes, 33)")
    with reading(path) as handle:
        return shown_of(handle)


FORGERIES: Final[dict[str, Callable[[Path, Path], ShownLog]]] = {
    "an event changed": written_anew(changed),
    "an event cut out": written_anew(cut_out),
    "an event put in": written_anew(put_in),
    "two events reordered": written_anew(reordered),
    "the tail cut off": written_anew(short),
    "the whole log written anew": written_anew(wholly_new),
    "another log shown to another": written_anew(lambda rows: [*rows[:600], *changed(rows[301:])[:100]]),
    "an old checkpoint replayed": an_old_one,
    "a proof of another": of_another,
    "a tile changed": a_changed_tile,
}
#: The witness's alarm where it is not that of a fork.
ALARMS: Final = {"the tail cut off": "rollback", "an old checkpoint replayed": "replay"}


def named_by_item(kept: TreeHead, shown: ShownLog, _folder: Path) -> str | None:
    return shown.event.fault(kept)


def named_by_checkpoint(kept: TreeHead, shown: ShownLog, _folder: Path) -> str | None:
    return check_consistency(kept, shown.head, shown.extension).fault


def named_by_witness(kept: TreeHead, shown: ShownLog, folder: Path) -> str | None:
    """The kind of its alarm; it cosigns nothing then."""
    book = WitnessBook(folder / "witness", "box2.example/witness")
    book.add_log(NoteKey(kept.origin, KeyType.NOTE, KEY.public))
    assert book.add_checkpoint(WitnessRequest(0, (), kept).body).status == 200
    answer = book.add_checkpoint(WitnessRequest(KEPT, shown.extension, shown.head).body)
    kinds = [alarm.kind for alarm in book.alarms()]
    assert (answer.status == 200) == (not kinds)
    return kinds[0] if kinds else None


HOLDERS = {ITEM: named_by_item, CHECKPOINT: named_by_checkpoint, WITNESS: named_by_witness}


@pytest.mark.parametrize("holder", HOLDERS)
@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forgery_is_named_by_whoever_holds_one_thing(stored: Path, tmp_path: Path, forgery: str, holder: str) -> None:
    kept, shown = head_of(stored, KEPT), FORGERIES[forgery](stored, tmp_path)
    found = HOLDERS[holder](kept, shown, tmp_path)
    assert found is not None
    if holder == WITNESS:
        assert found == ALARMS.get(forgery, "fork")


@pytest.mark.parametrize("holder", HOLDERS)
def test_nobody_names_a_log_that_goes_on(stored: Path, tmp_path: Path, holder: str) -> None:
    with reading(stored) as handle:
        assert HOLDERS[holder](head_of(stored, KEPT), shown_of(handle), tmp_path) is None
