"""Two officers over a real OpenSSH server, each with a key that opens the console and nothing else."""

from __future__ import annotations

import json
import re
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from ssh_box import AT_BOX, SSHD, SshBox, ran

from boxes import Box, FinishedCommand, wait_until
from desks import diffusion, notice_request
from other_process import dated_now
from ptys import Terminal

F2 = "\x1bOQ"
#: Shift and tab, twice: from Close over the act's own button.
TO_REASON = "\x1b[Z\x1b[Z"

pytestmark = [
    pytest.mark.needs_sshd,
    pytest.mark.skipif(SSHD is None, reason="no sshd on this machine: install openssh-server"),
]


@pytest.fixture
def ssh(tmp_path: Path) -> Iterator[SshBox]:
    box = Box(tmp_path)
    box.ok("init", "--exercise")
    made = SshBox(box)
    made.add("Ada")
    made.add("Ben")
    messages = [notice_request("BR", urgency="urgent"), diffusion("DE"), notice_request("FR")]
    kept = {"retention_until": f"{date.today().year + 4}-01-01"}
    box.ok("submit", "-", given="".join(json.dumps(dated_now(message) | kept) + "\n" for message in messages).encode())
    with made.serving():
        yield made


def _dispatcher(box: Box) -> subprocess.Popen[bytes]:
    return subprocess.Popen(box.command("dispatch"), env=box.environment(), cwd=box.folder, stdout=subprocess.DEVNULL)


def _state(box: Box, item: str) -> str:
    state: str = box.ok("--json", "show", item).object()["state"]
    return state


def claimed(screen: Terminal) -> bool:
    return re.search(r"D-000001 .* Ada \d\dm", screen.text) is not None


def test_two_officers_claim_see_release_and_the_delivery_goes_out(ssh: SshBox) -> None:
    dispatcher = _dispatcher(ssh.box)
    try:
        with ssh.console("Ada") as ada, ssh.console("Ben") as ben:
            for screen in (ada, ben):
                screen.shows("EXERCISE")
                screen.press("2")
                screen.shows("D-000001", "free")
            ada.press("c")
            for screen in (ada, ben):
                screen.until(lambda screen=screen: claimed(screen), "the claim was not seen")  # type: ignore[misc]
            ada.press("t")
            ada.shows("Checklist of D-000001")
            points = len(ssh.box.ok("--json", "show", "D-000001").object()["checklist"])
            for ticked in range(1, points):
                ada.press(" ")
                ada.until(lambda ticked=ticked: ada.text.count("[x]") == ticked, "the tick never came")  # type: ignore[misc]
            ada.press(" ")
            ada.shows("All points are ticked")
            ada.press("d")
            ada.shows("Decide D-000001", "Nothing prevents a release")
            ada.press(TO_REASON)
            ada.quiet()
            ada.press("Read; nothing stands.")
            ada.shows("Read; nothing stands.")
            ada.press(F2)
            ada.until(lambda: "Decide D-000001" not in ada.text, "the decision was not taken")
            ben.until(lambda: "D-000001" not in ben.text or "released" in ben.text, "the other never saw it")
        assert _state(ssh.box, "D-000001") == "released"
        outbox = ssh.box.folder / "outbox"
        wait_until(lambda: '"D-000001/1.1/PL"' in "".join(map(Path.read_text, outbox.glob("PL/*.jsonl"))))
    finally:
        dispatcher.terminate()
        dispatcher.wait()


def _only_the_console(ended: FinishedCommand) -> bool:
    """The account's own shell may have said something before it."""
    return ended.code == 2 and not ended.out and "\ndutydesk: the console needs a terminal" in "\n" + ended.err


def _opens(console: Terminal, key: str, shown: str) -> bool:
    """Presses a key that opens something; for a second after ctrl+z none acts."""
    console.press(key)
    return shown in console.text


def test_a_key_gives_no_shell_and_no_other_command(ssh: SshBox) -> None:
    for command in (["id"], ["sh", "-c", "id"], ["dutydesk", "officers"]):
        assert _only_the_console(ssh.run("Ben", command)), command
    with ssh.console("Ben", command=["sh"]) as ben:
        ben.shows("EXERCISE", "D-000001")
        ben.press("\x1a\x03\x1c")
        ben.until(lambda: _opens(ben, "2", "Findings"), "keys never acted again after ctrl+z")


def test_a_key_copies_no_file(ssh: SshBox) -> None:
    ended = ssh.run("Ben", ["sftp"], "-s")
    assert (ended.code, ended.out) == (2, "")
    given, taken = ssh.folder / "given", ssh.folder / "taken"
    given.write_text("theirs")
    for old in ((), ("-O",)):
        ended = ran([*ssh.copier("Ben", *old), str(given), f"{AT_BOX}:{taken}"])
        assert ended.code != 0, old
        ended = ran([*ssh.copier("Ben", *old), f"{AT_BOX}:{ssh.box.store}", str(taken)])
        assert ended.code != 0, old
    assert not taken.exists()


@contextmanager
def _listening() -> Iterator[socket.socket]:
    with socket.socket() as target:
        target.bind(("127.0.0.1", 0))
        target.listen()
        yield target


def _nobody_came(target: socket.socket) -> bool:
    target.setblocking(False)
    try:
        target.accept()
    except BlockingIOError:
        return True
    return False


def test_a_key_forwards_nothing(ssh: SshBox) -> None:
    """Out (-W, and by it -L and -D), in (-R), to a socket file, of the agent, of X11."""
    with _listening() as target:
        port = target.getsockname()[1]
        assert ssh.run("Ben", [], "-W", f"127.0.0.1:{port}").code != 0
        assert _nobody_came(target)
    strict = ("-o", "ExitOnForwardFailure=yes")
    back = ("-R", f"127.0.0.1:0:127.0.0.1:{port}"), ("-R", f"{ssh.folder / 'back'}:127.0.0.1:{port}")
    for remote in back:
        assert ssh.run("Ben", [], *strict, *remote).code == 255, remote
    with _listening() as target, socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        here = asked.getsockname()[1]
        asked.close()
        with ssh.console("Ben", "-L", f"{here}:127.0.0.1:{target.getsockname()[1]}") as ben:
            ben.shows("EXERCISE")
            with socket.create_connection(("127.0.0.1", here), timeout=30) as line:
                assert not line.recv(1)
            assert _nobody_came(target)


def test_a_key_brings_no_agent_and_no_environment(ssh: SshBox) -> None:
    with ssh.agent() as at, ssh.console("Ben", "-A", "-o", "SetEnv=DUTYDESK_ASCII=1", SSH_AUTH_SOCK=at) as ben:
        ben.shows("EXERCISE", "■ held")
    assert "agent forwarding disabled" in ssh.log.read_text()


def is_kept(ssh: SshBox, text: str) -> bool:
    """A letter is painted and kept by two messages: a line that drops between them costs the last one."""
    return any(text in draft.read_text("utf-8") for draft in (ssh.folder / "state").rglob("*.json"))


def test_a_line_that_drops_in_a_dialog_loses_no_typed_text_and_frees_no_claim(ssh: SshBox) -> None:
    with ssh.console("Ada") as ada:
        ada.shows("EXERCISE")
        ada.press("2")
        ada.shows("D-000001", "free")
        ada.press("c")
        ada.until(lambda: claimed(ada), "the claim was not seen")
        ada.press("d")
        ada.shows("Decide D-000001")
        ada.press(TO_REASON)
        ada.quiet()
        ada.press("Half a reason")
        ada.shows("Half a reason")
        ada.until(lambda: is_kept(ssh, "Half a reason"), "the draft was not kept")
    assert ssh.box.ok("--json", "show", "D-000001").object()["claimed_by"] == "Ada"
    with ssh.console("Ada") as ada:
        ada.shows("EXERCISE", "Decide D-000001", "dispatching")
        ada.press("2")
        ada.shows("D-000001", "Ada")
        ada.press("d")
        ada.shows("Half a reason", "Draft:")
