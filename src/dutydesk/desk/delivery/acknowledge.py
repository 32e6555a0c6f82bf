"""Acknowledging a batch: what the transport took is delivered; what failed is retried, at last by an officer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from datetime import datetime, timedelta

from dutydesk.desk.base.context import Context
from dutydesk.desk.delivery import late_notices
from dutydesk.desk.delivery.lease import (
    LeasedItem,
    TransportResult,
    log_deliveries,
    sorted_recipients,
)
from dutydesk.domain.delivery.items import DeliveryGroup, Item
from dutydesk.domain.delivery.states import DeliveryState
from dutydesk.domain.events.deliveries import DeliveriesDead, DeliveriesFailed, DeliveriesMade, DeliveriesRequeued
from dutydesk.domain.events.logged_notices import FAILED, UNCOUNTED
from dutydesk.domain.events.notices import NoticesDead, NoticesEvent, NoticesMade, NoticesRequeued
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import deliveries, items, notices
from dutydesk.store.tables.notices import NoticeChange, StoredNotice

_NOTICE_EVENTS: Mapping[DeliveryState, type[NoticesEvent]] = {
    DeliveryState.DELIVERED: NoticesMade,
    DeliveryState.FAILED: NoticesRequeued,
    DeliveryState.QUEUED: NoticesRequeued,
    DeliveryState.DEAD: NoticesDead,
}

#: What became of the attempt of a notice that is queued again.
_OUTCOMES = {DeliveryState.FAILED: FAILED, DeliveryState.QUEUED: UNCOUNTED}

Jitter = Callable[[], float]


def acknowledge_items(
    transaction: Transaction, context: Context, leased: Sequence[LeasedItem], outcome: TransportResult, jitter: Jitter
) -> None:
    """Records the transport's result. Failed deliveries are retried after a back-off, and end ``dead``.

    Rows that were recorded before stay as they are. ``jitter`` returns numbers from 0 to 1.
    """
    numbers = [each.item for each in leased]
    rows = deliveries.groups_of_items(transaction, numbers)
    for each, item in zip(leased, items.find_several(transaction, numbers), strict=True):
        _acknowledge_item(transaction, context, each, item, rows[each.item], outcome, jitter)


class LeasedCounts:
    """How many deliveries of each item of a batch are leased, read once by a transaction for all parts of the batch.

    They are read again where the transaction has written anything else since it recorded the last part.
    """

    def __init__(self, batch: Sequence[LeasedItem]) -> None:
        self._numbers = [each.item for each in batch]
        self._counts: dict[int, int] = {}
        self._read_in: tuple[Transaction, int] | None = None

    def of(self, transaction: Transaction, leased: Sequence[LeasedItem]) -> list[int]:
        """Those of a part; 0 for an item that was changed."""
        if self._read_in != (transaction, transaction.write_count()):
            rest = self._numbers[self._numbers.index(leased[0].item) :]
            self._counts = deliveries.count_sending(transaction, rest)
        return [self._counts.get(each.item, 0) for each in leased]

    def keep(self, transaction: Transaction) -> None:
        """To be called once a part is recorded, which has changed no item of another part."""
        self._read_in = transaction, transaction.write_count()


def acknowledge_batch(
    transaction: Transaction, context: Context, leased: Sequence[LeasedItem], counts: LeasedCounts
) -> bool:
    """Records a part of a batch that the transport took as a whole, without reading its rows.

    Returns false, and writes nothing, where a row may have changed since intake leased it.
    """
    received = [each.as_received for each in leased if each.as_received is not None]
    if len(received) < len(leased):
        return False
    if counts.of(transaction, leased) != [len(each.keys) for each in leased]:
        return False
    for item, each in zip(received, leased, strict=True):
        recipients = [recipient for recipient, _ in each.keys]
        deliveries.set_delivered(transaction, item.number, len(recipients))
        log_deliveries(transaction, DeliveriesMade, item, recipients)
        late_notices.notify_late_recipients(transaction, context, item, recipients)
    counts.keep(transaction)
    return True


def acknowledge_notices(
    transaction: Transaction,
    context: Context,
    listed: Sequence[StoredNotice],
    outcome: TransportResult,
    jitter: Jitter,
) -> None:
    """The same for the desk's own notices; one that is no longer leased was acknowledged before."""
    listed = notices.unfinished_notices(transaction, listed)
    changes = []
    for notice in listed:
        error = outcome.results.get(notice.key)
        attempts = notice.attempts + 1
        state = _next_state(error, attempts, context)
        due = transaction.at + backoff(attempts, context, jitter()) if error else transaction.at
        if notice.key in outcome.unreachable_keys:
            state, attempts = DeliveryState.QUEUED, notice.attempts
            due = transaction.at + context.limits.delivery.unreachable_delay
        changes.append(NoticeChange(notice.id, state, attempts, due, error))
    if changes:
        notices.change_notices(transaction, changes)
        for notice, change in zip(listed, changes, strict=True):
            outcome_words = _OUTCOMES.get(change.state)
            notices.list_in_log(transaction, _NOTICE_EVENTS[change.state], notice, outcome=outcome_words)
        done = {change.id for change in changes if change.state is DeliveryState.DELIVERED}
        late_notices.expect_confirmations(transaction, [notice for notice in listed if notice.id in done])


def split_batch(leased: Sequence[LeasedItem], rows_per_part: int) -> Iterator[tuple[LeasedItem, ...]]:
    """Parts of a batch, each with about ``rows_per_part`` deliveries, so that an officer can come in between."""
    part: list[LeasedItem] = []
    rows = 0
    for each in leased:
        part.append(each)
        rows += len(each.keys)
        if rows >= rows_per_part:
            yield tuple(part)
            part, rows = [], 0
    if part:
        yield tuple(part)


def _acknowledge_item(
    transaction: Transaction,
    context: Context,
    leased: LeasedItem,
    item: Item,
    rows: Sequence[DeliveryGroup],
    outcome: TransportResult,
    jitter: Jitter,
) -> None:
    keys = dict(leased.keys)
    before = [
        replace(alike, recipients=ours)
        for alike in rows
        if alike.state is DeliveryState.SENDING and (ours := tuple(code for code in alike.recipients if code in keys))
    ]
    errors = {code: outcome.results.get(key) for code, key in leased.keys}
    untried = (
        {code for code, key in leased.keys if key in outcome.unreachable_keys}
        if outcome.unreachable_keys
        else frozenset()
    )
    after = [
        late_notices.suppress_if_ended(part, item)
        for alike in before
        for part in _acknowledged_rows(alike, errors, untried, transaction.at, context, jitter)
    ]
    deliveries.save_groups(transaction, leased.item, before, after)
    for state, kind in (
        (DeliveryState.DELIVERED, DeliveriesMade),
        (DeliveryState.QUEUED, DeliveriesRequeued),
        (DeliveryState.FAILED, DeliveriesFailed),
        (DeliveryState.DEAD, DeliveriesDead),
    ):
        became = [alike for alike in after if alike.state is state]
        if became:
            errors_now = sorted({alike.error for alike in became if alike.error})
            uncounted = True if state is DeliveryState.QUEUED else None
            log_deliveries(transaction, kind, item, sorted_recipients(became), errors_now, uncounted=uncounted)
    stopped = [alike for alike in after if alike.state is DeliveryState.SUPPRESSED]
    late_notices.log_stopped(
        transaction, item, [(code, alike.cause, code in untried) for alike in stopped for code in alike.recipients]
    )
    arrived = sorted_recipients(alike for alike in after if alike.state is DeliveryState.DELIVERED)
    late_notices.notify_late_recipients(transaction, context, item, arrived)


def _acknowledged_rows(
    rows: DeliveryGroup,
    errors: Mapping[str, str | None],
    untried: Set[str],
    at: datetime,
    context: Context,
    jitter: Jitter,
) -> Iterator[DeliveryGroup]:
    """Delivered recipients share a row; failed ones get one each, because each has its own due time."""
    taken = tuple(code for code in rows.recipients if errors[code] is None)
    if taken:
        yield replace(rows, recipients=taken, state=_next_state(None, rows.attempts, context), due_at=None, error=None)
    for code in rows.recipients:
        error = errors[code]
        if code in untried:
            yield replace(
                rows,
                recipients=(code,),
                state=DeliveryState.QUEUED,
                attempts=rows.attempts - 1,
                due_at=at + context.limits.delivery.unreachable_delay,
                error=error,
            )
        elif error is not None:
            state = _next_state(error, rows.attempts, context)
            due = at + backoff(rows.attempts, context, jitter()) if state is DeliveryState.FAILED else None
            yield replace(rows, recipients=(code,), state=state, due_at=due, error=error)


def _next_state(error: str | None, attempts: int, context: Context) -> DeliveryState:
    if error is None:
        return DeliveryState.DELIVERED
    return DeliveryState.DEAD if attempts >= context.settings.delivery_tries else DeliveryState.FAILED


def backoff(attempts: int, context: Context, jitter: float) -> timedelta:
    """Exponential back-off up to a maximum; jitter takes off up to half, so that retries spread out."""
    settings = context.settings
    doubled: timedelta = settings.backoff_first * 2 ** min(max(attempts - 1, 0), 20)
    full = min(doubled, settings.backoff_most)
    return full * (0.5 + jitter / 2)
