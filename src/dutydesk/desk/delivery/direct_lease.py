"""Straight on: where this process dispatches and nothing else is due, the commit that takes a message in leases it.

That saves an item its second transaction. Its lease reads the rules of this commit, which its route has just read.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from time import monotonic

from dutydesk.desk.delivery.lease import Batch, Leased, leased_of, next_segment, say
from dutydesk.domain.delivery.items import Item
from dutydesk.domain.delivery.states import DeliveryState, Notice
from dutydesk.domain.events.log import EventKind, Json
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import deliveries, notices
from dutydesk.store.tables.deliveries import Fresh
from dutydesk.store.tables.notices import StoredNotice

#: Items that may be in hand at once; a measure that comes into force finds no more of them crossing.
MOST_IN_HAND = 512
#: What has waited longer to be handed over is leased anew, so that the rules are read again.
FRESH_SECONDS = 2.0


class Leasing:
    """What one transaction leases. Its rows count only once they are committed."""

    def __init__(self, transaction: Transaction, room: int, commit: Callable[[Batch], None]) -> None:
        self._transaction = transaction
        self._room = room
        self._commit = commit
        self._segment = 0
        self._leased: list[Leased] = []
        self._notices: list[StoredNotice] = []

    def under_way(self, rows: list[Fresh]) -> list[Fresh]:
        """The first rows of a new item, those that are due now in the dispatcher's hands.

        Once there is no room they stay as they are, and what comes later does not overtake them.
        """
        if len(self._leased) >= self._room:
            self._room = 0
            return rows
        return [_taken(each) if _is_due(each, self._transaction.at) else each for each in rows]

    def lease(self, item: Item, message: bytes, rows: list[Fresh]) -> None:
        """Takes what is under way of a new item, whose rows are written."""
        recipients = sorted(code for each in rows if each.state is DeliveryState.SENDING for code in each.recipients)
        if recipients:
            self._number()
            say(self._transaction, EventKind.DELIVERIES_SENDING, item, recipients)
            self._leased.append(leased_of(item, message, recipients, as_received=item))

    def tell(self, item: Item, recipient: str, notice: Notice, data: Mapping[str, Json]) -> None:
        """A line of the desk's own, in hand at once."""
        self._number()
        self._notices.append(notices.add_notice(self._transaction, item, recipient, notice, data, sending=True))

    def _number(self) -> None:
        if self._segment:
            return
        self._segment = next_segment(self._transaction)
        self._transaction.upon_commit.append(self._committed)

    def _committed(self) -> None:
        self._commit(Batch(self._segment, self._transaction.at, tuple(self._leased), tuple(self._notices)))


class StraightOn:
    """What intake has leased for the dispatcher of this process. Closed, nothing more is leased so."""

    def __init__(self) -> None:
        self._wake: Callable[[], None] | None = None
        self._batches: deque[tuple[float, Batch]] = deque()
        self._in_hand = 0
        self._latest: tuple[Transaction, Leasing | None] | None = None

    def open(self, wake: Callable[[], None]) -> None:
        """Only for who holds the dispatcher's lock; ``wake`` is called when there is a batch to hand over."""
        self._wake = wake

    def close(self) -> None:
        """A transaction that is under way may still lease."""
        self._wake = None

    def drop(self) -> None:
        """What is in hand was given back to the queue, by somebody who closed this first."""
        self._batches.clear()
        self._in_hand = 0

    def leasing(self, transaction: Transaction) -> Leasing | None:
        """``None`` where a lease of its own has to come first, or nobody dispatches in this process."""
        if self._latest is None or self._latest[0] is not transaction:
            self._latest = transaction, self._begin(transaction)
        return self._latest[1]

    def _begin(self, transaction: Transaction) -> Leasing | None:
        room = MOST_IN_HAND - self._in_hand
        if self._wake is None or room <= 0 or deliveries.anything_due(transaction):
            return None
        return Leasing(transaction, room, self._committed)

    def _committed(self, batch: Batch) -> None:
        self._latest = None
        self._batches.append((monotonic(), batch))
        self._in_hand += len(batch.leased)
        if self._wake is not None:
            self._wake()

    @property
    def is_stale(self) -> bool:
        """Whether what was leased first has waited too long, such as behind a transport that hangs."""
        return bool(self._batches) and monotonic() - self._batches[0][0] > FRESH_SECONDS

    def next(self, most: int) -> Batch | None:
        """What was leased first, up to ``most`` items or one transaction's, under the number of the latest of it."""
        if not self._batches:
            return None
        _, batch = self._batches.popleft()
        while self._batches and len(batch.leased) + len(self._batches[0][1].leased) <= most:
            _, more = self._batches.popleft()
            batch = replace(more, leased=batch.leased + more.leased, notices=batch.notices + more.notices)
        return batch

    def done(self, batch: Batch) -> None:
        """The batch was marked."""
        self._in_hand -= sum(leased.as_received is not None for leased in batch.leased)


def _is_due(rows: Fresh, at: datetime) -> bool:
    due = rows.due_at is not None and rows.due_at <= at
    return rows.state is DeliveryState.QUEUED and not rows.waiting and due


def _taken(rows: Fresh) -> Fresh:
    return replace(rows, state=DeliveryState.SENDING, due_at=None)
