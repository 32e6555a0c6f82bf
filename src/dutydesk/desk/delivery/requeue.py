"""Requeues what a lost dispatcher had leased."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from dutydesk.desk.base import lease_check
from dutydesk.desk.base.context import Context
from dutydesk.desk.delivery import late_notices, notice_check
from dutydesk.desk.delivery.lease import log_deliveries
from dutydesk.desk.delivery.own_route import EVERY_ROUTE, OwnRoute
from dutydesk.domain.delivery.items import Delivery, item_name
from dutydesk.domain.delivery.states import DeliveryState
from dutydesk.domain.events.deliveries import DeliveriesMade, DeliveriesRequeued
from dutydesk.domain.events.logged_items import SENDING
from dutydesk.domain.events.logged_notices import UNCOUNTED
from dutydesk.domain.events.notices import NoticesMade, NoticesRequeued
from dutydesk.domain.frozen import value
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import deliveries, items, log_queries, notices
from dutydesk.store.tables.notices import NoticeChange


@value(frozen=True, slots=True)
class RequeueResult:
    """``count`` deliveries and notices were requeued; not all of them (``is_complete``) where an officer waits."""

    count: int
    is_complete: bool


def requeue_leased(
    transaction: Transaction,
    context: Context,
    accepted_keys: frozenset[str],
    *,
    transport_down: bool = False,
    unknown_keys: frozenset[str] = frozenset(),
    own: OwnRoute = EVERY_ROUTE,
) -> RequeueResult:
    """Queues again what the last dispatcher of the ``own`` route had leased, unless the transport accepted it.

    ``transport_down``: no attempt is counted. ``unknown_keys`` stay leased.
    """
    off, count = int(transport_down), 0
    for number, rows in groupby(deliveries.sending(transaction), key=attrgetter("item")):
        if count and transaction.must_yield():
            return RequeueResult(count, is_complete=False)
        item, logged = items.get(transaction, number), log_queries.item(transaction, item_name(number))
        every = [row for row in rows if row.key not in unknown_keys and own.covers(row.recipient)]
        if not every:
            continue
        count += len(every)
        before = lease_check.check_sending_rows(transaction, item, logged, every)
        after = [
            late_notices.suppress_if_ended(_requeue_row(row, accepted_keys, transaction.at, off), item)
            for row in before
        ]
        deliveries.save(transaction, number, before, after)
        for state, kind in (
            (DeliveryState.DELIVERED, DeliveriesMade),
            (DeliveryState.QUEUED, DeliveriesRequeued),
        ):
            recipients = [row.recipient for row in after if row.state is state]
            if recipients:
                uncounted = transport_down if state is DeliveryState.QUEUED else None
                log_deliveries(transaction, kind, item, recipients, uncounted=uncounted)
        stopped = [row for row in after if row.state is DeliveryState.SUPPRESSED]
        late_notices.log_stopped(transaction, item, [(row.recipient, row.cause, transport_down) for row in stopped])
        late_notices.notify_late_holders(transaction, context, item, after)
    left = [
        notice
        for notice in notices.sending_notices(transaction)
        if notice.key not in unknown_keys and own.covers(notice.recipient)
    ]
    listed = notice_check.check_sending(transaction, left)
    notices.change_notices(
        transaction,
        [
            NoticeChange(
                notice.id,
                DeliveryState.DELIVERED if notice.key in accepted_keys else DeliveryState.QUEUED,
                notice.attempts - (0 if notice.key in accepted_keys else off),
                transaction.at,
            )
            for notice in listed
        ],
    )
    for notice in listed:
        made = notice.key in accepted_keys
        outcome = UNCOUNTED if transport_down and not made else None
        notices.list_in_log(transaction, NoticesMade if made else NoticesRequeued, notice, outcome=outcome)
    late_notices.expect_confirmations(transaction, [notice for notice in listed if notice.key in accepted_keys])
    return RequeueResult(count + len(left), is_complete=True)


def _requeue_row(row: Delivery, accepted_keys: frozenset[str], at: datetime, uncounted_tries: int) -> Delivery:
    if row.key in accepted_keys:
        return replace(row, state=DeliveryState.DELIVERED, due_at=None)
    return replace(row, state=DeliveryState.QUEUED, due_at=at, attempts=row.attempts - uncounted_tries)


def leased_keys(handle: Handle, own: OwnRoute = EVERY_ROUTE) -> frozenset[str]:
    """The keys that the last dispatcher of the ``own`` route had leased, by the rows and by the log."""
    rows = [row for row in deliveries.sending(handle) if own.covers(row.recipient)]
    logged = log_queries.items(handle, {item_name(row.item) for row in rows})
    by_log = [
        item.key_to(code)
        for item in logged.values()
        if item is not None
        for code in item.recipients_in(SENDING)
        if own.covers(code)
    ]
    listed = [
        notice.key
        for notice in notices.sending_notices(handle)
        if notice_check.has_key(notice) and own.covers(notice.recipient)
    ]
    return frozenset((*(row.key for row in rows), *by_log, *listed))
