"""Commands that run on: the demo, with and without a terminal, and the console on one."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
import threading

import pytest

from boxes import SECONDS, Box
from desks import diffusion
from dutydesk.cli.main import main
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.codes.store import StoreCode

SUMMARY = {"received", "outcomes", "items", "states", "deliveries", "suppressed", "decisions", "events", "chain"}


def on_a_terminal(box: Box, arguments: list[str], until: bytes, keys: bytes) -> tuple[int, bytes]:
    """Runs dutydesk on a terminal, types ``keys`` once ``until`` was shown; its exit code and all that it drew."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 160, 0, 0))
    process = subprocess.Popen(
        box.command(*arguments),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=box.environment(TERM="xterm-256color"),
        cwd=box.folder,
        start_new_session=True,
    )
    os.close(theirs)
    drawn, typed = b"", False
    watchdog = threading.Timer(SECONDS, process.kill)
    watchdog.start()
    try:
        while True:
            try:
                got = os.read(ours, 65536)
            except OSError:
                break
            if not got:
                break
            drawn += got
            if not typed and until in drawn:
                os.write(ours, keys)
                typed = True
        return process.wait(SECONDS), drawn
    finally:
        watchdog.cancel()
        process.kill()
        process.wait()
        os.close(ours)


def test_the_console_opens_on_a_terminal_and_q_leaves_it(box: Box) -> None:
    code, drawn = on_a_terminal(box, [], b"EXERCISE", b"q")
    assert code == 0
    assert b"Traceback" not in drawn


def test_the_console_refuses_keys_that_cannot_be_and_names_their_line(box: Box) -> None:
    box.store.with_name("desk.toml").write_text('[keys]\n"item.claim" = "f6"\n"item.note" = "j"\n', "utf-8")
    code, drawn = on_a_terminal(box, ["console"], b"EXERCISE", b"q")
    assert code == 2
    said = drawn.decode().strip()
    assert len(said.splitlines()) == 1, said
    assert said.startswith("dutydesk: ")
    assert "desk.toml, line 3: [keys] item.note can't be j, which list.down has already" in said


def test_the_demo_opens_the_console(bare: Box) -> None:
    code, drawn = on_a_terminal(bare, ["demo", "--messages", "20"], b"DEMO", b"q")
    assert code == 0
    assert b"Traceback" not in drawn
    assert not bare.store.exists(), "a demo never touches the store that is worked on"


def test_without_a_terminal_the_demo_plays_to_its_end(bare: Box) -> None:
    ended = bare.run("demo", "--messages", "60", "--json")
    assert ended.code == 0
    summary = ended.object()
    assert summary.keys() >= SUMMARY | {"seconds"}
    assert summary["chain"] == "verified"
    assert summary["received"] == sum(summary["outcomes"].values())
    assert summary["items"] == sum(summary["states"].values())
    assert not {"held", "queued", "sending"} & {*summary["states"], *summary["deliveries"]}
    assert "60/60" in ended.err, "progress goes to stderr"
    assert not bare.store.exists()


def test_a_named_demo_stays_and_is_a_demo_for_ever(bare: Box) -> None:
    assert bare.run("--db", "demo.db", "demo", "--headless", "--messages", "20").code == 0
    rows = bare.ok("--db", "demo.db", "--as", "Ines Ferro", "items", "--json").objects()
    assert rows
    assert all(row["received_at"].startswith("2022-03-") for row in rows), "its clock runs with its traffic"
    assert bare.ok("--db", "demo.db", "audit", "verify", "--json").object()["chain"] == "verified"


def test_sample_traffic_never_goes_into_another_store(box: Box) -> None:
    before = box.ok("audit", "verify").out
    box.refused(StoreCode.NOT_A_DEMO, "--db", str(box.store), "demo", "--headless")
    assert box.ok("audit", "verify").out == before


def test_a_speed_is_a_number_above_nothing(bare: Box) -> None:
    for speed in ("0", "-1", "nan", "inf", "fast", "1e9"):
        bare.refused(InvalidRequestCode.BAD_SPEED, "demo", "--speed", speed)


def test_a_dispatcher_without_a_screen_says_its_troubles_and_their_end(box: Box) -> None:
    box.ok("submit", box.lines("in.jsonl", diffusion("DE", ("PL",))))
    (box.folder / "inbox").mkdir()
    (box.folder / "inbox" / "notes").mkdir()
    with subprocess.Popen(
        box.command("dispatch"), stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=box.environment()
    ) as process:
        try:
            assert process.stderr is not None
            said = process.stderr.readline()
            assert said.startswith("dutydesk: ")
            assert "a folder of the inbox bears a bureau's code" in said
            (box.folder / "inbox" / "notes").rmdir()
            assert process.stderr.readline() == said.replace("dutydesk: ", "dutydesk: over: ", 1)
            process.terminate()
            assert process.wait(SECONDS) == 0
        finally:
            process.kill()


def test_the_store_at_work_leaves_the_screen_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thread that computes gives the interpreter up ten times as often as by itself, or keys would wait for it."""
    monkeypatch.setattr(sys, "argv", ["dutydesk", "--version"])
    before = sys.getswitchinterval()
    try:
        with pytest.raises(SystemExit):
            main()
        assert sys.getswitchinterval() < before / 5
    finally:
        sys.setswitchinterval(before)


def test_a_dispatcher_spares_what_is_loaded_from_the_collector(box: Box) -> None:
    arguments = ["dispatch", "--until-idle", "--json"]
    code = f"import gc\nfrom dutydesk.cli.main import run\nrun({arguments!r})\nprint(gc.get_freeze_count())"
    done = subprocess.run(
        [sys.executable, "-c", code], env=box.environment(), cwd=box.folder, capture_output=True, text=True, check=True
    )
    assert int(done.stdout.splitlines()[-1]) > 10_000
