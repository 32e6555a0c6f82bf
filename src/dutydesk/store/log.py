"""Reading the log, and verifying its chain."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dutydesk.domain.events import GENESIS, Event, EventKind, Json, link
from dutydesk.store.handle import Handle, from_us

PAGE = 5000


@dataclass(frozen=True, slots=True)
class ChainReport:
    """``fault`` is ``None`` for a chain that verifies; ``head`` is the hash of the last good event, in hex."""

    events: int
    head: str
    fault: str | None = None
    first_bad_seq: int | None = None


def _event(row: sqlite3.Row) -> Event:
    return Event(
        row["seq"],
        from_us(row["at"]),
        row["actor"],
        EventKind(row["kind"]),
        row["subject"],
        row["data"],
        bytes(row["previous"]),
        bytes(row["hash"]),
    )


def after(handle: Handle, seq: int, most: int) -> list[Event]:
    return [_event(row) for row in handle.all("events_after", seq=seq, most=most)]


def of_subject(handle: Handle, subject: str) -> list[Event]:
    return [_event(row) for row in handle.all("events_of", subject=subject)]


def head_seq(handle: Handle) -> int:
    row = handle.one("event_head")
    return 0 if row is None else int(row["seq"])


def data_of(event: Event) -> Mapping[str, Json]:
    data: Mapping[str, Json] = json.loads(event.data)
    return data


def _rows(handle: Handle) -> Iterator[sqlite3.Row]:
    seq = 0
    while page := handle.all("events_after", seq=seq, most=PAGE):
        yield from page
        seq = page[-1]["seq"]


def verify(handle: Handle) -> ChainReport:
    """Walks the whole chain and names the first event that does not follow from the one before it.

    A removed tail leaves a chain that still holds together: only a checkpoint kept elsewhere shows it.
    """
    previous, seq = GENESIS, 0
    for row in _rows(handle):
        fault = _fault(row, seq + 1, previous)
        if fault is not None:
            return ChainReport(seq, previous.hex(), fault, row["seq"])
        previous, seq = bytes(row["hash"]), row["seq"]
    return ChainReport(seq, previous.hex())


def _fault(row: sqlite3.Row, expected: int, previous: bytes) -> str | None:
    if row["seq"] != expected:
        return f"event {expected} is missing: event {row['seq']} follows event {expected - 1}"
    try:
        fields = (row["actor"], row["kind"], row["subject"], row["data"])
        digest = link(previous, row["seq"], row["at"], *fields)
    except (TypeError, ValueError):
        return f"event {expected} holds a value of the wrong type"
    if bytes(row["previous"]) != previous:
        return f"event {expected} does not name the hash of event {expected - 1}"
    if bytes(row["hash"]) != digest:
        return f"event {expected} was changed after it was written"
    return None


def counters(handle: Handle) -> dict[str, int]:
    """The maintained figures: ``state:held``, ``delivery:queued``, ``suppressed:restricted``, ``outcome:accepted``."""
    return {row["name"]: row["value"] for row in handle.all("counters")}
