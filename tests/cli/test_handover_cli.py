"""The handover by command: printed to be edited, signed from a file or a pipe, accepted by another person."""

from __future__ import annotations

from boxes import Box
from desks import diffusion
from dutydesk.domain.codes.conflict import ConflictCode
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.codes.not_allowed import NotAllowedCode
from dutydesk.domain.codes.not_found import NotFoundCode


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
    box.refused(NotAllowedCode.OWN_HANDOVER, "--as", "Jonas", "handover", "--accept")
    last = box.ok("--as", "Ines", "handover", "--last")
    assert "naïve “quotes”" in last.out
    assert "not accepted yet" in last.out
    assert box.ok("--as", "Ines", "handover", "--accept", "--of", "S-0001").out == (
        "S-0001 of Jonas is accepted by Ines\n"
    )
    found = box.ok("handover", "--last", "--json").object()
    assert (found["accepted_by"], found["sound"]) == ("Ines", True)
    box.refused(ConflictCode.HANDOVER_ACCEPTED, "--as", "Oskar", "handover", "--accept")
    assert "S-0001, signed by Jonas" in box.run("handover").err
    assert box.ok("audit", "verify", "--policy", "--json").object()["policy"] == "verified"


def test_a_text_by_pipe_and_what_is_no_text(box: Box) -> None:
    assert box.ok("--as", "Jonas", "handover", "--write", given=b"All quiet.\n").out.startswith("S-0001 is signed")
    newer = box.ok("--as", "Oskar", "handover", "--write", given=b"Not quiet.\n")
    assert "in place of S-0001" in newer.out
    box.refused(ConflictCode.HANDOVER_REPLACED, "--as", "Ines", "handover", "--accept", "--of", "S-0001")
    for given, code in (
        (b"", InvalidRequestCode.HANDOVER_EMPTY),
        (b"\xff\xfe", InvalidRequestCode.TEXT_NOT_UTF8),
        (b"x" * 2_000_000, InvalidRequestCode.HANDOVER_TOO_LONG),
    ):
        box.refused(code, "--as", "Jonas", "handover", "--write", given=given)


def test_wrong_calls(box: Box) -> None:
    for arguments in (("--write", "--accept"), ("--file", "x"), ("--of", "H-1"), ("--accept", "--of", "D-1")):
        assert box.run("handover", *arguments).code == 2
    box.refused(NotFoundCode.NO_HANDOVER, "handover", "--accept")
    box.refused(NotFoundCode.NO_HANDOVER, "handover", "--last")
    box.refused(InvalidRequestCode.FILE_NOT_READABLE, "handover", "--write", "--file", "missing.txt")
