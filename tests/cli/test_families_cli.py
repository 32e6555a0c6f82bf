"""A denial is not lost by a correction: by command line, wire messages and the files of the outbox only."""

from __future__ import annotations

import json

from boxes import Box
from desks import act_message, diffusion


def test_a_correction_does_not_go_to_whom_its_parent_is_denied(box: Box) -> None:
    outbox = box.folder / "outbox"

    def sent(*messages: dict[str, object]) -> list[dict[str, object]]:
        found = box.ok("submit", "-", "--json", given="\n".join(map(json.dumps, messages)).encode()).objects()
        box.ok("dispatch", "--outbox", str(outbox), "--until-idle")
        return found

    def lines(code: str) -> list[tuple[str, str]]:
        files = sorted((outbox / code).glob("[0-9]*.jsonl"))
        told = [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]
        return [(line["notice"], line["item"]) for line in told if line["notice"] != "receipt"]

    def checked(code: str) -> dict[str, object]:
        asked = ("--requester", code, "--database", "nominal", "--name", "Tesfamarkos Dawit")
        return box.ok("--as", "Jonas", "check", *asked, "--json").object()

    first = diffusion("FR", ("PL", "DE"))
    first["subject"]["name"] = {"family": "Tesfamarkos", "given": "Dawit"}
    sent(first)
    assert checked("PL")["result"] == "hit"
    (stated,) = sent(act_message("restriction", "FR", of=first["reference"], deny=["PL"]))
    assert "told, can't be erased by us: PL" in str(stated["cause"])
    second = diffusion("FR", ("DE", "PL"), type="correction", of=first["reference"], subject=first["subject"])
    sent(second)
    assert lines("PL") == [("diffusion", "D-000001"), ("access_withdrawn", "D-000001")]
    assert ("correction", "D-000002") in lines("DE")
    assert checked("PL") == {"result": "no_record", "hits": []}
    assert checked("DE")["result"] == "hit"
    why = box.ok("why", "D-000002", "--json").object()
    assert {row["recipient"]: row["cause"] for row in why["recipients"]} == {"DE": None, "PL": "restricted"}
    assert box.ok("show", "D-000002", "--json").object()["family"] == "D-000001"

    (again,) = sent(act_message("restriction", "FR", of=second["reference"], deny=["DE"]))
    assert "D-000001 and its correction D-000002" in str(again["cause"])
    assert lines("DE")[-2:] == [("access_withdrawn", "D-000001"), ("access_withdrawn", "D-000002")]
    assert checked("DE") == {"result": "no_record", "hits": []}
    assert box.ok("audit", "verify", "--policy", "--json").object()["policy"]
