"""A store made anew from its log, on the command line: after edits, without its bodies, from an export and a backup."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from typing_extensions import override

from boxes import Box
from desks import act_message, diffusion
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.codes.refused import RefusedCode


@dataclass(frozen=True)
class OtherBox(Box):
    """The same folder with another store."""

    name: str = "new.db"

    @property
    @override
    def store(self) -> Path:
        return self.folder / self.name


def worked(box: Box) -> Box:
    """A measure, an item that went out, one that is held with a note, a check with a hit, a restriction."""
    box.ok("supervise", "RU", "held", "--order", "SG/1", "--by", "Secretary General", "--reason", "Broken rules.")
    box.ok("submit", box.lines("shift.jsonl", diffusion("DE", ("PL", "FR")), diffusion("RU", ("PL",))))
    (box.folder / "outbox").mkdir()
    box.ok("dispatch", "--outbox", "outbox", "--until-idle")
    check = {"database": "nominal", "query": {"name": "Irzo Quilabrand", "date_of_birth": "1968"}}
    box.ok("submit", box.lines("check.jsonl", act_message("check", "PL", **check)))
    box.ok("--as", "Jonas", "note", "D-000002", "The facts are thin.")
    box.ok("--as", "Ines", "restrict", "FR", "--deny", "CN")
    return box


def edit(box: Box, *statements: str) -> None:
    with closing(sqlite3.connect(box.store)) as store, store:
        for statement in statements:
            store.execute(statement)


def rows(path: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as store:
        return store.execute(query).fetchall()


def test_an_edited_store_is_made_anew_as_the_log_says(box: Box) -> None:
    worked(box)
    edit(
        box,
        "UPDATE officer SET role = 'administrator' WHERE name = 'Olga'",
        "DELETE FROM measure",
        "DELETE FROM restriction",
        "UPDATE item SET state = 'released' WHERE number = 2",
        "UPDATE delivery SET state = 'queued'",
        "UPDATE desk SET realm = 'live'",
        "DELETE FROM reference",
    )
    done = box.run("recover", "new.db", "--json")
    report = done.object()
    assert (report["cut"], report["different"], report["items"]) == (None, report["counts"]["receipt"], 2)
    assert set(report["counts"]) == {"receipt"}, "the receipts' words were removed, and the log has only their digests"
    new = OtherBox(box.folder)
    found = new.run("audit", "verify", "--state", "--policy", "--json").object()
    assert (found["chain"], found["policy"]) == ("verified", "verified")
    assert {each["column"] for each in found["differences"]} == {"receipt"}
    assert rows(new.store, "SELECT realm FROM desk") == [("exercise",)]
    assert rows(new.store, "SELECT role FROM officer WHERE name = 'Olga'") == [("observer",)]
    assert rows(new.store, "SELECT state FROM item ORDER BY number") == [("released",), ("held",)]
    assert rows(new.store, "SELECT text FROM remark") == [("The facts are thin.",)]


def test_the_desk_works_on_with_the_new_store(box: Box) -> None:
    worked(box)
    box.ok("recover", "new.db")
    new = OtherBox(box.folder)
    (box.folder / "later").mkdir()
    new.ok("submit", box.lines("more.jsonl", diffusion("DE", ("PL",))))
    new.ok("dispatch", "--outbox", "later", "--until-idle")
    assert new.ok("audit", "verify", "--state", "--policy", "--json").object()["state"] == "verified"
    check = {"database": "nominal", "query": {"name": "Irzo Quilabrand", "date_of_birth": "1968"}}
    again = new.ok("submit", box.lines("again.jsonl", act_message("check", "PL", **check)), "--json").object()
    assert again["result"] == "hit", "records are found by their keys"


def test_what_is_lost_is_named_and_goes_nowhere(box: Box) -> None:
    worked(box)
    edit(box, "UPDATE body SET raw = NULL, findings = '[]' WHERE item = 2", "UPDATE remark SET text = 'Fine.'")
    done = box.run("recover", "new.db", "--json")
    assert done.code == 1
    report = done.object()
    assert report["counts"] == {"body": 1, "findings": 1, "remark": 1}
    assert "body: D-000002, version 1" in report["lost"]
    new = OtherBox(box.folder)
    assert rows(new.store, "SELECT title FROM item WHERE number = 2") == [("its body is lost",)]
    new.ok("--as", "Jonas", "claim", "D-000002")
    refused = new.run("--as", "Jonas", "decide", "D-000002", "release", "--reason", "x", "--json")
    assert refused.code == 1


def test_from_an_exported_log_and_a_backup(box: Box) -> None:
    worked(box)
    box.ok("backup", "copy.db")
    box.ok("submit", box.lines("more.jsonl", diffusion("FR", ("PL",))))
    box.ok("audit", "export", "desk.log")
    box.store.unlink()
    copy = OtherBox(box.folder, "copy.db")
    report = copy.run("recover", "new.db", "--log", "desk.log", "--json").object()
    assert report["items"] == 3, "the log knows of what came after the backup"
    assert "body: D-000003, version 1" in report["lost"]
    assert report["counts"]["body"] == 1
    new = OtherBox(box.folder)
    assert new.run("audit", "verify", "--json").object()["chain"] == "verified"


def test_a_log_alone_gives_everything_but_the_contents(box: Box) -> None:
    worked(box)
    box.ok("audit", "export", "desk.log")
    box.store.unlink()
    report = box.run("recover", "new.db", "--log", "desk.log", "--json").object()
    assert report["counts"]["body"] == 2
    assert rows(box.folder / "new.db", "SELECT count(*), sum(state = 'delivered') FROM delivery") == [(2, 2)]


def test_a_log_that_was_changed_is_followed_as_far_as_it_holds(box: Box) -> None:
    worked(box)
    edit(
        box,
        "DROP TRIGGER event_is_never_changed",
        "UPDATE event SET data = replace(data, 'thin', 'fine') WHERE seq = (SELECT max(seq) FROM event)",
        "UPDATE event SET actor = 'Oskar' WHERE seq = (SELECT max(seq) FROM event)",
    )
    report = box.run("recover", "new.db", "--json").object()
    assert "was changed after it was written" in report["cut"]
    assert rows(box.folder / "new.db", "SELECT count(*) FROM restriction") == [(0,)]


def test_no_file_is_replaced(box: Box) -> None:
    worked(box)
    (box.folder / "new.db").write_text("mine")
    box.refused(RefusedCode.FILE_EXISTS, "recover", "new.db")
    assert (box.folder / "new.db").read_text() == "mine"
    assert not list(box.folder.glob(".recovering-*"))


@pytest.mark.parametrize("statement", ["DELETE FROM event", "UPDATE event SET kind = 'x' WHERE seq = 1"])
def test_without_a_beginning_nothing_is_made(box: Box, statement: str) -> None:
    edit(box, "DROP TRIGGER event_is_never_changed", "DROP TRIGGER event_is_never_deleted", statement)
    box.refused(RefusedCode.CHAIN_BROKEN, "recover", "new.db")
    assert not (box.folder / "new.db").exists()


def cut_off(box: Box, events: int) -> None:
    """Removes the last events, as one who can write to the store does it."""
    last = f"SELECT max(seq) - {events} FROM event"
    edit(box, "DROP TRIGGER event_is_never_deleted", f"DELETE FROM event WHERE seq > ({last})")


def test_a_log_that_was_cut_off_is_not_that_of_the_checkpoint(box: Box) -> None:
    worked(box)
    box.ok("audit", "checkpoint", "friday.checkpoint")
    cut_off(box, 3)
    box.refused(RefusedCode.CHAIN_BROKEN, "recover", "new.db", "--checkpoint", "friday.checkpoint")
    assert not (box.folder / "new.db").exists()
    assert not list(box.folder.glob(".recovering-*"))
    box.run("recover", "new.db")
    assert (box.folder / "new.db").exists(), "without the checkpoint nobody can know"


def test_a_log_that_breaks_after_the_checkpoint_is_followed_as_far_as_it_holds(box: Box) -> None:
    worked(box)
    box.ok("audit", "checkpoint", "friday.checkpoint")
    box.ok("--as", "Jonas", "note", "D-000002", "Another note.")
    change = "UPDATE event SET actor = 'Oskar' WHERE seq = (SELECT max(seq) FROM event)"
    edit(box, "DROP TRIGGER event_is_never_changed", change)
    report = box.run("recover", "new.db", "--checkpoint", "friday.checkpoint", "--json").object()
    assert "was changed after it was written" in report["cut"]


def test_a_log_that_breaks_before_the_checkpoint_is_refused(box: Box) -> None:
    worked(box)
    box.ok("audit", "checkpoint", "friday.checkpoint")
    edit(box, "DROP TRIGGER event_is_never_changed", "UPDATE event SET actor = 'Oskar' WHERE seq = 9")
    box.refused(RefusedCode.CHAIN_BROKEN, "recover", "new.db", "--checkpoint", "friday.checkpoint")


def test_the_log_of_another_desk_is_refused(box: Box) -> None:
    worked(box)
    box.ok("audit", "checkpoint", "friday.checkpoint")
    other = OtherBox(box.folder, "other.db")
    other.ok("init", "--exercise")
    other.refused(RefusedCode.CHAIN_BROKEN, "recover", "new.db", "--checkpoint", "friday.checkpoint")


def test_the_key_that_signed_the_checkpoint_is_named_and_compared(box: Box) -> None:
    worked(box)
    box.ok("audit", "checkpoint", "friday.checkpoint")
    assert "signed by the key" in box.ok("recover", "new.db", "--checkpoint", "friday.checkpoint").out
    box.ok("audit", "key", "other.key")
    pinned = ("--checkpoint", "friday.checkpoint", "--public-key", "other.key.pub")
    box.refused(RefusedCode.CHECKPOINT_OTHER_KEY, "recover", "late.db", *pinned)
    box.refused(InvalidRequestCode.CONFLICTING_OPTIONS, "recover", "late.db", *pinned[2:])
