"""The tables compared with the log, on the command line: whole, after a checkpoint, and what the doctor looks at."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

import pytest

from boxes import Box
from desks import diffusion
from dutydesk.domain.codes.invalid_request import InvalidRequestCode


def worked(box: Box) -> Box:
    """A measure, an item that went out, and one that is held."""
    box.ok("supervise", "RU", "held", "--order", "SG/1", "--by", "Secretary General", "--reason", "Broken rules.")
    box.ok("submit", box.lines("shift.jsonl", diffusion("DE", ("PL", "FR")), diffusion("RU", ("PL",))))
    (box.folder / "outbox").mkdir()
    box.ok("dispatch", "--outbox", "outbox", "--until-idle")
    return box


def edit(box: Box, statement: str) -> None:
    with closing(sqlite3.connect(box.store)) as store, store:
        store.execute(statement)


def state_of(box: Box) -> dict[str, Any]:
    """What the doctor says of the tables."""
    (found,) = [each for each in box.run("doctor", "--json").objects() if each["check"] == "state"]
    return found


def test_a_store_whose_tables_are_its_log(box: Box) -> None:
    worked(box)
    found = box.ok("audit", "verify", "--state", "--json").object()
    assert (found["chain"], found["state"], found["different"], found["unsaid"]) == ("verified", "verified", 0, 0)
    assert found["rows"] > 200
    assert "every table is as the log says" in box.ok("audit", "verify", "--state").out
    both = box.ok("audit", "verify", "--policy", "--state", "--json").object()
    assert (both["policy"], both["state"]) == ("verified", "verified")


@pytest.mark.parametrize(
    ("statement", "table", "key", "column", "stands", "log_says"),
    [
        ("UPDATE desk SET realm = 'live'", "desk", "1", "realm", "live", "exercise"),
        (
            "UPDATE officer SET role = 'administrator' WHERE name = 'Olga'",
            "officer",
            "5",
            "role",
            "administrator",
            "observer",
        ),
        ("UPDATE measure SET level = 'direct'", "measure", "1", "level", "direct", "held"),
        ("UPDATE item SET state = 'released' WHERE number = 2", "item", "D-000002", "state", "released", "held"),
        ("UPDATE item SET title = 'NOBODY' WHERE number = 2", "item", "D-000002", "title", "NOBODY", ""),
    ],
)
def test_a_changed_column_is_named_with_its_row(
    box: Box, statement: str, table: str, key: str, column: str, stands: str, log_says: str
) -> None:
    edit(worked(box), statement)
    done = box.run("audit", "verify", "--state", "--json")
    assert done.code == 1
    (first, *_) = [each for each in done.object()["differences"] if each["table"] == table]
    assert (first["key"], first["column"], first["stands"]) == (key, column, stands)
    assert first["log_says"] == log_says or not log_says
    words = box.run("audit", "verify", "--state").out
    assert f"{table} {key}, {column}: the store has {stands}" in words


def test_after_a_checkpoint_only_later_rows_are_compared(box: Box) -> None:
    worked(box)
    box.ok("audit", "checkpoint", "friday.checkpoint")
    edit(box, "UPDATE item SET title = 'NOBODY' WHERE number = 1")
    box.ok("submit", box.lines("more.jsonl", diffusion("DE", ("PL",))))
    later = ("audit", "verify", "--state", "--checkpoint", "friday.checkpoint")
    assert box.ok(*later, "--json").object()["state"] == "verified"
    edit(box, "UPDATE item SET title = 'NOBODY' WHERE number = 3")
    named = box.run(*later, "--json").object()["differences"]
    assert [(each["key"], each["column"]) for each in named] == [("D-000003", "title")]
    edit(box, "UPDATE officer SET role = 'administrator' WHERE name = 'Olga'")
    assert box.run(*later, "--json").object()["different"] == 2, "roles are always compared"


def test_an_exported_log_has_no_tables(box: Box) -> None:
    box.ok("audit", "export", "desk.log")
    box.refused(InvalidRequestCode.CONFLICTING_OPTIONS, "audit", "verify", "--state", "desk.log")


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE officer SET role = 'administrator' WHERE name = 'Olga'", "officer 5, role"),
        ("UPDATE measure SET state = 'lifted'", "measure 1, state"),
        ("DELETE FROM measure", "measure 1: the store has no row"),
        ("INSERT INTO restriction VALUES (1, 'DE', NULL, 'FR', 0, 1, 'Ines')", "restriction 1: the store has a row"),
        ("UPDATE desk SET realm = 'live'", "desk 1, realm"),
        (
            "INSERT INTO login SELECT 'mallory', id FROM officer WHERE name = 'Ines'",
            "login mallory: the store has a row",
        ),
    ],
)
def test_the_doctor_names_what_the_next_acts_rest_on(box: Box, statement: str, words: str) -> None:
    worked(box)
    assert state_of(box)["ok"]
    edit(box, statement)
    found = state_of(box)
    assert not found["ok"]
    assert words in found["detail"]


def test_the_doctor_names_what_would_go_out(box: Box) -> None:
    worked(box)
    box.ok("submit", box.lines("more.jsonl", diffusion("DE", ("PL",))))
    edit(box, "UPDATE delivery SET recipient = (SELECT id FROM bureau WHERE code = 'CN') WHERE item = 3")
    found = state_of(box)
    assert "delivery D-000003 to CN: the store has a row, the log says no row" in found["detail"]
