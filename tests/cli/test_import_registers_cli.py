"""Importing registers from the command line."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from boxes import Box
from desks import diffusion

GOOD = "reference;family;given;date_of_birth;country_of_origin;date\nR-1;Skarvin;Ilja;1974-05-02;RU;2019-01-02\n"


def written(box: Box, name: str, text: str) -> str:
    path = box.folder / name
    Path(path).write_text(text, "utf-8")
    return str(path)


def test_import_of_refugees(box: Box) -> None:
    file = written(box, "refugees.csv", GOOD)
    ended = box.ok("import", "refugees", file, "--json").object()
    assert (ended["taken"], ended["not_taken"], ended["register"]) == (1, [], "refugees")
    assert box.ok("import", "refugees", file).out == "refugees: 0 taken, 0 changed, 1 unchanged, 0 not taken.\n"


def test_rows_that_are_not_taken_are_named_and_end_with_one(box: Box) -> None:
    ended = box.run("import", "refugees", written(box, "r.csv", GOOD + "R-2;Nordal\n"))
    assert ended.code == 1
    assert "refugees: 1 taken" in ended.out
    assert "line 3 is not taken: it has 2 fields" in ended.out


def test_import_of_the_ccf(box: Box) -> None:
    text = '[{"reference": "C-1", "matter": "open request", "original_script": "Скарвин Илья", "date": "2021-03-04"}]'
    assert box.ok("import", "ccf", written(box, "ccf.json", text), "--json").object()["taken"] == 1


def test_calls_that_can_t_be_done(box: Box) -> None:
    file = written(box, "refugees.csv", GOOD)
    assert box.run("--as", "Ines", "import", "refugees", file).code == 3
    assert box.run("import", "refugees", file + ".none").code == 2
    assert box.run("import", "ccf", file).code == 2
    assert box.run("import").code == 2


GRANTED_BY = "Zubrowka"


def about(sender: str) -> dict[str, Any]:
    message = diffusion(sender, ("PL",))
    message["subject"] |= {"name": {"family": "Skarvin", "given": "Ilja"}, "date_of_birth": "1974-05-02"}
    return message


def lines_to(box: Box, country: str) -> list[dict[str, Any]]:
    files = sorted((box.folder / "outbox" / country).glob("*.jsonl"))
    return [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]


def test_from_the_register_to_the_refusal_the_sender_learns_nothing_of_it(box: Box) -> None:
    """CON-05 and HIS-02 hold at the level direct; what goes to the senders names neither register nor state."""
    head, row = GOOD.strip().splitlines()
    box.ok("import", "refugees", written(box, "r.csv", f"{head};granted_by\n{row};{GRANTED_BY}\n"))
    entry = {"reference": "C-1", "matter": "decision", "decision": "deleted", "date": "2021-03-04"}
    entry |= {"family": "Skarvin", "given": "Ilja", "date_of_birth": "1974-05-02"}
    box.ok("import", "ccf", written(box, "ccf.json", json.dumps([entry])))

    sent = box.lines("in.jsonl", about("RU"), about("RU"), about("BR"))
    results = box.ok("submit", sent, "--json")
    assert [result["state"] for result in results.objects()] == ["held"] * 3
    for item, fired in (("D-000001", {"CON-05", "HIS-02"}), ("D-000003", {"HIS-02"})):
        findings = box.ok("show", item, "--json").object()["findings"]
        blocking = {found["rule"] for found in findings if found["severity"] == "block"}
        assert blocking & {"CON-05", "HIS-02"} == fired
        assert GRANTED_BY not in json.dumps(findings)

    decide = ("--as", "Jonas", "decide")
    for item in ("D-000001", "D-000002"):
        box.ok("--as", "Jonas", "claim", item)
    box.ok(*decide, "D-000001", "ask", "--reason", "When and where was the warrant issued?")
    box.ok(*decide, "D-000002", "refuse", "--code", "other", "--reason", "The request can't be met.")
    box.ok("dispatch", "--until-idle")
    told = lines_to(box, "RU")
    assert {line["notice"] for line in told} == {"receipt", "information_request", "refused"}
    for line in (*told, *lines_to(box, "BR"), *results.objects()):
        written_out = json.dumps(line)
        assert not any(word in written_out for word in (GRANTED_BY, "CON-05", "HIS-02", "refugee", "CCF"))
        assert not re.search(r"\b[RC]-1\b", written_out), "the register's entries"
    assert not (box.folder / "outbox" / "PL").exists()
    kept = b"".join(file.read_bytes() for file in box.folder.rglob("desk.db*"))
    assert GRANTED_BY.encode() not in kept
