"""Runs the command line in tests: a home folder, a log folder and a store of its own, and dutydesk as a process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dutydesk.domain.codes.base import Code
from dutydesk.wire.reference.faults_page import FAMILIES
from warm_process import warm

#: Ends a call that hangs; a suite of the benchmark takes most of a minute on a busy machine.
SECONDS = 240


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.01)  # the processor is for the process that is waited for


@dataclass(frozen=True)
class FinishedCommand:
    code: int
    out: str
    err: str

    def objects(self) -> list[dict[str, Any]]:
        assert self.out.isascii()
        return [json.loads(line) for line in self.out.splitlines()]

    def object(self) -> dict[str, Any]:
        (only,) = self.objects()
        return only


EXIT_CODES = {family: exit_code for _title, family, exit_code in FAMILIES}


@dataclass(frozen=True)
class Box:
    folder: Path

    @property
    def store(self) -> Path:
        return self.folder / "desk.db"

    def environment(self, **changes: str) -> dict[str, str]:
        kept = {
            name: os.environ[name]
            for name in ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "DUTYDESK_SQLITE")
            if name in os.environ
        }
        own = {
            "HOME": str(self.folder),
            "XDG_STATE_HOME": str(self.folder / "state"),
            "XDG_DATA_HOME": str(self.folder / "data"),
            "DUTYDESK_DB": str(self.store),
            "LC_ALL": "C.UTF-8",
        }
        return kept | own | changes

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "dutydesk", *arguments]

    def run(self, *arguments: str, given: bytes = b"", **environment: str) -> FinishedCommand:
        """Runs dutydesk and returns its result.

        With its own environment it starts a new interpreter; otherwise it is forked from a process that has already
        imported everything.
        """
        if environment:
            done = subprocess.run(
                self.command(*arguments),
                input=given,
                capture_output=True,
                env=self.environment(**environment),
                cwd=self.folder,
                timeout=SECONDS,
                check=False,
            )
            code, out, err = done.returncode, done.stdout, done.stderr
        else:
            code, out, err = warm().run(arguments, given, self.environment(), self.folder, SECONDS)
        ended = FinishedCommand(code, out.decode(), err.decode())
        assert "Traceback" not in ended.out + ended.err
        return ended

    def ok(self, *arguments: str, given: bytes = b"") -> FinishedCommand:
        ended = self.run(*arguments, given=given)
        assert (ended.code, ended.err) == (0, ""), ended
        return ended

    def refused(self, code: Code, *arguments: str, given: bytes = b"") -> FinishedCommand:
        """Runs a call that must be refused with ``code``: one object, one line, and the exit code of its family."""
        ended = self.run(*arguments, "--json", given=given)
        assert (ended.object()["code"], ended.err.count("\n")) == (code.value, 1), ended
        assert ended.code == EXIT_CODES[type(code)], ended
        return ended

    def lines(self, name: str, *messages: dict[str, Any]) -> str:
        path = self.folder / name
        path.write_text("".join(json.dumps(message, ensure_ascii=False) + "\n" for message in messages), "utf-8")
        return str(path)
