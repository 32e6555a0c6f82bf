"""What follows a decision, on the command line: two persons, recall, reopening, retention, alarms, worklists."""

from __future__ import annotations

import json
from typing import Any

from boxes import Box
from desks import act_message, diffusion, notice_request
from dutydesk.domain.codes.conflict import ConflictCode
from dutydesk.domain.codes.not_allowed import NotAllowedCode
from dutydesk.domain.codes.refused import RefusedCode

ORDER = ("--order", "SG/1", "--by", "Secretary General", "--reason", "to prevent misuse")


def sent(box: Box, message: dict[str, Any]) -> str:
    name: str = box.ok("submit", box.lines("in.jsonl", message), "--json").object()["item"]
    return name


def shown(box: Box, item: str) -> dict[str, Any]:
    return box.ok("show", item, "--json").object()


def ready(box: Box, item: str, officer: str) -> None:
    box.ok("--as", officer, "claim", item)
    for point in shown(box, item)["checklist"]:
        box.ok("--as", officer, "tick", item, point["check"])


def delivered(box: Box) -> str:
    item = sent(box, diffusion("DE", ("PL", "FR")))
    box.ok("dispatch", "--until-idle")
    return item


def test_an_override_is_proposed_and_confirmed_by_another_person(box: Box) -> None:
    message = notice_request("BR")
    message["judicial"]["offences"][0] |= {"sentence_months": 5, "remaining_months": 4}
    item = sent(box, message)
    ready(box, item, "Ines")
    over = ("decide", item, "release", "--override", "JUD-02", "--reason", "a murder, four months are left")
    proposed = box.ok("--as", "Ines", *over, "--json").object()
    assert {"item": item, "state": "proposed"}.items() <= proposed.items()
    assert shown(box, item)["proposal"]["because"] == ["JUD-02 is overridden"]
    assert "Proposed: release, by Ines" in box.ok("show", item).out
    box.refused(NotAllowedCode.OWN_PROPOSAL, "--as", "Ines", "confirm", item)
    confirmed = box.ok("--as", "Jonas", "confirm", item, "--json").object()
    assert confirmed["state"] == "released"
    assert shown(box, item)["notice_number"].startswith("N-")
    box.refused(ConflictCode.PROPOSAL_GONE, "--as", "Jonas", "confirm", item)


def test_a_dissent_keeps_both_opinions(box: Box) -> None:
    message = notice_request("BR")
    message["judicial"]["offences"][0] |= {"sentence_months": 5, "remaining_months": 4}
    item = sent(box, message)
    ready(box, item, "Ines")
    box.ok("--as", "Ines", "decide", item, "release", "--override", "JUD-02", "--reason", "grave")
    assert box.run("--as", "Jonas", "dissent", item).code == 2
    box.ok("--as", "Jonas", "dissent", item, "--reason", "not grave")
    view = shown(box, item)
    assert (view["state"], [review["reason"] for review in view["reviews"]]) == ("held", ["grave", "not grave"])


def test_a_recall_and_its_board(box: Box) -> None:
    item = delivered(box)
    assert box.run("--as", "Jonas", "recall", item).code == 2
    box.ok("--as", "Jonas", "recall", item, "--reason", "acquitted")
    assert shown(box, item)["recall_proposed"] == "Jonas"
    assert [row["alarm"] for row in box.ok("alarms", "--json").objects()] == ["recall"]
    assert box.ok("--as", "Oskar", "confirm", item, "--json").object()["state"] == "recalled"
    box.ok("dispatch", "--until-idle")
    confirmation = act_message("recall_confirmation", "PL", about=item, outcome="deleted")
    box.ok("submit", box.lines("confirmed.jsonl", confirmation))
    view = shown(box, item)
    assert view["recall"] == {"to_be_told": [], "told": ["FR"], "confirmed": ["PL"]}
    assert {row["recipient"]: row["state"] for row in view["deliveries"]} == {
        "FR": "recall_sent",
        "PL": "recall_confirmed",
    }
    assert "1 confirmed: PL" in box.ok("show", item).out


def test_an_urgent_recall_is_ratified(box: Box) -> None:
    item = delivered(box)
    box.ok("--as", "Ines", "recall", item, "--urgent", "--reason", "asylum")
    assert "unratified" in box.ok("alarms").out
    for name, code in (("Jonas", NotAllowedCode.ROLE_TOO_LOW), ("Ines", NotAllowedCode.OWN_RECALL)):
        box.refused(code, "--as", name, "ratify", item)
    box.ok("--as", "Oskar", "ratify", item)
    assert box.ok("alarms").out == "No alarm.\n"
    box.refused(RefusedCode.NO_RECALL_TO_RATIFY, "--as", "Oskar", "ratify", item)


def test_reopen_and_postreview(box: Box) -> None:
    item = sent(box, notice_request("BR"))
    box.ok("--as", "Jonas", "claim", item)
    box.ok("--as", "Jonas", "decide", item, "refuse", "--code", "other", "--reason", "no papers")
    assert box.run("--as", "Jonas", "reopen", item, "--reason", "papers").code == 3
    reopened = box.ok("--as", "Ines", "reopen", item, "--reason", "papers", "--json").object()
    assert reopened["state"] == "held"
    box.ok("--as", "Ines", "supervise", "KE", "monitored", *ORDER)
    seen = sent(box, diffusion("KE"))
    box.ok("--as", "Jonas", "postreview", seen, "ok", "--reason", "in order")
    assert shown(box, seen)["post_review"] == "ok"
    assert box.run("--as", "Jonas", "postreview", seen, "fine", "--reason", "x").code == 2


def test_legal_hold_and_purge(box: Box) -> None:
    item = sent(box, diffusion("DE", ("PL",), retention_until="2022-12-31"))
    box.ok("dispatch", "--until-idle")
    box.ok("--as", "Ines", "legal-hold", item)
    kept = box.ok("purge", "--json").object()
    assert kept == {"purged": [], "kept": [[item, "legal hold"]], "erased": True, "left_to_vacuum": False}
    box.ok("--as", "Ines", "legal-hold", item, "--lift", "--reason", "the court is done")
    assert box.run("--as", "Ines", "purge").code == 3
    assert box.ok("purge").out == "1 item purged.\n"
    view = shown(box, item)
    assert (view["state"], view["body"]) == ("purged", None)
    assert box.ok("audit", "verify", "--json").object()["chain"] == "verified"


def test_another_kind_is_offered(box: Box) -> None:
    item = sent(box, notice_request("BR"))
    ready(box, item, "Jonas")
    as_blue = ("decide", item, "release", "--kind", "blue", "--reason", "as blue")
    box.refused(RefusedCode.KIND_WITHOUT_CONSENT, "--as", "Jonas", *as_blue)
    box.ok("--as", "Jonas", "decide", item, "ask", "--kind", "blue", "--reason", "would a blue notice do?")
    assert shown(box, item)["offered_kind"] == "blue"
    box.ok("dispatch", "--outbox", "out", "--until-idle")
    lines = [json.loads(line) for path in (box.folder / "out" / "BR").glob("*.jsonl") for line in path.open()]
    assert [line["offered_kind"] for line in lines if line["notice"] == "information_request"] == ["blue"]


def test_the_worklist_of_a_measure(box: Box) -> None:
    box.ok("--as", "Ines", "supervise", "RU", "held", *ORDER)
    item = sent(box, diffusion("RU"))
    assert box.ok("worklist", "M-0001", "--json").objects() == [{"item": item, "state": "held", "what": "still held"}]
    assert "still held" in box.ok("worklist", "M-0001").out
    assert box.run("worklist", "M-0002").code == 1
