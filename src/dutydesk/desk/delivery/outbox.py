"""The outbox: one row for each recipient of an item that goes out; a released correction supersedes its parent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from typing_extensions import override

from dutydesk.desk.base.context import Context
from dutydesk.desk.base.proposal_void import void_proposal
from dutydesk.desk.base.routing_memory import Audience
from dutydesk.desk.base.suppression import KEPT_STATES, notify_holders, suppress_unsent, withdraw_copy_access
from dutydesk.desk.examination.route import review_deadline
from dutydesk.domain.delivery.audience import Verdict
from dutydesk.domain.delivery.items import Delivery, Item
from dutydesk.domain.delivery.states import DeliveryState, ItemState, Notice, SuppressionCause
from dutydesk.domain.events.items import ItemSuperseded
from dutydesk.domain.events.log import Json
from dutydesk.domain.messages.message import (
    MessageType,
)
from dutydesk.domain.supervision.policy import Policy
from dutydesk.language.sentences import sentence
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import deliveries, items, notices
from dutydesk.store.tables.deliveries import NewRows


class Outbox(Protocol):
    """Takes what intake sends in one transaction: the deliveries of new items and the desk's notices to bureaus."""

    def initial_rows(self, rows: list[NewRows]) -> list[NewRows]:
        """The rows of a new item in the states in which they are to be written."""
        ...

    def add_item(self, item: Item, message: bytes, rows: list[NewRows]) -> None:
        """Writes the rows of a new item, as :meth:`initial_rows` returned them."""
        ...

    def add_notice(
        self, item: Item, recipient: str, notice: Notice, data: Mapping[str, Json], *, is_offline: bool
    ) -> None:
        """Writes a notice to one bureau. ``is_offline``: the bureau can't be reached now."""
        ...


class QueueOutbox(Outbox):
    """Queues everything for the next lease of a dispatcher."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    @override
    def initial_rows(self, rows: list[NewRows]) -> list[NewRows]:
        return rows

    @override
    def add_item(self, item: Item, message: bytes, rows: list[NewRows]) -> None:
        deliveries.add_first(self._transaction, item.number, rows)

    @override
    def add_notice(
        self, item: Item, recipient: str, notice: Notice, data: Mapping[str, Json], *, is_offline: bool
    ) -> None:
        notices.add_notice(self._transaction, item, recipient, notice, data)


def initial_rows(context: Context, policy: Policy, audience: Audience, at: datetime) -> list[NewRows]:
    """The rows of a new item that goes out; recipients that share a state share a row."""
    due = at + context.settings.dispatch_delay
    return [
        NewRows(DeliveryState.QUEUED if cause is None else DeliveryState.SUPPRESSED, cause, waits, due, recipients)
        for (cause, waits), recipients in audience.by_sort(policy.offline).items()
    ]


def queue_deliveries(
    transaction: Transaction, context: Context, policy: Policy, item: Item, audience: tuple[Verdict, ...], actor: str
) -> None:
    """Writes one row for each recipient, in the transaction that releases the item."""
    due = transaction.at + context.settings.dispatch_delay
    rows = [_delivery_row(item, verdict, policy, due) for verdict in audience]
    replaced = deliveries.of_item(transaction, item.number) if item.cycle > 1 else []
    deliveries.replace_deliveries(transaction, item.number, rows, replaced)
    if item.parent is not None:
        supersede(transaction, policy, items.get(transaction, item.parent), item, actor)


def _delivery_row(item: Item, verdict: Verdict, policy: Policy, due: datetime) -> Delivery:
    if verdict.cause is not None:
        state, waiting = DeliveryState.SUPPRESSED, False
    else:
        state, waiting = DeliveryState.QUEUED, verdict.recipient in policy.offline
    return Delivery(item.number, verdict.recipient, item.version, item.cycle, state, verdict.cause, waiting, due_at=due)


def supersede(transaction: Transaction, policy: Policy, parent: Item, child: Item, actor: str) -> None:
    """Replaces ``parent`` by its released correction ``child``, and suppresses deliveries of it that have not left.

    Recipients that hold ``parent``, and are denied the correction by its owner, get a notice that access is withdrawn.
    Where ``parent`` is an undecided correction that this one replaced, the item that it corrected is superseded.
    """
    while parent.state is ItemState.WITHDRAWN and parent.parent is not None:
        parent = items.get(transaction, parent.parent)
    if parent.state is not ItemState.RELEASED:
        return
    suppress_unsent(transaction, parent, SuppressionCause.WITHDRAWN, actor)
    left = void_proposal(transaction, parent, (f"its correction {child.name} was released",), actor)
    over = replace(left, state=ItemState.SUPERSEDED, post_review=None)
    items.save(transaction, parent, over)
    if parent.recall_proposed_by is not None:
        notify_holders(
            transaction,
            over,
            Notice.CAVEAT_LIFTED,
            sentence("its correction {child} takes its place", child=child.name),
        )
    scopes = policy.scopes(child.sender or "", child.root, child.restricted_from)
    if not scopes.is_empty:
        rows = deliveries.of_item(transaction, parent.number)
        copies = [(parent.number, row.recipient) for row in rows if row.state in KEPT_STATES]
        withdraw_copy_access(transaction, policy, scopes, copies, actor)
    transaction.emit(actor, parent.name, ItemSuperseded(by=child.name, post_review=review_deadline(parent)))


def notice_kind(type: MessageType | None) -> Notice:
    """The kind of notice under which an item is delivered."""
    match type:
        case MessageType.NOTICE_REQUEST:
            return Notice.NOTICE
        case MessageType.CORRECTION:
            return Notice.CORRECTION
        case MessageType.MESSAGE:
            return Notice.MESSAGE
        case _:
            return Notice.DIFFUSION
