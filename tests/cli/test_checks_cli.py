"""Checks from the command line: exactly the contract's bytes, whatever the cause."""

from __future__ import annotations

from boxes import Box
from desks import diffusion
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.codes.not_found import NotFoundCode
from dutydesk.domain.codes.refused import RefusedCode

NO_RECORD = '{"result": "no_record", "hits": []}\n'


def test_the_answer_of_no_record_is_the_same_whatever_the_cause(box: Box) -> None:
    box.ok("submit", box.lines("in.jsonl", diffusion("DE", ("PL", "FR"))), "--json")
    shown = box.ok("show", "D-000001", "--json").object()["body"]["subject"]["name"]
    asked = ("--database", "nominal", "--name", f"{shown['given']} {shown['family']}", "--json")
    answer = box.ok("check", "--requester", "PL", *asked).object()
    (hit,) = answer["hits"]
    assert (answer["result"], hit["item"], hit["source"]) == ("hit", "D-000001", "DE")
    assert hit["explanation"]
    box.ok("restrict", "DE", "--deny", "PL", "--item", "D-000001", "--as", "Ines")
    restricted = box.run("check", "--requester", "PL", *asked)
    unaddressed = box.run("check", "--requester", "ES", *asked)
    unknown = box.run("check", "--requester", "FR", "--database", "nominal", "--name", "Nobody Atall", "--json")
    for ended in (restricted, unaddressed, unknown):
        assert (ended.code, ended.out, ended.err) == (0, NO_RECORD, "")


def test_a_hit_is_shown_in_full(box: Box) -> None:
    box.ok("submit", box.lines("in.jsonl", diffusion("DE", ("PL", "FR"))), "--json")
    box.ok("check", "--requester", "PL", "--database", "travel_documents", "--document-number", "ZX4400917")
    box.ok("dismiss", "H-000001", "--reason", "Another man.")
    shown = box.ok("show", "H-000001", "--json").object()
    assert (shown["hit"], shown["requester"], shown["item"], shown["score"]) == ("H-000001", "PL", "D-000001", 95)
    assert shown["query"] == {"document_number": "ZX4400917"}
    assert shown["told"] == [{"recipient": "DE", "state": "queued"}]
    assert shown["dismissals"][0]["reason"] == "Another man."
    text = box.ok("show", "H-000001").out
    for words in ("dismissed until", "document number: ZX4400917", "source: DE", "DE: queued", "Another man."):
        assert words in text
    box.refused(NotFoundCode.UNKNOWN_HIT, "show", "H-000009")
    box.refused(InvalidRequestCode.BAD_NAME, "show", "X-1")


def test_a_wrong_call_and_a_limit_say_what_to_do(box: Box) -> None:
    box.refused(
        InvalidRequestCode.UNKNOWN_CODE, "check", "--requester", "ZZ", "--database", "nominal", "--name", "Ab Cd"
    )
    assert box.run("check", "--requester", "PL", "--database", "nominal").code == 2
    box.refused(RefusedCode.QUERY_UNUSABLE, "check", "--requester", "PL", "--database", "nominal", "--name", "*")
    box.refused(NotFoundCode.UNKNOWN_HIT, "dismiss", "H-000009", "--reason", "false")
