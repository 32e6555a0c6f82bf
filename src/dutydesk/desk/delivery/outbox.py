"""The outbox: one row for each recipient of what goes out, and what a released correction does to its parent."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from dutydesk.desk.base.context import Context
from dutydesk.desk.base.proposal_void import fall
from dutydesk.desk.base.suppression import KEEPS, close_copies, stop_unsent, tell_holders
from dutydesk.desk.examination.route import due_review
from dutydesk.domain.delivery.audience import Verdict
from dutydesk.domain.delivery.items import Delivery, Item
from dutydesk.domain.delivery.states import DeliveryState, ItemState, Notice, SuppressionCause
from dutydesk.domain.events.log import EventKind
from dutydesk.domain.messages.message import (
    MessageType,
)
from dutydesk.domain.supervision.policy import Policy
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import deliveries, items
from dutydesk.store.tables.deliveries import Fresh


def first_rows(context: Context, policy: Policy, audience: tuple[Verdict, ...], at: datetime) -> list[Fresh]:
    """The rows of a new item that goes out: those that are alike together."""
    due = at + context.settings.dispatch_delay
    everybody = [verdict.recipient for verdict in audience]
    if policy.offline.isdisjoint(everybody) and all(verdict.cause is None for verdict in audience):
        return [Fresh(DeliveryState.QUEUED, None, False, due, everybody)] if everybody else []
    alike: dict[tuple[SuppressionCause | None, bool], list[str]] = {}
    for verdict in audience:
        waits = verdict.cause is None and verdict.recipient in policy.offline
        alike.setdefault((verdict.cause, waits), []).append(verdict.recipient)
    return [
        Fresh(DeliveryState.QUEUED if cause is None else DeliveryState.SUPPRESSED, cause, waits, due, recipients)
        for (cause, waits), recipients in alike.items()
    ]


def send_out(
    transaction: Transaction, context: Context, policy: Policy, item: Item, audience: tuple[Verdict, ...], actor: str
) -> None:
    """Writes one row for each recipient, in the releasing transaction."""
    due = transaction.at + context.settings.dispatch_delay
    rows = [_row(item, verdict, policy, due) for verdict in audience]
    replaced = deliveries.of_item(transaction, item.number) if item.cycle > 1 else []
    deliveries.put(transaction, item.number, rows, replaced)
    if item.parent is not None:
        supersede(transaction, policy, items.get(transaction, item.parent), item, actor)


def _row(item: Item, verdict: Verdict, policy: Policy, due: datetime) -> Delivery:
    if verdict.cause is not None:
        state, waiting = DeliveryState.SUPPRESSED, False
    else:
        state, waiting = DeliveryState.QUEUED, verdict.recipient in policy.offline
    return Delivery(item.number, verdict.recipient, item.version, item.cycle, state, verdict.cause, waiting, due_at=due)


def supersede(transaction: Transaction, policy: Policy, parent: Item, child: Item, actor: str) -> None:
    """The released correction takes the place of what it corrects; what of that had not left is stopped.

    Whom the owner keeps the correction from, and who holds what it corrects, is told that its access is withdrawn.
    An undecided correction that was itself taken back by this one stands for nothing: what it corrected is superseded.
    """
    while parent.state is ItemState.WITHDRAWN and parent.parent is not None:
        parent = items.get(transaction, parent.parent)
    if parent.state is not ItemState.RELEASED:
        return
    stop_unsent(transaction, parent, SuppressionCause.WITHDRAWN, actor)
    left = fall(transaction, parent, (f"its correction {child.name} was released",), actor)
    over = replace(left, state=ItemState.SUPERSEDED, post_review=None)
    items.save(transaction, parent, over)
    if parent.recall_proposed_by is not None:
        tell_holders(transaction, over, Notice.CAVEAT_LIFTED, f"its correction {child.name} takes its place")
    scopes = policy.scopes(child.sender or "", child.root, child.restricted_from)
    if not scopes.deny_nobody:
        rows = deliveries.of_item(transaction, parent.number)
        copies = [(parent.number, row.recipient) for row in rows if row.state in KEEPS]
        close_copies(transaction, policy, scopes, copies, actor)
    transaction.emit(actor, EventKind.ITEM_SUPERSEDED, parent.name, by=child.name, post_review=due_review(parent))


def notice_kind(type: MessageType | None) -> Notice:
    """What a delivery of an item is called in the spool."""
    match type:
        case MessageType.NOTICE_REQUEST:
            return Notice.NOTICE
        case MessageType.CORRECTION:
            return Notice.CORRECTION
        case MessageType.MESSAGE:
            return Notice.MESSAGE
        case _:
            return Notice.DIFFUSION
