"""The log proved, taken out and marked, on the command line."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

from boxes import Box
from desks import diffusion
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.events.log import GENESIS, link


def worked(box: Box) -> Box:
    """One item straight out and handed over, one held."""
    box.ok("supervise", "RU", "held", "--order", "SG/1", "--by", "Secretary General", "--reason", "Broken rules.")
    box.ok("submit", box.lines("shift.jsonl", diffusion("DE", ("PL", "FR")), diffusion("RU", ("PL",))))
    (box.folder / "outbox").mkdir()
    box.ok("dispatch", "--outbox", "outbox", "--until-idle")
    return box


def rewrite(box: Box, kind: str, **data: object) -> int:
    """Changes an event in the store and links all that follow again, as whoever owns the file could; its number."""
    with closing(sqlite3.connect(box.store)) as store, store:
        store.execute("DROP TRIGGER event_is_never_changed")
        rows = store.execute("SELECT seq, at, actor, kind, subject, data FROM event ORDER BY seq").fetchall()
        place = next(row[0] for row in rows if row[3] == kind)
        previous = GENESIS
        for seq, at, actor, name, subject, text in rows:
            if seq == place:
                text = json.dumps(json.loads(text) | data, sort_keys=True, separators=(",", ":"))
            digest = link(previous, seq, at, actor, name, subject, text)
            store.execute(
                "UPDATE event SET data = ?, previous = ?, hash = ? WHERE seq = ?", (text, previous, digest, seq)
            )
            previous = digest
    return int(place)


def test_policy_in_the_store_and_in_an_export_without_a_store(box: Box) -> None:
    worked(box)
    here = box.ok("audit", "verify", "--policy", "--json").object()
    assert (here["chain"], here["policy"], here["deliveries"], here["breaches"]) == ("verified", "verified", 2, [])
    done = box.ok("audit", "export", "desk.log", "--json").object()
    assert done["events"] == here["events"]
    box.store.unlink()
    there = box.ok("audit", "verify", "--policy", "desk.log", "--json").object()
    assert there == here
    words = box.ok("audit", "verify", "--policy", "desk.log").out
    assert "2 deliveries were made, and the log shows that each was permitted" in words
    assert box.ok("audit", "verify", "desk.log", "--json").object() == {
        key: here[key] for key in ("chain", "events", "head")
    }


def test_a_delivery_that_was_not_permitted_is_named(box: Box) -> None:
    worked(box)
    kept = box.ok("audit", "checkpoint", "kept", "--json").object()
    place = rewrite(box, "deliveries.sending", recipients=["FR", "PL", "SE"])
    assert box.ok("audit", "verify", "--json").object()["chain"] == "verified", "the chain alone can't show it"
    ended = box.run("audit", "verify", "--policy", "--json")
    found = ended.object()
    assert (ended.code, found["chain"], found["first_breach_seq"]) == (1, "verified", place)
    assert found["policy"] == f"event {place}: D-000001 was handed over to SE, for whom it was not put out"
    assert found["breaches"] == [{"seq": place, "words": found["policy"].partition(": ")[2]}]
    told = box.run("audit", "verify", "--policy")
    assert (told.code, told.err) == (1, "")
    assert "NOT permitted, by the log: 1 times among 2 deliveries made" in told.out
    anew = box.run("audit", "verify", "--checkpoint", "kept", "--json")
    assert anew.code == 1
    assert anew.object()["first_bad_seq"] == kept["seq"]
    assert "is not the one that the checkpoint names" in anew.object()["chain"]


def test_a_checkpoint_holds_while_nothing_before_it_changes(box: Box) -> None:
    worked(box)
    marked = box.ok("audit", "checkpoint", "kept", "--json").object()
    box.ok("submit", box.lines("more.jsonl", diffusion("DE", ("PL",))))
    whole = box.ok("audit", "verify", "--json").object()
    found = box.ok("audit", "verify", "--checkpoint", "kept", "--json").object()
    checkpoint = found.pop("checkpoint")
    assert found == whole
    assert (checkpoint["seq"], checkpoint["signed_by"]) == (marked["seq"], marked["key"])
    both = box.ok("audit", "verify", "--policy", "--checkpoint", "kept", "--json").object()
    assert (both["chain"], both["policy"]) == ("verified", "verified")
    words = box.ok("audit", "verify", "--checkpoint", "kept").out
    assert f"is signed by the key {marked['key']}; compare that with the fingerprint you kept" in words
    assert f"only what came after event {marked['seq']} was walked" in words
    assert "walked" not in box.ok("audit", "verify", "--policy", "--checkpoint", "kept").out


def test_a_wholly_rewritten_log_verifies_without_the_checkpoint_and_not_with_it(box: Box) -> None:
    """By whoever owns the store: every hash made anew, and the desk's own key at hand."""
    worked(box)
    key = box.ok("audit", "key", "stick.key", "--json").object()
    marked = box.ok("audit", "checkpoint", "kept", "--key", "stick.key", "--json").object()
    assert marked["key"] == key["fingerprint"]
    box.ok("submit", box.lines("more.jsonl", diffusion("DE", ("PL",))))
    rewrite(box, "store.made", by="Mallory")
    assert box.ok("audit", "verify", "--json").object()["chain"] == "verified"
    for pinned in ((), ("--public-key", key["fingerprint"]), ("--public-key", "stick.key.pub")):
        for policy in ((), ("--policy",)):
            ended = box.run("audit", "verify", *policy, "--checkpoint", "kept", *pinned, "--json")
            assert ended.code == 1
            found = ended.object()
            assert found["first_bad_seq"] == marked["seq"]
            assert found["chain"] == f"event {marked['seq']} is not the one that the checkpoint names"
    told = box.run("audit", "verify", "--checkpoint", "kept")
    assert (told.code, told.err) == (1, "")
    assert "NOT verified" in told.out
    box.ok("audit", "checkpoint", "forged")
    assert box.ok("audit", "verify", "--checkpoint", "forged", "--json").object()["chain"] == "verified"
    by_key = ("--checkpoint", "forged", "--public-key", key["fingerprint"])
    forged = box.refused(RefusedCode.CHECKPOINT_OTHER_KEY, "audit", "verify", *by_key)
    assert key["fingerprint"] in forged.err


def test_keys_and_signatures_by_command(box: Box) -> None:
    worked(box)
    made = box.ok("audit", "key", "stick.key")
    assert "fingerprint SHA256:" in made.out
    assert box.run("audit", "key", "stick.key").code == 1
    done = box.ok("audit", "checkpoint", "kept")
    assert "it is signed by the key SHA256:" in done.out
    (box.folder / "desk.db-signing-key").chmod(0o644)
    box.refused(InvalidRequestCode.KEY_EXPOSED, "audit", "checkpoint", "other")
    note = (box.folder / "kept").read_text("utf-8")
    origin, size, _root, chain, *_ = note.split("\n")
    (box.folder / "kept").write_text(note.replace(f"\n{size}\n", "\n1\n"))
    box.refused(RefusedCode.CHECKPOINT_ALTERED, "audit", "verify", "--checkpoint", "kept")
    _, realm, made_at = origin.split("/")
    made_at = made_at.replace("Z", "+00:00")
    value = {"realm": realm, "made_at": made_at, "seq": int(size), "hash": chain.split()[1], "at": made_at}
    (box.folder / "kept").write_text(json.dumps({"schema": "dutydesk-checkpoint/1"} | value))
    old = box.ok("audit", "verify", "--checkpoint", "kept").out
    assert f"the checkpoint of event {value['seq']} is NOT signed" in old
    assert box.ok("audit", "verify", "--checkpoint", "kept", "--json").object()["checkpoint"]["signed_by"] is None
    assert box.run("audit", "verify", "--public-key", "stick.key.pub").code == 2


def test_files_that_are_none_and_names_that_are_taken(box: Box) -> None:
    foreign = box.lines("foreign.jsonl", {"a": 1})
    for call in (
        ("audit", "verify", foreign),
        ("audit", "verify", "--policy", foreign),
        ("audit", "verify", "--checkpoint", foreign),
        ("audit", "verify", "absent"),
    ):
        ended = box.run(*call)
        assert (ended.code, ended.out, ended.err.count("\n")) == (2, "", 1), call
    for command in ("export", "checkpoint"):
        box.refused(RefusedCode.FILE_EXISTS, "audit", command, foreign)
        assert box.run("audit", command, str(box.store), "--force").code == 2
        box.ok("audit", command, foreign, "--force")
        assert box.run("--as", "Ines", "audit", command, "other").code == 3
    assert box.ok("audit", "verify", "--policy", "--json").object()["policy"] == "verified"


def test_a_log_that_was_cut_off_verifies_no_more(box: Box) -> None:
    worked(box)
    box.ok("audit", "export", "desk.log")
    lines = (box.folder / "desk.log").read_text().splitlines(keepends=True)
    (box.folder / "cut.log").write_text("".join(lines[:8]))
    ended = box.run("audit", "verify", "--policy", "cut.log", "--json")
    assert ended.code == 1
    found = ended.object()
    assert (found["events"], found["first_bad_seq"]) == (7, 8)
    assert found["policy"] == "not proved: the chain does not hold"
    assert "its end was cut off" in found["chain"]
