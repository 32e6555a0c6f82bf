"""A whole way on the command line: a measure, a held item, a decision, its delivery, and the proof."""

from __future__ import annotations

import json

from boxes import Box
from desks import diffusion, notice_request
from dutydesk.domain.codes.conflict import ConflictCode

ORDER = ("--order", "SG/1", "--by", "Secretary General", "--reason", "to prevent misuse")
ITEM_FIELDS = {
    *("item", "type", "kind", "reference", "sender", "state", "version", "cycle", "revision", "urgency"),
    *("received_at", "title", "claimed_by", "level", "measure"),
}
SHOW_FIELDS = ITEM_FIELDS | {
    *("body", "sha256", "findings", "checklist", "route", "deliveries", "reviews", "notes", "history"),
}


def test_from_the_order_to_the_proof(box: Box) -> None:
    ordered = box.ok("--as", "Ines", "supervise", "RU", "held", *ORDER, "--json").object()
    assert {"measure": "M-0001", "country": "RU", "level": "held", "state": "effective"}.items() <= ordered.items()
    assert ordered["effective_at"].endswith("Z")

    messages = box.lines("in.jsonl", diffusion("RU", ("PL", "DE")), diffusion("DE", ("PL", "FR")))
    held, direct = box.ok("submit", messages, "--json").objects()
    assert {"line": 1, "outcome": "accepted", "item": "D-000001", "state": "held"}.items() <= held.items()
    assert {"line": 2, "item": "D-000002", "state": "released", "problems": []}.items() <= direct.items()
    assert set(held) >= {"line", "reference", "outcome", "item", "state", "cause", "problems"}

    newest, oldest = box.ok("items", "--json").objects()
    assert (newest["item"], oldest["item"]) == ("D-000002", "D-000001")
    assert set(oldest) >= ITEM_FIELDS
    assert (oldest["level"], oldest["measure"], oldest["received_at"][-1]) == ("held", "M-0001", "Z")

    claimed = box.ok("--as", "Jonas", "claim", "D-000001", "--json").object()
    assert {"item": "D-000001", "state": "held"}.items() <= claimed.items()
    early = box.run("--as", "Jonas", "--json", "decide", "D-000001", "release", "--reason", "read")
    assert (early.code, early.object()["error"]) == (1, "refused")

    checklist = box.ok("show", "D-000001", "--json").object()["checklist"]
    assert checklist
    assert all(set(point) == {"check", "words", "ticked_by"} for point in checklist)
    assert all(point["check"] in early.object()["detail"] for point in checklist), "the open ticks are listed"
    for point in checklist:
        box.ok("--as", "Jonas", "tick", "D-000001", point["check"])
    released = box.ok("--as", "Jonas", "decide", "d-1", "release", "--reason", "read", "--json").object()
    assert {"item": "D-000001", "state": "released"}.items() <= released.items()
    assert isinstance(released["revision"], int)

    late = box.run("--as", "Ines", "decide", "D-000001", "refuse", "--code", "art_3", "--reason", "late", "--json")
    assert (late.code, late.object()["error"]) == (1, "conflict")
    assert "Jonas" in late.object()["detail"]
    assert "Z" in late.object()["detail"], "who did what and when"
    assert "late" in box.ok("show", "D-000001", "--json").object()["notes"][0]["text"], "what was typed is kept"

    sent = box.ok("dispatch", "--until-idle", "--json").object()
    assert sent["failed"] == 0
    keys = {
        json.loads(line)["delivery"]
        for file in (box.folder / "outbox" / "PL").glob("*.jsonl")
        for line in file.read_text("utf-8").splitlines()
    }
    assert keys >= {"D-000001/1.1/PL", "D-000002/1.1/PL"}

    shown = box.ok("show", "D-000001", "--json").object()
    assert set(shown) >= SHOW_FIELDS
    assert {row["recipient"]: row["state"] for row in shown["deliveries"]} == {"PL": "delivered", "DE": "delivered"}
    assert set(shown["deliveries"][0]) >= {"recipient", "state", "cause", "waiting", "attempts", "version"}
    assert set(shown["route"]) >= {"level", "measure", "causes"}
    assert set(shown["reviews"][0]) >= {"officer", "decision", "reason", "code", "articles", "at"}
    assert set(shown["history"][0]) >= {"seq", "at", "actor", "kind"}
    history = box.ok("show", "D-000001").out.split("History")[1]
    assert "routed it; it is held; at level held" in history, "a reader gets sentences, a program the kinds"
    assert shown["body"]["sender"] == "RU"

    why = box.ok("why", "D-000001", "--json").object()
    assert set(why) >= {"item", "level", "measure", "causes", "recipients"}
    first = why["recipients"][0]
    assert (first["verdict"], first["cause"], first["waiting"], first["holds"]) == ("deliver", None, None, True)

    proof = box.ok("audit", "verify", "--json").object()
    assert proof.keys() >= {"chain", "events", "head"}
    assert proof["chain"] == "verified"


def test_a_second_officer_confirms_a_lift(box: Box) -> None:
    box.ok("--as", "Ines", "supervise", "KE", "monitored", *ORDER)
    proposed = box.ok("--as", "Ines", "lift", "m-1", *ORDER, "--json").object()
    assert {"measure": "M-0001", "state": "proposed"}.items() <= proposed.items()
    assert box.run("--as", "Ines", "confirm", "M-0001").code == 3
    lifted = box.ok("--as", "Oskar", "confirm", "M-0001", "--json").object()
    assert {"measure": "M-0001", "state": "lifted"}.items() <= lifted.items()
    (row,) = box.ok("measures", "KE", "--json").objects()
    assert row["state"] == "lifted"


def test_a_dry_run_counts_and_changes_nothing(box: Box) -> None:
    box.ok("submit", box.lines("in.jsonl", diffusion("FR", ("PL",))))
    before = box.ok("audit", "verify").out
    dry = box.ok("supervise", "FR", "suspended", *ORDER, "--dry-run", "--json").object()
    assert dry["would_change"] == {
        "queued": 1,
        "held": 0,
        "blocked": 0,
        "last_30_days": 1,
        "records_consulted_30_days": 0,
        "hits_30_days": 0,
    }
    assert box.ok("audit", "verify").out == before
    held = box.ok("supervise", "FR", "held", *ORDER, "--dry-run", "--json").object()
    assert held["would_change"].keys() == {"queued", "held", "blocked", "last_30_days"}
    assert "nothing was changed" in box.ok("supervise", "FR", "held", *ORDER, "--dry-run").out


def test_dates_are_midnights_in_utc_and_coverage_is_as_named(box: Box) -> None:
    box.ok(
        *("--as", "Ines", "supervise", "FR", "held", *ORDER),
        *("--effective", "2150-01-02", "--review-by", "2150-03-01T10:00:00+02:00"),
        *("--kinds", "red,blue", "--channels", "diffusion,message"),
    )
    (row,) = box.ok("measures", "--json").objects()
    assert (row["effective_at"], row["review_by"]) == ("2150-01-02T00:00:00Z", "2150-03-01T08:00:00Z")
    assert (row["kinds"], row["channels"]) == (["blue", "red"], ["diffusion", "message"])
    assert (row["state"], row["level"]) == ("ordered", "held")


def test_the_same_command_id_gets_the_same_answer(box: Box) -> None:
    box.ok("submit", box.lines("in.jsonl", notice_request("FR")))
    claim = ("--as", "Jonas", "claim", "D-000001", "--command-id", "c-1", "--json")
    first, again = box.ok(*claim).object(), box.ok(*claim).object()
    assert first == again
    kinds = [event["kind"] for event in box.ok("show", "D-000001", "--json").object()["history"]]
    assert kinds.count("item.claimed") == 1


def test_countries_restrictions_and_the_network(box: Box) -> None:
    box.ok("--as", "Ines", "supervise", "RU", "held", *ORDER)
    box.ok("--as", "Jonas", "offline", "UA")
    box.ok("submit", box.lines("in.jsonl", diffusion("RU", ("PL",)), diffusion("UA", ("RU", "PL", "BY"))))
    rows = {row["code"]: row for row in box.ok("countries", "--json").objects()}
    assert set(rows["RU"]) >= {"code", "name", "ncb", "level", "measure", "held", "received", "offline"}
    assert (rows["RU"]["level"], rows["RU"]["measure"], rows["RU"]["held"]) == ("held", "M-0001", 1)
    assert (rows["UA"]["offline"], rows["UA"]["received"], rows["FR"]["level"]) == (True, 1, "direct")
    assert [row["code"] for row in box.ok("countries", "--level", "held", "--json").objects()] == ["RU"]

    box.ok("--as", "Ines", "restrict", "UA", "--deny", "RU,BY")
    causes = {row["recipient"]: row["cause"] for row in box.ok("show", "D-2", "--json").object()["deliveries"]}
    assert causes == {"RU": "restricted", "PL": None, "BY": "restricted"}
    box.ok("--as", "Jonas", "online", "UA")
    assert not {row["code"]: row for row in box.ok("countries", "--json").objects()}["UA"]["offline"]


def test_quarantined_input_is_seen_read_again_and_rejected(box: Box) -> None:
    path = box.folder / "in.jsonl"
    path.write_bytes(b'{"schema": "dutydesk/1", "cut')
    ended = box.run("submit", str(path), "--json")
    assert (ended.code, ended.object()["outcome"]) == (1, "quarantined")
    assert box.run("reread", "D-000001").code == 1
    assert box.ok("reject", "D-000001", "--reason", "cut off", "--json").object()["state"] == "rejected"
    assert "cut" in box.ok("show", "D-000001").out


def test_ask_note_and_take_over(box: Box) -> None:
    box.ok("submit", box.lines("in.jsonl", notice_request("FR")))
    box.ok("--as", "Jonas", "claim", "D-1")
    refused = box.run("--as", "Olga", "claim", "D-1")
    assert refused.code == 3
    taken = box.refused(ConflictCode.CLAIMED_BY_ANOTHER, "--as", "Ines", "claim", "D-1")
    assert "Jonas" in taken.object()["detail"]
    box.ok("--as", "Ines", "claim", "D-1", "--take-over", "his shift is over")
    asked = box.ok("--as", "Ines", "decide", "D-1", "ask", "--reason", "Which court?", "--json").object()
    assert asked["state"] == "information_requested"
    box.ok("--as", "Ines", "note", "D-1", "The bureau called.")
    assert box.ok("show", "D-1", "--json").object()["notes"][0]["text"] == "The bureau called."
    box.refused(ConflictCode.PROPOSAL_GONE, "--as", "Oskar", "confirm", "D-1")
