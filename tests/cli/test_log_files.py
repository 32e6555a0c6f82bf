"""The log file: rotated by size, a few of them kept, nobody else's to read, whoever writes to it."""

from __future__ import annotations

import logging
import os
from pathlib import Path

from dutydesk.cli._core import failures
from dutydesk.domain.limits import CommandLimits

SMALL = CommandLimits(log_bytes=2_000)


def said(handler: logging.Handler, words: str) -> None:
    handler.handle(logging.makeLogRecord({"name": "dutydesk", "levelname": "INFO", "msg": words}))


def files_in(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


def test_log_files_rotate_and_are_their_owners(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        handler = failures.log_handler(tmp_path / "log" / "dutydesk.log", SMALL)
        for number in range(500):
            said(handler, f"line {number} " + "x" * 100)
        handler.close()
    finally:
        os.umask(before)
    found = files_in(tmp_path / "log")
    assert [file.name for file in found] == ["dutydesk.log", *(f"dutydesk.log.{n}" for n in range(1, 5))]
    assert all(file.stat().st_size <= 2_000 for file in found)
    assert {file.stat().st_mode & 0o777 for file in found} == {0o600}
    assert "line 499 " in found[0].read_text("utf-8")


def test_several_that_write_to_one_log_keep_it_small_and_lose_no_line_of_the_last(tmp_path: Path) -> None:
    """Each has its own handler, as each console has; one that rotates takes the others along."""
    handlers = [failures.log_handler(tmp_path / "log" / "dutydesk.log", SMALL) for _ in range(3)]
    for number in range(300):
        said(handlers[number % 3], f"line {number} " + "x" * 100)
    for handler in handlers:
        handler.close()
    found = files_in(tmp_path / "log")
    assert len(found) == 5
    assert all(file.stat().st_size <= 2_200 for file in found)
    text = "".join(file.read_text("utf-8") for file in reversed(found))
    numbers = [int(line.split("line ")[1].split()[0]) for line in text.splitlines()]
    assert numbers == list(range(numbers[0], 300)), "in their order, without a gap"
