"""Reading by command is recorded, and goes on where it can't be."""

from __future__ import annotations

import pytest

from boxes import Box
from desks import diffusion
from dutydesk.cli.main import run
from dutydesk.desk.people.officers import os_user
from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.errors import StoreUnusable
from dutydesk.store.engine.store import Store


def test_show_and_why_are_reads_and_lists_are_none(box: Box) -> None:
    box.ok(
        "submit", box.lines("in.jsonl", diffusion("DE", retention_until=None), diffusion("FR", retention_until=None))
    )
    box.ok("items")
    first = box.ok("--as", "Olga", "show", "D-000001", "--json").object()
    assert first["reads"] == [], "what is shown is the item as it was before"
    box.ok("--as", "Olga", "why", "D-000001")
    box.ok("why", "D-000001", "--json")
    found = box.ok("show", "D-000001", "--json").object()
    assert [(read["officer"], read["revision"], read["version"]) for read in found["reads"]] == [
        ("Olga", 1, 1),
        (os_user(), 1, 1),
    ]
    assert found["history"] == first["history"]
    assert found["revision"] == first["revision"]
    words = box.ok("show", "D-000001").out
    assert "Read by" in words
    assert "Olga" in words
    assert box.ok("show", "D-000002", "--json").object()["reads"] == []
    assert box.ok("audit", "verify", "--policy", "--json").object()["policy"] == "verified"


@pytest.mark.parametrize("command", ["show", "why"])
def test_a_full_disk_keeps_nobody_from_reading(
    box: Box, command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    box.ok("submit", box.lines("in.jsonl", diffusion("DE")))

    async def full(_store: Store, _work: object, *, officer: bool = True) -> None:
        raise StoreUnusable(StoreCode.DISK_FULL, "the disk of the store is full")

    monkeypatch.setattr(Store, "write", full)
    assert run(["--db", str(box.store), command, "D-000001", "--json"]) == 0
    told = capsys.readouterr()
    assert '"item": "D-000001"' in told.out.replace('":"', '": "')
    assert told.err == "dutydesk: that you read D-000001 is not in the log: the disk of the store is full\n"
