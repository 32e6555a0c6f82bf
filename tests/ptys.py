"""The console as a process in a real pseudo-terminal, read byte by byte."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import pyte

DEADLINE_SECONDS = 120.0
#: Seconds without a byte that count as quiet: more than the console's own poll and repaint together.
QUIET_SECONDS = 0.8
#: Seconds between two looks at whether the program waits for a processor.
SLICE_SECONDS = 0.1
#: Seconds; between measurements that follow each other faster than this, the second does not wait for a quiet screen.
AT_ONCE_SECONDS = 0.05


def console_environment(store: Path) -> dict[str, str]:
    home = str(store.parent)
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH") if name in os.environ}
    own = {"HOME": home, "XDG_STATE_HOME": home, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    return kept | own | {"LC_ALL": "C.UTF-8"}


class Terminal:
    """One console on one store. ``sent`` holds the output since the last :meth:`forget`.

    ``command`` is the program to run in the terminal instead of the console.
    """

    def __init__(
        self,
        store: Path,
        size: tuple[int, int] = (80, 24),
        command: Sequence[str] | None = None,
        **environment: str,
    ) -> None:
        columns, lines = size
        self.screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self.screen)
        self.sent = bytearray()
        self.started = time.monotonic()
        self.quiet_seconds = QUIET_SECONDS
        self.first_paint: float | None = None
        self._measured = 0.0
        console = (sys.executable, "-m", "dutydesk", "--db", str(store), "console")
        self.pid, self._end = self._start(tuple(command or console), console_environment(store) | environment)
        self.resize(columns, lines)

    def _start(self, command: tuple[str, ...], environment: dict[str, str]) -> tuple[int, int]:
        """The process in a terminal of its own, and this end of the terminal."""
        pid, end = pty.fork()
        if pid == 0:
            os.execve(command[0], command, environment)
        return pid, end

    def resize(self, columns: int, lines: int) -> None:
        fcntl.ioctl(self._end, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self.screen.resize(lines, columns)

    def read(self, seconds: float) -> bool:
        """Reads output for up to the given seconds. Returns whether anything came."""
        return self.read_at_most(65_536, seconds)

    def read_at_most(self, size: int, seconds: float) -> bool:
        ready, _, _ = select.select([self._end], [], [], seconds)
        if not ready:
            return False
        try:
            found = os.read(self._end, size)
        except OSError:  # the console's end is closed
            return False
        self.sent += found
        self._stream.feed(found)
        return bool(found)

    def forget(self) -> None:
        self.sent.clear()

    def press(self, keys: str) -> None:
        self._measured = 0.0
        os.write(self._end, keys.encode())

    @property
    def text(self) -> str:
        return "\n".join(self.screen.display)

    def until(self, condition: Callable[[], bool], why: str) -> None:
        deadline = time.monotonic() + DEADLINE_SECONDS
        while not condition():
            assert time.monotonic() < deadline, f"{why}\n{self.text}"
            self.read(0.05)

    def shows(self, *words: str) -> None:
        for word in words:
            self.until(lambda word=word: word in self.text, f"{word!r} never came")  # type: ignore[misc]

    def quiet(self) -> None:
        """Waits until no output has come for a while in which the program had nothing to do.

        Time in which a loaded machine let it wait for a processor does not count: its paint is still to come.
        """
        deadline = time.monotonic() + DEADLINE_SECONDS
        slices = round(self.quiet_seconds / SLICE_SECONDS)
        still = 0
        while still < slices:
            assert time.monotonic() < deadline, f"it is never quiet\n{self.text}"
            if self.read(SLICE_SECONDS):
                still = 0
            elif not self._wants_a_processor():
                still += 1

    def _wants_a_processor(self) -> bool:
        """Whether any thread of the program runs, or waits for a processor to run on."""
        for stat in Path(f"/proc/{self.pid}/task").glob("*/stat"):
            with suppress(OSError):
                if stat.read_text().rpartition(")")[2].split()[0] == "R":
                    return True
        return False

    @property
    def minute(self) -> str:
        """The minute that the header's clock shows."""
        return self.screen.display[0].split()[-1]

    def cost_of(self, work: Callable[[], object], undo: Callable[[], object] = lambda: None) -> int:
        """The number of bytes from one quiet screen to the next. Repeats the measurement if the clock's minute changed.

        ``undo`` restores the screen, so that the same work costs the same bytes again.
        """
        while True:
            if time.monotonic() - self._measured > AT_ONCE_SECONDS:
                self.quiet()
            self.forget()
            minute = self.minute
            work()
            self.quiet()
            self._measured = time.monotonic()
            if self.minute == minute:
                return len(self.sent)
            undo()

    def idle_for(self, seconds: float) -> bytes:
        """The output of a quiet screen during the given seconds, without the change of the clock's minute."""
        while True:
            self.quiet()
            self.forget()
            minute, end = self.minute, time.monotonic() + seconds
            while (left := end - time.monotonic()) > 0:
                self.read(left)
            if self.minute == minute:
                return bytes(self.sent)

    def kill(self, sign: signal.Signals = signal.SIGKILL) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, sign)
        with suppress(ChildProcessError):
            os.waitpid(self.pid, 0)

    def cut_off(self) -> None:
        """Closes the terminal under the console, like a line that drops."""
        os.close(self._end)
        self._end = -1

    def close(self) -> None:
        self.kill()
        with suppress(OSError):
            os.close(self._end)


@contextmanager
def terminal(
    store: Path, size: tuple[int, int] = (80, 24), command: Sequence[str] | None = None, **environment: str
) -> Iterator[Terminal]:
    made = Terminal(store, size, command, **environment)
    try:
        yield made
    finally:
        made.close()
