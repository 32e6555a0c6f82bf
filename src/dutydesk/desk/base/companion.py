"""Another process of this program, which answers questions by two pipes while the process that asks does other work.

Each question and answer is a length in four bytes and so many bytes. What the process needs to begin comes before the
questions. Answers come in the order of the questions; an empty one comes first, once the process can answer. It ends
once nobody holds the other end of its input.
"""

from __future__ import annotations

import fcntl
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import Final, TypeAlias

from dutydesk.desk.base import garbage
from dutydesk.domain.frozen import value

_LENGTH_BYTES: Final = 4
_PIECE: Final = 1 << 18
#: What Linux lets a pipe of anybody hold.
_PIPE_BYTES: Final = 1 << 20
#: Questions are sent together, because a write costs as much as all else of a short question.
_SENT_TOGETHER: Final = 4_096
#: Bytes that wait to be sent, from which on a process counts as behind.
_MOST_UNSENT: Final = 1 << 20
#: Answers that nobody has asked for, because their questions came to nothing.
_MOST_UNREAD: Final = 4_096
_ANSWERED_TOGETHER: Final = 8
#: It works for what comes later: officers and commits go first where processors are few.
_NICE: Final = 10

Answerer: TypeAlias = Callable[[Sequence[bytes]], Iterable[bytes]]


@value(frozen=True, slots=True)
class Patience:
    """How long an answer is waited for. A process that is late is asked nothing until it has answered everything; it is
    ended if it is late for longer than ``late_seconds``.
    """

    answer_seconds: float
    late_seconds: float


class Companion:
    """The process and its pipes. One thread may ask while another reads answers.

    ``module`` is run; ``hello`` is what it reads before it answers. Raises OSError if no further process can be had.
    """

    def __init__(self, module: str, hello: bytes, patience: Patience) -> None:
        self._patience = patience
        self._unsent, self._buffer = bytearray(_framed(hello)), bytearray()
        self._answers: dict[int, bytes] = {}
        self._asked, self._answered = 0, -1
        self._late_since = 0.0
        self._is_closed = self.is_over = False
        self._asking, self._reading = Lock(), Lock()
        questions, self._questions = os.pipe()
        self._said, said = os.pipe()
        try:
            self._child = subprocess.Popen(  # noqa: S603 — the arguments are this program's own
                [sys.executable, "-m", module],
                stdin=questions,
                stdout=said,
                stderr=subprocess.DEVNULL,
            )
        except OSError:
            os.close(self._questions)
            os.close(self._said)
            raise
        finally:
            os.close(questions)
            os.close(said)
        _widen(self._questions)
        _widen(self._said)
        os.set_blocking(self._questions, False)
        self._poll = select.poll()
        self._poll.register(self._said, select.POLLIN)
        self._send()

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._child.pid

    @property
    def is_ready(self) -> bool:
        """Whether it answers."""
        return self._answered >= 0 and not self.is_over

    def ask(self, question: bytes) -> int | None:
        """Ask without waiting; returns the question's number, or ``None`` while the process can't be asked."""
        with self._asking:
            if self._must_catch_up() or len(self._unsent) > _MOST_UNSENT:
                return None
            self._unsent += _framed(question)
            self._asked += 1
            if len(self._unsent) >= _SENT_TOGETHER:
                self._send()
            return self._asked

    def answer(self, number: int) -> bytes | None:
        """The answer to a question; ``None`` if there is none in time."""
        with self._reading:
            if number > self._answered:
                self._wait_for(number)
            return self._answers.pop(number, None)

    def seconds(self) -> float:
        """Its processor time so far, by Linux's ``/proc``; 0 elsewhere."""
        try:
            figures = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return 0.0
        return (int(figures[11]) + int(figures[12])) / os.sysconf("SC_CLK_TCK")

    def end(self) -> None:
        """End the process; what was asked stays without an answer."""
        if not self.is_over:
            self.is_over = True
            self._child.kill()
            self._child.wait()

    def close(self) -> None:
        """End the process and close its pipes."""
        self.end()
        with self._reading, self._asking:  # in this order, as one who waits for an answer has them
            if not self._is_closed:
                self._is_closed = True
                os.close(self._questions)
                os.close(self._said)

    def _must_catch_up(self) -> bool:
        """Whether the process can't be asked: it is not ready, is over, or has not answered in time."""
        if (not self.is_ready or self._late_since) and self._reading.acquire(blocking=False):
            try:
                self._send()  # it can't answer what was put aside to be sent with the next question
                while self._receive(0.0):
                    pass
            finally:
                self._reading.release()
        if self._late_since and time.monotonic() - self._late_since > self._patience.late_seconds:
            self.end()
        return not self.is_ready or self._late_since > 0

    def _send(self) -> None:
        try:
            while self._unsent and not self.is_over:
                del self._unsent[: os.write(self._questions, self._unsent)]
        except BlockingIOError:
            pass
        except OSError:
            self.end()

    def _wait_for(self, number: int) -> None:
        deadline = time.monotonic() + (0.0 if self._late_since else self._patience.answer_seconds)
        while number > self._answered and not self.is_over:
            with self._asking:
                self._send()
            left = max(0.0, deadline - time.monotonic())
            if not self._receive(left) and not left:
                self._late_since = self._late_since or time.monotonic()
                return

    def _receive(self, seconds: float) -> bool:
        """Read what the process has said, for which it waits that long; returns whether it has said anything."""
        if self.is_over or not self._poll.poll(1_000 * seconds):
            return False
        piece = os.read(self._said, _PIECE)
        if not piece:
            self.end()
            return False
        self._buffer += piece
        if len(self._answers) > _MOST_UNREAD:
            self._answers.clear()
        for said in _taken_out(self._buffer):
            self._answered += 1
            self._answers[self._answered] = said
        if self._answered == self._asked:
            self._late_since = 0.0
        return True


def _widen(pipe: int) -> None:
    """Let a pipe hold a batch of questions or answers, so that neither side waits for the other to read them."""
    if hasattr(fcntl, "F_SETPIPE_SZ"):
        with suppress(OSError):  # it stays as it is where this user's pipes hold much already
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)


def _framed(said: bytes) -> bytes:
    return len(said).to_bytes(_LENGTH_BYTES, "big") + said


def _taken_out(buffer: bytearray) -> Iterator[bytes]:
    """Take each whole message out of the buffer."""
    start = 0
    while (begin := start + _LENGTH_BYTES) <= len(buffer):
        end = begin + int.from_bytes(buffer[start:begin], "big")
        if end > len(buffer):
            break
        yield bytes(buffer[begin:end])
        start = end
    del buffer[:start]


def answer_questions(begin: Callable[[bytes], Answerer]) -> None:
    """Answer the questions of the process that has started this one, until it ends.

    ``begin`` gets what that process says first, and returns what answers the questions that wait. Raises OSError.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt of the terminal is for the process that asks
    os.nice(_NICE)
    questions, answers = sys.stdin.fileno(), sys.stdout.fileno()
    answer: Answerer | None = None
    buffer = bytearray()
    while piece := os.read(questions, _PIECE):
        buffer += piece
        waiting = [*_taken_out(buffer)]
        if answer is None and waiting:
            answer = begin(waiting.pop(0))
            garbage.look_seldom()
            _say(answers, [b""])
        if answer is not None:
            _say(answers, answer(waiting))


def _say(descriptor: int, said: Iterable[bytes]) -> None:
    waiting = iter(said)
    while several := [*islice(waiting, _ANSWERED_TOGETHER)]:
        left = memoryview(b"".join(map(_framed, several)))
        while left:
            left = left[os.write(descriptor, left) :]
