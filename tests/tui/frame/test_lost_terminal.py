"""A console whose terminal is gone ends and lets others dispatch, though nothing tells it so by a signal."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from desks import Bench, notice_request
from dutydesk.desk.people.officers import os_user
from dutydesk.desk.service.desk import make_store
from dutydesk.store.engines.sqlite.locks import FileLock
from other_process import OtherProcess, dated_now
from ptys import DEADLINE_SECONDS, Terminal

#: As under nohup: what the child of this shell runs ignores that its terminal has gone.
DEAF = ("/bin/sh", "-c", 'trap "" HUP; exec "$@"', "sh")


@pytest.fixture
def store(tmp_path: Path) -> Path:
    store = tmp_path / "desk.db"
    make_store(store, "exercise")

    async def fill(bench: Bench) -> None:
        await bench.sent(dated_now(notice_request("BR")))

    OtherProcess(store)(fill, founder=os_user())
    return store


def deaf_console(store: Path, *options: str, **environment: str) -> Terminal:
    console = (sys.executable, "-m", "dutydesk", "--db", str(store), "console", *options)
    return Terminal(store, (100, 30), (*DEAF, *console), **environment)


def until(condition: Callable[[], bool], why: str) -> None:
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, why
        time.sleep(0.02)


def exit_code_once_cut_off(console: Terminal) -> int:
    """Takes the terminal away, and waits for the console to end."""
    console.cut_off()
    ended: list[int] = []

    def has_ended() -> bool:
        found, status = os.waitpid(console.pid, os.WNOHANG)
        if found:
            ended.append(os.waitstatus_to_exitcode(status))
        return bool(ended)

    try:
        until(has_ended, "the console goes on without its terminal")
    finally:
        if not ended:
            console.kill()
    return ended[0]


def is_free(store: Path) -> bool:
    lock = FileLock(store.with_name(f"{store.name}-dispatcher"))
    try:
        return lock.try_exclusive()
    finally:
        lock.close()


@pytest.mark.parametrize("ascii_only", [False, True])
def test_a_console_ends_with_its_terminal(store: Path, ascii_only: bool) -> None:
    console = deaf_console(store, **({"DUTYDESK_ASCII": "1"} if ascii_only else {}))
    console.shows("D-000001", "dispatching")
    assert not is_free(store)
    assert exit_code_once_cut_off(console) == 0
    assert is_free(store)


def test_what_was_typed_is_kept(store: Path) -> None:
    console = deaf_console(store)
    console.shows("D-000001", "dispatching")
    console.press("2g")
    console.shows("Findings", "free")
    console.press("n")
    console.press("a note that nobody has sent")
    console.shows("a note that nobody has sent")
    assert exit_code_once_cut_off(console) == 0
    again = deaf_console(store)
    try:
        again.shows("Drafts not sent")
    finally:
        again.close()


def test_a_console_that_paints_without_end_ends_too(store: Path) -> None:
    """What it writes goes nowhere, and it must not wait for room in its own queue."""
    console = deaf_console(store)
    console.shows("D-000001", "dispatching")
    console.press("jkjk?\x1b" * 200)
    assert exit_code_once_cut_off(console) == 0
    assert is_free(store)


def test_the_console_by_lines_ends_with_its_terminal(store: Path) -> None:
    console = deaf_console(store, "--plain")
    console.shows("quit to leave")
    until(lambda: not is_free(store), "it does not dispatch")
    exit_code_once_cut_off(console)
    assert is_free(store)


def test_the_console_by_lines_ends_at_the_end_of_input(store: Path) -> None:
    console = deaf_console(store, "--plain")
    try:
        console.shows("quit to leave")
        console.press("\x04")
        console.until(lambda: os.waitpid(console.pid, os.WNOHANG)[0] != 0, "it goes on after the end of input")
        assert is_free(store)
    finally:
        console.close()
