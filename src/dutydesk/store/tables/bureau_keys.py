"""The keys of bureaus and of the desk, by the log."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from itertools import dropwhile

from dutydesk.domain.delivery.items import item_name
from dutydesk.domain.events.accepted import signature_of
from dutydesk.domain.events.event import IncompleteEvent, LogEvent, instant
from dutydesk.domain.events.facts import Fact
from dutydesk.domain.events.keys import DeskKeyMade, KeyEvent
from dutydesk.domain.events.log import EventKind
from dutydesk.domain.events.store import ClockSteppedBack
from dutydesk.domain.frozen import value
from dutydesk.domain.supervision.key_book import ring_of
from dutydesk.domain.supervision.keys import KeyRing
from dutydesk.store.engine.reader import Handle, to_us
from dutydesk.store.engine.rows import StoreRow
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import log_queries

_NOTHING = KeyRing()
_WITH_BODY = frozenset({EventKind.INTAKE_ACCEPTED.value, EventKind.ITEM_CORRECTED.value, EventKind.ITEM_REREAD.value})


@value(frozen=True, slots=True)
class _ReadKeys:
    """The keys after the events up to ``head``, and up to the clock's of that number and hash; all of them hashes.

    ``next_date`` is that of the ring.
    """

    head: bytes = b""
    ring: KeyRing = _NOTHING
    clock_seq: int = 0
    clock_head: bytes = b""
    next_date: datetime | None = None


class KeyRingReader:
    """Reads the keys again where the log has a later event of them, or the clock stepped back behind one's date."""

    def __init__(self) -> None:
        self._last = _ReadKeys()

    @property
    def latest(self) -> KeyRing:
        """The keys as last read; for what is decided again in a transaction."""
        return self._last.ring

    def current(self, handle: Handle) -> KeyRing:
        """The keys by the log."""
        head = bytes(handle.cached_value("keys_head") or b"")
        last = self._last  # the threads of writer and reader share it
        if last.head != head:
            self._last = last = _read(handle, head)
        elif last.next_date is not None or last.clock_seq:
            clock_head = bytes(handle.cached_value("keys_clock_head") or b"")
            if last.clock_head != clock_head:
                self._last = last = _read_clock(handle, last, clock_head)
        return last.ring


def _read(handle: Handle, head: bytes) -> _ReadKeys:
    facts = list(_facts(handle.all("keys_events")))
    ring = ring_of(facts)
    if ring.next_date is None:
        return _ReadKeys(head, ring)
    steps = list(_facts(handle.all("keys_clock_events", after=0)))
    clock_head = bytes(handle.value("keys_clock_head") or b"")
    ring = ring_of(sorted((*facts, *steps), key=lambda fact: fact.seq))
    return _ReadKeys(head, ring, steps[-1].seq if steps else 0, clock_head, ring.next_date)


def _read_clock(handle: Handle, last: _ReadKeys, clock_head: bytes) -> _ReadKeys:
    """The same after further steps of the clock, of which few come to a date; all again where one does."""
    is_kept = not last.clock_seq or handle.value("event_hash", seq=last.clock_seq) == last.clock_head
    steps = list(_facts(handle.all("keys_clock_events", after=last.clock_seq)))
    next_date = last.next_date
    is_reached = next_date is not None and any(_reached(step) >= next_date for step in steps)
    if not is_kept or is_reached or not steps:
        return _read(handle, last.head)
    return replace(last, clock_seq=steps[-1].seq, clock_head=clock_head)


def _reached(step: Fact[LogEvent]) -> datetime:
    """How far the log had come; the end of time where the event can't be read."""
    if isinstance(step.event, ClockSteppedBack):
        with suppress(IncompleteEvent):
            return instant(step.event.was)
    return datetime.max.replace(tzinfo=UTC)


def record(transaction: Transaction, actor: str, subject: str, event: KeyEvent | DeskKeyMade) -> None:
    """Emits the event, so that also the rest of this transaction finds it."""
    transaction.emit(actor, subject, event)
    transaction.link_events()
    transaction.forget_cached("keys_head")


def _facts(rows: Iterable[StoreRow]) -> Iterator[Fact[LogEvent]]:
    for row in rows:
        try:
            yield log_queries.fact_of(row)
        except IncompleteEvent:
            continue


def signed_since(handle: Handle, sender: str, key: str, since: datetime) -> list[str]:
    """The items that a bureau's messages by this key made or changed since then, in their order.

    All that stands in the log behind the first of that time is later, also where the clock has stepped back.
    """
    names = [item_name(row["number"]) for row in handle.all("keys_items_since", sender=sender, since=to_us(since))]
    facts = sorted(log_queries.of_subjects(handle, names, _WITH_BODY), key=lambda fact: fact.seq)
    found = {
        fact.subject
        for fact in dropwhile(lambda fact: fact.at < since, facts)
        if (signature := signature_of(fact.event)) is not None and signature.key == key
    }
    return [name for name in names if name in found]
