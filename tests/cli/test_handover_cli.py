"""The handover by command: printed to be edited, signed from a file or a pipe, accepted by another person."""

from __future__ import annotations

from boxes import Box
from desks import diffusion


def test_it_is_printed_signed_and_accepted(box: Box) -> None:
    box.ok("submit", box.lines("in.jsonl", diffusion("DE", retention_until=None)))
    drawn = box.ok("--as", "Jonas", "handover", "--json").object()
    assert drawn["counts"]["taken_in"] == 1
    assert drawn["last"] is None
    printed = box.ok("--as", "Jonas", "handover").out
    assert "In and out: 1 taken in, 1 straight out" in printed
    assert printed.startswith("HANDOVER NOTE (EXERCISE)\n")
    note = box.folder / "note.txt"
    note.write_text(printed + "One question to RU is open: naïve “quotes”.\n", "utf-8")
    signed = box.ok("--as", "Jonas", "handover", "--write", "--file", str(note), "--json").object()
    assert (signed["handover"], signed["state"]) == ("S-0001", "written")
    own = box.run("--as", "Jonas", "handover", "--accept")
    assert (own.code, own.err) == (3, "dutydesk: Jonas wrote S-0001; another officer accepts it\n")
    last = box.ok("--as", "Ines", "handover", "--last")
    assert "naïve “quotes”" in last.out
    assert "not accepted yet" in last.out
    assert box.ok("--as", "Ines", "handover", "--accept", "--of", "S-0001").out == (
        "S-0001 of Jonas is accepted by Ines\n"
    )
    found = box.ok("handover", "--last", "--json").object()
    assert (found["accepted_by"], found["sound"]) == ("Ines", True)
    assert box.run("--as", "Oskar", "handover", "--accept").code == 1
    assert "S-0001, signed by Jonas" in box.run("handover").err
    assert box.ok("audit", "verify", "--policy", "--json").object()["policy"] == "verified"


def test_a_text_by_pipe_and_what_is_no_text(box: Box) -> None:
    assert box.ok("--as", "Jonas", "handover", "--write", given=b"All quiet.\n").out.startswith("S-0001 is signed")
    newer = box.ok("--as", "Oskar", "handover", "--write", given=b"Not quiet.\n")
    assert "in place of S-0001" in newer.out
    stale = box.run("--as", "Ines", "handover", "--accept", "--of", "S-0001", "--json")
    assert (stale.code, stale.object()["error"]) == (1, "conflict")
    for given, words in ((b"", "says nothing"), (b"\xff\xfe", "no text in UTF-8"), (b"x" * 2_000_000, "larger")):
        refused = box.run("--as", "Jonas", "handover", "--write", given=given)
        assert refused.code == 2
        assert words in refused.err
        assert refused.err.count("\n") == 1


def test_wrong_calls(box: Box) -> None:
    for arguments in (("--write", "--accept"), ("--file", "x"), ("--of", "H-1"), ("--accept", "--of", "D-1")):
        assert box.run("handover", *arguments).code == 2
    assert box.run("handover", "--accept").code == 1
    assert box.run("handover", "--last").code == 1
    missing = box.run("handover", "--write", "--file", "missing.txt")
    assert (missing.code, missing.err.count("\n")) == (2, 1)
