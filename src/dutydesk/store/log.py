"""Reading the log, and verifying its chain."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dutydesk.domain.events import GENESIS, Event, EventKind, Json, link
from dutydesk.store.handle import Handle, from_us


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


def verify(handle: Handle, seq: int = 0, digest: bytes = GENESIS) -> ChainReport:
    """Walks the chain and names the first event that does not follow from the one before it.

    From the start, or on from event ``seq`` whose hash ``digest`` was kept elsewhere. A removed tail leaves a chain
    that still holds together: only such a checkpoint shows it.
    """
    if seq and handle.value("event_hash", seq=seq) != digest:
        return ChainReport(0, digest.hex(), f"event {seq} is not the one that the checkpoint names", seq)
    rows = handle.tuples("events_from", seq=seq + 1) if seq else handle.tuples("events_all")
    try:
        for row in rows:
            fault = _fault(row, seq + 1, digest)
            if fault is not None:
                return ChainReport(seq, digest.hex(), fault, row[0])
            seq, digest = seq + 1, row[7]
    except sqlite3.OperationalError as error:
        if "UTF-8" not in str(error):
            raise
        return ChainReport(seq, digest.hex(), f"event {seq + 1} holds text that can't be read", seq + 1)
    return ChainReport(seq, digest.hex())


def _fault(row: tuple[Any, ...], expected: int, digest: bytes) -> str | None:
    """``digest`` is the hash of the event before. Whatever stands in the row, of whatever type, is only compared."""
    seq, at, actor, kind, subject, data, previous, hash_ = row
    if seq != expected:
        return f"event {expected} is missing: event {seq} follows event {expected - 1}"
    if previous != digest:
        return f"event {expected} does not name the hash of event {expected - 1}"
    try:
        linked = link(digest, seq, at, actor, kind, subject, data)
    except (TypeError, ValueError):
        return f"event {expected} holds a value of the wrong type"
    return None if hash_ == linked else f"event {expected} was changed after it was written"


def counters(handle: Handle) -> dict[str, int]:
    """The maintained figures: ``state:held``, ``delivery:queued``, ``suppressed:restricted``, ``outcome:accepted``."""
    return {row["name"]: row["value"] for row in handle.all("counters")}
