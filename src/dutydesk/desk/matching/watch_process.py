"""A process of its own that searches the watch list, while the process that takes messages in examines them.

It reads the store, and writes nothing. It ends once nobody holds the other end of its input.
"""

from __future__ import annotations

import os
import signal
import sys
from contextlib import closing
from pathlib import Path

from dutydesk.desk.matching.watch_index import WatchIndex
from dutydesk.desk.matching.watch_list import WatchQuery, prepare
from dutydesk.desk.matching.watch_wire import NO_ANSWER, READY, Answer, decode_question, packed, query_of, unpacked
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.snapshots import SnapshotReader

_PIECE = 1 << 16


def answer_questions(reader: SnapshotReader, questions: int, answers: int) -> None:
    """Answer what is asked on the descriptor ``questions`` until it is closed. Raises OSError and sqlite3.Error."""
    index, buffer = WatchIndex(), bytearray()
    with reader.snapshot() as handle:
        index.refresh(handle)
    os.write(answers, packed(READY))
    while piece := os.read(questions, _PIECE):
        buffer += piece
        asked = [*map(decode_question, unpacked(buffer))]
        with reader.snapshot() as handle:
            said = [packed(_answer(handle, index, one.number, query_of(one))) for one in asked]
        _write_all(answers, b"".join(said))


def _answer(handle: Handle, index: WatchIndex, number: int, query: WatchQuery) -> Answer:
    if prepared := prepare(handle, index, query):
        found = prepared.current(handle)
        if found is None:  # somebody is new
            prepared = prepare(handle, index, query)
            found = None if prepared is None else prepared.current(handle)
        if prepared is not None and found is not None:
            matches = tuple((match.person.number, match.score.points, match.score.words) for match in found.matches)
            return Answer(number, prepared.newest, found.has_exact, matches)
    return Answer(number, NO_ANSWER)


def _write_all(descriptor: int, data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[os.write(descriptor, left) :]


def main(path: Path) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt of the terminal is for the process that asks
    with closing(SnapshotReader(path)) as reader:
        answer_questions(reader, sys.stdin.fileno(), sys.stdout.fileno())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
