"""Forked processes, cheap enough for thousands of runs. Each reports what it does on a pipe until it is killed.

The harness that forks them has no threads and opens no store itself.
"""

from __future__ import annotations

import json
import os
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

Say = Callable[..., None]


class Child:
    """One process. ``said`` holds its reports so far, in order."""

    def __init__(self, name: str, work: Callable[[Say], object]) -> None:
        self.name = name
        self.said: list[list[Any]] = []
        self._rest = b""
        self.end, theirs = os.pipe()
        sys.stdout.flush()
        sys.stderr.flush()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(self.end)
            _live(theirs, work)
        os.close(theirs)
        self._code: int | None = None

    def listen(self, seconds: float) -> bool:
        """Reads its reports for up to the given seconds. False once it has ended or reported nothing."""
        ready, _, _ = select.select([self.end], [], [], seconds)
        found = os.read(self.end, 1 << 16) if ready else b""
        *lines, self._rest = (self._rest + found).split(b"\n")
        self.said += map(json.loads, lines)
        return bool(found)

    def kill(self) -> None:
        """Kills the process with SIGKILL and keeps its reports."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        self.wait()

    def wait(self) -> int:
        """The exit code; negative if a signal killed it."""
        if self._code is None:
            while self.listen(60.0):
                pass
            self._code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
            os.close(self.end)
        return self._code

    @property
    def has_ended(self) -> bool:
        """Whether it has ended, or ended all its reports."""
        ready, _, _ = select.select([self.end], [], [], 0)
        return bool(ready) and not self.listen(0)

    def processor_seconds(self) -> float:
        """What it has used of the processor so far, by Linux's ``/proc``."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def words(self, word: str) -> list[list[Any]]:
        return [line[1:] for line in self.said if line[0] == word]


def until(children: Sequence[Child], word: str, seconds: float) -> bool:
    """Whether one of the children made the report in time; false at once when all have ended."""
    deadline = time.monotonic() + seconds
    open_ends = {child.end: child for child in children}
    while not any(line[0] == word for child in children for line in child.said):
        ready, _, _ = select.select(list(open_ends), [], [], max(deadline - time.monotonic(), 0))
        for end in ready:
            if not open_ends[end].listen(0):
                del open_ends[end]
        if not ready or not open_ends:
            return False
    return True


def _live(end: int, work: Callable[[Say], object]) -> NoReturn:
    """Runs the child to its end; never returns to the parent's code."""
    code = 1
    try:

        def say(*words: object) -> None:
            os.write(end, json.dumps(words).encode() + b"\n")

        work(say)
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
