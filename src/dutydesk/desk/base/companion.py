"""Another process of this program, which answers questions by two pipes while the process that asks does other work.

Each question and answer is a length in four bytes and so many bytes. What the process needs to begin comes before the
questions. Answers come in the order of the questions; an empty one comes first, once the process can answer. It ends
once nobody holds the other end of its input.

Whoever waits too long for an answer does that work and some of what follows by itself, and says so in a page of memory
that both processes have: the other one leaves out what nobody waits for, and goes on with what comes after that. So the
two share the work, and none is done twice but the question that was just being answered.
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
from pathlib import Path
from threading import Lock
from typing import Final, TypeAlias

from dutydesk.desk.base import garbage
from dutydesk.desk.base.shared_numbers import SharedNumbers, new_page
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
#: Questions that are given up with one that is late: at first, and at most, where one late answer follows another.
GIVEN_UP_TOGETHER: Final = 16
_MOST_GIVEN_UP: Final = 256
#: It works for what comes later: officers and commits go first where processors are few.
_NICE: Final = 10

Answerer: TypeAlias = Callable[[Sequence[bytes]], Iterable[bytes]]


@value(frozen=True, slots=True)
class Patience:
    """How long an answer is waited for. A process that was late is asked, and waited for, once it says something again;
    it is ended if it says nothing for ``late_seconds``.
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
        self._give_up_next = GIVEN_UP_TOGETHER
        self._is_closed = self.is_over = False
        self._asking, self._reading = Lock(), Lock()
        page = new_page()
        self._shared = SharedNumbers(page)
        questions, self._questions = os.pipe()
        self._said, said = os.pipe()
        try:
            self._child = subprocess.Popen(  # noqa: S603 — the arguments are this program's own
                [sys.executable, "-m", module, str(page)],
                stdin=questions,
                stdout=said,
                stderr=subprocess.DEVNULL,
                pass_fds=[page],
            )
        except OSError:
            os.close(self._questions)
            os.close(self._said)
            self._shared.close()
            raise
        finally:
            for descriptor in (questions, said, page):
                os.close(descriptor)
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
            self._look_after()
            if not self.is_ready or self._late_since or len(self._unsent) > _MOST_UNSENT:
                return None
            self._unsent += _framed(question)
            self._asked += 1
            if len(self._unsent) >= _SENT_TOGETHER:
                self._send()
            return self._asked

    def answer(self, number: int) -> bytes | None:
        """The answer to a question; ``None`` if it is empty, or does not come in time."""
        with self._reading:
            if number > self._answered and not self.is_over and number > self._shared.given_up:
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
                self._shared.close()

    def _look_after(self) -> None:
        """Read what a process says that begins or was late, and end it where it has said nothing for too long."""
        if (not self.is_ready or self._late_since) and self._reading.acquire(blocking=False):
            try:
                self._send()  # it can't answer what was put aside to be sent with the next question
                while self._receive(0.0):
                    pass
            finally:
                self._reading.release()
        if self._late_since and time.monotonic() - self._late_since > self._patience.late_seconds:
            self.end()

    def _send(self) -> None:
        try:
            while self._unsent and not self.is_over:
                del self._unsent[: os.write(self._questions, self._unsent)]
        except BlockingIOError:
            pass
        except OSError:
            self.end()

    def _wait_for(self, number: int) -> None:
        self._shared.awaited = number
        deadline = time.monotonic() + (0.0 if self._late_since else self._patience.answer_seconds)
        while number > self._answered and not self.is_over:
            with self._asking:
                self._send()
            left = max(0.0, deadline - time.monotonic())
            if not self._receive(left) and not left:
                self._late_since = self._late_since or time.monotonic()
                self._shared.given_up = min(number + self._give_up_next, self._asked)
                self._give_up_next = min(2 * self._give_up_next, _MOST_GIVEN_UP)
                return
        self._give_up_next = GIVEN_UP_TOGETHER

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
            if said:
                self._answers[self._answered] = said
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


def answer_questions(begin: Callable[[bytes], Answerer], together: int = 1) -> None:
    """Answer the questions of the process that has started this one, until it ends.

    ``begin`` gets what that process says first, and returns what answers up to ``together`` questions, in their order.
    Raises OSError.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt of the terminal is for the process that asks
    os.nice(_NICE)
    questions, shared = sys.stdin.fileno(), SharedNumbers(int(sys.argv[1]))
    answers: _SaidAnswers | None = None
    buffer = bytearray()
    while piece := os.read(questions, _PIECE):
        buffer += piece
        waiting = [*_taken_out(buffer)]
        if answers is None and waiting:
            answers = _SaidAnswers(begin(waiting.pop(0)), shared)
            garbage.look_seldom()
            answers.say()
        if answers is not None:
            for place in range(0, len(waiting), together):
                answers.add(waiting[place : place + together])
            answers.say()


class _SaidAnswers:
    """The answers of this process in their order, from the empty one on that says that it is ready."""

    def __init__(self, answer: Answerer, shared: SharedNumbers) -> None:
        self._answer, self._shared = answer, shared
        self._unsaid = [b""]
        self._answered = 0

    def add(self, questions: Sequence[bytes]) -> None:
        """Answer the questions; those that were given up get an empty answer at once."""
        left_out = min(max(0, self._shared.given_up - self._answered), len(questions))
        self._unsaid += [b""] * left_out
        if left_out < len(questions):
            self._unsaid += self._answer(questions[left_out:])
        self._answered += len(questions)
        is_awaited = self._answered - len(self._unsaid) < self._shared.awaited <= self._answered
        if is_awaited or len(self._unsaid) >= _ANSWERED_TOGETHER:
            self.say()

    def say(self) -> None:
        left = memoryview(b"".join(map(_framed, self._unsaid)))
        self._unsaid = []
        while left:
            left = left[os.write(sys.stdout.fileno(), left) :]
