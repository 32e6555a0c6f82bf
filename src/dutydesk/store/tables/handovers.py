"""Signed handover notes, and the counts of a part of the log."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum

from dutydesk.domain.events.log import Event
from dutydesk.domain.frozen import value
from dutydesk.domain.review.shifts import Shift, handover_name
from dutydesk.store.engine.reader import Handle, from_us, optional_from_us, to_us
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import log


class HandoverState(StrEnum):
    WRITTEN = "written"
    ACCEPTED = "accepted"
    REPLACED = "replaced"


@value(frozen=True, slots=True)
class Handover:
    """A handover note. ``sha256`` is that of the stored text's UTF-8 in hex; the log has that of the signed text."""

    number: int
    text: str
    sha256: str
    shift: Shift
    written_by: str
    written_at: datetime
    state: HandoverState
    accepted_by: str | None = None
    accepted_at: datetime | None = None

    @property
    def name(self) -> str:
        return handover_name(self.number)


def add(transaction: Transaction, text: str, sha256: str, shift: Shift, officer: str) -> int:
    return transaction.insert(
        "handover_add",
        text=text,
        sha256=sha256,
        shift_begin=to_us(shift.begin),
        shift_end=to_us(shift.end),
        written_by=officer,
        written_at=transaction.at_us,
    )


def latest(handle: Handle) -> Handover | None:
    row = handle.one("handover_latest")
    if row is None:
        return None
    return Handover(
        row["number"],
        row["text"],
        row["sha256"],
        Shift(from_us(row["shift_begin"]), from_us(row["shift_end"])),
        row["written_by"],
        from_us(row["written_at"]),
        HandoverState(row["state"]),
        row["accepted_by"],
        optional_from_us(row["accepted_at"]),
    )


def replace(transaction: Transaction, number: int) -> None:
    transaction.run("handover_replace", number=number)


def accept(transaction: Transaction, number: int, officer: str) -> None:
    transaction.run("handover_accept", number=number, officer=officer, at=transaction.at_us)


def last_of_person(handle: Handle, officer: str) -> Event | None:
    """The latest event that a person caused, of any subject."""
    row = handle.one("event_last_of_person", actor=officer)
    return None if row is None else log.event_of(row)


def first_seq_since(handle: Handle, at: datetime) -> int:
    """The number of the first event that is not older than ``at``; one more than the last if there is none.

    It is a binary search, because the log is in the order of time; where a clock stepped back the result may be off by
    those events.
    """
    wanted, low, high = to_us(at), 1, log.head_seq(handle) + 1
    while low < high:
        middle = (low + high) // 2
        row = handle.one("event_numbered", seq=middle)
        if row is None or row["at"] >= wanted:
            high = middle
        else:
            low = middle + 1
    return low


def find_event(handle: Handle, seq: int) -> Event | None:
    row = handle.one("event_numbered", seq=seq)
    return None if row is None else log.event_of(row)


def counted_events(handle: Handle, seq: int) -> Iterator[tuple[int, str, int]]:
    """Number, kind and count of each event from ``seq`` on.

    A hand-over counts its recipients, a route counts one if the item was released at once, any other event counts one.
    """
    for number, kind, counts in handle.tuples("events_tally", seq=seq):
        yield number, kind, counts or 0
