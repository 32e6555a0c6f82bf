"""A dispatcher beside a running one says at once that it waits, for whom, and for what."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from boxes import SECONDS, Box, wait_until
from desks import diffusion
from dutydesk.store.engines.sqlite.locks import FileLock


@contextmanager
def running(box: Box, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        box.command(*arguments),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=box.environment(),
        cwd=box.folder,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def lock_of(box: Box) -> FileLock:
    return FileLock(box.store.with_name(f"{box.store.name}-dispatcher"))


def dispatching(box: Box, process: subprocess.Popen[str]) -> None:
    """Waits until the process holds the lock, and has said so."""
    lock = lock_of(box)
    try:
        wait_until(lambda: (holder := lock.holder()) is not None and holder.pid == process.pid)
    finally:
        lock.close()


@contextmanager
def held(box: Box) -> Iterator[FileLock]:
    """A holder that dispatches nothing."""
    lock = lock_of(box)
    assert lock.try_exclusive()
    lock.write_holder()
    try:
        yield lock
    finally:
        lock.close()


@pytest.mark.parametrize("as_json", [False, True])
def test_until_idle_beside_another_ends_once_nothing_is_left(box: Box, as_json: bool) -> None:
    with running(box, "dispatch") as first:
        dispatching(box, first)
        ended = box.run("dispatch", "--until-idle", *(("--json",) if as_json else ()))
        assert ended.code == 0
        (line,) = ended.err.splitlines()
        assert f"pid {first.pid} on {socket.gethostname()}" in line
        if as_json:
            assert json.loads(line)["standing_by"] is True
            assert ended.object() == {"taken_in": 0, "handed_over": 0, "failed": 0}
        else:
            assert line.startswith("dutydesk: another process")
        assert first.poll() is None


def test_it_waits_for_what_the_other_has_to_do(box: Box) -> None:
    """And says so before, not after."""
    box.ok("submit", box.lines("in.jsonl", diffusion("DE", ("PL",))))
    with held(box) as lock, running(box, "dispatch", "--until-idle") as waiting:
        assert waiting.stderr is not None
        assert f"pid {os.getpid()}" in waiting.stderr.readline()
        assert waiting.poll() is None
        lock.clear_holder()
        assert waiting.wait(SECONDS) == 0
        assert waiting.stderr.read() == ""
    assert list((box.folder / "outbox" / "PL").glob("*.jsonl"))


def test_files_in_the_inbox_are_left_to_do(box: Box) -> None:
    (box.folder / "inbox").mkdir()
    Path(box.lines("in.jsonl", diffusion("DE", ("PL",)))).rename(box.folder / "inbox" / "in.jsonl")
    with held(box), running(box, "dispatch", "--until-idle") as waiting:
        assert waiting.stderr is not None
        assert waiting.stderr.readline()
        assert waiting.poll() is None
        waiting.send_signal(signal.SIGTERM)
        assert waiting.wait(SECONDS) == 0


def test_plain_dispatch_says_that_it_takes_over_and_does(box: Box) -> None:
    with held(box) as lock, running(box, "dispatch") as waiting:
        assert waiting.stderr is not None
        line = waiting.stderr.readline()
        assert f"pid {os.getpid()}" in line
        lock.clear_holder()
        dispatching(box, waiting)
        waiting.terminate()
        assert waiting.wait(SECONDS) == 0
        assert waiting.stderr.read() == ""


def test_a_holder_that_has_not_said_who_it_is_is_another_process(box: Box) -> None:
    lock = lock_of(box)
    assert lock.try_exclusive()
    try:
        ended = box.run("dispatch", "--until-idle")
        assert ended.code == 0
        assert ended.err.startswith("dutydesk: another process dispatches")
    finally:
        lock.close()


@pytest.mark.parametrize("signed", [b"4194305 %s\n", b"-1 %s\n", b"1 2 3\n", b"\xff\x1b[2J", b"1 a b\n", b"0 %s\n"])
def test_a_signature_of_nobody_is_not_believed(box: Box, signed: bytes) -> None:
    """One that a killed process has left, and what anybody may have written."""
    lock = lock_of(box)
    assert lock.try_exclusive()
    lock.path.write_bytes(signed.replace(b"%s", socket.gethostname().encode()))
    try:
        assert lock.holder() is None
        assert box.run("dispatch", "--until-idle").err.startswith("dutydesk: another process dispatches")
    finally:
        lock.close()


def test_without_another_nothing_is_said(box: Box) -> None:
    assert box.run("dispatch", "--until-idle").err == ""
    lock = lock_of(box)
    try:
        assert lock.path.read_bytes() == b""
    finally:
        lock.close()


def test_the_console_by_lines_says_it_too(box: Box) -> None:
    with held(box), running(box, "console", "--plain") as console:
        assert console.stdin is not None
        assert console.stdout is not None
        said = next(line for line in console.stdout if line.startswith("Standing by"))
        assert f"pid {os.getpid()}" in said
        console.stdin.close()
        assert console.wait(SECONDS) == 0


def test_doctor_names_who_dispatches(box: Box) -> None:
    with held(box):
        looked = {row["check"]: row for row in box.run("doctor", "--json").objects()}
    assert f"pid {os.getpid()}" in looked["dispatcher"]["detail"]


def test_a_demo_is_not_played_into_a_store_that_another_dispatches_from(bare: Box) -> None:
    assert bare.run("--db", "demo.db", "demo", "--headless", "--messages", "5").code == 0
    lock = FileLock(bare.folder / "demo.db-dispatcher")
    assert lock.try_exclusive()
    lock.write_holder()
    try:
        ended = bare.run("--db", "demo.db", "demo", "--headless", "--messages", "5")
        assert ended.code == 4
        assert f"pid {os.getpid()}" in ended.err.splitlines()[-1]
    finally:
        lock.close()
