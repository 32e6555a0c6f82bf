"""Files that others could read or change, and links: each refused with one sentence that says what to do."""

from __future__ import annotations

import json
import logging
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from boxes import Box
from desks import diffusion
from dutydesk.cli._core import failures
from dutydesk.cli.main import FAMILIES, run
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.limits import CommandLimits
from dutydesk.store.engines.sqlite.locks import LOCK_SUFFIXES
from dutydesk.tui.administration import forms
from refusals import raises_code

#: How each command that opens a store is called; what it needs besides is there.
CALLS: dict[str, tuple[str, ...]] = {
    "dispatch": ("--until-idle",),
    "demo": ("--db", "desk.db", "--headless", "--messages", "1"),
    "submit": ("in.jsonl",),
    "items": (),
    "show": ("D-000001",),
    "why": ("D-000001",),
    "retry": ("D-000001", "PL"),
    "claim": ("D-000001",),
    "unclaim": ("D-000001",),
    "tick": ("D-000001", "art_2"),
    "decide": ("D-000001", "release", "--reason", "x"),
    "confirm": ("D-000001",),
    "dissent": ("D-000001", "--reason", "x"),
    "undo": ("D-000001",),
    "recall": ("D-000001", "--reason", "x"),
    "ratify": ("D-000001",),
    "reopen": ("D-000001", "--reason", "x"),
    "postreview": ("D-000001", "ok", "--reason", "x"),
    "note": ("D-000001", "x"),
    "reread": ("D-000001",),
    "reject": ("D-000001", "--reason", "x"),
    "alarms": (),
    "countries": (),
    "supervise": ("RU", "held", "--order", "SG/1", "--by", "x", "--reason", "x"),
    "endorse": ("M-0001", "--by", "x", "--order", "x"),
    "lift": ("M-0001", "--order", "x", "--by", "x", "--reason", "x"),
    "measures": (),
    "worklist": ("M-0001",),
    "restrict": ("DE", "--deny", "PL"),
    "offline": ("PL",),
    "online": ("PL",),
    "officers": (),
    "import": ("refugees", "in.csv"),
    "legal-hold": ("D-000001", "--reason", "x"),
    "purge": (),
    "audit": ("verify",),
    "settings": (),
}


@pytest.fixture
def here(box: Box, monkeypatch: pytest.MonkeyPatch) -> Box:
    """A box whose commands run in this process."""
    for name, value in box.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(box.folder)
    box.lines("in.jsonl", diffusion("DE"))
    (box.folder / "in.csv").write_text("reference\n")
    return box


def test_every_call_is_of_a_command_that_there_is() -> None:
    assert set(CALLS) <= {name for family in FAMILIES.values() for name in family}


@pytest.mark.parametrize("command", sorted(CALLS))
def test_a_store_that_others_could_read_is_opened_by_no_command(
    here: Box, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    here.store.chmod(0o664)
    before = here.store.read_bytes()
    assert run([command, *CALLS[command]]) == 4
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err == f"dutydesk: {here.store} is open to everyone on this machine; run: chmod o= {here.store}\n"
    assert here.store.read_bytes() == before


@pytest.mark.parametrize("mode", [0o602, 0o604, 0o606, 0o662])
@pytest.mark.parametrize("suffix", ["", "-wal", "-shm", *LOCK_SUFFIXES])
def test_neither_the_store_nor_a_file_beside_it_is_others_to_read_or_write(
    here: Box, suffix: str, mode: int, capsys: pytest.CaptureFixture[str]
) -> None:
    file = here.store.with_name(here.store.name + suffix)
    if suffix:
        file.touch()
    file.chmod(mode)
    assert run(["items"]) == 4
    assert capsys.readouterr().err.endswith(f"run: chmod o= {file}\n")
    file.chmod(0o660)
    if suffix not in ("-wal", "-shm"):
        assert run(["items"]) == 0


def test_the_doctor_looks_at_it_all_the_same(here: Box, capsys: pytest.CaptureFixture[str]) -> None:
    here.store.chmod(0o664)
    (here.folder / "desk.db-signing-key").touch(0o640)
    assert run(["doctor", "--json"]) == 4
    rows = {row["check"]: row for row in map(json.loads, capsys.readouterr().out.splitlines())}
    assert "chmod o=" in rows["store"]["detail"]
    assert not rows["modes"]["ok"]
    assert rows["integrity"]["ok"]
    here.store.chmod(0o660)
    assert run(["doctor", "--json"]) == 1
    rows = {row["check"]: row for row in map(json.loads, capsys.readouterr().out.splitlines())}
    assert rows["modes"]["detail"].endswith("run: chmod 600 " + str(here.folder / "desk.db-signing-key"))


# Settings


def as_link(path: Path) -> None:
    path.with_name("elsewhere").write_text("claim_lease_minutes = 1\n")
    path.symlink_to("elsewhere")


def as_dangling_link(path: Path) -> None:
    path.symlink_to("nowhere")


def as_folder(path: Path) -> None:
    path.mkdir()


def as_everybodys(path: Path) -> None:
    path.write_text("claim_lease_minutes = 1\n")
    path.chmod(0o646)


STRANGE: list[tuple[Callable[[Path], None], str]] = [
    (as_link, "is a symbolic link, which is never followed; name the file itself"),
    (as_dangling_link, "is a symbolic link, which is never followed; name the file itself"),
    (as_folder, "can't be read: it is a folder, not a file"),
    (as_everybodys, "can be changed by everyone on this machine; run: chmod o-w "),
]


@pytest.mark.parametrize(("make", "words"), STRANGE)
def test_settings_that_others_could_change_are_not_taken(
    here: Box, make: Callable[[Path], None], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    make(here.folder / "desk.toml")
    for call in (["items"], ["settings"], ["--db", "new.db", "init"]):
        assert run(call) == 2
        told = capsys.readouterr()
        assert (told.out, told.err.count("\n"), f"desk.toml {words}" in told.err) == ("", 1, True), told.err
    assert not (here.folder / "new.db").exists()
    assert run(["doctor"]) == 1
    assert f"WRONG settings: {here.folder}/desk.toml {words}" in capsys.readouterr().out


# Files that are taken in


@pytest.mark.parametrize("there", [True, False])
def test_a_link_is_not_imported(here: Box, there: bool, capsys: pytest.CaptureFixture[str]) -> None:
    if not there:
        (here.folder / "in.csv").unlink()
    (here.folder / "link.csv").symlink_to("in.csv")
    for register in ("refugees", "ccf"):
        assert run(["import", register, "link.csv"]) == 2
        words = "dutydesk: link.csv is a symbolic link, which is never followed; name the file itself\n"
        assert capsys.readouterr().err == words


def test_the_consoles_form_follows_no_link_either(here: Box) -> None:
    (here.folder / "link.csv").symlink_to("in.csv")
    assert forms._read("in.csv") == b"reference\n"
    for path, code in (
        ("link.csv", InvalidRequestCode.LINK_NOT_FOLLOWED),
        ("absent", InvalidRequestCode.FILE_NOT_READABLE),
        ("", InvalidRequestCode.NO_FILE),
    ):
        with raises_code(code):
            forms._read(path)


def test_what_is_no_file_is_not_waited_for(here: Box, capsys: pytest.CaptureFixture[str]) -> None:
    os.mkfifo(here.folder / "pipe")
    for call in (
        ["import", "refugees", "pipe"],
        ["audit", "verify", "pipe"],
        ["audit", "verify", "--checkpoint", "pipe"],
        ["audit", "checkpoint", "kept", "--key", "pipe"],
    ):
        assert run(call) == 2
        assert capsys.readouterr().err == "dutydesk: pipe can't be read: it is a pipe, not a file\n"


@pytest.mark.parametrize("option", ["--inbox", "--outbox"])
def test_a_link_is_no_inbox_and_no_outbox(here: Box, option: str, capsys: pytest.CaptureFixture[str]) -> None:
    (here.folder / "real").mkdir()
    (here.folder / "link").symlink_to("real")
    assert run(["dispatch", option, "link", "--until-idle"]) == 4
    told = capsys.readouterr().err
    assert (told.count("\n"), "link is a symbolic link, which is never followed; name a folder" in told) == (1, True)


# One officer


@pytest.mark.parametrize(
    "call",
    [
        ["--as", "Jonas", "items", "--as", "Ines"],
        ["--as", "Jonas", "--as", "Ines", "items"],
        ["items", "--as", "Jonas", "--as", "Ines"],
        ["--as", "Jonas", "officers", "--as", "Ines"],
        ["--as", "Jonas", "audit", "verify", "--as=Ines"],
    ],
)
def test_who_is_bound_to_one_officer_cant_name_another(
    here: Box, call: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """As where a login's authorized key runs ``dutydesk --as Jonas`` with what the login typed behind it."""
    assert run(call) == 2
    assert "--as names Jonas and Ines; one call is one officer's" in capsys.readouterr().err
    assert run(["--as", "Jonas", "items", "--as", "Jonas"]) == 0


# The log


def test_the_log_stays_its_owners_alone_when_it_turns(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        handler = failures.log_handler(tmp_path / "log" / "dutydesk.log", CommandLimits(log_bytes=500))
        for serial in range(40):
            handler.handle(logging.makeLogRecord({"name": "dutydesk", "msg": f"line {serial} " + "x" * 40}))
        handler.close()
    finally:
        os.umask(before)
    files = {file.name: stat.S_IMODE(file.stat().st_mode) for file in (tmp_path / "log").iterdir()}
    assert len(files) == CommandLimits().log_files
    assert set(files.values()) == {0o600}
    assert stat.S_IMODE((tmp_path / "log").stat().st_mode) == 0o700


def test_a_log_of_before_is_closed_to_others_and_a_link_is_not_written_through(tmp_path: Path) -> None:
    old, link, other = tmp_path / "old.log", tmp_path / "link.log", tmp_path / "other"
    old.touch()
    old.chmod(0o644)
    failures.log_handler(old).close()
    assert stat.S_IMODE(old.stat().st_mode) == 0o600
    other.write_text("mine")
    link.symlink_to(other)
    with pytest.raises(OSError, match="symbolic links"):
        failures.log_handler(link)
    assert other.read_text() == "mine"
