"""A console in a pseudo-terminal of its own, as an officer has it: its bytes, its processor time, its memory."""

from __future__ import annotations

import asyncio
import fcntl
import os
import re
import select
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.errors import Refused
from dutydesk_bench.report import python_command

COLUMNS, LINES = 80, 24
TIMEOUT_SECONDS = 40.0
QUIET_SECONDS = 0.8
OUTPUT_TAIL = 300
_INHERITED_VARIABLES = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH")
_CONTROL = re.compile(rb"\x1b\[[0-?]*[ -/]*[@-~]|\x1b[@-_][^\x1b]*?(?:\x07|\x1b\\)|\x1b.")


class TerminalConsole:
    """``output`` is what came since the last :meth:`clear_output`; ``started`` is by the monotonic clock."""

    def __init__(self, store: Path) -> None:
        self._master, theirs = os.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
        home = str(store.parent)
        own = {"HOME": home, "XDG_STATE_HOME": home, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
        kept = {name: os.environ[name] for name in _INHERITED_VARIABLES if name in os.environ}
        command = python_command("dutydesk", "--db", store, "console")
        self.output = bytearray()
        self.quiet_seconds = QUIET_SECONDS
        self.started = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603 — the program that runs here is this one
            command,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=kept | own | {"LC_ALL": "C.UTF-8"},
            start_new_session=True,
        )
        os.close(theirs)

    @property
    def text(self) -> str:
        """The output without control sequences: not a screen, but every word that was painted as a whole."""
        return _CONTROL.sub(b"", bytes(self.output)).decode(errors="replace")

    def press(self, keys: str) -> None:
        os.write(self._master, keys.encode())

    def clear_output(self) -> None:
        self.output.clear()

    async def read(self, seconds: float) -> bool:
        """Read what comes within ``seconds``; returns whether anything came."""
        if not self._is_ready(0) and not await asyncio.to_thread(self._is_ready, seconds):
            return False
        try:
            found = os.read(self._master, 65_536)
        except OSError:  # The other end is gone.
            found = b""
        if not found:
            raise Refused(RefusedCode.MEASUREMENT_FAILED, "the console ended while it was measured")
        self.output += found
        return True

    def _is_ready(self, seconds: float) -> bool:
        return bool(select.select([self._master], [], [], seconds)[0])

    async def wait_until(self, condition: Callable[[], bool], description: str) -> None:
        deadline = time.monotonic() + TIMEOUT_SECONDS
        while not condition():
            if time.monotonic() > deadline:
                last = " ".join(self.text.split())[-OUTPUT_TAIL:] or "nothing"
                raise Refused(
                    RefusedCode.MEASUREMENT_FAILED,
                    f"the console never showed {description}; the last of what it showed: {last}",
                )
            await self.read(0.25)

    async def wait_until_quiet(self) -> None:
        """Wait until nothing comes for a while. Raises Refused if that never happens."""
        deadline = time.monotonic() + TIMEOUT_SECONDS
        while await self.read(self.quiet_seconds):
            if time.monotonic() > deadline:
                raise Refused(RefusedCode.MEASUREMENT_FAILED, "the console is never quiet")

    def processor_seconds(self) -> float:
        fields = Path(f"/proc/{self.process.pid}/stat").read_text("ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory_mb(self) -> float:
        lines = Path(f"/proc/{self.process.pid}/status").read_text("ascii").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        with suppress(OSError):
            os.close(self._master)


@contextmanager
def open_console(store: Path) -> Iterator[TerminalConsole]:
    console = TerminalConsole(store)
    try:
        yield console
    finally:
        console.close()
