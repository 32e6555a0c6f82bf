"""Where a file belongs, a pipe, a socket, a device or a folder is refused in one line, and nothing waits for it."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from boxes import Box
from desks import diffusion

#: Commands that read a file, without its name, which is their last word.
READ = (
    ("submit",),
    ("import", "notices"),
    ("import", "documents"),
    ("import", "refugees"),
    ("import", "ccf"),
    ("audit", "verify"),
    ("audit", "verify", "--checkpoint"),
    ("audit", "item"),
    ("audit", "checkpoint", "new", "--key"),
    ("replay",),
    ("ops-box", "key", "Ines"),
    ("handover", "--write", "--file"),
)
WRITE = (
    ("backup",),
    ("audit", "export"),
    ("audit", "export", "--force"),
    ("audit", "checkpoint", "--force"),
    ("audit", "key"),
    ("export", "--force", "D-000001"),
)
KINDS = ("pipe", "pipe.json", "socket", "device", "folder")


@pytest.fixture
def special(tmp_path: Path) -> Iterator[dict[str, str]]:
    folder = tmp_path / "special"
    (folder / "folder").mkdir(parents=True)
    for name in ("pipe", "pipe.json"):
        os.mkfifo(folder / name)
    with closing(socket.socket(socket.AF_UNIX)) as made:
        made.bind(str(folder / "socket"))
        yield {kind: "/dev/zero" if kind == "device" else str(folder / kind) for kind in KINDS}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("command", [*READ, *WRITE], ids=" ".join)
def test_it_is_refused_in_one_line(box: Box, special: dict[str, str], command: tuple[str, ...], kind: str) -> None:
    box.ok("submit", box.lines("in.jsonl", diffusion("DE", ("PL",))))
    before = os.lstat(special[kind])
    ended = box.run(*command, special[kind])
    assert ended.code == 2, ended
    assert len(ended.err.splitlines()) == 1
    assert special[kind] in ended.err
    assert os.lstat(special[kind]).st_ino == before.st_ino, "it is still there, and still what it was"


@pytest.mark.parametrize("kind", KINDS)
def test_settings_are_a_file(box: Box, special: dict[str, str], kind: str) -> None:
    settings = box.store.with_name("desk.toml")
    if kind == "device":
        settings.symlink_to(special[kind])
    else:
        Path(special[kind]).rename(settings)
    ended = box.run("items")
    assert (ended.code, len(ended.err.splitlines())) == (2, 1), ended


@pytest.mark.parametrize("suffix", ["-wal", "-shm", "-dispatcher", "-turnstile"])
def test_what_lies_beside_a_store_is_a_file(box: Box, suffix: str) -> None:
    beside = box.store.with_name(box.store.name + suffix)
    beside.unlink(missing_ok=True)
    os.mkfifo(beside, 0o600)
    ended = box.run("items")
    assert (ended.code, len(ended.err.splitlines())) == (4, 1), ended
    assert box.run("doctor").code == 4


def test_the_other_files_are_submitted(box: Box, special: dict[str, str]) -> None:
    good = box.lines("in.jsonl", diffusion("DE", ("PL",)))
    ended = box.run("submit", special["pipe"], good, special["device"])
    assert ended.code == 2
    assert "accepted" in ended.out
    assert len(ended.err.splitlines()) == 2


def test_a_pipe_is_read_as_the_standard_input(box: Box) -> None:
    given = Path(box.lines("in.jsonl", diffusion("DE", ("PL",)))).read_bytes()
    assert "accepted" in box.ok("submit", "-", given=given).out


def test_a_link_to_a_file_is_read_and_one_to_a_pipe_is_not(box: Box, special: dict[str, str]) -> None:
    (box.folder / "link").symlink_to(box.lines("in.jsonl", diffusion("DE", ("PL",))))
    assert "accepted" in box.ok("submit", "link").out
    (box.folder / "other").symlink_to(special["pipe"])
    assert box.run("submit", "other").code == 2


def test_a_pipe_with_a_writer_is_refused_too(box: Box, special: dict[str, str]) -> None:
    """The open succeeds, and so would a read."""
    line = Path(box.lines("in.jsonl", diffusion("DE", ("PL",)))).read_bytes()
    end = os.open(special["pipe"], os.O_RDWR)
    writing = threading.Thread(target=os.write, args=(end, line))
    writing.start()
    try:
        assert box.run("submit", special["pipe"]).code == 2
        assert box.ok("items", "--json").out == ""
    finally:
        writing.join()
        os.close(end)


def test_without_a_standard_input_there_is_nothing_to_submit(box: Box) -> None:
    import subprocess

    done = subprocess.run(
        ["/bin/sh", "-c", 'exec "$@" <&-', "sh", *box.command("submit", "-")],
        env=box.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2, done
    assert len(done.stderr.splitlines()) == 1
