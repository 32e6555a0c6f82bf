"""A person's file by command: as text and as an object, and no more than the officer may see."""

from __future__ import annotations

from boxes import Box
from desks import act_message, diffusion
from dutydesk.domain.codes.not_found import NotFoundCode
from persons import paper, subject


def test_the_file_of_an_item_as_text_and_as_an_object(box: Box) -> None:
    messages = (
        diffusion("DE", ("PL",), retention_until=None, subject=subject(identity_documents=paper())),
        diffusion("FR", ("PL",), retention_until=None, subject=subject(identity_documents=paper())),
        diffusion("ES", ("PL",), retention_until=None, subject=subject("Skarwin", "Iliya", "1974")),
        act_message("message", "DE", recipients=["PL"], text="Good morning."),
    )
    box.ok("submit", box.lines("in.jsonl", *messages))
    found = box.ok("person", "D-000001", "--json").object()
    lines = {line["subject"]: line for line in found["lines"]}
    assert (found["title"], found["birth"], found["left_out"], found["more"]) == (
        "SKARVIN, Ilja",
        "1974-05-02",
        0,
        False,
    )
    assert {name: line["sameness"] for name, line in lines.items()} == {
        "D-000001": "self",
        "D-000002": "document",
        "D-000003": "like",
    }
    assert lines["D-000003"]["points"] < 100
    assert "family name spelt otherwise" in lines["D-000003"]["reasons"]
    assert lines["D-000002"]["item"]["sender"] == "FR"
    (document,) = [link for link in found["links"] if link["kind"] == "document"]
    assert (document["value"], sorted(document["lines"])) == ("RU AB1234567", ["D-000001", "D-000002"])
    text = box.ok("person", "D-000001").out
    assert "same document" in text
    assert "Same document, RU AB1234567: " in text
    (read,) = box.ok("show", "D-000001", "--json").object()["reads"]
    assert read["revision"] == 1


def test_what_names_nobody_has_no_file(box: Box) -> None:
    box.ok("submit", box.lines("in.jsonl", act_message("message", "DE", recipients=["PL"], text="Good morning.")))
    box.refused(NotFoundCode.NO_PERSON, "person", "D-000001", "--json")
