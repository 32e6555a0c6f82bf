"""What ``show`` and ``why`` say of recipients, and of past times."""

from __future__ import annotations

import json

from boxes import Box
from desks import act_message, diffusion


def submitted(box: Box, *messages: dict[str, object]) -> None:
    box.ok("submit", "-", given="\n".join(map(json.dumps, messages)).encode())


def test_show_and_why(box: Box) -> None:
    outbox = str(box.folder / "outbox")
    submitted(box, diffusion("DE", ("PL", "FR", "IT", "BY"), restricted_from=["BY"]))
    box.ok("offline", "IT")
    box.ok("dispatch", "--outbox", outbox, "--until-idle")
    responses = [("PL", "acting"), ("FR", "acted"), ("PL", "declined")]
    submitted(box, *(act_message("response", code, about="D-000001", action=action) for code, action in responses))
    submitted(box, act_message("restriction", "DE", deny=["FR"]))
    box.ok("dispatch", "--outbox", outbox, "--until-idle")
    submitted(box, act_message("recall_confirmation", "FR", about="D-000001", outcome="deleted"))

    shown = box.ok("show", "D-000001").out
    assert "Recipients: acted 1: FR; declined 1: PL" in shown
    assert "PL acting, and something else since" in shown
    assert "Access withdrawn by the owner" in shown
    found = box.ok("show", "D-000001", "--json").object()
    assert found["decided"]["declined"] == ["PL"]
    assert found["access_withdrawn"] == {"to_be_told": [], "told": [], "confirmed": ["FR"]}

    at = box.ok("items", "--json").object()["received_at"]
    then = {row["recipient"]: row for row in box.ok("why", "D-000001", "--at", at, "--json").object()["recipients"]}
    assert {code: row["verdict"] for code, row in then.items()} == {
        "BY": "suppress",
        "FR": "deliver",
        "IT": "deliver",
        "PL": "deliver",
    }
    assert not any(row["holds"] or row["waiting"] for row in then.values())
    now = {row["recipient"]: row for row in box.ok("why", "D-000001", "--json").object()["recipients"]}
    assert (now["IT"]["waiting"], now["FR"]["holds"], now["BY"]["cause"]) == ("offline", True, "restricted")
    paper = box.ok("why", "D-000001").out
    assert "1 of them offline, their deliveries wait: IT" in paper
    assert "2 with a copy: FR, PL" in paper
    assert "BY is left out: restricted" in paper


def test_the_outbox_has_a_line_for_whom_access_was_withdrawn_and_none_for_the_sender_of_decisions(box: Box) -> None:
    outbox = box.folder / "outbox"
    submitted(box, diffusion("DE", ("PL", "FR", "BY"), restricted_from=["BY"]))
    box.ok("dispatch", "--outbox", str(outbox), "--until-idle")
    submitted(box, act_message("response", "PL", about="D-000001", action="declined", note="Not ours."))
    submitted(box, act_message("restriction", "DE", deny=["FR"]))
    box.ok("dispatch", "--outbox", str(outbox), "--until-idle")
    lines = {
        folder.name: [
            json.loads(line)["notice"]
            for file in sorted(folder.glob("*.jsonl"))
            for line in file.read_text("utf-8").splitlines()
        ]
        for folder in outbox.iterdir()
        if folder.is_dir() and not folder.name.startswith(".")
    }
    assert lines.get("FR") == ["diffusion", "access_withdrawn"]
    assert lines.get("PL") == ["diffusion"]
    assert not lines.get("BY")
    learnt = set(lines["DE"]) - {"receipt", "retention_question"}
    assert not learnt, "its sender learns nothing of what recipients decide"
