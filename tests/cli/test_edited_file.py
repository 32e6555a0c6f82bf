"""By command line: the store's file is edited between two commands, and nothing goes out twice or elsewhere."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from typing import Any

from boxes import Box
from desks import diffusion


def edit(box: Box, *statements: str) -> None:
    with sqlite3.connect(box.store) as connection:
        for statement in statements:
            connection.execute(statement)


def handed_over(box: Box) -> Counter[tuple[str, str]]:
    """How often each key stands in the outbox of each bureau."""
    box.ok("dispatch", "--until-idle")
    lines: list[tuple[str, dict[str, Any]]] = [
        (segment.parent.name, json.loads(line))
        for segment in (box.folder / "outbox").glob("*/*.jsonl")
        for line in segment.read_text("utf-8").splitlines()
    ]
    return Counter((bureau, line["delivery"]) for bureau, line in lines)


def test_what_was_edited_goes_out_once_and_where_it_belongs(box: Box) -> None:
    path = box.lines("in.jsonl", diffusion("DE", ("PL",), retention_until=None))
    box.ok("submit", path)
    first = handed_over(box)
    assert set(first) == {("PL", "D-000001/1.1/PL"), ("DE", "D-000001/1.1/DE/receipt.1")}

    edit(box, "DELETE FROM reference")
    again = box.ok("submit", path, "--json").object()
    assert (again["outcome"], again["item"]) == ("repeat", "D-000001")
    edit(
        box,
        "UPDATE notice SET state = 'queued', due_at = 0",
        "UPDATE delivery SET state = 'queued', due_at = 0",
        "UPDATE item SET open_deliveries = 1, due_at = 0",
        "UPDATE desk SET segment = 0",
    )
    assert handed_over(box) == first

    box.ok("submit", box.lines("more.jsonl", diffusion("FR", ("PL",), retention_until=None)))
    edit(box, "UPDATE notice SET recipient = (SELECT id FROM bureau WHERE code = 'CN') WHERE state = 'queued'")
    after = handed_over(box)
    assert not [bureau for bureau, _ in after if bureau == "CN"]
    assert set(after.values()) == {1}

    edit(box, "UPDATE item SET retention_until = 0, retention_ask = NULL")
    box.ok("purge")
    assert {row["state"] for row in box.ok("items", "--json").objects()} == {"released"}

    alarms = box.ok("alarms", "--json").objects()
    assert {row["subject"] for row in alarms if row["alarm"] == "changed"} >= {"D-000001", "D-000002"}
    doctor = {row["check"]: row for row in box.run("doctor", "--json").objects()}
    assert (doctor["differences"]["ok"], doctor["chain"]["ok"]) == (False, True)
    assert box.run("audit", "verify", "--policy").code == 0


def test_a_store_that_nobody_edited_has_no_differences(box: Box) -> None:
    box.ok("submit", box.lines("in.jsonl", diffusion("DE", ("PL",), retention_until=None)))
    handed_over(box)
    doctor = {row["check"]: row for row in box.run("doctor", "--json").objects()}
    assert doctor["differences"]["ok"]
