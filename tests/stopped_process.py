"""Stops a process by SIGSTOP, and returns once nothing of it runs: the signal alone lets it answer once more."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_SECONDS = 60.0


def stop_process(pid: int) -> None:
    """Raises ProcessLookupError for a process that is gone."""
    os.kill(pid, signal.SIGSTOP)
    deadline = time.monotonic() + _SECONDS
    while any(state not in "TtZX" for state in _states(pid)):
        assert time.monotonic() < deadline, f"process {pid} does not stop"
        time.sleep(0.001)


def _states(pid: int) -> Iterator[str]:
    """The state of each thread, as the kernel names it by a letter."""
    for thread in Path(f"/proc/{pid}/task").iterdir():
        with suppress(FileNotFoundError, ProcessLookupError):  # it has ended meanwhile
            yield (thread / "stat").read_text("ascii", "replace").rpartition(")")[2].split()[0]
