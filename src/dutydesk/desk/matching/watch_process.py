"""A process of its own that searches the watch list, while the process that takes messages in examines them.

It reads the store, and writes nothing.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from dutydesk.desk.base.companion import answer_questions
from dutydesk.desk.matching.watch_index import WatchIndex
from dutydesk.desk.matching.watch_list import WatchQuery, prepare
from dutydesk.desk.matching.watch_wire import NO_ANSWER, Answer, decode_question, encode, query_of
from dutydesk.store.engine.opening import open_snapshots
from dutydesk.store.engine.reader import Handle

#: Searches in one snapshot of the store.
_TOGETHER: Final = 64


class _Answers:
    """The answers by an index that is loaded at the start. Raises the errors of the engine's driver."""

    def __init__(self, path: bytes) -> None:
        self._reader = open_snapshots(Path(os.fsdecode(path)))
        self._index = WatchIndex()
        with self._reader.snapshot() as handle:
            self._index.refresh(handle)

    def answer(self, questions: Sequence[bytes]) -> list[bytes]:
        with self._reader.snapshot() as handle:
            return [encode(self._answer(handle, query_of(decode_question(one)))) for one in questions]

    def _answer(self, handle: Handle, query: WatchQuery) -> Answer:
        if prepared := prepare(handle, self._index, query):
            found = prepared.current(handle)
            if found is None:  # somebody is new
                prepared = prepare(handle, self._index, query)
                found = None if prepared is None else prepared.current(handle)
            if prepared is not None and found is not None:
                matches = tuple((one.person.number, one.score.points, one.score.words) for one in found.matches)
                return Answer(prepared.newest, found.has_exact, matches)
        return Answer(NO_ANSWER)


if __name__ == "__main__":
    answer_questions(lambda path: _Answers(path).answer, _TOGETHER)
