"""Checkpoints of a desk on a cluster: each box signs by its own key, and each is verified on every box."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from boxes import Box
from desks import diffusion
from dutydesk.desk.audit.item_proof import open_head
from dutydesk.desk.audit.witness.book import WitnessBook, read_log_key
from dutydesk.wire.files.tree_heads import WitnessRequest, read_hashes
from postgres_cluster import PostgresCluster, postgres_cluster

__all__ = ["postgres_cluster"]


@pytest.fixture
def boxes(tmp_path: Path, postgres_cluster: PostgresCluster) -> tuple[Box, list[tuple[str, ...]]]:
    """A desk with one item, and how each of its two boxes is called."""
    box, url = Box(tmp_path), postgres_cluster.database()
    calls = [("--home", str(tmp_path / name), "--db", url) for name in ("one", "two")]
    box.ok(*calls[0], "init", "--exercise")
    box.ok(*calls[0], "submit", box.lines("in.jsonl", diffusion("DE")))
    return box, calls


def diagnosis(box: Box, *call: str) -> dict[str, Any]:
    (found,) = [line for line in box.run(*call, "--json", "doctor").objects() if line["check"] == "checkpoint"]
    return found


def test_each_boxes_checkpoint_is_verified_by_every_box(boxes: tuple[Box, list[tuple[str, ...]]]) -> None:
    box, (one, two) = boxes
    keys = []
    for call, name in ((one, "first"), (two, "second")):
        made = box.ok(*call, "--json", "audit", "checkpoint", name).object()
        keys.append(made["key"])
        assert made["key"] in diagnosis(box, *one)["detail"], "any box names the key of the last one"
        box.ok(*call, "note", "D-000001", f"after {name}")
    assert keys[0] != keys[1]
    for call in (one, two):
        for name, key in zip(("first", "second"), keys, strict=True):
            box.ok(*call, "audit", "verify", "--checkpoint", name, "--public-key", key)
        found = box.ok(*call, "--json", "audit", "consistency", "first", "second").object()
    box.ok(*two, "export", "D-000001", "item", "--checkpoint", "first")
    box.ok("verify-item", "item", "--checkpoint", "first", "--public-key", keys[0])
    heads = [open_head(box.folder / name) for name in ("first", "second")]
    book = WitnessBook(box.folder / "witness", "box2.example/witness")
    book.add_log(read_log_key(str(box.folder / "first")))
    requests = [
        WitnessRequest(0, (), heads[0]),
        WitnessRequest(heads[0].size, read_hashes(found["proof"]), heads[1]),
    ]
    assert [book.add_checkpoint(each.body).status for each in requests] == [200, 403]
    book.add_log(read_log_key(str(box.folder / "second")), is_further=True)
    assert book.add_checkpoint(requests[1].body).status == 200
    assert not book.alarms()
