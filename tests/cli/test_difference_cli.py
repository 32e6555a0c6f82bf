"""``show --difference``: what changed, for people and for programs."""

from __future__ import annotations

import json

from boxes import Box
from desks import act_message, diffusion
from dutydesk.domain.codes.not_found import NotFoundCode


def corrected(box: Box) -> None:
    box.ok("supervise", "RU", "held", "--order", "SG/1", "--by", "SG", "--reason", "Misuse.")
    message = diffusion("RU", text="He was seen in Lyon.")
    body = {name: value for name, value in message.items() if name not in ("reference", "type")}
    second = body | act_message("correction", "RU", of=message["reference"], recipients=["PL"])
    second["text"] = "He was seen in Paris."
    box.ok("submit", "-", given="\n".join(map(json.dumps, (message, second))).encode())


def test_what_changed_for_a_person_and_for_a_program(box: Box) -> None:
    corrected(box)
    paper = box.ok("show", "D-000001", "--difference").out
    assert "D-000001 v1" in paper.splitlines()[0]
    assert "He was seen in [-Lyon-]{+Paris+}." in paper
    assert 'recipients\n    - ["PL", "FR", "UA"]\n    + ["PL"]' in paper
    assert "Recipients removed: FR, UA" in paper
    found = box.ok("show", "D-000001", "--difference", "1", "--json").object()
    assert [(field["field"], field["change"]) for field in found["fields"]] == [
        ("recipients", "changed"),
        ("text", "changed"),
    ]
    assert found["audience"] == {"added": [], "removed": ["FR", "UA"], "kept": ["PL"]}
    assert found["basis"] == {"name": "1", "kind": "version", "item": "D-000001", "version": 1}


def test_a_version_that_does_not_exist(box: Box) -> None:
    corrected(box)
    box.refused(NotFoundCode.NOTHING_TO_COMPARE, "show", "D-000001", "--difference", "7")


def test_a_country_officer_to_whom_it_is_denied_is_shown_nothing(box: Box) -> None:
    corrected(box)
    box.ok("submit", "-", given=json.dumps(act_message("restriction", "RU", deny=["PL"])).encode())
    box.ok("officers", "add", "Pola", "--role", "supervisor", "--country", "PL")
    paper = box.ok("--as", "Pola", "show", "D-000001", "--difference").out
    assert "denies one of the two texts" in paper
    assert "Lyon" not in paper
