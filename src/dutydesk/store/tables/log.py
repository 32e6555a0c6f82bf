"""Read the log and verify its chain."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from dutydesk.domain.events.catalogue import parse_data
from dutydesk.domain.events.event import LogEvent
from dutydesk.domain.events.log import GENESIS, Event, EventKind, Json
from dutydesk.domain.proof.chain import ChainReport as ChainReport
from dutydesk.domain.proof.chain import Checkpoint, LogLine, UnreadableLines, link_fault, with_checkpoint
from dutydesk.store.engine.reader import Handle, from_us
from dutydesk.store.engine.rows import StoreRow


def event_of(row: StoreRow) -> Event:
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
    return [event_of(row) for row in handle.all("events_after", seq=seq, most=most)]


def of_subject(handle: Handle, subject: str) -> list[Event]:
    return [event_of(row) for row in handle.all("events_of", subject=subject)]


def last_of(handle: Handle, subject: str, kind: EventKind, actor: str) -> Event | None:
    """The latest event of that kind by that actor on that subject."""
    row = handle.one("event_last_of", subject=subject, kind=kind.value, actor=actor)
    return None if row is None else event_of(row)


def head_seq(handle: Handle) -> int:
    row = handle.one("event_head")
    return 0 if row is None else int(row["seq"])


def head(handle: Handle) -> tuple[int, str]:
    """The number and the hash, in hex, of the last event."""
    row = handle.one("event_head")
    return (0, GENESIS.hex()) if row is None else (int(row["seq"]), bytes(row["hash"]).hex())


def data_of(event: Event) -> Mapping[str, Json]:
    data: Mapping[str, Json] = json.loads(event.data)
    return data


def parse(event: Event) -> LogEvent:
    """Its data as an event of its type. Raises IncompleteEvent for data that can't be read."""
    try:
        data = json.loads(event.data)
    except ValueError:
        data = None
    return parse_data(event.kind, data)


def parse_json(text: str) -> Json:
    """The data of an event; ``None`` where it can't be read."""
    try:
        data: Json = json.loads(text)
    except ValueError:
        return None
    return data


def verify(handle: Handle, seq: int = 0, digest: bytes = GENESIS) -> ChainReport:
    """Walk the chain and name the first event that does not follow from the one before it.

    Starts at the beginning, or after event ``seq`` whose hash ``digest`` was kept elsewhere. Only such a checkpoint
    shows that a tail was removed, because the rest of the chain is intact.
    """
    if seq:
        found = handle.value("event_hash", seq=seq)
        if found != digest:
            return with_checkpoint(ChainReport(head_seq(handle), digest.hex()), Checkpoint(seq, digest), found)
    try:
        for row in _rows(handle, seq):
            fault = link_fault(row, seq + 1, digest)
            if fault is not None:
                return ChainReport(seq, digest.hex(), fault, row[0])
            seq, digest = seq + 1, row[7]
    except UnreadableLines as unreadable:
        return ChainReport(seq, digest.hex(), unreadable.words, seq + 1)
    return ChainReport(seq, digest.hex())


def walk(handle: Handle, after: int = 0) -> Iterator[LogLine]:
    """The log's rows one by one. Raises Unreadable for a row that is not text."""
    return map(LogLine._make, _rows(handle, after))


def _rows(handle: Handle, after: int) -> Iterator[tuple[Any, ...]]:
    rows = handle.tuples("events_from", seq=after + 1) if after else handle.tuples("events_all")
    seq = after
    try:
        for row in rows:
            seq += 1
            yield row
    except sqlite3.OperationalError as error:
        if "UTF-8" not in str(error):
            raise
        raise UnreadableLines(f"event {seq + 1} holds text that can't be read") from error


def answered(handle: Handle, items: Collection[str]) -> frozenset[str]:
    """Those of the items whose sender has answered the desk's last question."""
    return frozenset(row["subject"] for row in handle.all("answered_of", subjects=json.dumps(list(items))))


def counters(handle: Handle) -> dict[str, int]:
    """The maintained counters: ``state:held``, ``delivery:queued``, ``suppressed:restricted``, ``outcome:accepted``."""
    return {row["name"]: row["value"] for row in handle.all("counters")}


def counter(handle: Handle, name: str) -> int:
    return int(handle.value("counter_value", name=name) or 0)
