"""The console line by line, on any terminal and on none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from boxes import Box
from desks import Bench, diffusion, notice_request
from dutydesk.cli.line_mode import COMMANDS, item_to_print, message_to_submit, parse_command
from dutydesk.cli.main import FAMILIES
from dutydesk.desk.people.officers import os_user
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.messages.message import DocumentQuery
from other_process import OtherProcess, dated_now
from ptys import terminal
from refusals import raises_code


@pytest.fixture
def box(tmp_path: Path) -> Box:
    made = Box(tmp_path)
    made.ok("init", "--exercise")
    messages = [notice_request("BR"), notice_request("GR", urgency="flash")]
    made.ok("submit", "-", given="".join(json.dumps(dated_now(message)) + "\n" for message in messages).encode())
    return made


def test_commands_are_typed_and_changes_are_said(box: Box) -> None:
    typed = (
        'claim D-000001\nlist --state held\ndecide D-000001 refuse --code other --reason "no more"\nclaim D-000009\n'
    )
    ended = box.run("console", "--plain", given=typed.encode())
    assert ended.code == 0
    assert "EXERCISE" in ended.out
    assert "2 held" in ended.out
    assert f"D-000001: {os_user()} claimed it" in ended.out
    assert f"held by {os_user()}" in ended.out
    assert "because: no more." in ended.out
    assert "D-000009" in ended.err
    assert box.ok("--json", "show", "D-000001").object()["state"] == "refused"


def test_no_code_moves_a_cursor_or_sets_a_colour_and_what_others_do_is_said(box: Box) -> None:
    command = box.command("--db", str(box.store), "console", "--plain")

    async def come(bench: Bench) -> None:
        await bench.sent(dated_now(diffusion("DE", urgency="flash")))
        await bench.desk.review.note(bench.actor(os_user()), 1, "seen")
        await bench.desk.checks.check(bench.actor(os_user()), "PL", DocumentQuery("ZX4400917", "SE"))

    with terminal(box.store, (150, 240), command, TERM="dumb", DUTYDESK_DB=str(box.store)) as screen:
        screen.shows("Type help")
        screen.shows("Alarm: flash, D-000002")
        screen.press("show D-000001\n")
        screen.shows("accuracy")
        OtherProcess(box.store)(come)
        screen.shows("New: D-000003, FLASH, red diffusion from DE", f"{os_user()} wrote a note")
        screen.shows("Hit: H-000001, PL asked travel documents, score 100, ", ": record of DE, D-000003.")
        screen.press("dismiss H-000001 --reason false\n")
        screen.shows("H-000001 is dismissed")
        screen.press("help\n")
        screen.shows("legal-hold")
        assert b"\x1b" not in screen.sent
        screen.press("quit\n")
        screen.until(lambda: not screen.read(0.2), "it did not leave")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("list --state held", ["items", "--state", "held"]),
        ("dutydesk show D-000001", ["show", "D-000001"]),
        ('note D-000001 "two words"', ["note", "D-000001", "two words"]),
        ("note D-000001 -- --db", ["note", "D-000001", "--", "--db"]),
        ("help", []),
        ("?", []),
    ],
)
def test_what_is_typed(line: str, words: list[str]) -> None:
    assert parse_command(line) == words


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("init", InvalidRequestCode.UNKNOWN_COMMAND),
        ("backup /tmp/x", InvalidRequestCode.UNKNOWN_COMMAND),
        ("import people /etc/passwd", InvalidRequestCode.UNKNOWN_COMMAND),
        ("console", InvalidRequestCode.UNKNOWN_COMMAND),
        ("--json items", InvalidRequestCode.UNKNOWN_COMMAND),
        ("items --db /else", InvalidRequestCode.OPTION_OF_SESSION),
        ("items --db=/else", InvalidRequestCode.OPTION_OF_SESSION),
        ("items --as Oskar", InvalidRequestCode.OPTION_OF_SESSION),
        ('note D-000001 "open', InvalidRequestCode.OPEN_QUOTE),
        ("rm -rf /", InvalidRequestCode.UNKNOWN_COMMAND),
    ],
)
def test_what_may_not_be_typed_here(line: str, code: InvalidRequestCode) -> None:
    with raises_code(code):
        parse_command(line)


def test_every_command_of_the_lines_is_the_command_lines_own() -> None:
    assert set(COMMANDS) <= {name for family in FAMILIES.values() for name in family}


def test_an_officer_with_nothing_else_submits_exports_and_checks(box: Box) -> None:
    message = json.dumps(dated_now(diffusion("DE")), ensure_ascii=False)
    typed = f"submit {message}\nexport 3\ncheck --requester EE --database nominal --name Nobody\nstats --country DE\n"
    typed += "submit /etc/passwd\nshow 1\n"
    ended = box.run("console", "--plain", given=typed.encode())
    assert ended.code == 0, ended.err
    assert "Accepted: D-000003 released" in ended.out
    exported = [json.loads(line) for line in ended.out.splitlines() if line.startswith("{")]
    assert len(exported) > 3
    assert "No record." in ended.out
    assert "Figures of DE" in ended.out
    assert "write the message itself" in ended.out
    assert "root:x:" not in ended.out
    assert "D-000001" in ended.out


def test_an_account_that_officers_share_lends_no_file(box: Box) -> None:
    typed = f"export 1 {box.folder / 'item.jsonl'}\nexport 1\n".encode()
    ended = box.run("--as", os_user(), "console", "--plain", given=typed)
    assert "Not done: This account is shared" in ended.out
    assert not (box.folder / "item.jsonl").exists()
    assert len([line for line in ended.out.splitlines() if line.startswith("{")]) > 3, "without a file it is printed"
    box.run("console", "--plain", given=typed)
    assert (box.folder / "item.jsonl").exists()


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('submit {"a": 1}', '{"a": 1}'),
        ('dutydesk submit {"a": "it\'s"}', '{"a": "it\'s"}'),
        ("submit --help", None),
        ("items", None),
    ],
)
def test_a_message_is_taken_as_it_is_typed(line: str, message: str | None) -> None:
    assert message_to_submit(line) == message


def test_a_file_is_never_submitted_line_by_line() -> None:
    with raises_code(InvalidRequestCode.NO_FILE):
        message_to_submit("submit /etc/passwd")
    assert "submit" not in COMMANDS


def test_only_an_export_without_a_file_is_printed() -> None:
    assert item_to_print(["export", "D-000012"]) == 12
    assert item_to_print(["export", "12", "file.jsonl"]) is None
    assert item_to_print(["show", "12"]) is None
