"""Records a scripted tour of the console as an asciinema cast: in a terminal of its own, so that none is needed.

The desk's clock stands still and the times of the cast are the script's, so the same version records the same tour.
"""

from __future__ import annotations

import fcntl
import json
import os
import select
import struct
import subprocess
import tempfile
import termios
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

from dutydesk.demo.recording_script import SCRIPT, Step
from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.errors import StoreUnusable
from dutydesk.domain.frozen import value
from dutydesk.language.sentences import sentence

#: How long a screen may take to begin its answer to a key, and how long it is quiet once the answer is whole.
ANSWER_SECONDS: Final = 10.0
QUIET_SECONDS: Final = 1.0
#: The console opens in several paints.
OPENING_QUIET_SECONDS: Final = 2.0
LEAVE_SECONDS: Final = 10.0


@value(frozen=True, slots=True)
class CastEvent:
    """``text`` is what the terminal gets ``at`` seconds after the beginning."""

    at: float
    text: str


class _Terminal:
    """A program in a pseudo-terminal of its own."""

    def __init__(self, command: Sequence[str], home: Path, columns: int, lines: int) -> None:
        environment = _environment(home)
        self.is_open = True
        self._end, its_end = os.openpty()
        fcntl.ioctl(its_end, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        try:
            self._process = subprocess.Popen(  # noqa: S603
                command, stdin=its_end, stdout=its_end, stderr=its_end, env=environment, start_new_session=True
            )
        finally:
            os.close(its_end)

    def press(self, keys: str) -> None:
        os.write(self._end, keys.encode())

    def answer(self, quiet: float) -> bytes:
        """What it writes until it is quiet."""
        found = bytearray()
        deadline = time.monotonic() + ANSWER_SECONDS
        while time.monotonic() < deadline:
            wait = quiet if found else max(deadline - time.monotonic(), 0.0)
            if not select.select([self._end], [], [], wait)[0]:
                break
            part = self._read()
            if not part:
                self.is_open = False
                break
            found += part
        return bytes(found)

    def _read(self) -> bytes:
        """Nothing once the other end is closed."""
        try:
            return os.read(self._end, 65_536)
        except OSError:
            return b""

    def close(self) -> None:
        """Let it leave by its own key, and end it if it does not."""
        with suppress(OSError):
            self.press("q")
        deadline = time.monotonic() + LEAVE_SECONDS
        while self._process.poll() is None:
            if time.monotonic() > deadline:
                self._process.kill()
                self._process.wait()
                break
            if select.select([self._end], [], [], 0.05)[0]:
                self._read()
        os.close(self._end)


def _environment(home: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH") if name in os.environ}
    own = {"HOME": str(home), "XDG_STATE_HOME": str(home), "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    return kept | own | {"LC_ALL": "C.UTF-8", "TEXTUAL_ANIMATIONS": "none"}


@contextmanager
def recording_store() -> Iterator[Path]:
    """A place for the store of a recording, which is deleted afterwards."""
    with tempfile.TemporaryDirectory(prefix="dutydesk-record-") as folder:
        yield Path(folder) / "desk.db"


def record_tour(
    command: Sequence[str], home: Path, size: tuple[int, int], script: Sequence[Step] = SCRIPT
) -> list[CastEvent]:
    """Walk through the script on the console that ``command`` shows; it keeps its files in ``home``.

    Raises StoreUnusable if the console ends too soon.
    """
    terminal = _Terminal(command, home, *size)
    events: list[CastEvent] = []
    at = 0.0
    try:
        for step in script:
            if step.keys:
                terminal.press(step.keys)
            written = terminal.answer(QUIET_SECONDS if events else OPENING_QUIET_SECONDS)
            if not written and not terminal.is_open:
                raise StoreUnusable(
                    StoreCode.DEMO_IN_USE, sentence("the console of the recording ended before the tour did")
                )
            events.append(CastEvent(round(at, 3), written.decode("utf-8", "replace")))
            at += step.seconds
    finally:
        terminal.close()
    return [*events, CastEvent(round(at, 3), "")]


def write_cast(events: Sequence[CastEvent], size: tuple[int, int], out: BinaryIO) -> None:
    """Write an asciinema cast, version 2: a header, then one line for each event."""
    columns, lines = size
    header = {"version": 2, "width": columns, "height": lines, "title": "dutydesk", "env": {"TERM": "xterm-256color"}}
    out.write(json.dumps(header).encode() + b"\n")
    for event in events:
        out.write(json.dumps([event.at, "o", event.text], ensure_ascii=False).encode() + b"\n")
