"""Reinstates a superseded item once the release of its correction is undone or stopped."""

from __future__ import annotations

from dataclasses import replace

from dutydesk.domain.delivery.items import Item
from dutydesk.domain.delivery.states import DeliveryState, ItemState, PostReview, SuppressionCause
from dutydesk.domain.events.event import optional_instant
from dutydesk.domain.events.items import ItemReinstated, ItemSuperseded
from dutydesk.domain.events.log import EventKind
from dutydesk.domain.events.logged_items import STOPPED
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import deliveries, items, log, log_queries


def reinstate_parent(transaction: Transaction, child: Item, actor: str) -> Item | None:
    """Releases the item again that ``child`` had superseded, with the deliveries suppressed then; returns it.

    ``None`` where the child superseded nothing, or its parent has ended otherwise since. The next lease applies the
    rules of its moment.
    """
    parent = items.find(transaction, child.parent) if child.parent is not None else None
    while parent is not None and parent.state is ItemState.WITHDRAWN and parent.parent is not None:
        parent = items.find(transaction, parent.parent)  # a correction that this one had replaced
    if parent is None or parent.state is not ItemState.SUPERSEDED:
        return None
    superseded = _last_supersession(transaction, parent)
    if superseded is None or superseded.by != child.name:
        return None
    due = optional_instant(superseded.post_review)
    back = replace(
        parent,
        state=ItemState.RELEASED,
        post_review=PostReview.DUE if due is not None else None,
        post_review_due=due,
    )
    items.save(transaction, parent, back)
    logged = log_queries.item(transaction, parent.name)
    by_log = logged.recipients_in(STOPPED) if logged is not None else frozenset()
    stopped = [
        row
        for row in deliveries.of_item(transaction, parent.number)
        if row.cause is SuppressionCause.WITHDRAWN
        and (row.version, row.cycle) == (parent.version, parent.cycle)
        and row.recipient in by_log
    ]
    queued = [
        replace(row, state=DeliveryState.QUEUED, cause=None, attempts=0, due_at=transaction.at, error=None)
        for row in stopped
    ]
    deliveries.save(transaction, parent.number, stopped, queued)
    recipients = tuple(row.recipient for row in queued)
    transaction.emit(actor, parent.name, ItemReinstated(instead_of=child.name, queued=recipients))
    return items.get(transaction, parent.number)


def _last_supersession(handle: Handle, item: Item) -> ItemSuperseded | None:
    found = [event for event in log.of_subject(handle, item.name) if event.kind is EventKind.ITEM_SUPERSEDED]
    return ItemSuperseded.from_data(log.data_of(found[-1])) if found else None
