"""The command line shows what a second officer signs, and whose order is whose."""

from __future__ import annotations

from boxes import Box
from desks import diffusion

ORDER = ("--order", "SG/1", "--by", "Secretary General", "--reason", "to prevent misuse")
LIFT = ("--order", "SG/9", "--by", "General Assembly", "--reason", "mended")


def lifting(box: Box) -> None:
    box.ok("--as", "Oskar", "supervise", "KE", "held", *ORDER)
    box.ok("--as", "Ines", "lift", "M-0001", *LIFT)


def test_measures_keep_the_orders_officer_beside_the_lift(box: Box) -> None:
    lifting(box)
    (row,) = box.ok("measures", "KE", "--json").objects()
    assert (row["officer"], row["order"], row["by"], row["proposed"]) == ("Oskar", "SG/1", "Secretary General", "lift")
    at = row["lift"].pop("at")
    assert at >= row["ordered_at"]
    assert row["lift"] == {"officer": "Ines", "order": "SG/9", "by": "General Assembly", "reason": "mended"}
    box.ok("--as", "Oskar", "confirm", "M-0001")
    (row,) = box.ok("measures", "KE", "--json").objects()
    assert (row["officer"], row["lift"], row["state"]) == ("Oskar", None, "lifted")


def test_a_confirm_prints_the_proposal_that_was_signed(box: Box) -> None:
    lifting(box)
    said = box.ok("--as", "Oskar", "confirm", "M-0001").out
    assert "lift of M-0001, KE, proposed by Ines" in said
    assert "order SG/9 of General Assembly" in said
    assert "held before, direct after" in said
    assert "SG/1" not in said


def test_a_confirm_in_json_carries_the_proposal(box: Box) -> None:
    lifting(box)
    answer = box.ok("--as", "Oskar", "confirm", "M-0001", "--json").object()
    assert {"measure": "M-0001", "state": "lifted"}.items() <= answer.items()
    assert {"what": "lift", "officer": "Ines", "order": "SG/9"}.items() <= answer["proposal"].items()


def test_a_recall_in_json_carries_its_proposal(box: Box) -> None:
    item = box.ok("submit", box.lines("in.jsonl", diffusion("DE", ("PL",))), "--json").object()["item"]
    box.ok("dispatch", "--until-idle")
    box.ok("--as", "Jonas", "recall", item, "--reason", "acquitted")
    answer = box.ok("--as", "Oskar", "confirm", item, "--json").object()
    assert {"what": "recall", "officer": "Jonas", "reason": "acquitted"}.items() <= answer["proposal"].items()


def test_the_same_command_gets_the_same_answer_again(box: Box) -> None:
    lifting(box)
    confirm = ("--as", "Oskar", "confirm", "M-0001", "--command-id", "abc", "--json")
    first = box.ok(*confirm).object()
    second = box.ok(*confirm).object()
    first.pop("proposal")
    assert second == first
