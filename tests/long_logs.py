"""Stores with a long log of made-up events, linked as the desk links them."""

from __future__ import annotations

from collections.abc import Iterator

from dutydesk.domain.events.log import GENESIS, link
from dutydesk.store.engine.rows import Connection

LINE = ("Jonas", "item.noted", "D-000001")


def add_events(connection: Connection, count: int, *, word: str = "seen") -> None:
    """Adds so many events at the end of the log, in the transaction that is open."""
    row = connection.execute("SELECT seq, hash FROM event ORDER BY seq DESC LIMIT 1").fetchone()
    seq, previous = (0, GENESIS) if row is None else (row[0], bytes(row[1]))
    connection.executemany("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?)", _events(seq, previous, count, word))


def _events(seq: int, previous: bytes, count: int, word: str) -> Iterator[tuple[object, ...]]:
    for number in range(seq + 1, seq + count + 1):
        data = f'{{"text":"{word} {number}"}}'
        digest = link(previous, number, number, *LINE, data)
        yield number, number, *LINE, data, previous, digest
        previous = digest
