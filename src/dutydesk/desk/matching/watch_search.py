"""Searches the watch list ahead of transactions: a short list in memory, a long one by a process of its own.

A long list takes seconds to load, and some 200 microseconds a message to search. Both happen while this process
examines the messages. Where no answer is to be had in time, the transaction searches the store.
"""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time
from pathlib import Path

from dutydesk.desk.matching import watch_list
from dutydesk.desk.matching.watch_index import WatchIndex
from dutydesk.desk.matching.watch_list import PreparedWatch, WatchFinding, WatchMatch, WatchQuery
from dutydesk.desk.matching.watch_wire import NO_ANSWER, Answer, decode_answer, packed, question, unpacked
from dutydesk.domain.limits import MemoryLimits
from dutydesk.screening.score import Score
from dutydesk.store.engine.reader import Handle
from dutydesk.store.tables import watched

_PIECE = 1 << 16
#: Answers that nobody has asked for, because their messages were not taken in after all.
_MOST_UNREAD = 4_096


class WatchSearch:
    """The searches of one process, all on the thread that writes."""

    def __init__(self, path: Path, limits: MemoryLimits) -> None:
        self._path = path.absolute()
        self._limits = limits
        self._index = WatchIndex()
        self._searches = 0
        self._process: _WatchProcess | None = None

    def prepare(self, handle: Handle, query: WatchQuery) -> PreparedWatch | AskedWatch | None:
        """Search, or ask the process to; ``None`` where the search has to wait for the transaction."""
        self._searches += 1
        if self._process is not None and self._process.is_over:
            self._process, self._searches = None, 0
        if self._process is None:
            if self._searches <= self._limits.unloaded_searches:
                return None
            if watched.newest(handle) <= self._limits.watched_in_memory:
                return watch_list.prepare(handle, self._index, query)
            try:
                self._process = _WatchProcess(self._path, self._limits)
            except OSError:  # no further process can be had now
                self._searches = 0
                return None
        return self._process.ask(query)

    @property
    def is_loaded(self) -> bool:
        """Whether a process has loaded the list and answers."""
        return self._process is not None and self._process.is_ready and not self._process.is_over

    def process_seconds(self) -> float:
        """The processor time of the process so far, where the system says it; 0 without one."""
        return 0.0 if self._process is None else self._process.seconds()

    def close(self) -> None:
        """End the process, if there is one."""
        if self._process is not None:
            self._process.end()


class AskedWatch:
    """A search that the process makes. Its answer is read once."""

    def __init__(self, process: _WatchProcess, number: int) -> None:
        self._process = process
        self._number = number
        self._is_read = False
        self._answer: Answer | None = None

    def current(self, handle: Handle) -> WatchFinding | None:
        """What was found, if nobody is new or gone since."""
        if not self._is_read:
            self._answer, self._is_read = self._process.answer(self._number), True
        answer = self._answer
        if answer is None or watched.newest(handle) != answer.newest:
            return None
        known = {number: (points, words) for number, points, words in answer.matches}
        found = {person.number: person for person in watched.persons(handle, known)} if known else {}
        if len(found) < len(known):
            return None
        matches = (WatchMatch(found[number], Score(points, words)) for number, (points, words) in known.items())
        return WatchFinding(answer.has_exact, tuple(matches))


class _WatchProcess:
    """The process and its two pipes; see :mod:`dutydesk.desk.matching.watch_process`."""

    def __init__(self, path: Path, limits: MemoryLimits) -> None:
        self._limits = limits
        self._unsent, self._buffer = bytearray(), bytearray()
        self._answers: dict[int, Answer] = {}
        self._asked = self._answered = 0
        self._late_since = 0.0
        self.is_ready = self.is_over = False
        questions, self._questions = os.pipe()
        self._said, said = os.pipe()
        try:
            self._child = subprocess.Popen(  # noqa: S603 — the arguments are this program's own
                [sys.executable, "-m", "dutydesk.desk.matching.watch_process", str(path)],
                stdin=questions,
                stdout=said,
                stderr=subprocess.DEVNULL,
            )
        finally:
            os.close(questions)
            os.close(said)
        os.set_blocking(self._questions, False)
        self._poll = select.poll()
        self._poll.register(self._said, select.POLLIN)

    def ask(self, query: WatchQuery) -> AskedWatch | None:
        """Ask without waiting; ``None`` while the process loads the list, is behind, or has ended."""
        if self._must_catch_up():
            return None
        data = packed(question(self._asked + 1, query))
        if len(data) > select.PIPE_BUF:  # may be written in part
            return None
        if len(self._unsent) + len(data) > select.PIPE_BUF:
            self._send()
        self._unsent += data
        self._asked += 1
        return AskedWatch(self, self._asked)

    def _send(self) -> None:
        """Send what was asked, several questions at once: one write each would cost as much as all else of them."""
        try:
            os.write(self._questions, self._unsent)
        except OSError:  # it has ended, or reads nothing any more
            self.end()
        self._unsent.clear()

    def _must_catch_up(self) -> bool:
        """Whether the process still loads the list, or has not answered in time; it is ended if that takes long."""
        while (not self.is_ready or self._late_since) and self._receive(0.0):
            pass
        if self._late_since and time.monotonic() - self._late_since > self._limits.watch_late_seconds:
            self.end()
        return self.is_over or not self.is_ready or self._late_since > 0

    def answer(self, number: int) -> Answer | None:
        """The answer to a question; ``None`` if there is none in time."""
        if number > self._answered and self._unsent:
            self._send()
        deadline = time.monotonic() + (0.0 if self._late_since else self._limits.watch_answer_seconds)
        while number > self._answered and not self.is_over:
            if not self._receive(max(0.0, deadline - time.monotonic())):
                self._late_since = self._late_since or time.monotonic()
                break
        found = self._answers.pop(number, None)
        return found if found is not None and found.newest != NO_ANSWER else None

    def _receive(self, seconds: float) -> bool:
        """Read what the process has said, for which it waits that long; returns whether it has said anything."""
        if not self._poll.poll(1_000 * seconds):
            return False
        piece = os.read(self._said, _PIECE)
        if not piece:
            self.end()
            return False
        self._buffer += piece
        if len(self._answers) > _MOST_UNREAD:
            self._answers.clear()
        for answer in map(decode_answer, unpacked(self._buffer)):
            self._answers[answer.number], self._answered, self.is_ready = answer, answer.number, True
        if self._answered == self._asked:
            self._late_since = 0.0
        return True

    def seconds(self) -> float:
        """Its processor time, of Linux's ``/proc``; 0 elsewhere."""
        try:
            figures = Path(f"/proc/{self._child.pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return 0.0
        return (int(figures[11]) + int(figures[12])) / os.sysconf("SC_CLK_TCK")

    def end(self) -> None:
        if not self.is_over:
            self.is_over = True
            os.close(self._questions)
            os.close(self._said)
            self._child.kill()
            self._child.wait()
