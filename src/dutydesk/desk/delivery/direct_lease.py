"""Direct leases: the transaction that takes a message in also leases it for the dispatcher of the same process.

This saves a second transaction for each item, and happens only where nothing else is due. The lease rests on the rules
of this transaction, which the item's route has just read.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from time import monotonic
from typing import TypeAlias

from dutydesk.desk.delivery.lease import Batch, LeasedItem, build_leased_item, log_deliveries, next_segment
from dutydesk.desk.delivery.outbox import Outbox, QueueOutbox
from dutydesk.desk.delivery.own_route import EVERY_ROUTE, OwnRoute, RouteLease
from dutydesk.desk.delivery.sealing import Sealing
from dutydesk.domain.delivery.items import Item
from dutydesk.domain.delivery.states import DeliveryState, Notice
from dutydesk.domain.errors import TermLost
from dutydesk.domain.events.deliveries import DeliveriesSending
from dutydesk.domain.events.log import Json
from dutydesk.domain.limits import DEFAULT_LIMITS, DeliveryLimits
from dutydesk.store.engine.engine import DispatcherLock
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import deliveries, notices
from dutydesk.store.tables.deliveries import NewRows
from dutydesk.store.tables.notices import StoredNotice

#: How a batch that a transaction leases is signed.
SealingReader: TypeAlias = Callable[[Transaction], Sealing | None]
#: The route that a transaction may lease for.
OwnRouteReader: TypeAlias = Callable[[Transaction], OwnRoute]


class TransactionLease:
    """The outbox of a transaction that leases what it writes. Its batch is passed on once it is committed.

    What goes to bureaus of another route is queued for the dispatcher of that route.
    """

    def __init__(
        self,
        transaction: Transaction,
        capacity: int,
        sealing_of: SealingReader,
        on_commit: Callable[[Batch], None],
        own: OwnRoute = EVERY_ROUTE,
    ) -> None:
        self._transaction = transaction
        self._route = RouteLease(transaction, own)
        self._sealing_of = sealing_of
        self._sealing: Sealing | None = None
        self._room = capacity
        self._commit = on_commit
        self._segment = 0
        self._leased: list[LeasedItem] = []
        self._notices: list[StoredNotice] = []

    def initial_rows(self, rows: list[NewRows]) -> list[NewRows]:
        """The rows of a new item; those that are due now are leased.

        Once the capacity is used up all rows stay queued, so that a later item does not overtake an earlier one.
        """
        if len(self._leased) >= self._room:
            self._room = 0
            return rows
        parts = (part for each in rows for part in _by_route(each, self._route.own))
        return [_as_sending(part) if is_own and _is_due(part, self._transaction.at) else part for part, is_own in parts]

    def add_item(self, item: Item, message: bytes, rows: list[NewRows]) -> None:
        """Writes the rows of a new item, and leases those that are due now."""
        deliveries.add_first(self._transaction, item.number, rows)
        recipients = sorted(code for each in rows if each.state is DeliveryState.SENDING for code in each.recipients)
        if recipients:
            self._begin_segment()
            log_deliveries(self._transaction, DeliveriesSending, item, recipients)
            self._leased.append(build_leased_item(item, message, recipients, as_received=item))

    def add_notice(
        self, item: Item, recipient: str, notice: Notice, data: Mapping[str, Json], *, is_offline: bool
    ) -> None:
        """Writes a notice and leases it; one to a bureau that is offline, or has another route, is queued."""
        if is_offline or not self._route.own.covers(recipient):
            notices.add_notice(self._transaction, item, recipient, notice, data)
            return
        self._begin_segment()
        self._notices.append(notices.add_notice(self._transaction, item, recipient, notice, data, sending=True))

    def _begin_segment(self) -> None:
        if self._segment:
            return
        self._route.say()
        self._segment = next_segment(self._transaction)
        self._sealing = self._sealing_of(self._transaction)
        self._transaction.after_commit.append(self._pass_batch)

    def _pass_batch(self) -> None:
        leased, notices_sent = tuple(self._leased), tuple(self._notices)
        self._commit(Batch(self._segment, self._transaction.at, leased, notices_sent, self._sealing))


class DirectLease:
    """The direct leases of one process. While it is closed, intake queues everything."""

    def __init__(
        self, limits: DeliveryLimits = DEFAULT_LIMITS.delivery, sealing_of: SealingReader = lambda _transaction: None
    ) -> None:
        self._limits = limits
        self._sealing_of = sealing_of
        self._wake: Callable[[], None] | None = None
        self._lock: DispatcherLock | None = None
        self._own_route: OwnRouteReader = _every_route
        self._batches: deque[tuple[float, Batch]] = deque()
        self._in_hand = 0
        self._latest: tuple[Transaction, Outbox] | None = None

    def open(
        self,
        wake: Callable[[], None],
        lock: DispatcherLock | None = None,
        own_route: OwnRouteReader | None = None,
    ) -> None:
        """Lets intake lease, while this process holds ``lock`` if it is given. ``wake`` is called at each batch.

        Only what goes to bureaus of the route that ``own_route`` reads is leased; without it all is.
        """
        self._wake, self._lock, self._own_route = wake, lock, own_route or _every_route

    def close(self) -> None:
        """Stops direct leases. A transaction that has begun may still lease."""
        self._wake = None

    def discard(self) -> None:
        """Forgets all batches: the caller has closed this and queued their deliveries again."""
        self._batches.clear()
        self._in_hand = 0

    def outbox_for(self, transaction: Transaction) -> Outbox:
        """The outbox of a transaction. It leases where this is open, has room, and no earlier delivery is due."""
        if self._latest is None or self._latest[0] is not transaction:
            self._latest = transaction, self._begin(transaction)
        return self._latest[1]

    def _begin(self, transaction: Transaction) -> Outbox:
        room = self._limits.direct_leases - self._in_hand
        is_open = self._wake is not None and room > 0 and self._may_lease(transaction)
        if not is_open:
            return QueueOutbox(transaction)
        own = self._own_route(transaction)
        if deliveries.is_anything_due(transaction, own.recipients(transaction)):
            return QueueOutbox(transaction)
        return TransactionLease(transaction, room, self._sealing_of, self._add_batch, own)

    def _may_lease(self, transaction: Transaction) -> bool:
        """Whether this process still dispatches, as the transaction sees it."""
        try:
            if self._lock is not None:
                self._lock.fence(transaction.connection)
        except TermLost:
            return False
        return True

    def _add_batch(self, batch: Batch) -> None:
        self._latest = None
        self._batches.append((monotonic(), batch))
        self._in_hand += len(batch.leased_items)
        if self._wake is not None:
            self._wake()

    @property
    def is_stale(self) -> bool:
        """Whether the oldest batch has waited too long, such as behind a transport that hangs."""
        return bool(self._batches) and monotonic() - self._batches[0][0] > self._limits.stale_lease_seconds

    def next_batch(self, limit: int) -> Batch | None:
        """The oldest batches as one, up to ``limit`` items, or those of one transaction; it has the latest number."""
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
        """Frees the capacity of a batch that was acknowledged."""
        self._in_hand -= sum(leased.as_received is not None for leased in batch.leased_items)


def _every_route(_transaction: Transaction) -> OwnRoute:
    return EVERY_ROUTE


def _by_route(rows: NewRows, own: OwnRoute) -> Iterator[tuple[NewRows, bool]]:
    """The rows in two parts where only some of their bureaus have the own route, each with whether it is that part."""
    mine = [code for code in rows.recipients if own.covers(code)] if own.is_limited else rows.recipients
    if len(mine) == len(rows.recipients):
        yield rows, True
        return
    if mine:
        yield replace(rows, recipients=mine), True
    yield replace(rows, recipients=[code for code in rows.recipients if not own.covers(code)]), False


def _is_due(rows: NewRows, at: datetime) -> bool:
    due = rows.due_at is not None and rows.due_at <= at
    return rows.state is DeliveryState.QUEUED and not rows.waiting and due


def _as_sending(rows: NewRows) -> NewRows:
    return NewRows(DeliveryState.SENDING, rows.cause, rows.waiting, None, rows.recipients)
