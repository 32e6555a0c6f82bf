"""A body changed in the store file with the hash beside it, as every command tells of it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from hashlib import sha256

import pytest

from boxes import Box
from desks import diffusion, notice_request
from dutydesk.domain.delivery.bodies import CHANGED_WORDS


def forge(box: Box, item: int) -> None:
    with closing(sqlite3.connect(box.store)) as store, store:
        ((received,),) = store.execute("SELECT raw FROM body WHERE item = ?", (item,)).fetchall()
        forged = received.replace(b"Vellmark", b"Bellmark")
        assert forged != received
        store.execute("UPDATE body SET raw = ?, sha256 = ? WHERE item = ?", (forged, sha256(forged).hexdigest(), item))


@pytest.fixture
def forged(box: Box) -> Box:
    """The first item was released and waits to be handed over, the second is held."""
    box.ok("submit", box.lines("in.jsonl", diffusion("DE", ("PL", "FR")), notice_request("BR")))
    for item in (1, 2):
        forge(box, item)
    return box


def test_show_why_and_items_say_so(forged: Box) -> None:
    shown = forged.ok("show", "D-000002", "--json").object()
    assert (shown["title"], shown["changed"], shown["body_fault"]) == (CHANGED_WORDS, True, "bytes")
    assert (shown["body"], shown["findings"]) == (None, [])
    for words in (forged.ok("show", "D-000002").out, forged.ok("why", "D-000002").out, forged.ok("items").out):
        assert CHANGED_WORDS in words
        assert "ellmark" not in words.lower()
    assert forged.ok("why", "D-000002", "--json").object()["changed"] is True
    assert [row["changed"] for row in forged.ok("items", "--json").objects()] == [True, True]


def test_alarms_and_doctor_name_it(forged: Box) -> None:
    alarms = [row["subject"] for row in forged.ok("alarms", "--json").objects() if row["alarm"] == "changed"]
    assert alarms == ["D-000001", "D-000002"]
    looked = {row["check"]: row for row in forged.run("doctor", "--json").objects()}
    assert not looked["bodies"]["ok"]
    assert looked["chain"]["ok"]
    assert "D-000001 v1" in str(looked["bodies"]["detail"])


def test_audit_verify_names_each_with_and_without_the_policy(forged: Box) -> None:
    found = forged.run("audit", "verify", "--json")
    assert found.code == 1
    told = found.object()
    assert told["chain"] == "verified"
    assert [(row["item"], row["version"], row["fault"]) for row in told["bodies_changed"]] == [
        ("D-000001", 1, "bytes"),
        ("D-000002", 1, "bytes"),
    ]
    proved = forged.run("audit", "verify", "--policy", "--json")
    assert proved.code == 1
    assert [row["item"] for row in proved.object()["breaches"]] == ["D-000001", "D-000002"]
    assert forged.run("audit", "verify").code == forged.run("audit", "verify", "--policy").code == 1
    forged.ok("audit", "export", "desk.log")
    forged.ok("audit", "verify", "--policy", "desk.log")


def test_nothing_goes_out(forged: Box) -> None:
    (forged.folder / "outbox").mkdir()
    forged.ok("dispatch", "--outbox", "outbox", "--until-idle")
    written = [path.read_text() for path in (forged.folder / "outbox").glob("*/*.jsonl")]
    assert written, "receipts go out"
    assert not any("Bellmark" in text for text in written)
    shown = forged.ok("show", "D-000001", "--json").object()
    assert {row["state"] for row in shown["deliveries"]} == {"dead"}
    assert "item.body_changed" in [row["kind"] for row in shown["history"]]


def test_a_sound_store_says_so(box: Box) -> None:
    box.ok("submit", box.lines("in.jsonl", diffusion("DE", ("PL", "FR"))))
    told = box.ok("audit", "verify", "--json").object()
    assert (told["bodies"], told["bodies_changed"]) == ("verified", [])
    assert box.ok("show", "D-000001", "--json").object()["body_fault"] is None
