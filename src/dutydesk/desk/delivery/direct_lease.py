"""Straight on: where this process dispatches and nothing else is due, the commit that takes a message in leases it.

That saves an item its second transaction. Its lease reads the rules of this commit, which its route has just read.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from time import monotonic

from dutydesk.desk.delivery.lease import Batch, LeasedItem, build_leased_item, log_deliveries, next_segment
from dutydesk.domain.delivery.items import Item
from dutydesk.domain.delivery.states import DeliveryState, Notice
from dutydesk.domain.events.deliveries import DeliveriesSending
from dutydesk.domain.events.log import Json
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import deliveries, notices
from dutydesk.store.tables.deliveries import NewRows
from dutydesk.store.tables.notices import StoredNotice

#: Items that may be in hand at once; a measure that comes into force finds no more of them crossing.
DIRECT_LEASE_LIMIT = 512
#: What has waited longer to be handed over is leased anew, so that the rules are read again.
STALE_AFTER_SECONDS = 2.0


class TransactionLease:
    """What one transaction leases. Its rows count only once they are committed."""

    def __init__(self, transaction: Transaction, capacity: int, on_commit: Callable[[Batch], None]) -> None:
        self._transaction = transaction
        self._room = capacity
        self._commit = on_commit
        self._segment = 0
        self._leased: list[LeasedItem] = []
        self._notices: list[StoredNotice] = []

    def lease_rows(self, rows: list[NewRows]) -> list[NewRows]:
        """The first rows of a new item, those that are due now in the dispatcher's hands.

        Once there is no room they stay as they are, and what comes later does not overtake them.
        """
        if len(self._leased) >= self._room:
            self._room = 0
            return rows
        return [_as_sending(each) if _is_due(each, self._transaction.at) else each for each in rows]

    def lease_item(self, item: Item, message: bytes, rows: list[NewRows]) -> None:
        """Takes what is under way of a new item, whose rows are written."""
        recipients = sorted(code for each in rows if each.state is DeliveryState.SENDING for code in each.recipients)
        if recipients:
            self._begin_segment()
            log_deliveries(self._transaction, DeliveriesSending, item, recipients)
            self._leased.append(build_leased_item(item, message, recipients, as_received=item))

    def lease_notice(self, item: Item, recipient: str, notice: Notice, data: Mapping[str, Json]) -> None:
        """A line of the desk's own, in hand at once."""
        self._begin_segment()
        self._notices.append(notices.add_notice(self._transaction, item, recipient, notice, data, sending=True))

    def _begin_segment(self) -> None:
        if self._segment:
            return
        self._segment = next_segment(self._transaction)
        self._transaction.after_commit.append(self._pass_batch)

    def _pass_batch(self) -> None:
        self._commit(Batch(self._segment, self._transaction.at, tuple(self._leased), tuple(self._notices)))


class DirectLease:
    """What intake has leased for the dispatcher of this process. Closed, nothing more is leased so."""

    def __init__(self) -> None:
        self._wake: Callable[[], None] | None = None
        self._batches: deque[tuple[float, Batch]] = deque()
        self._in_hand = 0
        self._latest: tuple[Transaction, TransactionLease | None] | None = None

    def open(self, wake: Callable[[], None]) -> None:
        """Only for who holds the dispatcher's lock; ``wake`` is called when there is a batch to hand over."""
        self._wake = wake

    def close(self) -> None:
        """A transaction that is under way may still lease."""
        self._wake = None

    def discard(self) -> None:
        """What is in hand was given back to the queue, by somebody who closed this first."""
        self._batches.clear()
        self._in_hand = 0

    def lease_for(self, transaction: Transaction) -> TransactionLease | None:
        """``None`` where a lease of its own has to come first, or nobody dispatches in this process."""
        if self._latest is None or self._latest[0] is not transaction:
            self._latest = transaction, self._begin(transaction)
        return self._latest[1]

    def _begin(self, transaction: Transaction) -> TransactionLease | None:
        room = DIRECT_LEASE_LIMIT - self._in_hand
        if self._wake is None or room <= 0 or deliveries.is_anything_due(transaction):
            return None
        return TransactionLease(transaction, room, self._add_batch)

    def _add_batch(self, batch: Batch) -> None:
        self._latest = None
        self._batches.append((monotonic(), batch))
        self._in_hand += len(batch.leased_items)
        if self._wake is not None:
            self._wake()

    @property
    def is_stale(self) -> bool:
        """Whether what was leased first has waited too long, such as behind a transport that hangs."""
        return bool(self._batches) and monotonic() - self._batches[0][0] > STALE_AFTER_SECONDS

    def next_batch(self, limit: int) -> Batch | None:
        """What was leased first, up to ``most`` items or one transaction's, under the number of the latest of it."""
        if not self._batches:
            return None
        _, batch = self._batches.popleft()
        while self._batches and len(batch.leased_items) + len(self._batches[0][1].leased_items) <= limit:
            _, more = self._batches.popleft()
            batch = replace(
                more, leased_items=batch.leased_items + more.leased_items, notices=batch.notices + more.notices
            )
        return batch

    def complete(self, batch: Batch) -> None:
        """The batch was marked."""
        self._in_hand -= sum(leased.as_received is not None for leased in batch.leased_items)


def _is_due(rows: NewRows, at: datetime) -> bool:
    due = rows.due_at is not None and rows.due_at <= at
    return rows.state is DeliveryState.QUEUED and not rows.waiting and due


def _as_sending(rows: NewRows) -> NewRows:
    return replace(rows, state=DeliveryState.SENDING, due_at=None)
