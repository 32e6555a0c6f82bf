"""Starts consoles in terminals from a process that has already imported them.

Tests and measurements of the start itself, and of what Python takes from its environment, use ``ptys.terminal``.
"""

from __future__ import annotations

import atexit
import fcntl
import gc
import json
import os
import select
import signal
import socket
import subprocess
import sys
import termios
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import cache
from pathlib import Path

from ptys import Terminal, console_environment

_LONGEST_CALL = 1_000_000
_PID_BYTES = 8


class ConsoleServer:
    """A process that forks consoles; each leads a session of its own, in the terminal that comes with the call."""

    def __init__(self) -> None:
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        descriptor = theirs.fileno()
        self._process = subprocess.Popen(
            [sys.executable, __file__, str(descriptor)],
            pass_fds=[descriptor],
            env=console_environment(Path("/nowhere/x")),
        )
        theirs.close()
        atexit.register(self._stop)

    def start(self, arguments: Sequence[str], environment: dict[str, str], hurried: bool) -> tuple[int, int]:
        """Returns the console's process and this end of its terminal."""
        end, its_end = os.openpty()
        try:
            call = json.dumps([list(arguments), environment, hurried]).encode()
            socket.send_fds(self._socket, [call], [its_end])
            return int.from_bytes(self._socket.recv(_PID_BYTES)), end
        finally:
            os.close(its_end)

    def _stop(self) -> None:
        self._socket.close()
        self._process.wait()


@cache
def _server() -> ConsoleServer:
    return ConsoleServer()


class WarmTerminal(Terminal):
    """A console on a store, in a process that has nothing left to import.

    A hurried one on a slow line does without the two seconds' pause before it paints again.
    """

    def __init__(
        self, store: Path, size: tuple[int, int], arguments: Sequence[str], hurried: bool, **environment: str
    ) -> None:
        self._hurried = hurried
        super().__init__(store, size, arguments, **environment)

    def _start(self, command: tuple[str, ...], environment: dict[str, str]) -> tuple[int, int]:
        return _server().start(command, environment, self._hurried)

    def kill(self, sign: signal.Signals = signal.SIGKILL) -> None:
        """Its parent is another process, so its end is waited for by its descriptor."""
        with suppress(ProcessLookupError):
            watched = os.pidfd_open(self.pid)
            os.kill(self.pid, sign)
            select.select([watched], [], [])
            os.close(watched)


@contextmanager
def warm_terminal(
    store: Path, size: tuple[int, int] = (80, 24), *options: str, hurried: bool = False, **environment: str
) -> Iterator[Terminal]:
    """A console with these options; ``hurried`` is one on a slow line that paints as often as any."""
    arguments = ["--db", str(store), "console", *options, *(["--low-bandwidth"] if hurried else [])]
    made = WarmTerminal(store, size, arguments, hurried, **environment)
    try:
        yield made
    finally:
        made.close()


def _serve(asked: socket.socket) -> None:
    from warm_process import load_all

    load_all()
    import dutydesk.tui.app  # noqa: F401

    gc.collect()
    gc.freeze()
    while True:
        call, descriptors, _flags, _address = socket.recv_fds(asked, _LONGEST_CALL, 1)
        if not call:
            break
        _reap()
        (terminal,) = descriptors
        pid = os.fork()
        if not pid:
            asked.close()
            _be_console(terminal, *json.loads(call))
        os.close(terminal)
        asked.sendall(pid.to_bytes(_PID_BYTES))
    _reap()


def _reap() -> None:
    """Takes leave of the consoles that have ended, so that their time counts as this process's."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _be_console(terminal: int, arguments: list[str], environment: dict[str, str], hurried: bool) -> None:
    from dutydesk.cli.main import main
    from dutydesk.tui.frame import pace

    os.setsid()
    fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)
    for number in range(3):
        os.dup2(terminal, number)
    os.close(terminal)
    sys.stdin = sys.__stdin__ = open(0, closefd=False)  # noqa: SIM115
    sys.stdout = sys.__stdout__ = open(1, "w", closefd=False)  # noqa: SIM115
    sys.stderr = sys.__stderr__ = open(2, "w", closefd=False)  # noqa: SIM115
    os.environ.clear()
    os.environ.update(environment)
    if hurried:
        vars(pace).update(SLOW_LINE_PACE=replace(pace.SLOW_LINE_PACE, repaint=pace.NORMAL_PACE.repaint))
    sys.argv = ["dutydesk", *arguments]
    main()


if __name__ == "__main__":
    _serve(socket.socket(fileno=int(sys.argv[1])))
