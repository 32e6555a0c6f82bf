"""The keys of bureaus and of the desk, by the log."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from dutydesk.domain.delivery.items import item_name
from dutydesk.domain.events.accepted import signature_of
from dutydesk.domain.events.event import IncompleteEvent, LogEvent
from dutydesk.domain.events.facts import Fact
from dutydesk.domain.events.keys import DeskKeyMade, KeyEvent
from dutydesk.domain.events.log import EventKind
from dutydesk.domain.supervision.key_book import ring_of
from dutydesk.domain.supervision.keys import KeyRing
from dutydesk.store.engine.reader import Handle, to_us
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import log_queries

_NOTHING = KeyRing()
_WITH_BODY = frozenset({EventKind.INTAKE_ACCEPTED.value, EventKind.ITEM_CORRECTED.value, EventKind.ITEM_REREAD.value})


class KeyRingReader:
    """Reads the keys again where the log has a later event of them."""

    def __init__(self) -> None:
        self._last: tuple[bytes, KeyRing] = (b"", _NOTHING)

    @property
    def latest(self) -> KeyRing:
        """The keys as last read; for what is decided again in a transaction."""
        return self._last[1]

    def current(self, handle: Handle) -> KeyRing:
        """The keys by the log."""
        head = bytes(handle.cached_value("keys_head") or b"")
        last = self._last  # the threads of writer and reader share it
        if last[0] != head:
            self._last = last = head, ring_of(_facts(handle))
        return last[1]


def record(transaction: Transaction, actor: str, subject: str, event: KeyEvent | DeskKeyMade) -> None:
    """Emits the event, so that also the rest of this transaction finds it."""
    transaction.emit(actor, subject, event)
    transaction.link_events()
    transaction.forget_cached("keys_head")


def _facts(handle: Handle) -> Iterator[Fact[LogEvent]]:
    for row in handle.all("keys_events"):
        try:
            yield log_queries.fact_of(row)
        except IncompleteEvent:
            continue


def signed_since(handle: Handle, sender: str, key: str, since: datetime) -> list[str]:
    """The items that a bureau's messages by this key made or changed, received since then; in their order."""
    names = [item_name(row["number"]) for row in handle.all("keys_items_since", sender=sender, since=to_us(since))]
    found = {
        fact.subject
        for fact in log_queries.of_subjects(handle, names, _WITH_BODY)
        if (signature := signature_of(fact.event)) is not None and signature.key == key
    }
    return [name for name in names if name in found]
