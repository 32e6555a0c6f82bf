"""The terminal of the console: the console ends when its terminal is gone, with or without a signal."""

from __future__ import annotations

import os
import select
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from textual.app import App
from textual.drivers.linux_driver import LinuxDriver

from dutydesk.tui.textual_internals import app_of, call_on_loop, wrap_output

#: How often the watch thread checks whether the console has ended, in milliseconds.
POLL_MS = 200


@runtime_checkable
class HangupListener(Protocol):
    """An app that ends when its terminal is gone."""

    def leave_lost_terminal(self) -> None:
        """Called once, on the app's loop."""
        ...


class ConsoleDriver(LinuxDriver):
    """Ends the console once its terminal is gone: window closed, connection lost, tmux server ended.

    The system then sends SIGHUP, which ends a process by default. Where it is ignored (nohup, ``trap '' HUP``),
    Textual would read the end of input again and again, and the dispatcher's lock would never become free.
    """

    def __init__(self, app: App[Any], **options: Any) -> None:
        super().__init__(app, **options)
        self._lost = threading.Event()
        self._left = threading.Event()
        wrap_output(self, lambda file: _TerminalOutput(file, self._lost))

    def start_application_mode(self) -> None:
        super().start_application_mode()  # type: ignore[no-untyped-call]
        self._left.clear()
        threading.Thread(target=self._watch, daemon=True, name="terminal-watch").start()

    def stop_application_mode(self) -> None:
        self._left.set()
        super().stop_application_mode()

    def write(self, data: str) -> None:
        if not self._lost.is_set():
            super().write(data)

    def run_input_thread(self) -> None:
        """Ends when the terminal is gone and a read fails."""
        try:
            super().run_input_thread()
        except OSError:
            self._handle_hangup()

    def _watch(self) -> None:
        """Wait for the terminal to hang up: without requested events, ``poll`` returns only for that."""
        poll = select.poll()
        poll.register(self.fileno, 0)
        while not self._left.is_set():
            if poll.poll(POLL_MS):
                self._handle_hangup()
                return

    def _handle_hangup(self) -> None:
        if self._left.is_set():
            return
        self._lost.set()
        _discard_output(self.fileno)
        self.exit_event.set()
        app = app_of(self)
        if isinstance(app, HangupListener):
            with suppress(RuntimeError):  # the loop has ended meanwhile
                call_on_loop(self, app.leave_lost_terminal)


def _discard_output(terminal: int) -> None:
    """Redirect standard output and error to the null device if they lead to the lost terminal.

    Otherwise Python fails to flush them at exit and returns an exit code for it.
    """
    with Path(os.devnull).open("wb") as nowhere:
        for stream in (sys.__stdout__, sys.__stderr__):
            with suppress(OSError, ValueError):  # closed, or never there
                descriptor = stream.fileno() if stream is not None else terminal
                if descriptor != terminal and os.path.sameopenfile(descriptor, terminal):
                    os.dup2(nowhere.fileno(), descriptor)


class _TerminalOutput:
    """The terminal's output; drops what can't be written any more.

    The thread that writes must keep reading its queue, or the console would wait for room in it for ever.
    """

    def __init__(self, file: Any, lost: threading.Event) -> None:
        self._file, self._lost = file, lost

    def write(self, text: str) -> None:
        if not self._lost.is_set():
            try:
                self._file.write(text)
            except OSError:
                self._lost.set()

    def flush(self) -> None:
        if not self._lost.is_set():
            try:
                self._file.flush()
            except OSError:
                self._lost.set()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def is_in_tmux() -> bool:
    """Whether tmux runs here or on the officer's machine: SSH passes the terminal type on, but not the variable."""
    return bool(os.environ.get("TMUX")) or os.environ.get("TERM", "").startswith(("tmux", "screen"))
