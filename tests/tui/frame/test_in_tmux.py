"""A console inside tmux, as officers have it who keep their session through a line that drops."""

from __future__ import annotations

import base64
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from boxes import wait_until
from desks import Bench, diffusion, notice_request
from dutydesk.desk.people.officers import os_user
from dutydesk.desk.service.desk import make_store
from other_process import OtherProcess, dated_now
from ptys import Terminal, terminal

TMUX = shutil.which("tmux")
pytestmark = [
    pytest.mark.needs_tmux,
    pytest.mark.skipif(TMUX is None, reason="no tmux on this machine: install tmux"),
]

SETTINGS = "set -sg escape-time 10\nset -s set-clipboard on\nset -g status off\n"


@dataclass(frozen=True)
class Tmux:
    """A server of the test's own. The console ends with a line on the shell's own screen, which stays."""

    store: Path

    def command(self, *words: str) -> list[str]:
        return [
            str(TMUX),
            "-f",
            str(self._file("tmux.conf", SETTINGS)),
            "-S",
            str(self.store.with_name("tmux")),
            *words,
        ]

    def _file(self, name: str, text: str) -> Path:
        path = self.store.with_name(name)
        path.write_text(text)
        return path

    @contextmanager
    def attached(self) -> Iterator[Terminal]:
        """A terminal on the session, which goes on where it was."""
        console = f"{sys.executable} -m dutydesk --db {self.store} console; echo 'ended with' $?; exec cat"
        session = self.command("new-session", "-A", "-s", "desk", "/bin/sh", "-c", console)
        with terminal(self.store, (80, 24), session) as made:
            yield made

    def end(self) -> None:
        subprocess.run(self.command("kill-server"), check=False, capture_output=True)


@pytest.fixture
def tmux(tmp_path: Path) -> Iterator[Tmux]:
    store = tmp_path / "desk.db"
    make_store(store, "exercise")

    async def fill(bench: Bench) -> None:
        await bench.sent(dated_now(diffusion("DE")))
        await bench.sent(dated_now(notice_request("BR")))

    OtherProcess(store)(fill, founder=os_user())
    made = Tmux(store)
    yield made
    made.end()


def test_a_console_is_shown_used_copied_from_resized_and_left(tmux: Tmux) -> None:
    with tmux.attached() as screen:
        screen.shows("EXERCISE", "D-000002", "■ held")
        screen.press("2c")
        screen.shows("Findings", f"{os_user()} has D-000002")
        screen.press("Y")
        screen.shows("Sent; tmux passes it on only with set -s set-clipboard on: D-000002")
        copied = base64.b64encode(b"D-000002")
        screen.until(lambda: b"]52;" in screen.sent and copied in screen.sent, "the number did not get through")
        screen.press("d")
        screen.shows("Decide D-000002")
        screen.press("\x1b")
        screen.until(lambda: "Decide D-000002" not in screen.text, "esc does not close")
        screen.resize(150, 40)
        screen.shows("COUNTRY")
        assert len(screen.screen.display[0].rstrip()) > 140
        screen.resize(80, 24)
        screen.until(lambda: "COUNTRY" not in screen.text, "it is not narrow again")
        screen.press("q")
        screen.shows("ended with 0")
        assert not [line for line in screen.screen.display if line.strip() not in ("", "ended with 0")], screen.text


def test_what_was_being_typed_is_there_when_the_line_is_back(tmux: Tmux) -> None:
    with tmux.attached() as screen:
        screen.shows("EXERCISE")
        screen.press("2n")
        screen.shows("Note on D-000002")
        screen.press("Half a note")
        screen.shows("Half a note")
        os.kill(screen.pid, signal.SIGHUP)
        wait_until(lambda: not screen.read(0.05))
    with tmux.attached() as screen:
        screen.shows("Note on D-000002", "Half a note")
        screen.press(", and the rest")
        screen.shows("Half a note, and the rest")
