"""Searches the watch list ahead of transactions: a short list in memory, a long one by a process of its own.

A long list takes seconds to load, and some 200 microseconds a message to search. Both happen while this process
examines the messages. Where no answer is to be had in time, the transaction searches the store.
"""

from __future__ import annotations

import os
from pathlib import Path

from dutydesk.desk.base.companion import Companion, Patience
from dutydesk.desk.matching import watch_list
from dutydesk.desk.matching.watch_index import WatchIndex
from dutydesk.desk.matching.watch_list import PreparedWatch, WatchFinding, WatchMatch, WatchQuery
from dutydesk.desk.matching.watch_wire import Answer, decode_answer, encode, question
from dutydesk.domain.limits import MemoryLimits
from dutydesk.screening.score import Score
from dutydesk.store.engine.reader import Handle
from dutydesk.store.tables import watched


class WatchSearch:
    """The searches of one process, all on the thread that writes."""

    def __init__(self, path: Path, limits: MemoryLimits) -> None:
        self._path = path.absolute()
        self._limits = limits
        self._index = WatchIndex()
        self._searches = 0
        self._process: Companion | None = None

    def prepare(self, handle: Handle, query: WatchQuery) -> PreparedWatch | AskedWatch | None:
        """Search, or ask the process to; ``None`` where the search has to wait for the transaction."""
        self._searches += 1
        if self._process is not None and self._process.is_over:
            self._process.close()
            self._process, self._searches = None, 0
        if self._process is None:
            if self._searches <= self._limits.unloaded_searches:
                return None
            if watched.newest(handle) <= self._limits.watched_in_memory:
                return watch_list.prepare(handle, self._index, query)
            try:
                self._process = self._start()
            except OSError:  # no further process can be had now
                self._searches = 0
                return None
        number = self._process.ask(encode(question(query)))
        return None if number is None else AskedWatch(self._process, number)

    def _start(self) -> Companion:
        patience = Patience(self._limits.companion_answer_seconds, self._limits.companion_late_seconds)
        return Companion("dutydesk.desk.matching.watch_process", os.fsencode(self._path), patience)

    @property
    def companion(self) -> Companion | None:
        """The process that searches, once it has loaded the list."""
        return self._process if self._process is not None and self._process.is_ready else None

    def close(self) -> None:
        """End the process, if there is one."""
        if self._process is not None:
            self._process.close()


class AskedWatch:
    """A search that the process makes. Its answer is read once."""

    def __init__(self, process: Companion, number: int) -> None:
        self._process = process
        self._number = number
        self._is_read = False
        self._answer: Answer | None = None

    def current(self, handle: Handle) -> WatchFinding | None:
        """What was found, if nobody is new or gone since."""
        if not self._is_read:
            said, self._is_read = self._process.answer(self._number), True
            self._answer = None if said is None else decode_answer(said)
        answer = self._answer
        if answer is None or watched.newest(handle) != answer.newest:
            return None
        known = {number: (points, words) for number, points, words in answer.matches}
        found = {person.number: person for person in watched.persons(handle, known)} if known else {}
        if len(found) < len(known):
            return None
        matches = (WatchMatch(found[number], Score(points, words)) for number, (points, words) in known.items())
        return WatchFinding(answer.has_exact, tuple(matches))
